import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeProtectedHeader } from "jose";
import {
  AuthorizationResponseError,
  clientCredentialsGrantRequest,
  clockSkew,
  deviceAuthorizationRequest,
  deviceCodeGrantRequest,
  getValidatedIdTokenClaims,
  introspectionRequest,
  processClientCredentialsResponse,
  processDeviceAuthorizationResponse,
  processDeviceCodeResponse,
  processIntrospectionResponse,
  processRefreshTokenResponse,
  processResourceDiscoveryResponse,
  processRevocationResponse,
  processUserInfoResponse,
  protectedResourceRequest,
  ResponseBodyError,
  refreshTokenGrantRequest,
  resourceDiscoveryRequest,
  revocationRequest,
  type TokenEndpointResponse,
  userInfoRequest,
  validateApplicationLevelSignature,
  validateAuthResponse,
  validateJwtAccessToken,
  WWWAuthenticateChallengeError,
} from "oauth4webapi";
import { assertionAlgorithms, deviceCodeGrantType, signingAlgorithms } from "../../src/model/client.ts";
import { minutes, numericDate, seconds } from "../../src/time.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { decide } from "../support/devices.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { type ApprovingPerson, createApprovingPerson, formPostOf } from "./approving-person.ts";
import { atHashOf } from "./at-hash.ts";
import { newClientKey } from "./client-keys.ts";
import { clockSkewTo } from "./library-clock.ts";
import { discover, insecure, type Library, newFlow, redeem, setUp } from "./oauth4webapi.ts";
import { startServerBelow } from "./server-below.ts";

const web = { redirect_uri: "https://app.example/cb", scope: "openid profile email offline_access" } as const;
const loopback = { ...web, redirect_uri: "http://127.0.0.1:49152/callback" } as const;
const grantTypes = ["authorization_code", "refresh_token", "client_credentials", deviceCodeGrantType] as const;

let server: TestServer;
let alice: ApprovingPerson;
let site: TestClient;
let app: TestClient;

beforeAll(async () => {
  server = await startTestServer({
    POSTERN_SCOPES: '{"mail.read":"Read your mail"}',
    POSTERN_DEVICE_POLL_INTERVAL: "1s",
  });
  alice = await createApprovingPerson(server);
  site = await createClient(server, { grant_types: grantTypes });
  app = await createClient(server, {
    application_type: "native",
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: ["http://127.0.0.1/callback"],
  });
});
afterAll(() => server.stop());

/** The code flow from the first call to the last. */
async function signIn(library: Library, request: Parameters<typeof newFlow>[1] = web) {
  const flow = await newFlow(library, request);
  const tokens = await redeem(library, flow, await alice.callback(flow.url));
  return { tokens, claims: claimsOf(tokens) };
}

function claimsOf(tokens: TokenEndpointResponse) {
  const claims = getValidatedIdTokenClaims(tokens);
  if (claims === undefined) throw new Error("there is no ID token");
  return claims;
}

const introspect = async ({ as, client, auth }: Library, token: string) =>
  processIntrospectionResponse(as, client, await introspectionRequest(as, client, auth, token, insecure));
const revoke = async ({ as, client, auth }: Library, token: string) =>
  processRevocationResponse(await revocationRequest(as, client, auth, token, insecure));
const ownTokens = async ({ as, client, auth }: Library, scope: string) => {
  const response = await clientCredentialsGrantRequest(as, client, auth, { scope }, insecure);
  return processClientCredentialsResponse(as, client, response);
};
const refresh = async ({ as, client, auth }: Library, token: string) => {
  const response = await refreshTokenGrantRequest(as, client, auth, token, insecure);
  const tokens = await processRefreshTokenResponse(as, client, response);
  await validateApplicationLevelSignature(as, response, insecure);
  return tokens;
};

