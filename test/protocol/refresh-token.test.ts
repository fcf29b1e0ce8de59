import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { asSessionId } from "../../src/brand.ts";
import { hashPresented } from "../../src/crypto/hash.ts";
import { paths } from "../../src/http/paths.ts";
import { databasePath } from "../../src/server/instance.ts";
import { days, hours, minutes, seconds } from "../../src/time.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { type Granted, grantTokens } from "../support/grants.ts";
import { bodyOf, introspection, post, refresh, refusalOf, textOf, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const mayRefresh = { grant_types: ["authorization_code", "refresh_token"] as const };

let server: TestServer;
let publicClient: TestClient;
let confidential: TestClient;
let resourceServer: TestClient;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SCOPES: '{"mail.read":"Read your mail","mail.send":"Send mail"}' });
  publicClient = await createClient(server, { ...mayRefresh, token_endpoint_auth_method: "none" });
  confidential = await createClient(server, mayRefresh);
  resourceServer = await createClient(server, { grant_types: [], resource_server: true });
});
afterAll(() => server.stop());

const isActive = async (accessToken: string) =>
  (await bodyOf(introspection(server, resourceServer, accessToken))).active;
const nextOf = async (client: TestClient, token: string) => textOf(refresh(server, client, token), "refresh_token");
const eventNames = async () => (await server.context.store.events.list(20)).map(({ name }) => name);

