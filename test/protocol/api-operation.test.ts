import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { statisticsOf } from "../../src/administration/statistics.ts";
import { days, hours, instant, minutes } from "../../src/time.ts";
import { type Api, administratorApi, listed, problemOf, text } from "../support/api.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { createPerson } from "../support/people.ts";
import { ownToken, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let api: Api & { readonly client: TestClient };
beforeAll(async () => {
  server = await startTestServer({ POSTERN_SECRET: "a secret that nobody may see, long enough" });
  api = await administratorApi(server);
});
afterAll(() => server.stop());

/** The token of the API lives for an hour: time has passed. */
const anew = async () => (api = await administratorApi(server));
const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

describe("keys", () => {
  test("they are listed without their secret part", async () => {
    const answer = await api.get("/keys");
    const keys = await server.context.store.keys.list();
    expect(listed(answer, "number")).toEqual(keys.map(({ number }) => number));
    expect(new Set(listed(answer, "state"))).toEqual(new Set(["active"]));
    for (const { sealed } of keys) expect(answer.text).not.toContain(sealed.slice(0, 16));
  });

  test("new ones of every kind are made, what was made before stays good, and the log names who did it", async () => {
    const app = await createClient(server);
    const { accessToken } = await grantTokens(server, { client: app.client });
    const before = listed(await api.get("/keys"), "number").length;
    const answer = await api.send("POST", "/keys/rotate");
    expect(answer.status).toBe(200);
    expect(listed(answer, "number")).toHaveLength(2 * before);
    expect(listed(answer, "state")).toContain("next");
    expect((await userinfo(server, accessToken)).status).toBe(200);
    expect((await api.get("/me")).status).toBe(200);
    const [event] = await server.context.store.events.list(1);
    expect(event).toMatchObject({ name: "key.rotated", actor: { kind: "client", clientId: api.client.id } });
  });
});

describe("statistics", () => {
  test("they count what is there, and what happened by the hour and by the day", async () => {
    const app = await createClient(server, mayRefresh);
    const { user } = await createPerson(server, { username: "root", role: "admin" });
    await grantTokens(server, { client: app.client, user });
    await server.context.activity.write();
    const tokensBefore = 1 + (await countedTokens());
    await ownToken(server, api.client, "postern:admin");
    server.advance(hours(2));
    await server.context.activity.write();
    await anew();
    const answer = await api.get("/statistics");
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ administrators: 1, disabled_users: 0 });
    expect(answer.body.users).toBe((await server.context.store.users.list()).length);
    expect(answer.body.clients).toBe((await server.context.store.clients.list()).length);
    expect(answer.body.live_grants).toBe(1);
    expect(Number(answer.body.database_bytes)).toBeGreaterThan(10_000);
    const { last_day: day, last_month: month } = answer.body;
    if (!Array.isArray(day) || !Array.isArray(month)) throw new Error("there is no series");
    expect([day.length, month.length]).toEqual([24, 30]);
    expect([day[0].at, day[23].at]).toEqual(["2029-12-31T03:00:00Z", "2030-01-01T02:00:00Z"]);
    expect([month[0].at, month[29].at]).toEqual(["2029-12-03T00:00:00Z", "2030-01-01T00:00:00Z"]);
    expect(day[23].tokens).toBe(1);
    expect(sum(day)).toBe(tokensBefore);
    expect([sum(month), month[29].tokens]).toEqual([tokensBefore, tokensBefore]);
  });

  const countedTokens = async () => sum((await api.get("/statistics")).body.last_day);
  const sum = (points: unknown): number =>
    Array.isArray(points) ? points.reduce((whole: number, point) => whole + point.tokens, 0) : Number.NaN;

  test("each day is one of UTC, from midnight to midnight", async () => {
    const { store, clock } = server.context;
    const midnight = instant(Math.ceil(clock.now() / days(1)) * days(1));
    const counted = (at: number, count: number) => ({ hour: instant(at), name: "sign-ins", count }) as const;
    const nothing = { grants: [], clients: [], sessions: [] };
    await store.touch({ ...nothing, activity: [counted(midnight - hours(1), 3), counted(midnight, 5)] });
    await store.touch({ ...nothing, activity: [counted(midnight - days(30), 7), counted(midnight - days(29), 11)] });
    server.advance(minutes((midnight - clock.now()) / minutes(1) + 30));
    await anew();
    const { last_month: month, last_day: day } = (await api.get("/statistics")).body;
    if (!Array.isArray(day) || !Array.isArray(month)) throw new Error("there is no series");
    expect([month[0].sign_ins, month[28].sign_ins, month[29].sign_ins]).toEqual([11, 3, 5]);
    expect([day[22].sign_ins, day[23].sign_ins]).toEqual([3, 5]);
  });

  test("warnings are codes with what one needs to know", async () => {
    const warnings = async () => {
      const { warnings: all } = (await api.get("/statistics")).body;
      return Array.isArray(all) ? all : [];
    };
    expect(await warnings()).toEqual([
      { code: "administrators-without-second-factor", usernames: ["root"] },
      { code: "one-administrator" },
    ]);
    await createPerson(server, { username: "second", role: "admin" });
    expect(await warnings()).toEqual([{ code: "administrators-without-second-factor", usernames: ["root", "second"] }]);
    for (const user of await server.context.store.users.list()) {
      const at = server.context.clock.now();
      const event = { at, name: "totp.enabled", actor: { kind: "system" }, userId: user.id } as const;
      const totp = { sealedSeed: "sealed", confirmedAt: at, lastStep: 0 };
      await server.context.store.factors.enableTotp({ userId: user.id, totp, event });
    }
    expect(await warnings()).toEqual([]);
    server.advance(days(181));
    await anew();
    expect(await warnings()).toEqual([{ code: "keys-old", age: expect.any(Number) }]);
  });

  test("what takes long to count is counted once a minute at most, and the rest each time", async () => {
    const { context } = server;
    const numbers = await context.store.statistics.now({ at: context.clock.now() });
    let liveGrants = 10_000;
    const now = async () => ({ ...numbers, liveGrants: ++liveGrants });
    const large = { ...context, store: { ...context.store, statistics: { ...context.store.statistics, now } } };
    const count = async () => (await statisticsOf(large)).now.liveGrants;
    expect([await count(), await count()]).toEqual([10_001, 10_001]);
    server.advance(minutes(1));
    expect(await count()).toBe(10_002);
    liveGrants = 1;
    server.advance(minutes(1));
    expect([await count(), await count()]).toEqual([2, 3]);
  });

  test("an instance that stands open says so", async () => {
    const open = await startTestServer({
      POSTERN_ISSUER: "http://nas.example",
      POSTERN_ALLOW_HTTP: "true",
      POSTERN_REGISTRATION: "open",
      POSTERN_TRUSTED_PROXIES: "0.0.0.0/0",
    });
    const { warnings } = (await (await administratorApi(open)).get("/statistics")).body;
    expect(Array.isArray(warnings) && warnings.map((warning) => member(warning, "code"))).toEqual([
      "http-issuer",
      "every-proxy-trusted",
      "registration-open",
    ]);
    await open.stop();
  });
});

