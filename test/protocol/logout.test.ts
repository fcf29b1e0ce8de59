import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { paths } from "../../src/http/paths.ts";
import { days, minutes } from "../../src/time.ts";
import { authorize, flowTokens, outcomeOf, refusalIn } from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createUser, grantTokens } from "../support/grants.ts";
import { post, refresh, refusalOf, textOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;
let browser: TestBrowser;
let hint: string;
let refreshToken: string;

const after = "https://app.example/signed-out?x=1";

beforeAll(async () => {
  server = await startTestServer();
  app = await createClient(server, {
    client_name: "Notes",
    grant_types: ["authorization_code", "refresh_token"],
    post_logout_redirect_uris: [after],
  });
});
afterAll(() => server.stop());
beforeEach(async () => {
  browser = await signedInBrowser(server, await createUser(server));
  const tokens = await flowTokens(server, browser, app);
  hint = String(tokens.id_token);
  refreshToken = String(tokens.refresh_token);
});

const logout = (fields: Readonly<Record<string, string>> = {}, visitor = browser) =>
  visitor.get(`${paths.endSession}?${new URLSearchParams(fields)}`);
const isSignedIn = async (visitor = browser) => (await visitor.get(paths.home)).body.includes("Signed in as");
const asks = ({ status, forms }: Answer) => `${status} ${forms.map(({ id }) => id).join()}`;

test("RPL-2-hint-ok, RPL-2-methods, 9207-1-not-elsewhere, LO-06: a hint of this session ends it and leads to the registered URI, with state and nothing else", async () => {
  const state = '"><script>&x=y';
  const answer = await logout({ id_token_hint: hint, post_logout_redirect_uri: after, state, client_id: app.id });
  expect([answer.status, answer.location]).toEqual([303, `${after}&state=%22%3E%3Cscript%3E%26x%3Dy`]);
  expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^postern=; Path=\/; .*Max-Age=0$/)]);
  expect(await isSignedIn()).toBe(false);
  expect(refusalIn(await authorize(browser, app, { prompt: "none" })).error).toBe("login_required");
});

test("RPL-2-hint-ok: without state there is none, and an expired hint is good", async () => {
  server.advance(minutes(30));
  const answer = await logout({ id_token_hint: hint, post_logout_redirect_uri: after });
  expect([answer.location, await isSignedIn()]).toEqual([after, false]);
});

test("RPL-2-hint-ok: without a URI it ends on a page that says so", async () => {
  const answer = await logout({ id_token_hint: hint });
  expect([answer.status, answer.location]).toEqual([200, undefined]);
  expect(answer.body).toContain("You are signed out");
  expect(await isSignedIn()).toBe(false);
});

test("RPL-2-methods, RPL-2-hint-ok: a form from the client's site, which brings no cookie, goes on as a GET", async () => {
  const answer = await post(server, paths.endSession, {
    id_token_hint: hint,
    post_logout_redirect_uri: after,
    state: "s",
  });
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([303, []]);
  const ended = await browser.get(answer.headers.get("location") ?? "");
  expect([ended.location, await isSignedIn()]).toEqual([`${after}&state=s`, false]);
});

test("RPL-3-bad-uri, LO-02: what is under way leads nowhere any more once the client has lost the URI", async () => {
  const uri = "https://other.example/out";
  const other = await createClient(server, { post_logout_redirect_uris: [uri] });
  const { id_token: own } = await flowTokens(server, browser, other);
  const answer = await post(server, paths.endSession, { id_token_hint: String(own), post_logout_redirect_uri: uri });
  const onward = answer.headers.get("location") ?? "";
  const nobody = new TestBrowser(server);
  expect((await nobody.get(onward)).location).toBe(uri);
  const { store, clock } = server.context;
  await store.clients.setDisabled({
    id: other.client.id,
    at: clock.now(),
    event: { at: clock.now(), name: "client.disabled", actor: { kind: "system" } },
  });
  const stopped = await nobody.get(onward);
  expect([stopped.status, stopped.location]).toEqual([200, undefined]);
});

