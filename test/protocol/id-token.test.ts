import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { createClient, type TestClient } from "../support/clients.ts";
import { createUser, grantTokens } from "../support/grants.ts";
import { bodyOf, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_ID_TOKEN_TTL: "10m" });
  app = await createClient(server, { grant_types: ["authorization_code", "refresh_token"] });
});
afterAll(() => server.stop());

const idTokenFor = async (given: Omit<Parameters<typeof grantTokens>[1], "client"> = {}) => {
  const granted = await grantTokens(server, { client: app.client, ...given });
  return { ...granted, idToken: granted.tokens.id_token ?? "", claims: decodeJwt(granted.tokens.id_token ?? "") };
};

test("IDT-iss, IDT-aud, IDT-azp, IDT-exp-iat, IDT-auth_time, IDT-no-profile, IDT-empty: it has these claims and no others", async () => {
  const user = await createUser(server);
  const { claims } = await idTokenFor({ user, scope: ["openid", "profile", "email"], sid: "a-browser" });
  const now = server.context.clock.now() / 1000;
  expect(claims).toEqual({
    iss: server.issuer,
    sub: user.id,
    aud: app.id,
    iat: now,
    exp: now + 600,
    auth_time: now,
    acr: "pwd",
    amr: ["pwd"],
    at_hash: expect.any(String),
    sid: "a-browser",
  });
});

test("IDT-sub, 9700-4.15-client-as-user: the subject is 128 random bits that tell nothing of the user and are stable", async () => {
  const user = await createUser(server, { username: "ada" });
  const [first, second] = [await idTokenFor({ user }), await idTokenFor({ user })];
  expect(first.claims.sub).toMatch(/^[\w-]{22}$/);
  expect(second.claims.sub).toBe(first.claims.sub);
  expect((await idTokenFor()).claims.sub).not.toBe(first.claims.sub);
  expect(await bodyOf(userinfo(server, first.accessToken))).toMatchObject({ sub: first.claims.sub });
});

test("IDT-nonce, OIDC-3.1.2.1-nonce: the nonce is as it was sent, and absent where none was", async () => {
  const nonce = `${"n".repeat(384)}~%"ü`;
  expect((await idTokenFor({ nonce })).claims.nonce).toBe(nonce);
  expect((await idTokenFor()).claims).not.toHaveProperty("nonce");
});

test("IDT-acr-amr: acr is from the published list, amr are registered names", async () => {
  const { claims } = await idTokenFor({ amr: ["pwd", "otp", "mfa"] });
  expect(claims).toMatchObject({ acr: "mfa", amr: ["pwd", "otp", "mfa"] });
});

test("IDT-at_hash: the left half of the access token's hash, for each algorithm", async () => {
  for (const [algorithm, digest] of [
    ["RS256", "sha256"],
    ["ES256", "sha256"],
    ["EdDSA", "sha512"],
  ] as const) {
    const client = await createClient(server, { id_token_signed_response_alg: algorithm });
    const { tokens, accessToken } = await grantTokens(server, { client: client.client });
    const whole = createHash(digest).update(accessToken).digest();
    expect(decodeJwt(tokens.id_token ?? "").at_hash).toBe(whole.subarray(0, whole.length / 2).toString("base64url"));
  }
});

test("IDT-sid: the session is named where the grant came from one", async () => {
  expect((await idTokenFor({ sid: "a-browser" })).claims.sid).toBe("a-browser");
});

test("IDT-typ: the JOSE type is JWT", async () => {
  expect(decodeProtectedHeader((await idTokenFor()).idToken).typ).toBe("JWT");
});

test("OIDC-5.5-claims: what the claims parameter asks for by name stands in it, and nothing that has no value", async () => {
  const claims = JSON.stringify({ id_token: { email: null, nickname: null, iss: { value: "https://evil.example" } } });
  const token = (await idTokenFor({ claims })).claims;
  expect(token).toMatchObject({ email: "ada@example.org", iss: server.issuer });
  expect(token).not.toHaveProperty("nickname");
});

test("OIDC-3.1.2.1-openid: without openid there is none", async () => {
  const { tokens } = await grantTokens(server, { client: app.client, scope: ["profile"] });
  expect(tokens).not.toHaveProperty("id_token");
});
