import { expect } from "bun:test";
import { after, days, hours } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function keyContract(holds: Holds): void {
  const plain = { retireOthersAt: undefined, onlyIfMissing: false };

  holds("keys are numbered by the store, read back as they were, and change the revision", async (store) => {
    const before = await store.keys.revision();
    const keys = [
      a.key({ publicJwk: { kty: "OKP", crv: "Ed25519", x: "x" } }),
      a.key({ purpose: "sealing", algorithm: "A256GCM" }),
    ];
    const revision = await store.keys.add({ ...plain, keys, event: a.event("key.rotated") });
    expect(revision).toBeGreaterThan(before);
    expect(await store.keys.revision()).toBe(revision);
    const stored = await store.keys.list();
    expect(stored.map(({ number: _, ...key }) => key)).toEqual(keys);
    expect(new Set(stored.map(({ number }) => number)).size).toBe(2);
    expect(await a.eventNames(store)).toEqual(["key.rotated"]);
  });

  holds("only the kinds that are missing are added, each as often as it was given", async (store) => {
    const sealing = { purpose: "sealing", algorithm: "A256GCM" } as const;
    await store.keys.add({ ...plain, keys: [a.key()] });
    await store.keys.add({
      ...plain,
      onlyIfMissing: true,
      keys: [a.key(), a.key({ algorithm: "ES256" }), a.key(sealing), a.key(sealing)],
    });
    const kinds = (await store.keys.list()).map(({ purpose, algorithm }) => `${purpose} ${algorithm}`);
    expect(kinds).toEqual(["signing EdDSA", "signing ES256", "sealing A256GCM", "sealing A256GCM"]);
  });

  holds("where no kind is missing nothing happens: the revision stays, and there is no event", async (store) => {
    const revision = await store.keys.add({ ...plain, keys: [a.key()] });
    const again = { ...plain, onlyIfMissing: true, keys: [a.key()], event: a.event("key.rotated") };
    expect(await store.keys.add(again)).toBe(revision);
    expect(await store.keys.revision()).toBe(revision);
    expect(await a.eventNames(store)).toEqual([]);
  });

  holds("of two processes that add missing keys at once, one does", async (store) => {
    const add = () => store.keys.add({ ...plain, onlyIfMissing: true, keys: [a.key()] });
    await Promise.all([add(), add()]);
    expect(await store.keys.list()).toHaveLength(1);
  });

  holds(
    "KR-01: a new key retires the older ones of its kind, and only those that were not retired before",
    async (store) => {
      await store.keys.add({ ...plain, keys: [a.key(), a.key({ algorithm: "ES256" })] });
      const retireOthersAt = after(a.start, days(1));
      await store.keys.add({ ...plain, keys: [a.key()], retireOthersAt });
      await store.keys.add({ ...plain, keys: [a.key()], retireOthersAt: after(a.start, days(2)) });
      const ends = (await store.keys.list()).map(({ algorithm, removeAfter }) => [algorithm, removeAfter]);
      expect(ends).toEqual([
        ["EdDSA", retireOthersAt],
        ["ES256", undefined],
        ["EdDSA", after(a.start, days(2))],
        ["EdDSA", undefined],
      ]);
    },
  );

  holds("a removed key is gone, the revision tells of it, and its number is not given again", async (store) => {
    await store.keys.add({ ...plain, keys: [a.key(), a.key()] });
    const [, last] = await store.keys.list();
    const revision = await store.keys.revision();
    await store.keys.remove(last?.number ?? -1);
    expect(await store.keys.list()).toHaveLength(1);
    expect(await store.keys.revision()).toBeGreaterThan(revision);
    await store.keys.add({ ...plain, keys: [a.key()] });
    expect((await store.keys.list())[1]?.number).toBeGreaterThan(last?.number ?? 0);
  });

  holds("sweeping a key changes the revision, and sweeping anything else does not", async (store) => {
    await store.keys.add({ ...plain, keys: [a.key({ removeAfter: after(a.start, hours(1)) }), a.key()] });
    await store.codes.spend(a.handle());
    const revision = await store.keys.revision();
    expect(await store.sweep({ now: after(a.start, hours(24.9)), limit: 10 })).toBe(1);
    expect(await store.keys.revision()).toBe(revision);
    expect(await store.sweep({ now: after(a.start, hours(26)), limit: 10 })).toBe(1);
    expect(await store.keys.revision()).toBeGreaterThan(revision);
    expect(await store.keys.list()).toHaveLength(1);
  });
}
