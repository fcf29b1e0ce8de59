import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { asSessionId } from "../../src/brand.ts";
import { hashPresented } from "../../src/crypto/hash.ts";
import { days, minutes, seconds } from "../../src/time.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { type Granted, grantTokens } from "../support/grants.ts";
import { bodyOf, isActive, refresh, refusalOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { startWithRefreshTokens } from "../support/starting-points.ts";

let server: TestServer;
let publicClient: TestClient;
let confidential: TestClient;
let resourceServer: TestClient;

beforeAll(async () => {
  ({ server, publicClient, confidential, resourceServer } = await startWithRefreshTokens());
});
afterAll(() => server.stop());

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
      const { grant, ...granted } = await grantTokens(short, { client: client.client });
      let { refreshToken } = granted;
      for (let day = 1; day < 10; day++) {
        short.advance(days(1));
        const body = await bodyOf(refresh(short, client, refreshToken));
        expect([day, body.error]).toEqual([day, undefined]);
        refreshToken = String(body.refresh_token ?? refreshToken);
        await short.context.lastUsed.write();
      }
      const stored = await short.context.store.grants.find(grant.id);
      expect(stored?.refreshExpiresAt).toBe(grant.refreshMaxExpiresAt);
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
        expect([what, await isActive(server, resourceServer, granted.accessToken)]).toEqual([what, false]);
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