describe("discovery", () => {
  test("DISC-4.3-issuer, 8414-3.3-issuer, 8414-3.2-ok, 8414-consistent: oauth4webapi discovers the same server by both algorithms", async () => {
    const [openid, oauth] = await Promise.all([discover(server.issuer, "oidc"), discover(server.issuer, "oauth2")]);
    expect(openid.issuer).toBe(server.issuer);
    expect(oauth).toEqual(openid);
  });

  test("8414-3.1-path-insert, DISC-4-path: oauth4webapi discovers an issuer with a path, and signs in there", async () => {
    const below = await startServerBelow("/sso");
    try {
      const bob = await createApprovingPerson(below, "bob");
      const client = await createClient(below);
      for (const algorithm of ["oidc", "oauth2"] as const) {
        const library = await setUp(below, client, { algorithm });
        const flow = await newFlow(library, { ...web, scope: "openid" });
        const tokens = await redeem(library, flow, await bob.callback(flow.url));
        expect(claimsOf(tokens)).toMatchObject({ iss: `${below.address}/sso`, sub: bob.person.user.id });
      }
    } finally {
      await below.stop();
    }
  });

  test("8414-3.3-issuer: oauth4webapi refuses the document under another name for the same server", async () => {
    const elsewhere = server.issuer.replace("localhost", "127.0.0.1");
    await expect(discover(elsewhere)).rejects.toMatchObject({ code: "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED" });
  });

  test("oauth4webapi reads the metadata of the server's own resources (RFC 9728)", async () => {
    const issuer = new URL(server.issuer);
    const resource = await processResourceDiscoveryResponse(issuer, await resourceDiscoveryRequest(issuer, insecure));
    expect(resource).toMatchObject({ resource: server.issuer, authorization_servers: [server.issuer] });
  });
});

describe("the code flow", () => {
  test("9207-2-value, OIDC-3.1.2.1-state, OIDC-3.1.2.1-nonce, IDT-iss, IDT-aud: oauth4webapi signs a person in with PKCE, state, nonce and iss", async () => {
    const { tokens, claims } = await signIn(await setUp(server, site));
    expect(claims).toMatchObject({ iss: server.issuer, aud: site.id, sub: alice.person.user.id, acr: "pwd" });
    expect(tokens).toMatchObject({ token_type: "bearer", expires_in: 3600, scope: web.scope });
  });

  test.each(["client_secret_basic", "client_secret_post"] as const)(
    "OIDC-9-methods, 6749-2.3.1-basic, 6749-2.3.1-post: oauth4webapi authenticates by %s",
    async (method) => {
      const client = await createClient(server, { grant_types: grantTypes, token_endpoint_auth_method: method });
      const library = await setUp(server, client);
      const { tokens } = await signIn(library);
      expect((await introspect(library, tokens.access_token)).active).toBe(true);
    },
  );

  test("6749-2.3.1-basic: oauth4webapi's encoding of an odd secret is read as it was meant", async () => {
    const options = { id: "odd.client_1-2", secret: "a+b c:d%e&f=ü~!*'()" };
    const client = await createClient(server, { grant_types: grantTypes }, options);
    expect(await ownTokens(await setUp(server, client), "mail.read")).toMatchObject({ scope: "mail.read" });
  });

  test.each(assertionAlgorithms)(
    "OIDC-9-private_key_jwt, 2.1-aud-jwt-auth: oauth4webapi authenticates by private_key_jwt with %s",
    async (algorithm) => {
      const key = await newClientKey(algorithm);
      const client = await createClient(server, { grant_types: grantTypes, ...key.metadata });
      const library = await setUp(server, client, { key });
      const { tokens } = await signIn(library);
      await revoke(library, tokens.access_token);
      expect(await introspect(library, tokens.access_token)).toEqual({ active: false });
    },
  );

  test("8252-7.3-port: oauth4webapi signs in as a public client on a loopback port of its own", async () => {
    const { claims } = await signIn(await setUp(server, app), loopback);
    expect(claims.aud).toBe(app.id);
  });

  test.each(signingAlgorithms)(
    "IDT-sign, IDT-at_hash: oauth4webapi verifies an ID token signed with %s",
    async (algorithm) => {
      const client = await createClient(server, { id_token_signed_response_alg: algorithm });
      const { tokens, claims } = await signIn(await setUp(server, client));
      expect(decodeProtectedHeader(tokens.id_token ?? "").alg).toBe(algorithm);
      expect(claims.at_hash).toBe(atHashOf(tokens.access_token, algorithm));
    },
  );

  test("FP-2-form: oauth4webapi reads an answer by form_post", async () => {
    const library = await setUp(server, site);
    const flow = await newFlow(library, { ...web, response_mode: "form_post" });
    const sent = await formPostOf(await alice.authorize(flow.url)).text();
    const tokens = await redeem(library, flow, new URLSearchParams(sent));
    expect(claimsOf(tokens).sub).toBe(alice.person.user.id);
  });

  test("OIDC-3.1.2.1-max_age, OIDC-3.1.2.1-max_age-auth_time: oauth4webapi's max_age brings the sign-in page, and is met", async () => {
    await signIn(await setUp(server, site));
    server.advance(minutes(10));
    const library = await setUp(server, site);
    const stale = await newFlow(library, web);
    const tooOld = redeem(library, stale, await alice.callback(stale.url), { maxAge: 300 });
    await expect(tooOld).rejects.toMatchObject({ code: "OAUTH_JWT_TIMESTAMP_CHECK_FAILED" });
    alice.seen.length = 0;
    const flow = await newFlow(library, { ...web, max_age: "300" });
    const tokens = await redeem(library, flow, await alice.callback(flow.url), { maxAge: 300 });
    expect(alice.seen).toEqual(["sign-in"]);
    expect(claimsOf(tokens).auth_time).toBe(numericDate(server.context.clock.now()));
  });
});