describe("refused requests", () => {
  test("the id of a refusal leads to what was checked, from the answer and from the header", async () => {
    const refused = await fetch(`${server.address}/auth/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${api.client.id}:a-wrong-secret`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const id = refused.headers.get("x-request-id") ?? "";
    const answer = await api.get(`/traces/${id}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ request_id: id, method: "POST", path: "/auth/token", error: "invalid_client" });
    expect(answer.body.checks).toBeArray();
    expect(answer.text).not.toContain("a-wrong-secret");
  });

  test("a refusal of this API has one, too", async () => {
    const refused = await api.send("POST", "/users", { username: "two words" });
    const id = text(refused, "request_id");
    expect(refused.headers.get("x-request-id")).toBe(id);
    expect((await api.get(`/traces/${id}`)).body).toMatchObject({ request_id: id, path: "/api/v1/users" });
  });

  test("they are listed, the newest first, part by part", async () => {
    for (let count = 0; count < 5; count++) await api.send("POST", "/users", { username: "two words" });
    const all = listed(await api.get("/traces?limit=200"), "request_id");
    const first = await api.get("/traces?limit=3");
    expect(listed(first, "path")).toEqual(["/api/v1/users", "/api/v1/users", "/api/v1/users"]);
    expect(listed(first, "method")[0]).toBe("POST");
    const second = await api.get(text(first, "next").slice("/api/v1".length));
    expect([...listed(first, "request_id"), ...listed(second, "request_id")]).toEqual(all.slice(0, 6));
    expect((await api.get(`/traces?offset=${all.length}`)).body).toEqual({ items: [], next: null });
  });

  test("one that is not there is 404", async () => {
    expect(problemOf(await api.get("/traces/nothing"))).toBe("404 not_found");
  });
});

describe("configuration", () => {
  test("each setting is told with where it came from, and no secret", async () => {
    const answer = await api.get("/configuration");
    expect(answer.status).toBe(200);
    expect(answer.body.settings).toContainEqual({
      name: "POSTERN_ISSUER",
      value: server.issuer,
      origin: "environment",
    });
    expect(answer.body.settings).toContainEqual({
      name: "POSTERN_SECRET",
      value: "[secret]",
      origin: "environment",
    });
    expect(answer.text).not.toContain("nobody may see");
  });
});
