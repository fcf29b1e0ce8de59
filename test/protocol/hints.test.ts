import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import type { User } from "../../src/model/user.ts";
import { days, seconds } from "../../src/time.ts";
import { appearanceOf } from "../support/appearance.ts";
import {
  approve,
  authorize,
  openAuthorization,
  outcomeOf,
  pageOf,
  redeemedIdToken,
  refusalIn,
} from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import type { TestPerson } from "../support/people.ts";
import { returningBrowser, startWithTwoPeople } from "../support/returning-person.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;
let alice: TestPerson;
let bob: TestPerson;
let browser: TestBrowser;

beforeAll(async () => {
  ({ server, app, alice, bob } = await startWithTwoPeople());
});
afterAll(() => server.stop());

beforeEach(async () => {
  browser = await returningBrowser(server, app, alice);
});

const idTokenOf = (answer: Answer, client = app) => redeemedIdToken(server, client, answer);
const error = async (changes: Parameters<typeof authorize>[2], visitor = browser) =>
  refusalIn(await authorize(visitor, app, changes)).error;
const hintOf = async (user: User, client = app) =>
  (await grantTokens(server, { client: client.client, user })).tokens.id_token ?? "";

describe("who is expected", () => {
  test("OIDC-3.1.2.1-id_token_hint: the user of the hint goes on, expired as the hint may be", async () => {
    const hint = await hintOf(alice.user);
    server.advance(days(2));
    expect(outcomeOf(await authorize(browser, app, { id_token_hint: hint, prompt: "none" }))).toBe("303 code");
  });

  test("OIDC-3.1.2.1-id_token_hint, US-18: another user, or none, is login_required", async () => {
    const id_token_hint = await hintOf(bob.user);
    expect(await error({ id_token_hint, prompt: "none" })).toBe("login_required");
    expect(await error({ id_token_hint, prompt: "none" }, new TestBrowser(server))).toBe("login_required");
    const page = await openAuthorization(browser, app, { id_token_hint });
    expect(pageOf(page)).toBe("sign-in");
    expect(page.forms[0]?.fields.username).toBe("bob");
    expect(refusalIn(await approve(browser, page, alice)).error).toBe("login_required");
    server.advance(seconds(1));
    const again = await openAuthorization(browser, app, { id_token_hint });
    expect(decodeJwt(await idTokenOf(await approve(browser, again, bob))).sub).toBe(bob.user.id);
  });

  test("OIDC-3.1.2.1-hint-bad: a hint that is forged, foreign, of another client or no ID token is invalid_request", async () => {
    const hint = await hintOf(alice.user);
    const [header = "", payload = "", signature = ""] = hint.split(".");
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = decodeJwt(hint);
    const foreign = await startTestServer();
    const elsewhere = await createClient(foreign, {}, { id: app.id });
    const jwtClient = await createClient(server, { access_token_format: "jwt" });
    const accessToken = (await grantTokens(server, { client: jwtClient.client, user: alice.user })).accessToken;
    for (const id_token_hint of [
      "x",
      "a.b.c",
      `${header}.${payload}.`,
      `${encode({ alg: "none", typ: "JWT" })}.${payload}.`,
      `${encode({ alg: "HS256", typ: "JWT" })}.${payload}.${signature}`,
      `${header}.${encode({ ...claims, sub: bob.user.id })}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -2)}AA`,
      await hintOf(alice.user, await createClient(server)),
      (await grantTokens(foreign, { client: elsewhere.client })).tokens.id_token ?? "",
      accessToken,
    ]) {
      expect(await error({ id_token_hint, prompt: "none" })).toBe("invalid_request");
    }
    await foreign.stop();
  });

  test("OIDC-3.1.2.1-login_hint, US-02: it fills the form, escaped, and tells nothing of who exists", async () => {
    const formWith = async (login_hint: string) => {
      const page = await openAuthorization(new TestBrowser(server), app, { login_hint });
      expect(page.forms[0]?.fields.username).toBe(login_hint.length > 320 ? "" : login_hint);
      return appearanceOf(page.body.replaceAll(login_hint, ""));
    };
    expect(await formWith("alice")).toBe(await formWith("nobody"));
    await formWith("a".repeat(320));
    await formWith("a".repeat(321));
  });

  test("OIDC-5.5.1-sub: a required sub is met or nobody gets tokens", async () => {
    const claimsFor = (sub: unknown) => JSON.stringify({ id_token: { sub } });
    const forBob = { claims: claimsFor({ value: bob.user.id }) };
    expect(
      outcomeOf(await authorize(browser, app, { claims: claimsFor({ value: alice.user.id }), prompt: "none" })),
    ).toBe("303 code");
    expect(
      outcomeOf(await authorize(browser, app, { claims: claimsFor({ values: ["x", alice.user.id] }), prompt: "none" })),
    ).toBe("303 code");
    expect(outcomeOf(await authorize(browser, app, { claims: claimsFor({ essential: true }), prompt: "none" }))).toBe(
      "303 code",
    );
    expect(await error({ ...forBob, prompt: "none" })).toBe("login_required");
    expect(refusalIn(await approve(browser, await authorize(browser, app, forBob), alice)).error).toBe("access_denied");
    server.advance(seconds(1));
    expect(decodeJwt(await idTokenOf(await approve(browser, await authorize(browser, app, forBob), bob))).sub).toBe(
      bob.user.id,
    );
  });

  test("OIDC-5.5.1.1-acr, US-16: an essential acr that cannot be met fails; a wish for one does not", async () => {
    const mfa = { value: "mfa" };
    const acr = (request: unknown) => ({ claims: JSON.stringify({ id_token: { acr: request } }) });
    const beyond = { values: ["phr", "x"], essential: true };
    for (const visitor of [browser, new TestBrowser(server)])
      expect(await error(acr(beyond), visitor)).toBe("unmet_authentication_requirements");
    for (const request of [mfa, { values: ["mfa", "x"] }])
      expect(await error(acr({ ...request, essential: true }))).toBe("unmet_authentication_requirements");
    for (const request of [mfa, { values: ["mfa", "pwd"], essential: true }, { essential: true }, null]) {
      const answer = await approve(browser, await authorize(browser, app, acr(request)));
      expect(decodeJwt(await idTokenOf(answer)).acr).toBe("pwd");
    }
    const voluntary = await authorize(browser, app, { acr_values: "mfa urn:x" });
    expect(decodeJwt(await idTokenOf(voluntary)).acr).toBe("pwd");
  });

  test("OIDC-5.5-claims: a claims parameter that is no JSON of the right types is invalid_request", async () => {
    for (const claims of [
      "{",
      "[]",
      '"x"',
      '{"id_token":[]}',
      '{"id_token":{"sub":1}}',
      '{"userinfo":{"name":{"essential":"yes"}}}',
      '{"id_token":{},"id_token":{}}',
    ]) {
      expect(await error({ claims })).toBe("invalid_request");
    }
  });
});

describe("language", () => {
  test("OIDC-3.1.2.1-ui_locales: the best of the named languages, then the browser's, and never an error", async () => {
    const titleOf = async (ui_locales: string, accept = "en") => {
      const page = await openAuthorization(new TestBrowser(server, { "accept-language": accept }), app, { ui_locales });
      return /<html lang="([a-z]+)"/.exec(page.body)?.[1];
    };
    expect(await titleOf("de-AT sv")).toBe("de");
    expect(await titleOf("sv de")).toBe("de");
    expect(await titleOf("en", "de")).toBe("en");
    expect(await titleOf("sv", "de")).toBe("de");
    expect(await titleOf("!! x_y ", "de;q=0.5")).toBe("de");
    expect(await titleOf(`${"sv ".repeat(300)}de`)).toBe("en");
    const consent = await openAuthorization(browser, app, { ui_locales: "de", prompt: "consent" });
    expect(consent.body).toContain('<html lang="de"');
  });
});
