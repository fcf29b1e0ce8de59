import { expect } from "bun:test";
import { StoreUnavailable } from "../../../src/store/store.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function atomicityContract(holds: Holds): void {
  holds(
    "6749-5.1-commit: a verb that fails half-way leaves nothing of itself, and the others beside it stay",
    async (store) => {
      const known = await a.addClient(store);
      const alice = await a.addUser(store);
      const code = await a.addCode(store, known, alice);
      const spend = a.handle();
      const consent = a.consent(alice, known);
      // The handle is spent before the code is saved, and a code with this hash is there already.
      const again = { code, spend, consent, event: a.event("consent.given") };
      const before = a.user();
      const behind = a.user();
      const outcomes = await Promise.allSettled([
        store.users.create({ user: before, event: a.event("user.created") }),
        store.codes.save(again),
        store.users.create({ user: behind, event: a.event("user.created") }),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect(await store.codes.spend(spend)).toBe("done");
      expect(await store.consents.find(alice.id, known.id)).toBeUndefined();
      expect(await a.eventNames(store)).not.toContain("consent.given");
      expect(await store.users.find(before.id)).toEqual(before);
      expect(await store.users.find(behind.id)).toEqual(behind);
    },
  );

  holds("an event that cannot be written takes its verb back with it", async (store) => {
    const known = await a.addClient(store);
    const alice = await a.addUser(store);
    const code = await a.addCode(store, known, alice);
    const unwritable = a.event("grant.created", { at: Number.NaN as typeof a.start });
    const attempt = { ...a.redemption(code), created: unwritable };
    expect(await a.failureOf(store.codes.redeem(attempt))).toBeInstanceOf(Error);
    expect(await store.grants.find(attempt.grant.id)).toBeUndefined();
    expect(await store.codes.redeem(a.redemption(code))).toBe("redeemed");
  });

  holds("a fault of the caller is not taken for an unavailable store", async (store) => {
    const known = await a.addClient(store);
    const code = await a.addCode(store, known, await a.addUser(store));
    const failure = await a.failureOf(store.codes.save({ code, spend: a.handle() }));
    expect(failure).toBeInstanceOf(Error);
    expect(failure).not.toBeInstanceOf(StoreUnavailable);
    await store.check();
  });

  holds("thousands of writes at once are each answered, in order and for themselves", async (store) => {
    const users = Array.from({ length: 3000 }, () => a.user());
    const outcomes = await Promise.all(
      users.flatMap((user) => [
        store.users.create({ user, event: a.event("user.created") }),
        store.users.create({ user, event: a.event("user.created") }),
      ]),
    );
    expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(3000);
    expect(outcomes.every((outcome, position) => outcome === (position % 2 === 0 ? "created" : "taken"))).toBe(true);
    expect(await store.users.list()).toHaveLength(3000);
  });

  holds("what was written is read at once", async (store) => {
    for (let each = 0; each < 100; each += 1) {
      const user = a.user();
      const writing = store.users.create({ user, event: a.event("user.created") });
      await store.users.find(user.id);
      await writing;
      expect(await store.users.findByName(user.username)).toEqual(user);
    }
  });
}