test("RPL-2-must-ask, LO-01: without a hint the session goes on until the person says yes", async () => {
  for (const page of [await logout(), await logout({ state: "x" }), await logout({ client_id: app.id })]) {
    expect(asks(page)).toBe("200 sign-out");
    expect(await isSignedIn()).toBe(true);
  }
  expect((await logout({ client_id: app.id })).body).toContain("Notes");
  const done = await browser.submit(await logout(), "sign-out");
  expect(done.body).toContain("You are signed out");
  expect(await isSignedIn()).toBe(false);
});

test("RPL-2-must-ask, OIDC-3.1.2.3-csrf: the form needs its own token", async () => {
  const page = await logout();
  const { csrf } = (await logout({}, await signedInBrowser(server, await createUser(server)))).forms[0]?.fields ?? {};
  for (const more of [
    { fields: { csrf: csrf ?? "" } },
    { fields: { csrf: "x" } },
    { headers: { origin: "https://evil.example" } },
  ]) {
    expect(outcomeOf(await browser.submit(page, "sign-out", more))).toBe("403 page");
  }
  expect(await isSignedIn()).toBe(true);
});

test("RPL-2-must-ask: with a hint of another user or session it asks, and leads on after the yes", async () => {
  const visitor = await signedInBrowser(server, await createUser(server));
  const page = await logout({ id_token_hint: hint, post_logout_redirect_uri: after, state: "s" }, visitor);
  expect(asks(page)).toBe("200 sign-out");
  expect(await isSignedIn(visitor)).toBe(true);
  expect((await visitor.submit(page, "sign-out")).location).toBe(`${after}&state=s`);
  expect([await isSignedIn(visitor), await isSignedIn()]).toEqual([false, true]);
});

test("RPL-2-must-ask: with a hint of the same person's other session it asks as well", async () => {
  const { user } = await grantTokens(server, { client: app.client });
  const [here, there] = [await signedInBrowser(server, user), await signedInBrowser(server, user)];
  const ofThere = String((await flowTokens(server, there, app)).id_token);
  expect(asks(await logout({ id_token_hint: ofThere }, here))).toBe("200 sign-out");
  expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([true, true]);
});

test("RPL-3-no-hint-redirect, LO-04: without a hint nobody is redirected, registered as the URI may be", async () => {
  for (const fields of [{ post_logout_redirect_uri: after }, { post_logout_redirect_uri: after, client_id: app.id }]) {
    const page = await logout(fields);
    expect(asks(page)).toBe("200 sign-out");
    const done = await browser.submit(page, "sign-out");
    expect([done.status, done.location]).toEqual([200, undefined]);
    browser = await signedInBrowser(server, await createUser(server));
  }
});

test("RPL-3-bad-uri, LO-02: a URI that is not registered, or registered otherwise, is a 400 page that offers to sign out", async () => {
  for (const uri of [
    "https://evil.example/",
    `${after}&y=2`,
    "https://app.example/signed-out",
    `${after}#f`,
    "https://app.example/cb",
  ]) {
    for (const fields of [{ id_token_hint: hint }, { client_id: app.id }]) {
      const page = await logout({ ...fields, post_logout_redirect_uri: uri });
      expect(asks(page)).toBe("400 sign-out");
      expect(page.location).toBeUndefined();
    }
  }
  expect(await isSignedIn()).toBe(true);
  const done = await browser.submit(
    await logout({ id_token_hint: hint, post_logout_redirect_uri: "https://evil.example/" }),
    "sign-out",
  );
  expect([done.location, await isSignedIn()]).toEqual([undefined, false]);
});

