import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeProtectedHeader } from "jose";
import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  type Configuration,
  clientCredentialsGrant,
  discovery,
  fetchUserInfo,
  None,
  ResponseBodyError,
  refreshTokenGrant,
  tokenIntrospection,
  tokenRevocation,
  WWWAuthenticateChallengeError,
} from "openid-client";
import { assertionAlgorithms, signingAlgorithms } from "../../src/model/client.ts";
import { minutes, numericDate } from "../../src/time.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { type ApprovingPerson, createApprovingPerson, formPostOf } from "./approving-person.ts";
import { asText } from "./as-text.ts";
import { atHashOf } from "./at-hash.ts";
import { newClientKey } from "./client-keys.ts";
import { configure, libraryOptions, newChecks } from "./openid-client.ts";
import { startServerBelow } from "./server-below.ts";

const redirectUri = "https://app.example/cb";
const scope = "openid profile email offline_access";
const grantTypes = ["authorization_code", "refresh_token", "client_credentials"] as const;

let server: TestServer;
let alice: ApprovingPerson;
let web: TestClient;
let app: TestClient;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SCOPES: '{"mail.read":"Read your mail"}' });
  alice = await createApprovingPerson(server);
  web = await createClient(server, {
    grant_types: grantTypes,
    post_logout_redirect_uris: ["https://app.example/signed-out"],
  });
  app = await createClient(server, {
    application_type: "native",
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
    redirect_uris: ["http://127.0.0.1/callback"],
  });
});
afterAll(() => server.stop());

/** The code flow from the first call to the last. */
async function signIn(config: Configuration, more: Readonly<Record<string, string>> = {}) {
  const { checks, parameters } = await newChecks();
  const url = buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope, ...parameters, ...more });
  const tokens = await authorizationCodeGrant(config, await alice.callback(url), checks);
  const claims = tokens.claims();
  if (claims === undefined) throw new Error("there is no ID token");
  return { tokens, claims };
}

/** A callback that came with its code, not yet redeemed. */
async function begin(config: Configuration, more: Readonly<Record<string, string>> = {}) {
  const { checks, parameters } = await newChecks();
  const url = buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope, ...parameters, ...more });
  return { url, checks, callback: await alice.callback(url) };
}

describe("discovery", () => {
  test("DISC-4.3-issuer, DISC-4-path, 8414-3-path-root, 8414-consistent: openid-client discovers the same server by both algorithms", async () => {
    const [openid, oauth] = await Promise.all([
      configure(server, web, { algorithm: "oidc" }),
      configure(server, web, { algorithm: "oauth2" }),
    ]);
    expect(openid.serverMetadata().issuer).toBe(server.issuer);
    expect(JSON.stringify(oauth.serverMetadata())).toBe(JSON.stringify(openid.serverMetadata()));
    expect(openid.serverMetadata().supportsPKCE()).toBe(true);
  });

  test("8414-3.1-path-insert, 8414-3.3-issuer: openid-client discovers an issuer with a path, and signs in there", async () => {
    const below = await startServerBelow("/sso");
    try {
      const client = await createClient(below);
      const bob = await createApprovingPerson(below, "bob");
      for (const algorithm of ["oidc", "oauth2"] as const) {
        const config = await configure(below, client, { algorithm });
        expect(config.serverMetadata().issuer).toBe(`${below.address}/sso`);
        const { checks, parameters } = await newChecks();
        const url = buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: "openid", ...parameters });
        const tokens = await authorizationCodeGrant(config, await bob.callback(url), checks);
        const info = await fetchUserInfo(config, tokens.access_token, bob.person.user.id);
        expect([tokens.claims()?.iss, info.sub]).toEqual([below.issuer, bob.person.user.id]);
      }
    } finally {
      await below.stop();
    }
  });

  test("8414-3.3-issuer: openid-client refuses the document under another name for the same server", async () => {
    const elsewhere = new URL(server.issuer.replace("localhost", "127.0.0.1"));
    const answer = discovery(elsewhere, web.id, undefined, None(), libraryOptions);
    await expect(answer).rejects.toMatchObject({ code: "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED" });
  });
});

