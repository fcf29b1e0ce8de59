import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { databasePath } from "../../src/server/instance.ts";
import { type Duration, days, milliseconds, minutes, seconds } from "../../src/time.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { bodyOf, isActive, refresh, refusalOf, textOf } from "../support/requests.ts";
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

const negative = (duration: Duration) => milliseconds(-duration);
const nextOf = async (client: TestClient, token: string) => textOf(refresh(server, client, token), "refresh_token");
const eventNames = async () => (await server.context.store.events.list(20)).map(({ name }) => name);

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

  test("6749-6-rotate: a token that was retired stays so when its client rotates no more", async () => {
    const client = await createClient(server, { ...mayRefresh, rotate_refresh_tokens: true });
    const { refreshToken } = await grantTokens(server, { client: client.client });
    const successor = await nextOf(client, refreshToken);
    await server.context.store.clients.update({
      id: client.client.id,
      metadata: { ...client.client.metadata, rotate_refresh_tokens: false },
      forgetConsents: false,
      event: { at: server.context.clock.now(), name: "client.updated", actor: { kind: "cli" } },
    });
    expect(await refusalOf(refresh(server, client, refreshToken))).toBe("400 invalid_grant");
    expect((await refresh(server, client, successor)).status).toBe(200);
  });

  test("6749-6-rt-retry, RT-03: within the grace the token before gets the same successor and a fresh access token", async () => {
    const { refreshToken } = await grantTokens(server, { client: publicClient.client });
    const first = await bodyOf(refresh(server, publicClient, refreshToken));
    server.advance(seconds(30));
    const second = await bodyOf(refresh(server, publicClient, refreshToken));
    expect(second.refresh_token).toBe(first.refresh_token);
    expect(second.access_token).not.toBe(first.access_token);
    expect(await isActive(server, resourceServer, String(second.access_token))).toBe(true);
  });

  test("6749-6-replay, RT-04: after the grace a retired token ends the grant, with a security event", async () => {
    const { refreshToken, accessToken } = await grantTokens(server, { client: publicClient.client });
    const successor = await nextOf(publicClient, refreshToken);
    server.advance(seconds(31));
    expect(await refusalOf(refresh(server, publicClient, refreshToken))).toBe("400 invalid_grant");
    expect(await eventNames()).toContain("grant.refresh-replayed");
    expect(await refusalOf(refresh(server, publicClient, successor))).toBe("400 invalid_grant");
    expect(await isActive(server, resourceServer, accessToken)).toBe(false);
  });

  test("6749-6-replay, RT-01, RT-02: a token whose successor was used ends the grant, within the grace too", async () => {
    const { refreshToken } = await grantTokens(server, { client: publicClient.client });
    const second = await nextOf(publicClient, refreshToken);
    const answer = await bodyOf(refresh(server, publicClient, second));
    expect(await refusalOf(refresh(server, publicClient, refreshToken))).toBe("400 invalid_grant");
    expect(await isActive(server, resourceServer, String(answer.access_token))).toBe(false);
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

  test("CR-14: a clock that goes back after a start does not keep the retry open", async () => {
    const first = await startTestServer();
    const client = await createClient(first, { ...mayRefresh, token_endpoint_auth_method: "none" });
    const { refreshToken } = await grantTokens(first, { client: client.client });
    const second = await first.restart(seconds(5));
    await textOf(refresh(second, client, refreshToken), "refresh_token");
    second.advance(negative(days(365)));
    expect(await refusalOf(refresh(second, client, refreshToken))).toBe("400 invalid_grant");
    await second.stop();
  });

  test("CR-15: a use while the clock is decades behind takes away no time that the grant had", async () => {
    for (const client of [publicClient, confidential]) {
      const { grant, refreshToken } = await grantTokens(server, { client: client.client });
      const decades = days(40 * 365);
      server.advance(negative(decades));
      const answer = await bodyOf(refresh(server, client, refreshToken));
      await server.context.lastUsed.write();
      server.advance(decades);
      await server.context.store.sweep({ now: server.context.clock.now(), limit: 1000 });
      expect(await server.context.store.grants.find(grant.id)).toMatchObject({ keepUntil: grant.keepUntil });
      expect((await refresh(server, client, String(answer.refresh_token ?? refreshToken))).status).toBe(200);
    }
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
