import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Trace } from "../../src/model/trace.ts";
import { minutes } from "../../src/time.ts";
import { approve, authorize } from "../support/authorization.ts";
import { TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;
beforeAll(async () => {
  server = await startTestServer();
  app = await createClient(server, { redirect_uris: ["https://app.example/cb"] });
});
afterAll(() => server.stop());

const idOf = (headers: Headers): string => headers.get("x-request-id") ?? "";

async function traceOf(requestId: string): Promise<Trace> {
  const trace = await server.context.traces.find(requestId);
  if (trace === undefined) throw new Error("the request left no trace");
  return trace;
}

const tokenRequest = (fields: Readonly<Record<string, string>>, address = server.address) =>
  fetch(`${address}/auth/token`, { method: "POST", body: new URLSearchParams(fields) });

describe("why a request was refused", () => {
  test("a redirect URI that is not registered: the trace shows it beside those that are", async () => {
    const query = new URLSearchParams({
      client_id: app.id,
      response_type: "code",
      redirect_uri: "https://app.example/cb/",
    });
    const answer = await new TestBrowser(server).get(`/auth/authorize?${query}`);
    expect(answer.status).toBe(400);
    const requestId = idOf(answer.headers);
    expect(answer.body).toContain(requestId);
    const trace = await traceOf(requestId);
    expect(trace).toMatchObject({ clientId: app.id, path: "/auth/authorize", method: "GET", error: "invalid_request" });
    expect(trace.checks).toEqual([
      {
        rule: "redirect_uri is one of those that the client registered, character by character (RFC 9700 §2.1)",
        isMet: false,
        expected: "https://app.example/cb",
        received: "https://app.example/cb/",
      },
    ]);
  });

  test("a wrong client secret: what was right is said, and neither secret is", async () => {
    const answer = await tokenRequest({
      grant_type: "client_credentials",
      client_id: app.id,
      client_secret: "a secret that is wrong",
    });
    const trace = await traceOf(idOf(answer.headers));
    expect(trace.checks.map(({ isMet }) => isMet)).toEqual([true, true, false]);
    expect(trace).toMatchObject({ clientId: app.id, error: "invalid_client" });
    expect(JSON.stringify(trace)).not.toContain("a secret that is wrong");
  });

  test("a code that nobody issued: the trace names the rule and not the code", async () => {
    const answer = await tokenRequest({
      grant_type: "authorization_code",
      client_id: app.id,
      client_secret: app.secret ?? "",
      code: "pst_ac_guessed",
    });
    const trace = await traceOf(idOf(answer.headers));
    expect(trace.checks[0]?.rule).toContain("the code is one that was issued here");
    expect(JSON.stringify(trace)).not.toContain("pst_ac_guessed");
  });

  test("a secret where something else is wanted is not kept: id and secret changed places, a token in an address", async () => {
    const { id, secret = "" } = app;
    const swapped = await tokenRequest({ grant_type: "client_credentials", client_id: secret, client_secret: id });
    const token = "pst_ra_the-registration_access-token";
    const paths = [`/auth/register/${token}`, `/auth/authorize?response_type=code&client_id=${token}`];
    const answers = [swapped, ...(await Promise.all(paths.map((path) => fetch(server.address + path))))];
    for (const { headers, status } of answers) {
      const trace = JSON.stringify(await traceOf(idOf(headers)));
      expect([status, trace]).toEqual([status, expect.not.stringMatching(/pst_|the-registration/)]);
      expect(trace).toContain("[secret]");
    }
  });

  test("an error that goes to the client carries the request's id in a header of the redirect", async () => {
    const query = new URLSearchParams({
      client_id: app.id,
      response_type: "token",
      redirect_uri: "https://app.example/cb",
    });
    const answer = await new TestBrowser(server).get(`/auth/authorize?${query}`);
    expect(answer.location).toContain("error=unsupported_response_type");
    expect(await traceOf(idOf(answer.headers))).toMatchObject({
      error: "unsupported_response_type",
      checks: [{ isMet: false, expected: "code", received: "token" }],
    });
  });

  test("an authorization that a client is told has failed: the trace names app and person, what was wanted and what there was", async () => {
    const { user } = await createPerson(server);
    const nobody = await authorize(new TestBrowser(server), app, { prompt: "none" });
    expect(await traceOf(idOf(nobody.headers))).toMatchObject({
      clientId: app.id,
      error: "login_required",
      checks: [{ expected: "somebody", received: "nobody is signed in in this browser" }],
    });

    const browser = await signedInBrowser(server, user);
    const unasked = await authorize(browser, app, { prompt: "none", scope: "openid profile" });
    expect(await traceOf(idOf(unasked.headers))).toMatchObject({
      clientId: app.id,
      userId: user.id,
      error: "consent_required",
      checks: [{ expected: "openid profile", received: "nothing is allowed yet" }],
    });
    await approve(browser, await authorize(browser, app));
    const more = await authorize(browser, app, { prompt: "none", scope: "openid profile" });
    expect((await traceOf(idOf(more.headers))).checks).toMatchObject([
      { expected: "openid profile", received: "openid" },
    ]);

    server.advance(minutes(10));
    const old = await authorize(browser, app, { prompt: "none", max_age: "60" });
    expect((await traceOf(idOf(old.headers))).checks).toMatchObject([
      { expected: "somebody, signed in at most 60 seconds ago", received: "signed in 600 seconds ago" },
    ]);

    const page = await browser.follow(await authorize(browser, app, { prompt: "consent" }));
    const denied = await browser.submit(page, "consent", { button: "deny" });
    expect(await traceOf(idOf(denied.headers))).toMatchObject({
      clientId: app.id,
      userId: user.id,
      error: "access_denied",
    });
    const misspelt = await authorize(browser, app, { prompt: "consents" });
    expect(await traceOf(idOf(misspelt.headers))).toMatchObject({
      clientId: app.id,
      checks: [{ received: "consents" }],
    });
  });

  test("a trace outlives the process that made it", async () => {
    const answer = await tokenRequest({ grant_type: "authorization_code", client_id: app.id });
    const requestId = idOf(answer.headers);
    await server.context.traces.write();
    expect(await server.context.store.traces.find(requestId)).toMatchObject({ requestId });
    expect((await server.context.traces.list(500)).map((trace) => trace.requestId)).toContain(requestId);
  });

  test("what strangers make up fills neither memory nor disk: values are cut, and so many are kept", async () => {
    const long = "x".repeat(1500);
    const answer = await new TestBrowser(server).get(
      `/auth/authorize?${new URLSearchParams({ client_id: app.id, response_type: "code", redirect_uri: `https://evil.example/${long}` })}`,
    );
    const trace = await traceOf(idOf(answer.headers));
    expect(trace.checks[0]?.received).toHaveLength(300);
    const far = await fetch(`${server.address}/auth/register/${long}`);
    expect((await traceOf(idOf(far.headers))).path).toHaveLength(300);
    for (let count = 0; count < 250; count++) server.context.traces.add({ ...trace, requestId: `made up ${count}` });
    expect(await server.context.traces.find("made up 0")).toBeUndefined();
    expect(await server.context.traces.find("made up 249")).toBeDefined();
    await server.context.traces.write();
    expect((await server.context.store.traces.list(5000)).length).toBeLessThanOrEqual(2000);
  });

  test("an address where nothing is leaves no trace: strangers ask for those without end", async () => {
    const before = (await server.context.traces.list(500)).length;
    const answer = await fetch(`${server.address}/nothing/here`);
    expect(answer.status).toBe(404);
    expect(await server.context.traces.list(500)).toHaveLength(before);
  });
});
