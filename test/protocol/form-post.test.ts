import { afterAll, beforeAll, expect, test } from "bun:test";
import { approve, authorize, openAuthorization, outcomeOf, redeem, refusalIn } from "../support/authorization.ts";
import { type Answer, answerParameters, TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer();
  app = await createClient(server);
  browser = await signedInBrowser(server, await createUser(server));
});
afterAll(() => server.stop());

const formPost = { response_mode: "form_post" };
const answered = async (changes: Readonly<Record<string, string>> = {}, client = app): Promise<Answer> =>
  approve(browser, await authorize(browser, client, { ...formPost, ...changes }));

test("FP-2-form, FP-2-no-query, 9207-2-always: a page with one form to the redirect URI, hidden inputs, our own script and a button", async () => {
  const page = await answered();
  expect([page.status, page.location, page.forms.length]).toEqual([200, undefined, 1]);
  const [form] = page.forms;
  expect([form?.method, form?.action]).toEqual(["post", "https://app.example/cb"]);
  expect(Object.keys(form?.fields ?? {})).toEqual(["code", "state", "iss"]);
  expect(form?.fields).toMatchObject({ state: "af0ifjsldkj", iss: server.issuer });
  expect(page.url).not.toContain("code=");
  expect(page.body).toContain('<script src="/assets/form-post.js" defer');
  expect(page.body).toMatch(/<button class="button" type="submit">Continue<\/button>/);
  expect((await redeem(server, app, form?.fields.code ?? "")).status).toBe(200);
});

test("FP-2-errors, FP-2-no-query: errors travel by the form as well, the user's own no too", async () => {
  const denied = await browser.submit(
    await openAuthorization(browser, app, { ...formPost, prompt: "consent" }),
    "consent",
    { button: "deny" },
  );
  const unknown = await answered({ response_type: "token" });
  const silent = await authorize(new TestBrowser(server), app, { ...formPost, prompt: "none" });
  for (const [page, error] of [
    [denied, "access_denied"],
    [unknown, "unsupported_response_type"],
    [silent, "login_required"],
  ] as const) {
    expect([page.status, page.location]).toEqual([200, undefined]);
    expect(Object.keys(refusalIn(page))).toEqual(["error", "error_description", "state", "iss"]);
    expect(refusalIn(page).error).toBe(error);
  }
});

test("FP-2-errors, FP-2-no-query: an unverified client's too, when the person sends them on", async () => {
  const stranger = await createClient(server, {}, { origin: "registration" });
  const page = await authorize(browser, stranger, { ...formPost, scope: '"' });
  expect(page.status).toBe(400);
  expect(page.forms).toMatchObject([{ id: "onward", method: "post", action: "https://app.example/cb" }]);
  expect(page.forms[0]?.fields).toMatchObject({ error: "invalid_scope", iss: server.issuer });
  expect(page.body).not.toMatch(/\?error=|<script/);
});

test("FP-2-cache, FP-csp: not cached, nothing inline, no form-action", async () => {
  const { headers, body } = await answered();
  expect([headers.get("cache-control"), headers.get("pragma")]).toEqual(["no-store", "no-cache"]);
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'; script-src 'self'");
  expect(policy).not.toContain("form-action");
  expect(body.match(/<script(?! src=)/)).toBeNull();
});

test("FP-escape, XS-04: every value is escaped", async () => {
  const state = "\"><script>alert(1)</script>&amp;'";
  const page = await answered({ state });
  expect(page.body).not.toContain("<script>alert");
  expect(answerParameters(page).state).toBe(state);
  const client = await createClient(server, { redirect_uris: ["https://app.example/cb?a=1&b='2'"] });
  expect((await answered({}, client)).forms[0]?.action).toBe("https://app.example/cb?a=1&b='2'");
});

test("FP-custom-scheme: to what is no web address it is invalid_request by query", async () => {
  const client = await createClient(server, {
    application_type: "native",
    token_endpoint_auth_method: "none",
    redirect_uris: ["com.example.app:/cb", "http://127.0.0.1/cb"],
  });
  const refused = await answered({}, client);
  expect(outcomeOf(refused)).toBe("303 invalid_request");
  expect(refused.location).toStartWith("com.example.app:/cb?error=");
  expect((await answered({ redirect_uri: "http://127.0.0.1:5000/cb" }, client)).forms[0]?.action).toBe(
    "http://127.0.0.1:5000/cb",
  );
});

test("FP-modes, PC-20: query is the other mode; every further one is invalid_request by query", async () => {
  expect(outcomeOf(await answered({ response_mode: "query" }))).toBe("303 code");
  for (const response_mode of [
    "fragment",
    "web_message",
    "jwt",
    "query.jwt",
    "javascript",
    "FORM_POST",
    "form_post query",
  ]) {
    expect(outcomeOf(await answered({ response_mode }))).toBe("303 invalid_request");
  }
  expect(
    outcomeOf(
      await browser.get(
        `/auth/authorize?client_id=${app.id}&redirect_uri=https://app.example/cb&response_mode=form_post&response_mode=form_post`,
      ),
    ),
  ).toBe("303 invalid_request");
});
