import { expect } from "bun:test";
import { asClientId, asUserId } from "../../../src/brand.ts";
import type { Trace } from "../../../src/model/trace.ts";
import type { ActivityCount } from "../../../src/store/records.ts";
import { mostTraces } from "../../../src/store/sqlite/traces.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, days, hours } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

const nothing = { grants: [], clients: [], sessions: [] } as const;

export function statisticsContract(holds: Holds): void {
  const count = (store: Store, ...activity: readonly ActivityCount[]) => store.touch({ ...nothing, activity });
  const tokens = (hour: typeof a.start, many: number): ActivityCount => ({ hour, name: "tokens", count: many });

  holds("the numbers are those of what is there", async (store) => {
    const admin = { role: "admin" } as const;
    const [alice, bob] = [await a.addUser(store, admin), await a.addUser(store)];
    await a.addUser(store, { ...admin, disabledAt: a.start });
    const known = await a.addClient(store);
    await a.addClient(store, { origin: "registration", approval: "waiting", disabledAt: a.start });
    const own = a.client();
    const standingGrant = a.standingGrant(own);
    await store.clients.create({ client: own, standingGrant, event: a.event("client.created") });
    const [ended, ofBob] = [await a.addSession(store, alice), await a.addSession(store, bob)];
    await store.sessions.end({ id: ended.id, event: a.event("session.ended") });
    await a.addGrant(store, known, alice);
    await a.addGrant(store, known, bob, { keepUntil: after(a.start, hours(1)) });
    const gone = await a.addGrant(store, known, bob, { sessionId: ofBob.id });
    await store.grants.end({ id: gone.id, because: "revoked", event: a.event("grant.ended") });
    const { databaseBytes, ...numbers } = await store.statistics.now({ at: after(a.start, hours(1)) });
    expect(numbers).toEqual({
      users: 3,
      disabledUsers: 1,
      administrators: 1,
      clients: 3,
      waitingClients: 1,
      liveGrants: 1,
      sessions: 1,
    });
    expect(databaseBytes).toBeGreaterThan(10_000);
    expect(databaseBytes % 512).toBe(0);
  });

  holds("what is counted at once is all counted, by hour and name", async (store) => {
    const next = after(a.start, hours(1));
    await Promise.all([count(store, tokens(a.start, 2)), count(store, tokens(a.start, 3), tokens(next, 4))]);
    await count(store, { hour: a.start, name: "failed-sign-ins", count: 1 });
    expect(await store.statistics.activity({ since: a.start })).toEqual([
      { hour: a.start, name: "failed-sign-ins", count: 1 },
      tokens(a.start, 5),
      tokens(next, 4),
    ]);
    expect(await store.statistics.activity({ since: next })).toEqual([tokens(next, 4)]);
  });

  holds("activity is kept for 32 days", async (store) => {
    const next = after(a.start, hours(1));
    await count(store, tokens(a.start, 1), tokens(next, 1));
    expect(await store.sweep({ now: after(a.start, days(32)), limit: 10 })).toBe(0);
    expect(await store.sweep({ now: after(next, days(32)), limit: 10 })).toBe(1);
    expect(await store.statistics.activity({ since: a.start })).toEqual([tokens(next, 1)]);
  });
}

export function traceContract(holds: Holds): void {
  const trace = (changes: Partial<Trace> = {}): Trace => ({
    requestId: a.unique("request"),
    at: a.start,
    method: "GET",
    path: "/auth/authorize",
    error: "invalid_request",
    description: "redirect_uri is missing",
    checks: [{ rule: "redirect_uri is there (RFC 6749 §3.1.2.3)", isMet: false, expected: "one", received: "none" }],
    ...changes,
  });
  const add = (store: Store, ...traces: readonly Trace[]) => store.touch({ ...nothing, traces });

  holds("a trace is found by the request's id and listed with the newest first", async (store) => {
    const first = trace({ clientId: asClientId("c"), userId: asUserId("u"), address: "192.0.2.1" });
    const [second, third] = [trace(), trace({ checks: [] })];
    await add(store, first, second);
    await add(store, third);
    expect(await store.traces.find(first.requestId)).toEqual(first);
    expect(await store.traces.find("none")).toBeUndefined();
    expect(await store.traces.list(10)).toEqual([third, second, first]);
    expect(await store.traces.list(1)).toEqual([third]);
  });

  holds("a trace that is written again, after an answer was lost, stands there once", async (store) => {
    const [first, second] = [trace(), trace()];
    await add(store, first);
    await add(store, first, second);
    expect(await store.traces.list(10)).toEqual([second, first]);
  });

  holds("beyond the most that are kept the oldest go at once", async (store) => {
    const many = Array.from({ length: mostTraces }, () => trace());
    await add(store, ...many);
    const [oldest, second] = many;
    if (oldest === undefined || second === undefined) throw new Error("there are many");
    expect(await store.traces.find(oldest.requestId)).toEqual(oldest);
    await add(store, trace());
    expect(await store.traces.find(oldest.requestId)).toBeUndefined();
    expect(await store.traces.find(second.requestId)).toEqual(second);
    expect(await store.traces.list(mostTraces + 10)).toHaveLength(mostTraces);
  });

  holds("traces are kept for thirty days", async (store) => {
    const [old, young] = [trace(), trace({ at: after(a.start, days(1)) })];
    await add(store, old, young);
    expect(await store.sweep({ now: after(a.start, days(30)), limit: 10 })).toBe(0);
    expect(await store.sweep({ now: after(a.start, days(30.5)), limit: 10 })).toBe(1);
    expect(await store.traces.list(10)).toEqual([young]);
  });
}
