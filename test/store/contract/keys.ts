import { expect } from "bun:test";
import { after, days, hours, type Instant } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

type Key = ReturnType<typeof a.key>;

export function keyContract(holds: Holds): void {
  const event = a.event("key.rotated");
  const retireOthersAt = after(a.start, days(1));
  const rotated = (...keys: readonly Key[]) => keys.map((key) => ({ key, retireOthersAt }));
  const es256 = { algorithm: "ES256" } as const;
  const sealing = { purpose: "sealing", algorithm: "A256GCM" } as const;

  holds("keys are numbered by the store, read back as they were, and change the revision", async (store) => {
    const before = await store.keys.revision();
    const keys = [a.key({ publicJwk: { kty: "OKP", crv: "Ed25519", x: "x" } }), a.key(sealing)];
    await store.keys.addMissing({ keys });
    expect(await store.keys.revision()).toBeGreaterThan(before);
    const stored = await store.keys.list();
    expect(stored.map(({ number: _, ...key }) => key)).toEqual(keys);
    expect(new Set(stored.map(({ number }) => number)).size).toBe(2);
  });

  holds("only the kinds that are missing are added, each as often as it was given", async (store) => {
    await store.keys.addMissing({ keys: [a.key()] });
    await store.keys.addMissing({ keys: [a.key(), a.key(es256), a.key(sealing), a.key(sealing)] });
    const kinds = (await store.keys.list()).map(({ purpose, algorithm }) => `${purpose} ${algorithm}`);
    expect(kinds).toEqual(["signing EdDSA", "signing ES256", "sealing A256GCM", "sealing A256GCM"]);
  });

  holds("where no kind is missing nothing happens: the revision stays", async (store) => {
    await store.keys.addMissing({ keys: [a.key()] });
    const revision = await store.keys.revision();
    await store.keys.addMissing({ keys: [a.key()] });
    expect(await store.keys.revision()).toBe(revision);
  });

  holds("of two processes that add missing keys at once, one does", async (store) => {
    const add = () => store.keys.addMissing({ keys: [a.key()] });
    await Promise.all([add(), add()]);
    expect(await store.keys.list()).toHaveLength(1);
  });

  holds("KR-01: a new key retires the older ones of its kind, unless they go before", async (store) => {
    await store.keys.addMissing({ keys: [a.key(), a.key(es256)] });
    const rotate = async (at: Instant) =>
      store.keys.rotate({
        rotated: [{ key: a.key(), retireOthersAt: at }],
        seen: await store.keys.revision(),
        event,
      });
    // A clock that was ahead is set right: what it has put off comes forward again.
    for (const day of [9, 1, 2]) expect(await rotate(after(a.start, days(day)))).toBe("rotated");
    const ends = (await store.keys.list()).map(({ algorithm, removeAfter }) => [algorithm, removeAfter]);
    expect(ends).toEqual([
      ["EdDSA", after(a.start, days(1))],
      ["ES256", undefined],
      ["EdDSA", after(a.start, days(1))],
      ["EdDSA", after(a.start, days(2))],
      ["EdDSA", undefined],
    ]);
    expect(await a.eventNames(store)).toEqual(["key.rotated", "key.rotated", "key.rotated"]);
  });

  holds("of two processes that rotate at once one does, and the other changes nothing", async (store) => {
    await store.keys.addMissing({ keys: [a.key(), a.key(es256)] });
    const seen = await store.keys.revision();
    const rotate = () => store.keys.rotate({ rotated: rotated(a.key(), a.key(es256)), seen, event });
    expect((await Promise.all([rotate(), rotate()])).toSorted()).toEqual(["changed", "rotated"]);
    expect(await store.keys.list()).toHaveLength(4);
    expect(await a.eventNames(store)).toEqual(["key.rotated"]);
  });

  holds("a delayed key waits, and those it takes over from are kept as long as that needs", async (store) => {
    await store.keys.addMissing({ keys: [a.key(), a.key(es256)] });
    await store.keys.rotate({ rotated: rotated(a.key()), seen: await store.keys.revision(), event });
    const [first, other, next] = await store.keys.list();
    const [activeFrom, keepOthersUntil] = [after(a.start, hours(2)), after(a.start, days(3))];
    await store.keys.delay({ number: next?.number ?? -1, activeFrom, keepOthersUntil });
    expect(await store.keys.list()).toEqual([
      expect.objectContaining({ ...first, removeAfter: keepOthersUntil }),
      expect.objectContaining({ ...other }),
      expect.objectContaining({ ...next, activeFrom }),
    ]);
    await store.keys.delay({ number: next?.number ?? -1, activeFrom, keepOthersUntil: a.start });
    expect((await store.keys.list())[0]?.removeAfter).toBe(keepOthersUntil);
  });

  holds("a removed key is gone, the revision tells of it, and its number is not given again", async (store) => {
    await store.keys.addMissing({ keys: [a.key(), a.key(es256)] });
    const [, last] = await store.keys.list();
    const revision = await store.keys.revision();
    await store.keys.remove(last?.number ?? -1);
    expect(await store.keys.list()).toHaveLength(1);
    expect(await store.keys.revision()).toBeGreaterThan(revision);
    await store.keys.addMissing({ keys: [a.key(es256)] });
    expect((await store.keys.list())[1]?.number).toBeGreaterThan(last?.number ?? 0);
  });

  holds("sweeping a key changes the revision, and sweeping anything else does not", async (store) => {
    await store.keys.addMissing({ keys: [a.key({ removeAfter: after(a.start, hours(1)) }), a.key()] });
    await store.codes.spend(a.handle());
    const revision = await store.keys.revision();
    expect(await store.sweep({ now: after(a.start, hours(24.9)), limit: 10 })).toBe(1);
    expect(await store.keys.revision()).toBe(revision);
    expect(await store.sweep({ now: after(a.start, hours(26)), limit: 10 })).toBe(1);
    expect(await store.keys.revision()).toBeGreaterThan(revision);
    expect(await store.keys.list()).toHaveLength(1);
  });

  holds("what is sealed is replaced as a whole, and not when it has changed since it was listed", async (store) => {
    const alice = await a.addUser(store);
    await store.keys.addMissing({ keys: [a.key(), a.key(sealing)] });
    const listed = await store.sealed.list();
    const totp = { sealedSeed: "seed", confirmedAt: a.start, lastStep: 1 };
    await store.factors.enableTotp({ userId: alice.id, totp, event: a.event("totp.enabled") });
    const anew = (places: typeof listed) => places.map((place) => ({ place, sealed: `${place.sealed} anew` }));
    const change = a.event("secret.changed");
    expect(await store.sealed.replace({ listed, anew: anew(listed), event: change })).toBe("changed");
    const all = await store.sealed.list();
    expect(all.map(({ what }) => what)).toEqual(["key", "key", "totp-seed"]);
    const revision = await store.keys.revision();
    expect(await store.sealed.replace({ listed: all, anew: anew(all), event: change })).toBe("replaced");
    expect(await store.sealed.list()).toEqual(all.map((place) => ({ ...place, sealed: `${place.sealed} anew` })));
    expect((await store.factors.of(alice.id)).totp?.sealedSeed).toBe("seed anew");
    expect(await store.keys.revision()).toBeGreaterThan(revision);
    expect((await a.eventNames(store)).filter((name) => name === "secret.changed")).toHaveLength(1);
  });
}
