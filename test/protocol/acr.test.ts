import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { minutes, seconds } from "../../src/time.ts";
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
import { TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { bodyOf, post, refresh } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { createPersonWithTotp, signInWithTotp } from "../support/totp.ts";

let server: TestServer;
let app: TestClient;
let plain: TestPerson;
let strong: Awaited<ReturnType<typeof createPersonWithTotp>>;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SCOPES: '{"mail":"Read mail"}', POSTERN_SESSION_TTL: "30d" });
  app = await createClient(server, mayRefresh);
  plain = await createPerson(server, { username: "plain" });
  strong = await createPersonWithTotp(server, { username: "strong" });
});
afterAll(() => server.stop());

/** A browser of somebody who has allowed everything. */
async function browserOf(person: TestPerson): Promise<TestBrowser> {
  const browser = new TestBrowser(server);
  const page = await openAuthorization(browser, app, { scope: "openid mail" });
  const answer = person === strong ? await signInWithTotp(browser, page, strong) : await browser.signIn(page, person);
  await approve(browser, answer);
  return browser;
}

const acrIn = async (browser: TestBrowser, changes: Parameters<typeof authorize>[2]) =>
  decodeJwt(await redeemedIdToken(server, app, await authorize(browser, app, changes))).acr;
const essential = (...values: string[]) => ({
  claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }),
});
const errorOf = async (browser: TestBrowser, changes: Parameters<typeof authorize>[2]) =>
  refusalIn(await authorize(browser, app, changes)).error;

describe("with openid", () => {
  test("OIDC-3.1.2.1-acr_values, US-16: a wish asks for a factor that is there, and is passed over where there is none", async () => {
    for (const acr_values of ["mfa", "phr mfa pwd", "urn:x"]) {
      expect(await acrIn(await browserOf(plain), { acr_values })).toBe("pwd");
      expect(await acrIn(await browserOf(strong), { acr_values })).toBe("mfa");
    }
  });

  test("REG-2-max_age: default_acr_values is a wish, too", async () => {
    const wishing = await createClient(server, { default_acr_values: ["mfa"] });
    const browser = await browserOf(plain);
    const granted = await approve(browser, await openAuthorization(browser, wishing));
    expect(decodeJwt(await redeemedIdToken(server, wishing, granted)).acr).toBe("pwd");
  });

  test("OIDC-5.5.1.1-acr, US-16: an essential one is reached by a factor, or unmet_authentication_requirements", async () => {
    expect(await acrIn(await browserOf(strong), essential("mfa"))).toBe("mfa");
    expect(await errorOf(await browserOf(plain), essential("mfa"))).toBe("unmet_authentication_requirements");
    expect(await errorOf(await browserOf(plain), { ...essential("mfa"), prompt: "none" })).toBe(
      "unmet_authentication_requirements",
    );
    expect(await errorOf(await browserOf(strong), essential("pwd"))).toBe("unmet_authentication_requirements");
    const stranger = new TestBrowser(server);
    const page = await openAuthorization(stranger, app, essential("mfa"));
    expect(pageOf(page)).toBe("sign-in");
    expect(refusalIn(await approve(stranger, page, plain)).error).toBe("unmet_authentication_requirements");
  });

  test("OIDC-3.1.2.1-max_age, S-09-second-factor: with a factor, too, an old authentication is renewed whole", async () => {
    const browser = await browserOf(strong);
    server.advance(minutes(2));
    const page = await openAuthorization(browser, app, { max_age: "60" });
    expect(pageOf(page)).toBe("sign-in");
    const shownAt = server.context.clock.now() / 1000;
    const answer = await approve(browser, await signInWithTotp(browser, page, strong));
    const claims = decodeJwt(await redeemedIdToken(server, app, answer));
    expect([claims.auth_time, claims.acr]).toEqual([shownAt, "mfa"]);
  });
});

describe("without openid", () => {
  test("9470-4-request, 9470-5-unmet: acr_values is reached or refused, and max_age renews", async () => {
    const asked = { scope: "mail", acr_values: "phr mfa" };
    expect(outcomeOf(await authorize(await browserOf(strong), app, asked))).toBe("303 code");
    expect(await errorOf(await browserOf(plain), asked)).toBe("unmet_authentication_requirements");
    expect(await errorOf(new TestBrowser(server), { scope: "mail", acr_values: "phr" })).toBe(
      "unmet_authentication_requirements",
    );
    expect(outcomeOf(await authorize(await browserOf(plain), app, { scope: "mail", acr_values: "pwd mfa" }))).toBe(
      "303 code",
    );
    const browser = await browserOf(plain);
    server.advance(seconds(2));
    expect(pageOf(await openAuthorization(browser, app, { scope: "mail", max_age: "1" }))).toBe("sign-in");
  });

  test("9470-6-claims: introspection says acr and auth_time of the sign-in, and a refresh changes neither", async () => {
    const browser = await browserOf(strong);
    const at = server.context.clock.now() / 1000;
    const tokens = await flowTokens(server, browser, app, { scope: "mail" });
    const guard = await createClient(server, { grant_types: [], resource_server: true });
    const introspected = async (token: unknown) =>
      bodyOf(post(server, "/auth/introspect", { token: String(token) }, { authorization: guard.basic }));
    const before = await introspected(tokens.access_token);
    expect(before).toMatchObject({ active: true, acr: "mfa" });
    server.advance(minutes(10));
    const again = await bodyOf(refresh(server, app, String(tokens.refresh_token)));
    expect(await introspected(again.access_token)).toMatchObject({ acr: before.acr, auth_time: before.auth_time });
    expect(Number(before.auth_time)).toBeLessThanOrEqual(at);
    const jwtApp = await createClient(server, { access_token_format: "jwt" });
    const jwt = await flowTokens(server, browser, jwtApp, { scope: "mail" });
    expect(decodeJwt(String(jwt.access_token))).toMatchObject({ acr: "mfa", auth_time: before.auth_time });
  });
});

test("9470-7-metadata, DISC-others: the values that can be reached are published", async () => {
  const metadata = await bodyOf(await fetch(`${server.issuer}/.well-known/oauth-authorization-server`));
  expect(metadata.acr_values_supported).toEqual(["pwd", "mfa"]);
});