test("RPL-4-bad-hint, LO-03: a forged, changed or foreign hint is a 400 page", async () => {
  const [header = "", payload = "", signature = ""] = hint.split(".");
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const { accessToken } = await grantTokens(server, {
    client: (await createClient(server, { access_token_format: "jwt" })).client,
  });
  for (const id_token_hint of [
    "x",
    `${encode({ alg: "none", typ: "JWT" })}.${payload}.`,
    `${header}.${encode({ ...decodeJwt(hint), sub: "x" })}.${signature}`,
    `${header}.${encode({ ...decodeJwt(hint), iss: "https://evil.example" })}.${signature}`,
    accessToken,
  ]) {
    const page = await logout({ id_token_hint, post_logout_redirect_uri: after });
    expect(asks(page)).toBe("400 sign-out");
  }
  expect(await isSignedIn()).toBe(true);
  expect(
    outcomeOf(await logout({ id_token_hint: "x", post_logout_redirect_uri: after }, new TestBrowser(server))),
  ).toBe("400 page");
  expect((await post(server, paths.endSession, { id_token_hint: "x" })).status).toBe(400);
});

test("RPL-2-client_id, LO-05: a client_id beside a hint must be its audience", async () => {
  const other = await createClient(server, { post_logout_redirect_uris: [after] });
  expect(asks(await logout({ id_token_hint: hint, client_id: other.id, post_logout_redirect_uri: after }))).toBe(
    "400 sign-out",
  );
  expect(await isSignedIn()).toBe(true);
});

test("RPL-2-no-session: without a session a good request leads on, and anything else says signed out, again and again", async () => {
  const nobody = new TestBrowser(server);
  for (const _ of [1, 2]) {
    expect((await logout({ id_token_hint: hint, post_logout_redirect_uri: after, state: "s" }, nobody)).location).toBe(
      `${after}&state=s`,
    );
    const page = await logout({}, nobody);
    expect([page.status, page.body.includes("You are signed out")]).toEqual([200, true]);
  }
});

test("RPL-2-logout_hint: the other parameters are accepted, and the language is honoured", async () => {
  const page = await logout({ logout_hint: "alice", ui_locales: "de", unknown: "x" });
  expect(asks(page)).toBe("200 sign-out");
  expect(page.body).toContain('<html lang="de"');
  expect(outcomeOf(await browser.get(`${paths.endSession}?state=a&state=b`))).toBe("400 page");
});

test("RPL-2-scope-of-logout, 6749-6-events: the session's own refresh tokens end with it, those of other sessions do not", async () => {
  const other = await signedInBrowser(server, await createUser(server));
  const stays = await flowTokens(server, other, app);
  await logout({ id_token_hint: hint });
  expect(await refusalOf(refresh(server, app, refreshToken))).toBe("400 invalid_grant");
  expect(await textOf(refresh(server, app, String(stays.refresh_token)), "access_token")).toStartWith("pst_at_");
  expect((await server.context.store.events.list(3)).map(({ name }) => name)).toContain("session.ended");
});

test("RPL-loopback: the port of a loopback address counts", async () => {
  const native = await createClient(server, {
    application_type: "native",
    post_logout_redirect_uris: ["http://127.0.0.1:5000/out"],
  });
  const visitor = await signedInBrowser(server, await createUser(server));
  const own = String((await flowTokens(server, visitor, native, { redirect_uri: "https://app.example/cb" })).id_token);
  const to = (port: number) =>
    logout({ id_token_hint: own, post_logout_redirect_uri: `http://127.0.0.1:${port}/out` }, visitor);
  expect(asks(await to(5001))).toBe("400 sign-out");
  expect((await to(5000)).location).toBe("http://127.0.0.1:5000/out");
});

test("RPL-size: a hint in the query may have 8 KiB; a longer one is sent by POST", async () => {
  expect(asks(await logout({ id_token_hint: "x".repeat(8192) }))).toBe("400 sign-out");
  expect(outcomeOf(await logout({ id_token_hint: "x".repeat(8193) }))).toBe("400 page");
  const claims = JSON.stringify({ id_token: { profile: null } });
  const person = await createUser(server, { claims: { profile: `https://example.org/${"x".repeat(7000)}` } });
  const visitor = await signedInBrowser(server, person);
  const long = String((await flowTokens(server, visitor, app, { claims })).id_token);
  expect(long.length).toBeGreaterThan(9000);
  const answer = await post(server, paths.endSession, { id_token_hint: long, post_logout_redirect_uri: after });
  expect((await visitor.get(answer.headers.get("location") ?? "")).location).toBe(after);
  server.advance(days(1));
});
