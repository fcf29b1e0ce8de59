import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { paths } from "../../src/http/paths.ts";
import { hours } from "../../src/time.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { bodyOf, introspection, isActive, post, refresh, refusalOf, textOf, userinfo } from "../support/requests.ts";
import type { TestServer } from "../support/server.ts";
import { startWithRefreshTokens } from "../support/starting-points.ts";

let server: TestServer;
let publicClient: TestClient;
let confidential: TestClient;
let resourceServer: TestClient;

beforeAll(async () => {
  ({ server, publicClient, confidential, resourceServer } = await startWithRefreshTokens());
});
afterAll(() => server.stop());

const nextOf = async (client: TestClient, token: string) => textOf(refresh(server, client, token), "refresh_token");

describe("a refresh", () => {
  test("6749-6-ok: a valid refresh token yields a new access token that lives", async () => {
    const { refreshToken, accessToken } = await grantTokens(server, { client: confidential.client });
    const answer = await refresh(server, confidential, refreshToken);
    expect(answer.status).toBe(200);
    const body = await bodyOf(answer);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "openid offline_access" });
    expect(body.access_token).not.toBe(accessToken);
    expect(await isActive(server, resourceServer, String(body.access_token))).toBe(true);
  });

  test("6749-6-missing: without refresh_token it is invalid_request, also where it is empty", async () => {
    for (const token of [undefined, ""]) {
      expect(await refusalOf(refresh(server, confidential, token))).toBe("400 invalid_request");
    }
  });

  test("6749-6-missing, RT-14: every string that is no refresh token is invalid_grant, whatever else it is", async () => {
    const { accessToken, tokens, refreshToken } = await grantTokens(server, { client: confidential.client });
    const strangers = [
      "nonsense",
      "pst_rt_nonsense",
      accessToken,
      tokens.id_token ?? "",
      `pst_ac_${"A".repeat(43)}`,
      `${refreshToken.slice(0, -2)}AA`,
      `${refreshToken}A`,
      refreshToken.toUpperCase(),
    ];
    for (const stranger of strangers)
      expect([stranger, await refusalOf(refresh(server, confidential, stranger))]).toEqual([
        stranger,
        "400 invalid_grant",
      ]);
    expect((await refresh(server, confidential, refreshToken)).status).toBe(200);
  });

  test("6749-6-auth, RT-07: a confidential client must authenticate, a public one must name itself", async () => {
    const ofConfidential = await grantTokens(server, { client: confidential.client });
    const ofPublic = await grantTokens(server, { client: publicClient.client });
    const grant = (refresh_token: string) => ({ grant_type: "refresh_token", refresh_token });
    const unauthenticated = await post(server, paths.token, {
      ...grant(ofConfidential.refreshToken),
      client_id: confidential.id,
    });
    expect(unauthenticated.headers.get("www-authenticate")).toBe(`Basic realm="${server.issuer}"`);
    expect(await refusalOf(unauthenticated)).toBe("401 invalid_client");
    expect(await refusalOf(post(server, paths.token, grant(ofPublic.refreshToken)))).toBe("401 invalid_client");
    const other = await createClient(server, { ...mayRefresh, token_endpoint_auth_method: "none" });
    expect(await refusalOf(refresh(server, other, ofPublic.refreshToken))).toBe("400 invalid_grant");
    expect((await refresh(server, publicClient, ofPublic.refreshToken)).status).toBe(200);
  });

  test("OIDC-12.1-bind, 6749-3.2.1-bind, RT-06: another client's refresh token is invalid_grant and stays as it was", async () => {
    const { refreshToken } = await grantTokens(server, { client: confidential.client });
    const other = await createClient(server, mayRefresh);
    expect(await refusalOf(refresh(server, other, refreshToken))).toBe("400 invalid_grant");
    expect((await refresh(server, confidential, refreshToken)).status).toBe(200);
  });

  test("6749-2.3-grant-allowed: a client that is not registered for refresh_token is unauthorized_client", async () => {
    const { refreshToken } = await grantTokens(server, { client: confidential.client });
    const other = await createClient(server, { grant_types: ["authorization_code"] });
    expect(await refusalOf(refresh(server, other, refreshToken))).toBe("400 unauthorized_client");
  });

  test("RT-15: a refresh token in the query is invalid_request and is not used", async () => {
    const { refreshToken } = await grantTokens(server, { client: publicClient.client });
    const path = `${paths.token}?refresh_token=${refreshToken}`;
    expect(await refusalOf(post(server, path, { grant_type: "refresh_token", client_id: publicClient.id }))).toBe(
      "400 invalid_request",
    );
    expect((await refresh(server, publicClient, refreshToken)).status).toBe(200);
  });

  test("6749-6-charset: refresh tokens are visible ASCII that needs no encoding", async () => {
    const { refreshToken } = await grantTokens(server, { client: publicClient.client });
    for (const token of [refreshToken, await nextOf(publicClient, refreshToken)]) {
      expect(token).toMatch(/^pst_rt_[A-Za-z0-9._~-]{64,128}$/);
    }
  });
});

