import { afterAll, beforeAll, expect, test } from "bun:test";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { createClient, type TestClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { bodyOf, introspection, refusalOf, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const manyScopes = Object.fromEntries(
  Array.from({ length: 94 }, (_, index) => [`scope.number.${index}`, `Number ${index}`]),
);

let server: TestServer;
let resourceServer: TestClient;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SCOPES: JSON.stringify(manyScopes) });
  resourceServer = await createClient(server, { grant_types: [], resource_server: true });
});
afterAll(() => server.stop());

const isActive = async (token: string) => (await bodyOf(introspection(server, resourceServer, token))).active === true;

/** Every other character changed, one at a time. */
function* changedOnce(token: string): Generator<string> {
  for (let position = 0; position < token.length; position++) {
    const other = token[position] === "A" ? "B" : "A";
    yield token.slice(0, position) + other + token.slice(position + 1);
  }
}

test("G-27-token-charset: tokens use unreserved characters, and keep to their sizes with a hundred scopes", async () => {
  const scope = ["openid", "offline_access", "profile", "email", "address", "phone", ...Object.keys(manyScopes)];
  for (const [access_token_format, most] of [
    ["opaque", 512],
    ["jwt", 4096],
  ] as const) {
    const client = await createClient(server, {
      grant_types: ["authorization_code", "refresh_token"],
      access_token_format,
    });
    const { accessToken, refreshToken } = await grantTokens(server, { client: client.client, scope });
    for (const token of [accessToken, refreshToken, client.secret ?? ""]) expect(token).toMatch(/^[A-Za-z0-9\-._~]+$/);
    expect(accessToken.length).toBeLessThanOrEqual(most);
    expect(refreshToken.length).toBeLessThanOrEqual(128);
    expect(await bodyOf(introspection(server, resourceServer, accessToken))).toMatchObject({ scope: scope.join(" ") });
  }
});

test("G-27-token-charset: opaque tokens name their kind and never repeat", async () => {
  const client = await createClient(server, { grant_types: ["authorization_code", "refresh_token"] });
  const tokens = await Promise.all(Array.from({ length: 50 }, () => grantTokens(server, { client: client.client })));
  for (const { accessToken, refreshToken } of tokens) {
    expect(accessToken).toStartWith("pst_at_");
    expect(refreshToken).toStartWith("pst_rt_");
  }
  expect(new Set(tokens.flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken])).size).toBe(100);
});

test("7662-4-checks: no character of a token can be changed", async () => {
  for (const access_token_format of ["opaque", "jwt"] as const) {
    const client = await createClient(server, { access_token_format, id_token_signed_response_alg: "ES256" });
    const { accessToken } = await grantTokens(server, { client: client.client, scope: ["openid"] });
    expect(await isActive(accessToken)).toBe(true);
    const forged = [...changedOnce(accessToken)];
    const answers = await Promise.all(forged.map(isActive));
    expect(forged.filter((_, index) => answers[index])).toEqual([]);
  }
});

test("9700-4.10-sender-aud, 9068-2.2: a JWT access token is signed, typed at+jwt, and says for whom it is", async () => {
  for (const algorithm of ["RS256", "ES256", "EdDSA"] as const) {
    const client = await createClient(server, { access_token_format: "jwt", id_token_signed_response_alg: algorithm });
    const { accessToken, user } = await grantTokens(server, { client: client.client, scope: ["openid", "profile"] });
    const now = server.context.clock.now() / 1000;
    const { payload } = await jwtVerify(
      accessToken,
      createLocalJWKSet({ keys: (await server.context.keys.jwks()).map((key) => ({ ...key })) }),
      {
        typ: "at+jwt",
        algorithms: [algorithm],
        issuer: server.issuer,
        audience: server.issuer,
        currentDate: new Date(server.context.clock.now()),
      },
    );
    expect(payload).toMatchObject({
      sub: user.id,
      client_id: client.id,
      iat: now,
      exp: now + 3600,
      scope: "openid profile",
      auth_time: now,
      acr: "pwd",
    });
    expect(decodeProtectedHeader(accessToken)).toEqual({ alg: algorithm, typ: "at+jwt", kid: expect.any(String) });
    expect((await userinfo(server, accessToken)).status).toBe(200);
  }
});

test("9068-4: an ID token is no access token, though the same key signed both", async () => {
  const client = await createClient(server, { access_token_format: "jwt" });
  const { tokens, accessToken } = await grantTokens(server, { client: client.client });
  const idToken = tokens.id_token ?? "";
  expect(decodeProtectedHeader(idToken).kid).toBe(decodeProtectedHeader(accessToken).kid);
  expect(await isActive(idToken)).toBe(false);
  expect(await refusalOf(userinfo(server, idToken))).toBe("401 invalid_token");
});

test("8725-3.1: alg none, another key's alg and a missing kid are refused", async () => {
  const client = await createClient(server, { access_token_format: "jwt" });
  const { accessToken } = await grantTokens(server, { client: client.client });
  const [, payload = "", mac = ""] = accessToken.split(".");
  const header = decodeProtectedHeader(accessToken);
  const forge = (changes: object, signature = mac) =>
    `${Buffer.from(JSON.stringify({ ...header, ...changes })).toString("base64url")}.${payload}.${signature}`;
  expect(forge({})).toBe(accessToken);
  for (const forged of [
    forge({ alg: "none" }, ""),
    forge({ alg: "none" }),
    forge({ alg: "HS256" }),
    forge({ alg: "ES256" }),
    forge({ kid: "other" }),
    forge({ kid: undefined }),
    forge({ crit: ["b64"] }),
  ]) {
    expect(await isActive(forged)).toBe(false);
  }
  expect(decodeJwt(accessToken).iss).toBe(server.issuer);
});

test("access tokens outlive a restart and a rotation of every key", async () => {
  const first = await startTestServer();
  const caller = await createClient(first, { grant_types: [], resource_server: true });
  const tokens: string[] = [];
  for (const access_token_format of ["opaque", "jwt"] as const) {
    const client = await createClient(first, { access_token_format });
    tokens.push((await grantTokens(first, { client: client.client })).accessToken);
  }
  await first.context.keys.rotate({ kind: "cli" });
  const second = await first.restart();
  for (const token of tokens) expect((await bodyOf(introspection(second, caller, token))).active).toBe(true);
  await second.stop();
});
