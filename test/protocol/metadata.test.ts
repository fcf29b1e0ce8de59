import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { paths } from "../../src/http/paths.ts";
import { uiLocales } from "../../src/languages/languages.ts";
import { clientAuthenticationMethods } from "../../src/model/client.ts";
import { createClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { bodyOf, introspection } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const issuer = "https://nas.example/sso";

let root: TestServer;
let deep: TestServer;

beforeAll(async () => {
  root = await startTestServer({ POSTERN_SCOPES: '{"mail.read":"Read your mail"}' });
  deep = await startTestServer({ POSTERN_ISSUER: issuer, POSTERN_REGISTRATION: "off" });
});
afterAll(async () => {
  await root.stop();
  await deep.stop();
});

const metadata = (server: TestServer = root) => bodyOf(fetch(server.address + paths.authorizationServerMetadata));
const deepMetadata = () => bodyOf(fetch(`${deep.address}/.well-known/oauth-authorization-server/sso`));

describe("where it stands", () => {
  test("8414-3-path-root, 8414-3.2-ok, DISC-4.2-200, 9700-2.6-metadata: a root issuer publishes at the well-known path, 200 and JSON, to everybody", async () => {
    for (const path of [paths.authorizationServerMetadata, paths.openidConfiguration]) {
      const answer = await fetch(root.address + path, { redirect: "error" });
      expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
      expect(await bodyOf(answer)).toMatchObject({ issuer: root.issuer });
    }
  });

  test("8414-3.1-path-insert, 8414-5-oidc-both, DISC-4-path, 8414-consistent: an issuer with a path publishes one document at the appended and the inserted places", async () => {
    const places = [
      "/.well-known/oauth-authorization-server/sso",
      "/.well-known/openid-configuration/sso",
      "/sso/.well-known/oauth-authorization-server",
      "/sso/.well-known/openid-configuration",
    ];
    const bodies = await Promise.all(places.map(async (place) => (await fetch(deep.address + place)).text()));
    expect(new Set(bodies).size).toBe(1);
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ issuer });
  });

  test("8414-unknown-path: the well-known path of another issuer is 404", async () => {
    const strangers = ["", "/", "/other", "/sso/", "/sso/more", "/SSO", "/sso%2f"].map(
      (path) => `/.well-known/oauth-authorization-server${path}`,
    );
    for (const path of [
      ...strangers,
      "/.well-known/openid-configuration",
      "/.well-known/oauth-protected-resource/other",
    ]) {
      expect([path, (await fetch(deep.address + path)).status]).toEqual([path, 404]);
    }
    expect((await fetch(`${root.address}/.well-known/oauth-authorization-server/sso`)).status).toBe(404);
  });

  test("8414-cache, HT-27: it may be cached for five minutes and is revalidated by its ETag", async () => {
    const url = root.address + paths.openidConfiguration;
    const first = await fetch(url);
    const etag = first.headers.get("etag") ?? "";
    expect(first.headers.get("cache-control")).toBe("public, max-age=300");
    expect(etag).toMatch(/^"[\w-]+"$/);
    for (const header of [etag, `"other", ${etag}`, `W/${etag}`, "*"]) {
      const again = await fetch(url, { headers: { "if-none-match": header } });
      expect([again.status, again.headers.get("etag"), await again.text()]).toEqual([304, etag, ""]);
    }
    expect((await fetch(url, { headers: { "if-none-match": '"other"' } })).status).toBe(200);
    const head = await fetch(url, { method: "HEAD" });
    expect([head.status, head.headers.get("etag"), head.headers.get("content-length")]).toEqual([
      200,
      etag,
      first.headers.get("content-length"),
    ]);
  });

  test("8414-cors: any origin may read it", async () => {
    for (const path of [
      paths.authorizationServerMetadata,
      paths.openidConfiguration,
      paths.protectedResourceMetadata,
    ]) {
      const answer = await fetch(root.address + path, { headers: { origin: "https://spa.example" } });
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    }
  });

  test("G-22-issuer-fixed, HT-14: Host and forwarding headers change no address in it", async () => {
    const expected = await (await fetch(`${deep.address}/sso${paths.openidConfiguration}`)).text();
    const { port } = new URL(deep.address);
    for (const headers of [
      { host: "nas.example" },
      { host: `127.0.0.1:${port}` },
      { "x-forwarded-host": "evil.example", forwarded: "host=evil.example;proto=http" },
    ]) {
      expect(await (await fetch(`${deep.address}/sso${paths.openidConfiguration}`, { headers })).text()).toBe(expected);
    }
    expect(
      (await fetch(`${deep.address}/sso${paths.openidConfiguration}`, { headers: { host: "evil.example" } })).status,
    ).toBe(421);
  });
});

