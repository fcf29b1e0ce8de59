import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { minutes, seconds } from "../../src/time.ts";
import { deriveRefreshToken } from "../../src/tokens/refresh-token.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { createUser, grantTokens } from "../support/grants.ts";
import {
  bodyOf,
  introspection,
  introspectionByBearer,
  ownToken,
  post,
  refresh,
  refusalOf,
  revocation,
  textOf,
  tokenRequest,
} from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { startWithIntrospection } from "../support/starting-points.ts";

let server: TestServer;
let app: TestClient;
let resourceServer: TestClient;
let machine: TestClient;

const formats = ["opaque", "jwt"] as const;
const inactive = { active: false };

beforeAll(async () => {
  ({ server, app, resourceServer, machine } = await startWithIntrospection());
});
afterAll(() => server.stop());

const seen = (token: string, by: TestClient = resourceServer) => bodyOf(introspection(server, by, token));

describe("the answer", () => {
  test("7662-2.1-token-missing: token missing or empty is invalid_request", async () => {
    for (const fields of [{}, { token: "" }]) {
      const answer = post(server, paths.introspection, fields, { authorization: resourceServer.basic });
      expect(await refusalOf(answer)).toBe("400 invalid_request");
    }
  });

  test("7662-2.1-hint, IN-06: a wrong, unknown or long hint changes nothing", async () => {
    const { accessToken, refreshToken } = await grantTokens(server, { client: app.client });
    for (const token of [accessToken, refreshToken]) {
      const plain = await seen(token, app);
      expect(plain.active).toBe(true);
      for (const hint of ["access_token", "refresh_token", "id_token", "nonsense", "x".repeat(1024)]) {
        expect(await bodyOf(introspection(server, app, token, { token_type_hint: hint }))).toEqual(plain);
      }
    }
  });

  test("7662-2.2-active, 7662-member-active, 7662-member-scope, 7662-member-client_id, 7662-member-username, 7662-member-token_type, 7662-member-exp, 7662-member-sub, 7662-member-aud, 7662-member-iss, 7662-member-jti, 7662-member-acr, 7662-member-sid: a person's access token, opaque or JWT, with exactly these members", async () => {
    for (const access_token_format of formats) {
      const client = await createClient(server, { access_token_format });
      const { accessToken, user } = await grantTokens(server, {
        client: client.client,
        scope: ["openid", "files"],
        sid: "sid-of-a-browser",
        amr: ["pwd", "otp", "mfa"],
      });
      const now = server.context.clock.now() / 1000;
      const answer = await introspection(server, resourceServer, accessToken);
      expect(answer.status).toBe(200);
      const body = await bodyOf(answer);
      expect(body).toEqual({
        active: true,
        scope: "openid files",
        client_id: client.id,
        username: user.username,
        token_type: "Bearer",
        exp: now + 3600,
        iat: now,
        sub: user.id,
        aud: server.issuer,
        iss: server.issuer,
        jti: expect.stringMatching(/^[\w-]{22}$/),
        acr: "mfa",
        auth_time: now,
      });
      expect(accessToken).not.toContain(String(body.jti));
    }
  });

  test("7662-2.2-active, 7662-member-sub, 6749-4.4-sub: a client's own token has the client as its subject and no user", async () => {
    for (const access_token_format of formats) {
      const client = await createClient(server, { grant_types: ["client_credentials"], access_token_format });
      const token = await textOf(tokenRequest(server, client, { grant_type: "client_credentials" }), "access_token");
      const now = server.context.clock.now() / 1000;
      expect(await seen(token)).toEqual({
        active: true,
        client_id: client.id,
        token_type: "Bearer",
        exp: now + 3600,
        iat: now,
        sub: client.id,
        aud: server.issuer,
        iss: server.issuer,
        jti: expect.any(String),
      });
    }
  });

  test("7662-2.2-inactive, IN-14: everything that is no live token is active false and nothing more", async () => {
    const { tokens, accessToken } = await grantTokens(server, { client: app.client });
    const [header, payload, mac] = (tokens.id_token ?? "").split(".");
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url")}.${payload}.`;
    const strangers = [
      "x",
      "pst_at_",
      "pst_rt_",
      `pst_at_${"A".repeat(100)}`,
      `${accessToken.slice(0, -1)}${accessToken.endsWith("A") ? "B" : "A"}`,
      `${accessToken}A`,
      ` ${accessToken}`,
      `pst_ac_${"A".repeat(43)}`,
      tokens.id_token ?? "",
      `${header}.${payload}.${mac?.slice(0, -4)}AAAA`,
      unsigned,
      "eyJ",
      "eyJ..",
      "BCDF-GHJK",
      app.secret ?? "",
      "ü",
      "x".repeat(10_000),
    ];
    for (const stranger of strangers) {
      const answer = await introspection(server, app, stranger);
      expect([stranger, answer.status, await answer.text()]).toEqual([stranger, 200, '{"active":false}']);
    }
  });

  test("7662-2.2-inactive: a JWT of another issuer, signed by a key of its own, is inactive", async () => {
    const other = await startTestServer();
    const client = await createClient(other, { access_token_format: "jwt" });
    const { accessToken } = await grantTokens(other, { client: client.client });
    expect(await seen(accessToken)).toEqual(inactive);
    await other.stop();
  });

  test("7662-4-checks: an access token is active to the second of its end and no longer", async () => {
    for (const access_token_format of formats) {
      const client = await createClient(server, { access_token_format });
      const { accessToken } = await grantTokens(server, { client: client.client });
      server.advance(seconds(3599));
      expect((await seen(accessToken)).active).toBe(true);
      server.advance(seconds(1));
      expect(await seen(accessToken)).toEqual(inactive);
    }
  });

  test("7662-4-checks: it is dead once its user, its client or its grant is", async () => {
    const { store, clock } = server.context;
    const event = { at: clock.now(), actor: { kind: "cli" } } as const;
    for (const access_token_format of formats) {
      const client = await createClient(server, { access_token_format });
      const one = await grantTokens(server, { client: client.client });
      const two = await grantTokens(server, { client: client.client });
      const three = await grantTokens(server, { client: client.client });
      await store.users.setDisabled({ id: one.user.id, at: clock.now(), event: { ...event, name: "user.disabled" } });
      await store.grants.end({ id: two.grant.id, because: "revoked", event: { ...event, name: "grant.ended" } });
      for (const { accessToken } of [one, two]) expect(await seen(accessToken)).toEqual(inactive);
      expect((await seen(three.accessToken)).active).toBe(true);
      await store.clients.setDisabled({
        id: client.client.id,
        at: clock.now(),
        event: { ...event, name: "client.disabled" },
      });
      expect(await seen(three.accessToken)).toEqual(inactive);
    }
  });

  test("7662-2.2-refresh, IN-14, 7662-member-token_type: a refresh token is shown to its own client, without a token_type", async () => {
    const { refreshToken, user } = await grantTokens(server, { client: app.client });
    const now = server.context.clock.now() / 1000;
    expect(await seen(refreshToken, app)).toEqual({
      active: true,
      scope: "openid offline_access",
      client_id: app.id,
      exp: now + 30 * 86400,
      iat: now,
      sub: user.id,
      iss: server.issuer,
      acr: "pwd",
      auth_time: now,
    });
    expect(await seen(refreshToken, resourceServer)).toEqual(inactive);
    expect(
      await bodyOf(
        introspectionByBearer(server, await ownToken(server, machine, "postern:introspect"), { token: refreshToken }),
      ),
    ).toEqual(inactive);
  });

  test("7662-2.2-refresh: an administrator with the scope for it sees refresh tokens of every client", async () => {
    const { refreshToken, user } = await grantTokens(server, { client: app.client });
    const { client: console } = await createClient(server);
    for (const [role, expected] of [
      ["admin", { active: true, username: user.username }],
      // What only an administrator can give is dead in anybody else's token.
      ["user", { error: "invalid_token" }],
    ] as const) {
      const asker = await createUser(server, { role });
      const { accessToken } = await grantTokens(server, {
        client: console,
        user: asker,
        scope: ["postern:introspect"],
      });
      const body = await bodyOf(introspectionByBearer(server, accessToken, { token: refreshToken }));
      expect(body).toMatchObject(expected);
    }
  });

  test("7662-2.2-refresh: a retired refresh token is inactive", async () => {
    const rotating = await createClient(server, {
      grant_types: ["authorization_code", "refresh_token"],
      rotate_refresh_tokens: true,
    });
    const { refreshToken } = await grantTokens(server, { client: rotating.client });
    const next = await textOf(refresh(server, rotating, refreshToken), "refresh_token");
    expect(await seen(refreshToken, rotating)).toEqual(inactive);
    expect((await seen(next, rotating)).active).toBe(true);
  });

  test("7662-2.2-refresh: a token whose MAC is right but whose generation never was is inactive", async () => {
    const { grant } = await grantTokens(server, { client: app.client });
    const key = await server.context.keys.derivation();
    expect(await seen(deriveRefreshToken(key, { grantId: grant.id, generation: 7 }), app)).toEqual(inactive);
  });

  test("7662-2.2-cache: no answer is cached, good or bad", async () => {
    const { accessToken } = await grantTokens(server, { client: app.client });
    const answers = [
      await introspection(server, resourceServer, accessToken),
      await introspection(server, resourceServer, "x"),
      await post(server, paths.introspection, { token: "x" }),
    ];
    for (const { headers } of answers)
      expect([headers.get("cache-control"), headers.get("pragma")]).toEqual(["no-store", "no-cache"]);
  });

  test("7662-4-checks: after revocation it is inactive at once, and another token of the grant is not", async () => {
    const { accessToken, refreshToken } = await grantTokens(server, { client: app.client });
    const second = await textOf(refresh(server, app, refreshToken), "access_token");
    await revocation(server, app, accessToken);
    expect(await seen(accessToken)).toEqual(inactive);
    expect((await seen(second)).active).toBe(true);
  });

  test("introspection notes when a grant was last used", async () => {
    const { accessToken, grant } = await grantTokens(server, { client: app.client });
    server.advance(minutes(7));
    await seen(accessToken);
    expect(server.context.lastUsed.ofGrant(grant.id)).toBe(server.context.clock.now());
  });

  test("introspection notes nothing of a grant that was used within the last minute: it would be written for nothing", async () => {
    const { accessToken, grant } = await grantTokens(server, { client: app.client });
    server.advance(seconds(59));
    await seen(accessToken);
    expect(server.context.lastUsed.ofGrant(grant.id)).toBeUndefined();
    server.advance(seconds(1));
    await seen(accessToken);
    expect(server.context.lastUsed.ofGrant(grant.id)).toBe(server.context.clock.now());
  });
});
