import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import { composed } from "../../src/server/composed.ts";
import {
  type Api,
  type ApiAnswer,
  administratorApi,
  apiWith,
  createAdministratorClient,
  problemOf,
} from "../support/api.ts";
import { ownToken } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let api: Api;
beforeAll(async () => {
  server = await startTestServer();
  api = await administratorApi(server);
});
afterAll(() => server.stop());

const json = { "content-type": "application/json" };

/** What every refusal has in common (RFC 9457). */
function expectProblem(answer: ApiAnswer, problem: string): void {
  expect(problemOf(answer)).toBe(problem);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.body).toMatchObject({ type: "about:blank", status: answer.status });
  for (const member of ["title", "detail", "code", "request_id"]) expect(answer.body[member]).toBeString();
  expect(answer.headers.get("x-request-id")).toBe(String(answer.body.request_id));
}

describe("every refusal is problem details", () => {
  test("RFC 9457 §3: an address where nothing is", async () => {
    for (const path of ["", "/", "/nothing", "/users/a/b/c", "/users/", "/Users"])
      expectProblem(await api.get(path), "404 not_found");
    const asBrowser = await api.send("GET", "/nothing", undefined, { accept: "text/html" });
    expectProblem(asBrowser, "404 not_found");
  });

  test("RFC 9457 §3: a method that is not there names those that are", async () => {
    const answer = await api.send("DELETE", "/users");
    expectProblem(answer, "405 method_not_allowed");
    expect(answer.headers.get("allow")).toBe("GET, HEAD, POST");
    expect((await api.send("POST", "/users/x")).headers.get("allow")).toBe("GET, HEAD, PATCH, DELETE");
  });

  test("RFC 9457 §3: a body that is too large, whether it says so or not", async () => {
    const large = JSON.stringify({ username: "x".repeat(70_000) });
    expectProblem(await api.send("POST", "/users", large), "413 too_large");
  });

  test.each([
    ["no content type", "{}", { "content-type": "" }],
    ["a form", "username=x", { "content-type": "application/x-www-form-urlencoded" }],
    ["another charset", "{}", { "content-type": "application/json; charset=utf-16" }],
    ["a compressed body", "{}", { ...json, "content-encoding": "gzip" }],
    ["no JSON", "{", json],
    ["nothing", "", json],
    ["a member twice", '{"username":"a","username":"b"}', json],
    ["a byte order mark", "\ufeff{}", json],
    ["an unpaired surrogate", '{"username":"\\ud800"}', json],
    ["too deep", `{"username":${"[".repeat(20)}${"]".repeat(20)}}`, json],
    ["a list", "[]", json],
    ["null", "null", json],
  ])("RFC 9457 §3: a body that is malformed: %s", async (_, body, headers) => {
    const before = (await server.context.store.users.list()).length;
    expectProblem(await api.send("POST", "/users", body, headers), "400 invalid_request");
    expect((await server.context.store.users.list()).length).toBe(before);
  });

  test("nothing of what was sent comes back", async () => {
    const marked = "zzmarkzz";
    const answers = [
      await api.get(`/${marked}`),
      await api.get(`/users?${marked}=1`),
      await api.get(`/users?role=${marked}`),
      await api.get(`/users/${marked}`),
      await api.send("POST", "/users", { username: `${marked} ${marked}` }),
      await api.send("POST", "/users", { username: "fine", [marked]: 1 }),
      await api.send("POST", "/users", { username: "fine", role: marked }),
      await api.send("POST", "/users", { username: "fine", email: marked }),
      await api.send("POST", "/clients", { client_name: "x", [marked]: 1, redirect_uris: ["https://a.example/"] }),
      await api.send("POST", "/clients", { client_name: "x", redirect_uris: [`http://${marked}/`] }),
      await apiWith(server, marked).get("/users"),
    ];
    for (const { status, text, headers } of answers) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(text).not.toContain(marked);
      expect([...headers.values()].join()).not.toContain(marked);
    }
  });

  test("a fault of ours is one, too, and tells nothing of itself", async () => {
    const broken = await startTestServer();
    const failing = await administratorApi(broken);
    await broken.context.store.close();
    const answer = await failing.send("POST", "/users", { username: "ann" });
    expect([500, 503]).toContain(answer.status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.text).not.toMatch(/sqlite|drizzle|\.ts/i);
    await broken.stop();
  });
});

describe("an answer that does not fit its schema", () => {
  test("is a fault of ours, and what it holds is not in the log", async () => {
    const plugin = new Elysia().get("/api/v1/misfit", () => ({ client_secret: "pst_cs_told", count: 1.5 }), {
      response: { 200: t.Object({ client_secret: t.String(), count: t.Integer() }) },
    });
    const before = server.logged.length;
    const answer = await composed(server.context, "", plugin).handle(new Request(`${server.address}/api/v1/misfit`));
    expect([answer.status, await answer.text()]).toEqual([500, expect.not.stringContaining("pst_cs_told")]);
    const logged = server.logged.slice(before).join("");
    expect(logged).toContain("an answer does not fit its schema: /count");
    expect(logged).not.toContain("pst_cs_told");
  });
});

describe("below an issuer's path", () => {
  test("the API stands there, and its addresses and challenges with it", async () => {
    const deep = await startTestServer({ POSTERN_ISSUER: "https://nas.example/sso" });
    const asked = async (path: string, init: RequestInit = {}) =>
      fetch(`${deep.address}/sso/api/v1${path}`, { ...init, headers: { host: "nas.example", ...init.headers } });
    const nobody = await asked("/users");
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get("content-type")).toBe("application/problem+json");
    expect(nobody.headers.get("www-authenticate")).toContain(
      'resource_metadata="https://nas.example/.well-known/oauth-protected-resource/sso"',
    );
    const client = await createAdministratorClient(deep);
    const at = { address: `${deep.address}/sso` };
    const authorization = `Bearer ${await ownToken(at, client, "postern:admin")}`;
    for (const username of ["ann", "bob"]) {
      const made = await asked("/users", {
        method: "POST",
        headers: { authorization, ...json },
        body: JSON.stringify({ username }),
      });
      expect(made.headers.get("location")).toStartWith("https://nas.example/sso/api/v1/users/");
    }
    const list = await asked("/users?limit=1", { headers: { authorization } });
    expect(list.headers.get("link")).toBe('</sso/api/v1/users?limit=1&offset=1>; rel="next"');
    expect((await asked("/nothing")).headers.get("content-type")).toBe("application/problem+json");
    await deep.stop();
  });
});