describe("the code flow", () => {
  test("9207-2-value, 9207-2.4-idtoken, OIDC-3.1.2.1-state, OIDC-3.1.2.1-nonce, OIDC-3.1.3.3-resp: openid-client signs a person in with PKCE, state, nonce and iss", async () => {
    const config = await configure(server, web);
    const { tokens, claims } = await signIn(config);
    expect(claims).toMatchObject({ iss: server.issuer, aud: web.id, sub: alice.person.user.id, amr: ["pwd"] });
    expect(tokens.token_type).toBe("bearer");
    expect(tokens.scope).toBe(scope);
    expect(tokens.expiresIn()).toBeGreaterThan(3590);
  });

  test.each(["client_secret_basic", "client_secret_post"] as const)(
    "OIDC-9-methods, 6749-2.3.1-basic, 6749-2.3.1-post: openid-client authenticates by %s",
    async (method) => {
      const client = await createClient(server, { grant_types: grantTypes, token_endpoint_auth_method: method });
      const config = await configure(server, client);
      const { tokens } = await signIn(config);
      expect((await tokenIntrospection(config, tokens.access_token)).active).toBe(true);
    },
  );

  test.each(assertionAlgorithms)(
    "OIDC-9-private_key_jwt, 2.1-aud-jwt-auth: openid-client authenticates by private_key_jwt with %s",
    async (algorithm) => {
      const key = await newClientKey(algorithm);
      const client = await createClient(server, { grant_types: grantTypes, ...key.metadata });
      const config = await configure(server, client, { key });
      const { tokens } = await signIn(config);
      // Each call makes an assertion of its own, at each endpoint that asks for one.
      expect((await tokenIntrospection(config, tokens.access_token)).active).toBe(true);
      await tokenRevocation(config, tokens.access_token);
      expect((await tokenIntrospection(config, tokens.access_token)).active).toBe(false);
    },
  );

  test("8252-7.3-port: openid-client signs in as a public client on a loopback port of its own", async () => {
    const config = await configure(server, app);
    const { claims } = await signIn(config, { redirect_uri: "http://127.0.0.1:49152/callback" });
    expect(claims.aud).toBe(app.id);
  });

  test.each(signingAlgorithms)(
    "IDT-sign, IDT-at_hash: openid-client verifies an ID token signed with %s",
    async (algorithm) => {
      const client = await createClient(server, { id_token_signed_response_alg: algorithm });
      const config = await configure(server, client);
      const { tokens, claims } = await signIn(config);
      expect(decodeProtectedHeader(tokens.id_token ?? "")).toMatchObject({ alg: algorithm, typ: "JWT" });
      expect(claims.at_hash).toBe(atHashOf(tokens.access_token, algorithm));
    },
  );

  test("FP-2-form, FP-2-no-query: openid-client reads an answer by form_post", async () => {
    const config = await configure(server, web);
    const { checks, parameters } = await newChecks();
    const request = { redirect_uri: redirectUri, scope, response_mode: "form_post", ...parameters };
    const answer = await alice.authorize(buildAuthorizationUrl(config, request));
    const tokens = await authorizationCodeGrant(config, formPostOf(answer), checks);
    expect(tokens.claims()?.sub).toBe(alice.person.user.id);
  });

  test("UI-get, UI-sub, UI-scope-claims: openid-client fetches claims of the subject it expects, and refuses another's", async () => {
    const config = await configure(server, web);
    const { tokens, claims } = await signIn(config);
    const info = await fetchUserInfo(config, tokens.access_token, claims.sub);
    const { email, displayName } = alice.person.user;
    expect(info).toMatchObject({ sub: claims.sub, name: displayName ?? "", email: email ?? "", email_verified: true });
    const other = fetchUserInfo(config, tokens.access_token, "somebody-else");
    await expect(other).rejects.toMatchObject({ code: "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED" });
  });
});

