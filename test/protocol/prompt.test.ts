import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { days, minutes, seconds } from "../../src/time.ts";
import {
  approve,
  authorize,
  flowTokens,
  openAuthorization,
  outcomeOf,
  pageOf,
  redeemedIdToken,
  refusalIn,
} from "../support/authorization.ts";
import { type Answer, answerParameters, TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import type { TestPerson } from "../support/people.ts";
import { refresh, textOf } from "../support/requests.ts";
import { returningBrowser, startWithTwoPeople } from "../support/returning-person.ts";
import type { TestServer } from "../support/server.ts";

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

describe("prompt=none", () => {
  test("OIDC-3.1.2.1-prompt-none-ok: who is signed in and has consented is redirected at once with a code", async () => {
    const answer = await authorize(browser, app, { prompt: "none" });
    expect(outcomeOf(answer)).toBe("303 code");
    expect(answer.body).toBe("");
  });

  test("OIDC-3.1.2.1-prompt-none: no page is shown; the error says what is missing", async () => {
    const stranger = new TestBrowser(server);
    expect(await error({ prompt: "none" }, stranger)).toBe("login_required");
    expect(await error({ prompt: "none", scope: "openid email" })).toBe("consent_required");
    expect(await error({ prompt: "none", max_age: "0" })).toBe("login_required");
    expect(await error({ prompt: "none", max_age: "30" })).toBe("login_required");
    const form = await authorize(stranger, app, { prompt: "none", response_mode: "form_post" });
    expect(answerParameters(form).error).toBe("login_required");
  });

  test("UI-11, 6749-10.2-consent, OIDC-3.1.2.4-consent: one scope more than was allowed is consent_required", async () => {
    expect(outcomeOf(await authorize(browser, app, { prompt: "none", scope: "openid profile" }))).toBe("303 code");
    expect(await error({ prompt: "none", scope: "openid profile phone" })).toBe("consent_required");
  });

  test("OIDC-3.1.2.1-prompt-none-iframe: without the Lax cookie, as in a foreign iframe, it is login_required", async () => {
    const inIframe = new TestBrowser(server, { "sec-fetch-dest": "iframe", "sec-fetch-site": "cross-site" });
    expect(await error({ prompt: "none" }, inIframe)).toBe("login_required");
  });

  test("OIDC-3.1.2.1-prompt-none-alone, OIDC-3.1.2.1-prompt-unknown, OIDC-3.1.2.1-prompt-create: none beside another value, unknown values and create are invalid_request", async () => {
    for (const prompt of ["none login", "consent none", "create", "nobody", "Login", "login create"]) {
      expect(await error({ prompt })).toBe("invalid_request");
    }
  });
});

describe("prompt=login and max_age", () => {
  test("OIDC-3.1.2.1-prompt-login: credentials are asked again, and auth_time moves on", async () => {
    const before = decodeJwt(await idTokenOf(await authorize(browser, app, {})));
    const page = await openAuthorization(browser, app, { prompt: "login" });
    expect(pageOf(page)).toBe("sign-in");
    expect(page.forms[0]?.fields.username).toBe("alice");
    server.advance(seconds(5));
    const after = decodeJwt(await idTokenOf(await approve(browser, page, alice)));
    expect(Number(after.auth_time)).toBe(Number(before.auth_time) + 65);
    expect(after).toMatchObject({ sub: before.sub, sid: before.sid });
  });

  test("OIDC-3.1.2.1-prompt-login: another account may sign in where nothing says who is expected", async () => {
    const answer = await approve(browser, await authorize(browser, app, { prompt: "login" }), bob);
    expect(decodeJwt(await idTokenOf(answer)).sub).toBe(bob.user.id);
  });

  test("US-14: asking and not answering leaves the session as it was", async () => {
    await openAuthorization(browser, app, { prompt: "login" });
    const { location = "" } = await authorize(browser, app, { prompt: "login" });
    const handle = new URL(location).searchParams.get("handle") ?? "";
    for (const _ of [1, 2])
      expect(pageOf(await browser.open(`/auth/authorize/continue?handle=${handle}`))).toBe("sign-in");
    const claims = decodeJwt(await idTokenOf(await authorize(browser, app, {})));
    expect(Number(claims.auth_time)).toBe(server.context.clock.now() / 1000 - 60);
  });

  test("OIDC-3.1.2.1-max_age, OIDC-3.1.2.1-max_age-auth_time: older than max_age is renewed, as old as that is not", async () => {
    expect(pageOf(await openAuthorization(browser, app, { max_age: "59" }))).toBe("sign-in");
    for (const max_age of ["60", "10000", "2147483648"]) {
      const claims = decodeJwt(await idTokenOf(await authorize(browser, app, { max_age })));
      expect(Number(claims.auth_time)).toBe(server.context.clock.now() / 1000 - 60);
    }
    const renewed = await approve(browser, await authorize(browser, app, { max_age: "59" }), alice);
    expect(Number(decodeJwt(await idTokenOf(renewed)).auth_time)).toBe(server.context.clock.now() / 1000);
  });

  test("OIDC-3.1.2.1-max_age, US-15: zero always asks, once; nonsense is refused", async () => {
    expect(pageOf(await openAuthorization(browser, app, { max_age: "0" }))).toBe("sign-in");
    expect(outcomeOf(await approve(browser, await authorize(browser, app, { max_age: "0" }), alice))).toBe("303 code");
    for (const max_age of ["-1", "1e3", "99999999999999999999", "abc", "1.5", "2147483649"]) {
      expect(await error({ max_age })).toBe("invalid_request");
    }
  });

  test("OIDC-3.1.2.1-max_age: a client's default_max_age holds where the request names none", async () => {
    const strict = await createClient(server, { default_max_age: 30 });
    expect(pageOf(await openAuthorization(browser, strict))).toBe("sign-in");
    expect(pageOf(await openAuthorization(browser, strict, { max_age: "1000" }))).toBe("consent");
  });

  test("OIDC-3.1.2.1-max_age: a sign-in that was made for the request is fresh enough, however long consent takes", async () => {
    const consent = await browser.follow(
      await browser.signIn(await openAuthorization(browser, app, { max_age: "1", prompt: "consent" }), alice),
    );
    server.advance(minutes(5));
    expect(outcomeOf(await browser.submit(consent, "consent", { button: "approve" }))).toBe("303 code");
  });

  test("OIDC-3.1.2.1-prompt-login: a clock that is set back satisfies nothing", async () => {
    server.advance(days(-1));
    expect(pageOf(await openAuthorization(browser, app, { prompt: "login" }))).toBe("sign-in");
    server.advance(days(1));
  });

  test("OIDC-3.1.2.1-prompt-consent: the consent page is shown again", async () => {
    expect(pageOf(await openAuthorization(browser, app))).toBe("303");
    expect(pageOf(await openAuthorization(browser, app, { prompt: "consent" }))).toBe("consent");
    expect(pageOf(await openAuthorization(browser, app, { prompt: "login consent" }))).toBe("sign-in");
  });

  test("OIDC-3.1.2.1-prompt-login: select_account lets another account be named", async () => {
    const page = await openAuthorization(browser, app, { prompt: "select_account" });
    expect(pageOf(page)).toBe("sign-in");
    expect(page.body).not.toContain("confirm that it is you");
    expect(page.body).not.toContain(`value="${alice.user.username}"`);
    expect(decodeJwt(await idTokenOf(await approve(browser, page, bob))).sub).toBe(bob.user.id);
  });
});

test("OIDC-12.2-refresh, OIDC-3.1.2.1-max_age-auth_time: a refreshed ID token keeps the time of the sign-in", async () => {
  const tokens = await flowTokens(server, browser, app, { scope: "openid profile", max_age: "10000", nonce: "n" });
  const before = decodeJwt(String(tokens.id_token));
  server.advance(minutes(3));
  const after = decodeJwt(await textOf(refresh(server, app, String(tokens.refresh_token)), "id_token"));
  expect(after).toMatchObject({
    iss: before.iss,
    sub: before.sub,
    aud: before.aud,
    auth_time: before.auth_time,
    sid: before.sid,
  });
  expect(after).not.toHaveProperty("nonce");
});