describe("tokens", () => {
  test("UI-get, UI-sub: oauth4webapi fetches claims of the subject it expects, and refuses another's", async () => {
    const { as, client, ...library } = await setUp(server, site);
    const { tokens, claims } = await signIn({ as, client, ...library });
    const fetchAs = async (subject: string) =>
      processUserInfoResponse(as, client, subject, await userInfoRequest(as, client, tokens.access_token, insecure));
    expect(await fetchAs(claims.sub)).toMatchObject({ sub: claims.sub, email: alice.person.user.email ?? "" });
    await expect(fetchAs("somebody-else")).rejects.toMatchObject({ code: "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED" });
  });

  test("6749-6-rotate, 6749-6-replay: oauth4webapi's public client gets a new refresh token each time, and an old one ends the grant", async () => {
    const library = await setUp(server, app);
    const { tokens, claims } = await signIn(library, loopback);
    const first = tokens.refresh_token ?? "";
    const second = await refresh(library, first);
    expect(second.refresh_token).not.toBe(first);
    expect(claimsOf(second).sub).toBe(claims.sub);
    server.advance(minutes(1));
    await expect(refresh(library, first)).rejects.toMatchObject({ error: "invalid_grant", status: 400 });
    await expect(refresh(library, second.refresh_token ?? "")).rejects.toMatchObject({ error: "invalid_grant" });
  });

  test("6749-6-ok, OIDC-12.2-refresh: oauth4webapi's confidential client keeps its refresh token", async () => {
    const library = await setUp(server, site);
    const { tokens, claims } = await signIn(library);
    const token = tokens.refresh_token ?? "";
    for (let round = 0; round < 2; round++) {
      const again = await refresh(library, token);
      expect(again.refresh_token ?? token).toBe(token);
      expect(claimsOf(again)).toMatchObject({ sub: claims.sub, iss: claims.iss, aud: claims.aud });
    }
  });

  test("6749-4.4-cc, 7662-2.2-active, 7009-2.2-200, 7009-2.1-at: oauth4webapi gets a token of its own, looks at it and revokes it", async () => {
    const library = await setUp(server, site);
    const { access_token: token } = await ownTokens(library, "mail.read");
    expect(await introspect(library, token)).toMatchObject({ active: true, scope: "mail.read", client_id: site.id });
    await revoke(library, token);
    expect(await introspect(library, token)).toEqual({ active: false });
    // RFC 7009 §2.2: "invalid tokens do not cause an error response".
    await revoke(library, token);
    await revoke(library, "nobody-ever-issued-this");
  });

  test("8628-3.2-ok, 8628-3.5-pending, 8628-3.5-success: oauth4webapi starts a device, polls it and gets tokens", async () => {
    const { as, client, auth } = await setUp(server, site);
    const request = await deviceAuthorizationRequest(as, client, auth, { scope: "openid" }, insecure);
    const started = await processDeviceAuthorizationResponse(as, client, request);
    const poll = async () => {
      const response = await deviceCodeGrantRequest(as, client, auth, started.device_code, insecure);
      const tokens = await processDeviceCodeResponse(as, client, response);
      await validateApplicationLevelSignature(as, response, insecure);
      return tokens;
    };
    await expect(poll()).rejects.toMatchObject({ error: "authorization_pending", status: 400 });
    await expect(poll()).rejects.toMatchObject({ error: "slow_down", status: 400 });
    server.advance(seconds(6));
    await decide(alice.browser, started.user_code, "approve");
    expect(claimsOf(await poll())).toMatchObject({ aud: site.id, sub: alice.person.user.id });
    await expect(poll()).rejects.toMatchObject({ error: "invalid_grant" });
  });
});