describe("when the person authenticated", () => {
  test("OIDC-3.1.2.1-max_age, OIDC-3.1.2.1-max_age-auth_time, IDT-auth_time: openid-client's max_age brings the sign-in page, and is met", async () => {
    await signIn(await configure(server, web));
    server.advance(minutes(10));
    const config = await configure(server, web);
    alice.seen.length = 0;
    const { url, checks, callback } = await begin(config, { max_age: "300" });
    expect(url.searchParams.get("max_age")).toBe("300");
    expect(alice.seen).toEqual(["sign-in"]);
    const tokens = await authorizationCodeGrant(config, callback, { ...checks, maxAge: 300 });
    expect(tokens.claims()?.auth_time).toBe(numericDate(server.context.clock.now()));
  });

  test("IDT-auth_time: openid-client learns from auth_time that an old sign-in is too old for it", async () => {
    server.advance(minutes(1));
    await signIn(await configure(server, web), { prompt: "login" });
    const signedIn = server.context.clock.now();
    server.advance(minutes(10));
    const config = await configure(server, web);
    const { claims } = await signIn(config);
    expect(claims.auth_time).toBe(numericDate(signedIn));
    const { checks, callback } = await begin(config);
    const answer = authorizationCodeGrant(config, callback, { ...checks, maxAge: 300 });
    await expect(answer).rejects.toMatchObject({ code: "OAUTH_JWT_TIMESTAMP_CHECK_FAILED" });
  });
});

describe("tokens", () => {
  test("6749-6-rotate, 2.1-rt-public, 6749-6-replay: openid-client's public client gets a new refresh token each time, and the old one is worth nothing", async () => {
    const config = await configure(server, app);
    const { tokens, claims } = await signIn(config, { redirect_uri: "http://127.0.0.1:5000/callback" });
    const first = tokens.refresh_token ?? "";
    const second = await refreshTokenGrant(config, first);
    const third = await refreshTokenGrant(config, second.refresh_token ?? "");
    expect(new Set([first, second.refresh_token, asText(third.refresh_token)]).size).toBe(3);
    // OIDC Core §12.2: the same person.
    expect(third.claims()).toMatchObject({ sub: claims.sub, aud: app.id, auth_time: claims.auth_time ?? -1 });
    server.advance(minutes(1));
    await expect(refreshTokenGrant(config, first)).rejects.toMatchObject({ error: "invalid_grant", status: 400 });
  });

  test("6749-6-ok, OIDC-12.2-refresh, 6749-6-scope: openid-client's confidential client keeps its refresh token", async () => {
    const config = await configure(server, web);
    const { tokens, claims } = await signIn(config);
    const refreshToken = tokens.refresh_token ?? "";
    for (let round = 0; round < 3; round++) {
      const again = await refreshTokenGrant(config, refreshToken);
      expect(again.refresh_token ?? refreshToken).toBe(refreshToken);
      expect(again.claims()?.sub).toBe(claims.sub);
    }
    const narrowed = await refreshTokenGrant(config, refreshToken, { scope: "openid" });
    expect(narrowed.scope).toBe("openid");
    const wider = refreshTokenGrant(config, refreshToken, { scope: "openid mail.read" });
    await expect(wider).rejects.toMatchObject({ error: "invalid_scope" });
  });

  test("6749-4.4-cc, 6749-4.4.3-no-rt, 6749-4.4.2-scope: openid-client gets tokens of its own by client_credentials", async () => {
    const config = await configure(server, web);
    const tokens = await clientCredentialsGrant(config, { scope: "mail.read" });
    expect(tokens).toMatchObject({ token_type: "bearer", scope: "mail.read" });
    expect(tokens.refresh_token).toBeUndefined();
    const introspection = await tokenIntrospection(config, tokens.access_token);
    expect(introspection).toMatchObject({ active: true, sub: web.id, client_id: web.id, iss: server.issuer });
  });

  test("7662-2.2-active, 7009-2.2-200, 7009-2.1-rt: openid-client introspects both kinds of token, and revokes", async () => {
    const config = await configure(server, web);
    const { tokens, claims } = await signIn(config);
    const access = await tokenIntrospection(config, tokens.access_token, { token_type_hint: "access_token" });
    expect(access).toMatchObject({ active: true, sub: claims.sub, client_id: web.id, token_type: "Bearer", scope });
    const refresh = tokens.refresh_token ?? "";
    expect((await tokenIntrospection(config, refresh)).active).toBe(true);
    await tokenRevocation(config, refresh, { token_type_hint: "refresh_token" });
    expect(await tokenIntrospection(config, refresh)).toEqual({ active: false });
    expect(await tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
    await expect(refreshTokenGrant(config, refresh)).rejects.toMatchObject({ error: "invalid_grant" });
  });
});

describe("signing out", () => {
  test("RPL-2-metadata, RPL-2-hint-ok, RPL-2-client_id: openid-client's logout URL ends the session and comes back with state", async () => {
    const config = await configure(server, web);
    const { tokens } = await signIn(config);
    const url = buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? "",
      post_logout_redirect_uri: "https://app.example/signed-out",
      state: "bye",
    });
    expect(url.searchParams.get("client_id")).toBe(web.id);
    const answer = await alice.browser.open(url.href);
    expect(answer.location).toBe("https://app.example/signed-out?state=bye");
    alice.seen.length = 0;
    await signIn(config);
    expect(alice.seen).toContain("sign-in");
  });
});