describe("scope", () => {
  const scope = ["openid", "offline_access", "mail.read", "mail.send"];

  test("6749-6-scope, RT-09: it narrows one access token, and the next may have the whole again", async () => {
    const { refreshToken } = await grantTokens(server, { client: confidential.client, scope });
    const narrow = await bodyOf(refresh(server, confidential, refreshToken, { scope: "mail.read" }));
    expect(narrow.scope).toBe("mail.read");
    expect(await bodyOf(introspection(server, resourceServer, String(narrow.access_token)))).toMatchObject({
      active: true,
      scope: "mail.read",
    });
    expect(await bodyOf(refresh(server, confidential, refreshToken))).toMatchObject({ scope: scope.join(" ") });
  });

  test("6749-6-scope, RT-08, 9700-4.14-rt-bind: a scope beyond the grant is invalid_scope and spends nothing", async () => {
    const { refreshToken } = await grantTokens(server, { client: publicClient.client, scope: ["openid", "mail.read"] });
    for (const wider of ["openid mail.read mail.send", "unheard.of", "profile"]) {
      expect(await refusalOf(refresh(server, publicClient, refreshToken, { scope: wider }))).toBe("400 invalid_scope");
    }
    expect((await refresh(server, publicClient, refreshToken)).status).toBe(200);
  });

  test("7592-2.2-effects: what a client may no longer ask for is left out of a refresh", async () => {
    const client = await createClient(server, { ...mayRefresh, scope: "openid mail.read mail.send" });
    const { refreshToken } = await grantTokens(server, {
      client: client.client,
      scope: ["openid", "mail.read", "mail.send"],
    });
    const { clock, store } = server.context;
    await store.clients.update({
      id: client.client.id,
      metadata: { ...client.client.metadata, scope: "openid mail.read" },
      forgetConsents: false,
      event: { at: clock.now(), name: "client.updated", actor: { kind: "cli" } },
    });
    expect(await bodyOf(refresh(server, client, refreshToken))).toMatchObject({ scope: "openid mail.read" });
    expect(await refusalOf(refresh(server, client, refreshToken, { scope: "mail.send" }))).toBe("400 invalid_scope");
  });
});

describe("OpenID", () => {
  test("OIDC-12.2-refresh: the new ID token keeps who and when, has a new iat and no nonce", async () => {
    const granted = await grantTokens(server, {
      client: confidential.client,
      nonce: "n-1",
      sid: "sid-1",
      amr: ["pwd", "mfa"],
    });
    server.advance(hours(1));
    const before = decodeJwt(granted.tokens.id_token ?? "");
    const after = decodeJwt(await textOf(refresh(server, confidential, granted.refreshToken), "id_token"));
    for (const claim of ["iss", "sub", "aud", "auth_time", "acr", "amr", "sid"])
      expect([claim, after[claim]]).toEqual([claim, before[claim]]);
    expect(after.iat).toBe((before.iat ?? 0) + 3600);
    expect(before.nonce).toBe("n-1");
    expect(after).not.toHaveProperty("nonce");
  });

  test("OIDC-12.2-refresh: without openid there is no ID token, in the grant or in the narrowed scope", async () => {
    const plain = await grantTokens(server, { client: confidential.client, scope: ["mail.read"] });
    expect(await bodyOf(refresh(server, confidential, plain.refreshToken))).not.toHaveProperty("id_token");
    const openid = await grantTokens(server, { client: confidential.client, scope: ["openid", "mail.read"] });
    expect(await bodyOf(refresh(server, confidential, openid.refreshToken, { scope: "mail.read" }))).not.toHaveProperty(
      "id_token",
    );
  });

  test("OIDC-12-consistency: metadata lists refresh_token since such tokens are issued", async () => {
    const metadata = await bodyOf(fetch(server.address + paths.openidConfiguration));
    expect(metadata.grant_types_supported).toContain("refresh_token");
  });

  test("6749-6-ok: the refreshed access token opens userinfo", async () => {
    const { refreshToken, user } = await grantTokens(server, { client: confidential.client });
    const answer = await userinfo(server, await textOf(refresh(server, confidential, refreshToken), "access_token"));
    expect(await bodyOf(answer)).toMatchObject({ sub: user.id });
  });
});