describe("what it says", () => {
  test("8414-3.3-issuer, 8414-member-issuer, DISC-4.3-issuer: the issuer is byte for byte the configured one and every iss", async () => {
    expect((await deepMetadata()).issuer).toBe(issuer);
    const client = await createClient(deep, { access_token_format: "jwt" });
    const resourceServer = await createClient(deep, { grant_types: [], resource_server: true });
    const { tokens, accessToken } = await grantTokens(deep, { client: client.client });
    expect(decodeJwt(tokens.id_token ?? "").iss).toBe(issuer);
    expect(decodeJwt(accessToken).iss).toBe(issuer);
    const below = { ...deep, address: `${deep.address}/sso` };
    expect((await bodyOf(introspection(below, resourceServer, accessToken))).iss).toBe(issuer);
  });

  test("8414-2-list, 8414-member-authorization_endpoint, 8414-member-token_endpoint, 8414-member-jwks_uri, 8414-member-device_authorization_endpoint, 8414-member-revocation_endpoint, 8414-member-introspection_endpoint, 8628-4-metadata, RPL-2-metadata: every endpoint stands under the issuer", async () => {
    expect(await deepMetadata()).toMatchObject({
      authorization_endpoint: `${issuer}/auth/authorize`,
      token_endpoint: `${issuer}/auth/token`,
      device_authorization_endpoint: `${issuer}/auth/device`,
      introspection_endpoint: `${issuer}/auth/introspect`,
      revocation_endpoint: `${issuer}/auth/revoke`,
      userinfo_endpoint: `${issuer}/auth/userinfo`,
      end_session_endpoint: `${issuer}/auth/logout`,
      jwks_uri: `${issuer}/auth/jwks.json`,
      service_documentation: `${issuer}/docs`,
    });
  });

  test("8414-member-registration_endpoint, 7591-3-mode: the registration endpoint stands there only while registration is on", async () => {
    expect((await metadata()).registration_endpoint).toBe(`${root.issuer}/auth/register`);
    expect(await deepMetadata()).not.toHaveProperty("registration_endpoint");
  });

  test("8414-member-scopes_supported, DISC-3-recommended: the OpenID scopes, offline_access, the configured ones, and claims", async () => {
    const { scopes_supported, claims_supported, userinfo_endpoint } = await metadata();
    expect(scopes_supported).toEqual([
      "openid",
      "offline_access",
      "profile",
      "email",
      "address",
      "phone",
      "groups",
      "mail.read",
    ]);
    expect(userinfo_endpoint).toBe(`${root.issuer}/auth/userinfo`);
    const expected =
      "sub iss aud exp iat auth_time nonce acr amr at_hash sid name given_name family_name middle_name nickname preferred_username profile picture website gender birthdate zoneinfo locale updated_at email email_verified address phone_number phone_number_verified groups";
    expect([...listOf(claims_supported)].sort()).toEqual(expected.split(" ").sort());
  });

  test("8414-member-response_types_supported, 8414-member-response_modes_supported, 8414-member-grant_types_supported, DISC-3-resp, DISC-3-grants, 6749-4.2-implicit, 6749-4.3-ropc, 2.1-no-implicit, 2.1-no-ropc, 9700-2.4-ropc: code alone, and neither implicit nor password", async () => {
    expect(await metadata()).toMatchObject({
      response_types_supported: ["code"],
      response_modes_supported: ["query", "form_post"],
      grant_types_supported: [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:device_code",
      ],
    });
  });

  test("8414-member-token_endpoint_auth_methods_supported, 8414-member-token_endpoint_auth_signing_alg_values_supported, 8414-member-revocation_endpoint, 8414-member-introspection_endpoint, 2.1-secret-in-body: each endpoint lists its methods and algorithms", async () => {
    const all = [...clientAuthenticationMethods];
    const algorithms = ["EdDSA", "ES256", "PS256", "RS256"];
    expect(all).toContain("none");
    expect(await metadata()).toMatchObject({
      token_endpoint_auth_methods_supported: all,
      token_endpoint_auth_signing_alg_values_supported: algorithms,
      revocation_endpoint_auth_methods_supported: all,
      revocation_endpoint_auth_signing_alg_values_supported: algorithms,
      introspection_endpoint_auth_methods_supported: [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "Bearer",
      ],
      introspection_endpoint_auth_signing_alg_values_supported: algorithms,
    });
  });

  test("8414-member-code_challenge_methods_supported, 7636-metadata, 2.1-s256-mti: exactly S256", async () => {
    expect((await metadata()).code_challenge_methods_supported).toEqual(["S256"]);
  });

  test("9207-3-metadata, 8414-member-authorization_response_iss_parameter_supported: iss in authorization responses is announced", async () => {
    expect((await metadata()).authorization_response_iss_parameter_supported).toBe(true);
  });

  test("8414-member-request_parameter_supported, DISC-3-false: defaults that would be wrong are published as false", async () => {
    expect(await metadata()).toMatchObject({
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
      require_request_uri_registration: false,
      claims_parameter_supported: true,
    });
  });

  test("8414-member-ui_locales_supported, DISC-3-locales: the languages of the pages, in canonical case", async () => {
    const { ui_locales_supported } = await metadata();
    expect(ui_locales_supported).toEqual([...uiLocales]);
    expect(Intl.getCanonicalLocales([...uiLocales])).toEqual([...uiLocales]);
  });

  test("8414-member-oidc, DISC-3-required, DISC-others, SUB-8-public: the members of OpenID Connect Discovery", async () => {
    expect(await metadata()).toMatchObject({
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256", "ES256", "EdDSA"],
      acr_values_supported: ["pwd", "mfa"],
      display_values_supported: ["page", "popup", "touch", "wap"],
      prompt_values_supported: ["none", "login", "consent", "select_account"],
      end_session_endpoint: `${root.issuer}/auth/logout`,
    });
  });

  test("8414-2-list: token lifetimes are an extension member, in seconds by kind, as configured", async () => {
    expect((await metadata()).token_lifetimes).toEqual({
      access_token: 3600,
      refresh_token: 30 * 86400,
      refresh_token_max: 365 * 86400,
      authorization_code: 60,
      id_token: 900,
      device_code: 1800,
    });
    const other = await startTestServer({ POSTERN_ACCESS_TOKEN_TTL: "5m", POSTERN_DEVICE_CODE_TTL: "10m" });
    expect((await metadata(other)).token_lifetimes).toMatchObject({ access_token: 300, device_code: 600 });
    await other.stop();
  });

  test("8414-shape, 8414-3.2-empty, G-15-no-null, DISC-3-https: lists are filled arrays of texts, endpoints absolute URLs under the issuer, nothing is null", async () => {
    for (const [name, value] of Object.entries(await deepMetadata())) {
      if (/_supported$/.test(name) && typeof value !== "boolean") {
        expect([
          name,
          listOf(value).length > 0 && listOf(value).every((item) => typeof item === "string" && item !== ""),
        ]).toEqual([name, true]);
        expect(new Set(listOf(value)).size).toBe(listOf(value).length);
      } else if (/_endpoint$|_uri$|^issuer$|_documentation$/.test(name)) {
        expect([name, String(value).startsWith(issuer), new URL(String(value)).protocol]).toEqual([
          name,
          true,
          "https:",
        ]);
      } else expect([name, typeof value === "boolean" || name === "token_lifetimes"]).toEqual([name, true]);
    }
  });

  test("8414-2-list: a strict client library accepts both documents", async () => {
    const { discoveryRequest, processDiscoveryResponse, allowInsecureRequests } = await import("oauth4webapi");
    for (const algorithm of ["oidc", "oauth2"] as const) {
      const url = new URL(root.issuer);
      const answer = await discoveryRequest(url, { algorithm, [allowInsecureRequests]: true });
      expect((await processDiscoveryResponse(url, answer)).issuer).toBe(root.issuer);
    }
  });
});

test("9728-own: userinfo and the admin API publish their protected resource metadata", async () => {
  expect(await bodyOf(fetch(`${deep.address}/.well-known/oauth-protected-resource/sso`))).toEqual({
    resource: issuer,
    authorization_servers: [issuer],
    jwks_uri: `${issuer}/auth/jwks.json`,
    scopes_supported: [
      "openid",
      "profile",
      "email",
      "address",
      "phone",
      "groups",
      "postern:admin",
      "postern:introspect",
    ],
    bearer_methods_supported: ["header", "body"],
    resource_documentation: `${issuer}/docs`,
  });
  expect(await bodyOf(fetch(root.address + paths.protectedResourceMetadata))).toMatchObject({ resource: root.issuer });
});

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`this is no list: ${JSON.stringify(value)}`);
  return value;
}