describe("refusals", () => {
  test("7636-4.6-mismatch: openid-client reports a wrong code_verifier as invalid_grant", async () => {
    const config = await configure(server, web);
    const { callback, checks } = await begin(config);
    const { checks: others } = await newChecks();
    const wrong = { ...checks, pkceCodeVerifier: others.pkceCodeVerifier };
    const refusal = await authorizationCodeGrant(config, callback, wrong).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ResponseBodyError);
    expect(refusal).toMatchObject({ error: "invalid_grant", status: 400 });
  });

  test("6749-2.3-401-header: openid-client reads the challenge that answers a wrong secret", async () => {
    for (const method of ["client_secret_basic", "client_secret_post"] as const) {
      const client = await createClient(server, { grant_types: grantTypes, token_endpoint_auth_method: method });
      const config = await configure(server, { ...client, secret: "not-the-secret" });
      const refusal = await clientCredentialsGrant(config, { scope: "mail.read" }).catch((error: unknown) => error);
      if (!(refusal instanceof WWWAuthenticateChallengeError)) throw refusal;
      expect(refusal.status).toBe(401);
      expect(refusal.cause).toEqual([{ scheme: "basic", parameters: { realm: server.issuer } }]);
      expect(await refusal.response.json()).toMatchObject({ error: "invalid_client" });
    }
  });

  test("UI-bad-token: openid-client reads the Bearer challenge that answers a dead token", async () => {
    const config = await configure(server, web);
    const { tokens, claims } = await signIn(config);
    await tokenRevocation(config, tokens.access_token);
    const refusal = await fetchUserInfo(config, tokens.access_token, claims.sub).catch((error: unknown) => error);
    if (!(refusal instanceof WWWAuthenticateChallengeError)) throw refusal;
    expect(refusal.cause).toMatchObject([{ scheme: "bearer", parameters: { error: "invalid_token" } }]);
  });

  test("6749-4.1.2.1-denied, 9207-2-always: openid-client reads the person's no", async () => {
    const config = await configure(server, web);
    const { checks, parameters } = await newChecks();
    const request = { redirect_uri: redirectUri, scope, prompt: "consent", ...parameters };
    const callback = await alice.callback(buildAuthorizationUrl(config, request), "deny");
    const refusal = await authorizationCodeGrant(config, callback, checks).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(AuthorizationResponseError);
    expect(refusal).toMatchObject({ error: "access_denied" });
  });

  test("9207-3-metadata, 9700-4.4-mixup: openid-client refuses an answer whose iss is another's or missing", async () => {
    const config = await configure(server, web);
    const { callback, checks } = await begin(config);
    const foreign = new URL(callback);
    foreign.searchParams.set("iss", "https://honest.example");
    const bare = new URL(callback);
    bare.searchParams.delete("iss");
    for (const url of [foreign, bare]) {
      await expect(authorizationCodeGrant(config, url, checks)).rejects.toMatchObject({
        code: "OAUTH_INVALID_RESPONSE",
      });
    }
    // The code itself was never shown to the server, and still works.
    expect((await authorizationCodeGrant(config, callback, checks)).claims()?.iss).toBe(server.issuer);
  });
});
