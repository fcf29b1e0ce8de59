import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { createPublicKey, verify } from "node:crypto";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { paths } from "../../src/http/paths.ts";
import type { User } from "../../src/model/user.ts";
import {
  approve,
  authorizationCode,
  authorize,
  flowTokens,
  openAuthorization,
  redeem,
} from "../support/authorization.ts";
import { answerParameters, type TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import { bodyOf, introspection, refresh, refusalOf, textOf, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;
let alice: User;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer();
  app = await createClient(server, { grant_types: ["authorization_code", "refresh_token"] });
});
afterAll(() => server.stop());
beforeEach(async () => {
  alice = await createUser(server);
  browser = await signedInBrowser(server, alice);
});

const invalidGrant = "400 invalid_grant";
const isActive = async (token: unknown) => (await bodyOf(introspection(server, app, String(token)))).active;

test("OIDC-3.1.3.3-resp, 6749-5.1-success, G-16-cache: the whole answer, not to be cached", async () => {
  const answer = await redeem(
    server,
    app,
    await authorizationCode(browser, app, { scope: "openid offline_access", prompt: "consent" }),
  );
  expect([answer.status, answer.headers.get("cache-control"), answer.headers.get("pragma")]).toEqual([
    200,
    "no-store",
    "no-cache",
  ]);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(await bodyOf(answer)).toEqual({
    access_token: expect.stringMatching(/^pst_at_/),
    token_type: "Bearer",
    expires_in: 3600,
    refresh_token: expect.stringMatching(/^pst_rt_/),
    scope: "openid offline_access",
    id_token: expect.any(String),
  });
});

test("IDT-sign, IDT-sub, IDT-sid, OIDC-3.1.2.1-nonce: the ID token is of this person, this session and this request, signed by a published key", async () => {
  const nonce = "n".repeat(400);
  const tokens = await flowTokens(server, browser, app, { nonce });
  const idToken = String(tokens.id_token);
  const { sub, sid, auth_time: authTime, nonce: returned } = decodeJwt(idToken);
  const [session] = await server.context.store.sessions.list(alice.id);
  expect({ sub, sid, authTime, returned }).toEqual({
    sub: alice.id,
    sid: session?.id ?? "",
    authTime: Math.floor((session?.authTime ?? 0) / 1000),
    returned: nonce,
  });
  const { kid, alg } = decodeProtectedHeader(idToken);
  expect(alg).toBe("RS256");
  const { keys } = (await bodyOf(fetch(server.issuer + paths.jwks))) as { keys: JsonWebKey[] & { kid: string }[] };
  const key = createPublicKey({ key: keys.find((one) => "kid" in one && one.kid === kid) ?? {}, format: "jwk" });
  const [header, payload, signature = ""] = idToken.split(".");
  expect(verify("sha256", Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, "base64url"))).toBe(true);
});

test("OIDC-3.1.2.1-nonce: a nonce of 1024 bytes is kept whole, a longer one is refused and never cut", async () => {
  const nonce = "é".repeat(512);
  expect(decodeJwt(String((await flowTokens(server, browser, app, { nonce })).id_token)).nonce).toBe(nonce);
  const answer = await authorize(browser, app, { nonce: `${nonce}x` });
  expect(answerParameters(answer).error).toBe("invalid_request");
});

test("6749-5.1-rt-when, OFF-11-other: a refresh token needs the client's registration", async () => {
  const none = await createClient(server);
  const tokens = await flowTokens(server, browser, none, { scope: "openid offline_access", prompt: "consent" });
  expect(tokens).not.toHaveProperty("refresh_token");
  expect(tokens.scope).toBe("openid");
  expect(await flowTokens(server, browser, app, { scope: "profile" })).toHaveProperty("refresh_token");
});

test("OFF-11-grant, OFF-11-web, OFF-11-other, 6749-6-events: with offline_access a refresh token outlives the session, without it dies with it", async () => {
  const offline = await flowTokens(server, browser, app, { scope: "openid offline_access", prompt: "consent" });
  const bound = await flowTokens(server, browser, app, { scope: "openid", prompt: "consent" });
  const page = await browser.get(paths.endSession);
  await browser.submit(page, "sign-out");
  expect((await refresh(server, app, String(offline.refresh_token))).status).toBe(200);
  expect(await refusalOf(refresh(server, app, String(bound.refresh_token)))).toBe(invalidGrant);
  expect(await isActive(bound.access_token)).toBe(false);
});

test("OFF-11-other: a code that is not redeemed before the sign-out makes no session-bound grant", async () => {
  const code = await authorizationCode(browser, app);
  await browser.submit(await browser.get(paths.endSession), "sign-out");
  expect(await refusalOf(redeem(server, app, code))).toBe(invalidGrant);
});

test("OFF-11-ignore, OFF-11-web: where no consent page was shown, offline_access is left out without an error", async () => {
  const trusted = await createClient(server, {
    grant_types: ["authorization_code", "refresh_token"],
    first_party: true,
  });
  expect((await flowTokens(server, browser, trusted, { scope: "openid offline_access" })).scope).toBe("openid");
  const asked = await openAuthorization(browser, trusted, { scope: "openid offline_access", prompt: "consent" });
  expect(asked.body).toContain('data-scope="offline_access"');
  const code = answerParameters(await approve(browser, asked)).code ?? "";
  expect(await textOf(redeem(server, trusted, code), "scope")).toBe("openid offline_access");
});

test("OIDC-5.5.1-essential, OIDC-5.5.1-value, OIDC-5.5-claims: of the claims that were asked for, those that fit are there", async () => {
  const claims = JSON.stringify({
    id_token: {
      phone_number: { essential: true },
      email: { value: "ada@example.org" },
      name: { value: "Somebody Else" },
      preferred_username: { values: ["x"] },
    },
    userinfo: { name: null, unknown: { essential: true } },
    other: 1,
  });
  const tokens = await flowTokens(server, browser, app, { claims });
  const idToken = decodeJwt(String(tokens.id_token));
  expect(idToken.email).toBe("ada@example.org");
  for (const name of ["phone_number", "name", "preferred_username"]) expect(idToken).not.toHaveProperty(name);
  expect(await bodyOf(userinfo(server, String(tokens.access_token)))).toEqual({ sub: alice.id, name: "Ada Lovelace" });
});

test("OFF-11-grant, 6749-5.1-rt-when: a client that loses the refresh token grant meanwhile has no offline access", async () => {
  const client = await createClient(server, { grant_types: ["authorization_code", "refresh_token"] });
  const code = await authorizationCode(browser, client, { scope: "openid offline_access", prompt: "consent" });
  const { store, clock } = server.context;
  const event = { at: clock.now(), name: "client.updated", actor: { kind: "system" } } as const;
  const metadata = { ...client.client.metadata, grant_types: ["authorization_code"] } as const;
  await store.clients.update({ id: client.client.id, metadata, forgetConsents: false, event });
  const tokens = await bodyOf(redeem(server, client, code));
  expect(tokens).toMatchObject({ scope: "openid" });
  expect(tokens).not.toHaveProperty("refresh_token");
});
