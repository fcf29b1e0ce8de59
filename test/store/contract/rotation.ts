import { expect } from "bun:test";
import { asGrantId } from "../../../src/brand.ts";
import type { Grant } from "../../../src/model/grant.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, before, days, hours, type Instant, minutes, seconds } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function rotationContract(holds: Holds): void {
  const grace = seconds(30);
  const later = (time: ReturnType<typeof seconds>) => after(a.start, time);
  const withGrant = async (store: Store, changes: Partial<Grant> = {}) =>
    a.addGrant(store, await a.addClient(store), await a.addUser(store), changes);
  const { name: _, ...event } = a.event("grant.refresh-replayed");
  const rotate = (store: Store, id: string, presented: number, now: Instant, graceFrozenSince?: Instant) =>
    store.grants.rotate({
      id: asGrantId(id),
      presented,
      now,
      grace,
      refreshExpiresAt: after(now, days(30)),
      keepUntil: after(now, days(31)),
      graceFrozenSince,
      event,
    });

  holds("6749-6-rotate: the live generation moves on, and its times with it", async (store) => {
    const given = await withGrant(store);
    const now = later(hours(1));
    expect(await rotate(store, given.id, 1, now)).toEqual({ outcome: "rotated", generation: 2 });
    expect(await store.grants.find(given.id)).toEqual({
      ...given,
      refreshGeneration: 2,
      refreshRotatedAt: now,
      lastUsedAt: now,
      refreshExpiresAt: after(now, days(30)),
      keepUntil: after(now, days(31)),
    });
    expect(await rotate(store, given.id, 2, now)).toEqual({ outcome: "rotated", generation: 3 });
  });

  holds(
    "6749-6-rt-retry: the generation before, within the grace, gets the same successor and changes nothing",
    async (store) => {
      const given = await withGrant(store);
      await rotate(store, given.id, 1, later(hours(1)));
      const rotated = await store.grants.find(given.id);
      const retry = (time: ReturnType<typeof seconds>) => rotate(store, given.id, 1, after(later(hours(1)), time));
      expect(await retry(seconds(0))).toEqual({ outcome: "retried", generation: 2 });
      expect(await retry(seconds(29))).toEqual({ outcome: "retried", generation: 2 });
      expect(await store.grants.find(given.id)).toEqual(rotated);
      expect(await rotate(store, given.id, 2, later(hours(2)))).toEqual({ outcome: "rotated", generation: 3 });
    },
  );

  holds(
    "the grace does not slide: however often it is used, it ends when it ends, and then the grant does",
    async (store) => {
      const given = await withGrant(store);
      await rotate(store, given.id, 1, a.start);
      for (const time of [10, 20, 30]) {
        expect(await rotate(store, given.id, 1, later(seconds(time)))).toEqual({ outcome: "retried", generation: 2 });
      }
      const now = later(seconds(30.001));
      expect(await rotate(store, given.id, 1, now)).toEqual({ outcome: "replayed" });
      expect(await store.grants.find(given.id)).toMatchObject({ endedAt: now, endedBecause: "refresh-replayed" });
    },
  );

  holds("6749-6-replay: a generation whose successor was used ends the grant, within the grace too", async (store) => {
    const given = await withGrant(store);
    for (const generation of [1, 2]) await rotate(store, given.id, generation, later(seconds(1)));
    expect(await rotate(store, given.id, 1, later(seconds(2)))).toEqual({ outcome: "replayed" });
    expect(await rotate(store, given.id, 3, later(seconds(3)))).toEqual({ outcome: "ended" });
    expect(await rotate(store, given.id, 1, later(seconds(3)))).toEqual({ outcome: "ended" });
    expect(await a.countEvents(store, "grant.refresh-replayed")).toBe(1);
  });

  holds("6749-6-race: of twenty refreshes at once with one token, all get one successor", async (store) => {
    const given = await withGrant(store);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => rotate(store, given.id, 1, later(minutes(1)))));
    expect(outcomes[0]).toEqual({ outcome: "rotated", generation: 2 });
    expect(outcomes.slice(1)).toEqual(Array.from({ length: 19 }, () => ({ outcome: "retried", generation: 2 })));
    expect((await store.grants.find(given.id))?.refreshGeneration).toBe(2);
  });

  holds("CR-03: the grace stands still while the server is down", async (store) => {
    const given = await withGrant(store);
    await rotate(store, given.id, 1, a.start);
    const now = later(days(2));
    expect(await rotate(store, given.id, 1, now, before(a.start, grace))).toEqual({
      outcome: "retried",
      generation: 2,
    });
    expect(await rotate(store, given.id, 1, now, later(seconds(1)))).toEqual({ outcome: "replayed" });
  });

  holds("a frozen grace helps the generation before and no older one", async (store) => {
    const given = await withGrant(store);
    for (const generation of [1, 2]) await rotate(store, given.id, generation, a.start);
    expect(await rotate(store, given.id, 1, later(days(2)), before(a.start, grace))).toEqual({ outcome: "replayed" });
  });

  holds("CR-14: a clock that went back far does not keep the retry open", async (store) => {
    const given = await withGrant(store);
    await rotate(store, given.id, 1, later(hours(1)));
    expect(await rotate(store, given.id, 1, later(minutes(59.9)))).toEqual({ outcome: "retried", generation: 2 });
    expect(await rotate(store, given.id, 1, a.start)).toEqual({ outcome: "replayed" });
  });

  holds("CR-21: a token newer than the database is accepted, and recorded", async (store) => {
    const given = await withGrant(store);
    const now = later(hours(1));
    expect(await rotate(store, given.id, 7, now)).toEqual({ outcome: "newer-than-database", generation: 8 });
    expect(await store.grants.find(given.id)).toMatchObject({ refreshGeneration: 8, refreshRotatedAt: now });
    expect(await a.countEvents(store, "grant.newer-than-database")).toBe(1);
    expect(await rotate(store, given.id, 7, now)).toEqual({ outcome: "retried", generation: 8 });
    expect(await rotate(store, given.id, 1, now)).toEqual({ outcome: "replayed" });
  });

  holds(
    "6749-6-idle: a refresh token dies when it is not used, and rotation does not move its last end",
    async (store) => {
      const idle = await withGrant(store, { refreshExpiresAt: later(days(1)) });
      expect(await rotate(store, idle.id, 1, later(days(1)))).toEqual({ outcome: "expired" });
      const old = await withGrant(store, { refreshExpiresAt: later(days(2)), refreshMaxExpiresAt: later(days(2)) });
      expect(await rotate(store, old.id, 1, later(days(1)))).toMatchObject({ outcome: "rotated" });
      expect((await store.grants.find(old.id))?.refreshMaxExpiresAt).toBe(later(days(2)));
      expect(await rotate(store, old.id, 2, later(days(2)))).toEqual({ outcome: "expired" });
      expect((await store.grants.find(old.id))?.endedAt).toBeUndefined();
    },
  );

  holds("a grant without a refresh token, or none at all, is unknown", async (store) => {
    const without = await withGrant(store, { refreshGeneration: 0, refreshRotatedAt: undefined });
    expect(await rotate(store, without.id, 1, a.start)).toEqual({ outcome: "unknown" });
    expect(await rotate(store, "none", 1, a.start)).toEqual({ outcome: "unknown" });
    expect((await store.grants.find(without.id))?.refreshGeneration).toBe(0);
  });

  holds("a grant that was ended rotates no more", async (store) => {
    const given = await withGrant(store);
    await store.grants.end({ id: given.id, because: "revoked", event: a.event("grant.ended") });
    expect(await rotate(store, given.id, 1, a.start)).toEqual({ outcome: "ended" });
    expect(await rotate(store, given.id, 9, a.start)).toEqual({ outcome: "ended" });
  });
}