describe("access tokens by RFC 9068", () => {
  test.each(signingAlgorithms)(
    "oauth4webapi validates a JWT access token signed with %s as a resource server",
    async (algorithm) => {
      const client = await createClient(server, {
        grant_types: grantTypes,
        access_token_format: "jwt",
        id_token_signed_response_alg: algorithm,
      });
      const library = await setUp(server, client);
      const { tokens, claims } = await signIn(library);
      const options = { [clockSkew]: clockSkewTo(server), ...insecure };
      const requestWith = (token: string) =>
        new Request("https://mail.example/", { headers: { authorization: `Bearer ${token}` } });
      const validate = (token: string, audience = server.issuer) =>
        validateJwtAccessToken(library.as, requestWith(token), audience, options);
      const people = await validate(tokens.access_token);
      expect(people).toMatchObject({ iss: server.issuer, sub: claims.sub, client_id: client.id, scope: web.scope });
      expect(people.auth_time).toBe(claims.auth_time);
      const { access_token: own } = await ownTokens(library, "mail.read");
      expect(await validate(own)).toMatchObject({ sub: client.id, client_id: client.id, scope: "mail.read" });
      // It is no token for somebody else's server, and an ID token is none at all.
      await expect(validate(own, "https://other.example")).rejects.toMatchObject({
        code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
      });
      await expect(validate(tokens.id_token ?? "")).rejects.toMatchObject({ code: "OAUTH_INVALID_RESPONSE" });
    },
  );
});

describe("refusals", () => {
  test("7636-4.6-mismatch: oauth4webapi reports a wrong code_verifier as invalid_grant", async () => {
    const library = await setUp(server, site);
    const flow = await newFlow(library, web);
    const { codeVerifier } = await newFlow(library, web);
    const answer = redeem(library, { ...flow, codeVerifier }, await alice.callback(flow.url));
    const refusal = await answer.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ResponseBodyError);
    expect(refusal).toMatchObject({ error: "invalid_grant", status: 400 });
  });

  test("6749-2.3-401-header: oauth4webapi reads the challenge that answers a wrong secret at every endpoint", async () => {
    const library = await setUp(server, { ...site, secret: "not-the-secret" });
    for (const call of [ownTokens(library, "mail.read"), introspect(library, "a-token"), revoke(library, "a-token")]) {
      const refusal = await call.catch((error: unknown) => error);
      if (!(refusal instanceof WWWAuthenticateChallengeError)) throw refusal;
      expect(refusal.status).toBe(401);
      expect(refusal.cause).toEqual([{ scheme: "basic", parameters: { realm: server.issuer } }]);
      expect(await refusal.response.json()).toMatchObject({ error: "invalid_client" });
    }
  });

  test("UI-bad-token, 6750-3.1-invalid: oauth4webapi reads the Bearer challenge that answers a dead token", async () => {
    const url = new URL("/auth/userinfo", server.issuer);
    const answer = protectedResourceRequest("no-such-token", "GET", url, undefined, undefined, insecure);
    const refusal = await answer.catch((error: unknown) => error);
    if (!(refusal instanceof WWWAuthenticateChallengeError)) throw refusal;
    expect(refusal.cause).toMatchObject([
      { scheme: "bearer", parameters: { realm: server.issuer, error: "invalid_token" } },
    ]);
  });

  test("7662-2.1-auth: oauth4webapi reads both challenges that a public client's introspection gets", async () => {
    const refusal = await introspect(await setUp(server, app), "a-token").catch((error: unknown) => error);
    if (!(refusal instanceof WWWAuthenticateChallengeError)) throw refusal;
    expect(refusal.cause.map(({ scheme }) => scheme)).toEqual(["basic", "bearer"]);
  });

  test("6749-4.1.2.1-denied, 9207-2-always: oauth4webapi reads the person's no", async () => {
    const library = await setUp(server, site);
    const flow = await newFlow(library, { ...web, prompt: "consent" });
    const callback = await alice.callback(flow.url, "deny");
    const check = () => validateAuthResponse(library.as, library.client, callback, flow.state);
    expect(check).toThrow(AuthorizationResponseError);
    expect(callback.searchParams.get("error")).toBe("access_denied");
  });

  test("9207-3-metadata, 9700-4.4-mixup: oauth4webapi refuses an answer whose iss is another's or missing", async () => {
    const { as, client } = await setUp(server, site);
    const flow = await newFlow({ as, client }, web);
    const callback = await alice.callback(flow.url);
    const otherServer = { ...as, issuer: "https://honest.example" };
    expect(() => validateAuthResponse(otherServer, client, callback, flow.state)).toThrow("iss");
    callback.searchParams.delete("iss");
    expect(() => validateAuthResponse(as, client, callback, flow.state)).toThrow("iss");
  });
});