describe("a refresh", () => {
  test("6749-6-ok: a valid refresh token yields a new access token that lives", async () => {
    const { refreshToken, accessToken } = await grantTokens(server, { client: confidential.client });
    const answer = await refresh(server, confidential, refreshToken);
    expect(answer.status).toBe(200);
    const body = await bodyOf(answer);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "openid offline_access" });
    expect(body.access_token).not.toBe(accessToken);
    expect(await isActive(String(body.access_token))).toBe(true);
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

describe("rotation", () => {
  test("6749-6-rotate, 9700-2.2.2-rt, 2.1-rt-public: a public client gets a new refresh token at each use", async () => {
    const { refreshToken } = await grantTokens(server, { client: publicClient.client });
    const seen = new Set([refreshToken]);
    let current = refreshToken;
    for (let use = 0; use < 5; use++) {
      current = await nextOf(publicClient, current);
      expect(seen.has(current)).toBe(false);
      seen.add(current);
    }
  });

  test("6749-6-rotate: a confidential client keeps its refresh token, and the answer names none", async () => {
    const { refreshToken } = await grantTokens(server, { client: confidential.client });
    for (let use = 0; use < 3; use++) {
      expect(await bodyOf(refresh(server, confidential, refreshToken))).not.toHaveProperty("refresh_token");
      server.advance(minutes(5));
    }
  });

  test("6749-6-rotate, 8252-8.5-secret: native clients and those that ask for it rotate, whatever secret they have", async () => {
    for (const metadata of [{ application_type: "native" }, { rotate_refresh_tokens: true }] as const) {
      const client = await createClient(server, { ...mayRefresh, ...metadata });
      const { refreshToken } = await grantTokens(server, { client: client.client });
      expect(await nextOf(client, refreshToken)).not.toBe(refreshToken);
    }
  });

  test("6749-6-rt-retry, RT-03: within the grace the token before gets the same successor and a fresh access token", async () => {
    const { refreshToken } = await grantTokens(server, { client: publicClient.client });
    const first = await bodyOf(refresh(server, publicClient, refreshToken));
    server.advance(seconds(30));
    const second = await bodyOf(refresh(server, publicClient, refreshToken));
    expect(second.refresh_token).toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    expect(await isActive(String(second.access_token))).toBe(true);
  });

  test("6749-6-replay, RT-04: after the grace a retired token ends the grant, with a security event", async () => {
    const { refreshToken, accessToken } = await grantTokens(server, { client: publicClient.client });
    const successor = await nextOf(publicClient, refreshToken);
    server.advance(seconds(31));
    expect(await refusalOf(refresh(server, publicClient, refreshToken))).toBe("400 invalid_grant");
    expect(await eventNames()).toContain("grant.refresh-replayed");
    expect(await refusalOf(refresh(server, publicClient, successor))).toBe("400 invalid_grant");
    expect(await isActive(accessToken)).toBe(false);
  });

  test("6749-6-replay, RT-01, RT-02: a token whose successor was used ends the grant, within the grace too", async () => {
    const { refreshToken } = await grantTokens(server, { client: publicClient.client });
    const second = await nextOf(publicClient, refreshToken);
    const answer = await bodyOf(refresh(server, publicClient, second));
    expect(await refusalOf(refresh(server, publicClient, refreshToken))).toBe("400 invalid_grant");
    expect(await isActive(String(answer.access_token))).toBe(false);
    expect(await refusalOf(refresh(server, publicClient, String(answer.refresh_token)))).toBe("400 invalid_grant");
  });

  test("6749-6-race, RT-05: twenty refreshes at once give one and the same successor", async () => {
    const { refreshToken } = await grantTokens(server, { client: publicClient.client });
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(server, publicClient, refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    const bodies = await Promise.all(answers.map(bodyOf));
    expect(new Set(bodies.map((body) => body.refresh_token)).size).toBe(1);
    expect(new Set(bodies.map((body) => body.access_token)).size).toBe(20);
  });

  test("6749-6-race, RT-05: without a grace one of them wins, and the grant ends", async () => {
    const strict = await startTestServer({ POSTERN_REFRESH_GRACE: "0" });
    const client = await createClient(strict, { ...mayRefresh, token_endpoint_auth_method: "none" });
    const { refreshToken } = await grantTokens(strict, { client: client.client });
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(strict, client, refreshToken)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const winner = answers.find(({ status }) => status === 200) ?? new Response();
    expect(await refusalOf(refresh(strict, client, await textOf(winner, "refresh_token")))).toBe("400 invalid_grant");
    await strict.stop();
  });

  test("6749-6-rt-retry: the grace stands still while the server is down", async () => {
    const first = await startTestServer();
    const client = await createClient(first, { ...mayRefresh, token_endpoint_auth_method: "none" });
    const { refreshToken } = await grantTokens(first, { client: client.client });
    const successor = await textOf(refresh(first, client, refreshToken), "refresh_token");
    first.advance(seconds(20));
    const second = await first.restart(days(2));
    second.advance(seconds(30));
    expect(await textOf(refresh(second, client, refreshToken), "refresh_token")).toBe(successor);
    second.advance(seconds(1));
    expect(await refusalOf(refresh(second, client, refreshToken))).toBe("400 invalid_grant");
    await second.stop();
  });

  test("6749-5.1-commit: what was answered is committed: another process sees it at once", async () => {
    const { grant, refreshToken } = await grantTokens(server, { client: publicClient.client });
    const database = new Database(databasePath(server.directory), { readonly: true });
    const generation = () =>
      database.query("SELECT refresh_generation AS stored FROM grants WHERE id = ?").get(grant.id);
    expect(generation()).toEqual({ stored: 1 });
    await nextOf(publicClient, refreshToken);
    expect(generation()).toEqual({ stored: 2 });
    database.close();
  });

  test("CR-21: a token that is newer than the database, a restored backup, goes on with a security event", async () => {
    const { grant, refreshToken } = await grantTokens(server, { client: publicClient.client });
    const later = await nextOf(publicClient, await nextOf(publicClient, refreshToken));
    // As after the restore of a backup: the grant is older than the token.
    const database = new Database(databasePath(server.directory));
    database.run("UPDATE grants SET refresh_generation = 1 WHERE id = ?", [grant.id]);
    database.close();
    expect(await nextOf(publicClient, later)).toMatch(/^pst_rt_/);
    expect(await eventNames()).toContain("grant.newer-than-database");
    expect(await refusalOf(refresh(server, publicClient, refreshToken))).toBe("400 invalid_grant");
  });
});

describe("its end", () => {
  test("6749-6-idle, 9700-4.14-rt-expire, RT-12: unused for thirty days it dies, for rotating clients and others", async () => {
    for (const client of [publicClient, confidential]) {
      const used = await grantTokens(server, { client: client.client });
      const unused = await grantTokens(server, { client: client.client });
      server.advance(days(29));
      const body = await bodyOf(refresh(server, client, used.refreshToken));
      server.advance(days(1));
      expect(await refusalOf(refresh(server, client, unused.refreshToken))).toBe("400 invalid_grant");
      await server.context.lastUsed.write();
      expect((await refresh(server, client, String(body.refresh_token ?? used.refreshToken))).status).toBe(200);
    }
  });

  test("6749-6-idle: a use in the last minutes of its life counts at once", async () => {
    const { refreshToken } = await grantTokens(server, { client: confidential.client });
    server.advance(seconds(30 * 86400 - 10));
    expect((await refresh(server, confidential, refreshToken)).status).toBe(200);
    server.advance(minutes(1));
    expect((await refresh(server, confidential, refreshToken)).status).toBe(200);
  });

  test("6749-6-idle, RT-12: at its absolute age it dies however often it was used, for rotating clients and others", async () => {
    const short = await startTestServer({ POSTERN_REFRESH_TOKEN_MAX_TTL: "10d", POSTERN_REFRESH_TOKEN_TTL: "3d" });
    for (const auth of ["none", "client_secret_basic"] as const) {
      const client = await createClient(short, { ...mayRefresh, token_endpoint_auth_method: auth });
      let { refreshToken } = await grantTokens(short, { client: client.client });
      for (let day = 1; day < 10; day++) {
        short.advance(days(1));
        const body = await bodyOf(refresh(short, client, refreshToken));
        expect([day, body.error]).toEqual([day, undefined]);
        refreshToken = String(body.refresh_token ?? refreshToken);
        await short.context.lastUsed.write();
      }
      short.advance(days(1));
      expect(await refusalOf(refresh(short, client, refreshToken))).toBe("400 invalid_grant");
    }
    await short.stop();
  });

  const endings: readonly [string, (granted: Granted) => Promise<unknown>][] = [
    [
      "the user is disabled",
      ({ user }) =>
        server.context.store.users.setDisabled({
          id: user.id,
          at: server.context.clock.now(),
          event: eventOf("user.disabled"),
        }),
    ],
    [
      "the user is deleted",
      ({ user }) => server.context.store.users.delete({ id: user.id, event: eventOf("user.deleted") }),
    ],
    [
      "the password changes",
      ({ user }) =>
        server.context.store.users.setPassword({
          id: user.id,
          passwordHash: "$argon2id$new",
          event: eventOf("user.password-changed"),
        }),
    ],
    [
      "an administrator ends the grant",
      ({ grant }) =>
        server.context.store.grants.end({ id: grant.id, because: "revoked", event: eventOf("grant.ended") }),
    ],
  ];
  const eventOf = (name: "user.disabled" | "user.deleted" | "user.password-changed" | "grant.ended") =>
    ({ at: server.context.clock.now(), name, actor: { kind: "cli" } }) as const;

  test("6749-6-events, RT-13: it dies when the account or the grant does, for rotating clients and others", async () => {
    for (const [what, end] of endings) {
      for (const client of [publicClient, confidential]) {
        const granted = await grantTokens(server, { client: client.client });
        await end(granted);
        expect([what, await refusalOf(refresh(server, client, granted.refreshToken))]).toEqual([
          what,
          "400 invalid_grant",
        ]);
        expect([what, await isActive(granted.accessToken)]).toEqual([what, false]);
      }
    }
  });

  test("6749-6-events: a grant that is bound to a session dies at sign-out", async () => {
    const { store, clock } = server.context;
    const { user } = await grantTokens(server, { client: confidential.client });
    const now = clock.now();
    const session = {
      id: asSessionId("session-1"),
      userId: user.id,
      createdAt: now,
      authTime: now,
      amr: ["pwd"],
      lastSeenAt: now,
    };
    await store.sessions.start({
      session,
      cookie: hashPresented("session", "a cookie"),
      event: { at: clock.now(), name: "session.started", actor: { kind: "cli" } },
    });
    const bound = await grantTokens(server, {
      client: confidential.client,
      user,
      sid: session.id,
      sessionId: session.id,
    });
    const free = await grantTokens(server, { client: confidential.client, user });
    await store.sessions.end({
      id: session.id,
      event: { at: clock.now(), name: "session.ended", actor: { kind: "cli" } },
    });
    expect(await refusalOf(refresh(server, confidential, bound.refreshToken))).toBe("400 invalid_grant");
    expect((await refresh(server, confidential, free.refreshToken)).status).toBe(200);
  });

  test("6749-6-events, RT-13: a disabled or deleted client is refused before its token is looked at", async () => {
    const { store, clock } = server.context;
    for (const deed of ["disable", "delete"] as const) {
      const client = await createClient(server, mayRefresh);
      const { refreshToken } = await grantTokens(server, { client: client.client });
      const event = { at: clock.now(), name: `client.${deed}d`, actor: { kind: "cli" } } as const;
      if (deed === "disable")
        await store.clients.setDisabled({
          id: client.client.id,
          at: clock.now(),
          event: { ...event, name: "client.disabled" },
        });
      else await store.clients.delete({ id: client.client.id, event: { ...event, name: "client.deleted" } });
      expect(await refusalOf(refresh(server, client, refreshToken))).toBe("401 invalid_client");
    }
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
