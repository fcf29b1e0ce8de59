import { expect } from "bun:test";
import { asSessionId } from "../../../src/brand.ts";
import type { Client } from "../../../src/model/client.ts";
import type { DeviceCode } from "../../../src/model/code.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, type Duration, hours, minutes, seconds } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function deviceCodeContract(holds: Holds): void {
  const people = async (store: Store) => ({ known: await a.addClient(store), alice: await a.addUser(store) });

  holds("a saved device code is found by itself and by its user code", async (store) => {
    const { known } = await people(store);
    const saved = await a.addDeviceCode(store, known, { address: "192.0.2.1", userAgent: "TV" });
    expect(await store.deviceCodes.find(saved.hash)).toEqual(saved);
    expect(await store.deviceCodes.findByUserCode(saved.userCodeHash)).toEqual(saved);
    expect(await store.deviceCodes.find(a.hashed("device-code"))).toBeUndefined();
    expect(await store.deviceCodes.findByUserCode(a.hashed("user-code"))).toBeUndefined();
  });

  holds("a user code is not given twice while the first is kept, used or expired though it be", async (store) => {
    const { known } = await people(store);
    const first = await a.addDeviceCode(store, known);
    const createdAt = after(first.expiresAt, hours(1));
    const again = a.deviceCode(known, {
      userCodeHash: first.userCodeHash,
      createdAt,
      expiresAt: after(createdAt, minutes(10)),
    });
    expect(await store.deviceCodes.save({ deviceCode: again, mostOfClient: 100 })).toBe("user-code-taken");
    const both = [0, 1].map(() =>
      a.deviceCode(known, { userCodeHash: again.hash as unknown as typeof again.userCodeHash }),
    );
    const outcomes = await Promise.all(
      both.map((deviceCode) => store.deviceCodes.save({ deviceCode, mostOfClient: 100 })),
    );
    expect(outcomes).toEqual(["saved", "user-code-taken"]);
  });

  holds("DV-19: a client has so many pending codes at once, and so many from one address", async (store) => {
    const { known, alice } = await people(store);
    const other = await a.addClient(store);
    const save = (address: string, ofClient = known, createdAt = a.start) =>
      store.deviceCodes.save({
        deviceCode: a.deviceCode(ofClient, { address, createdAt, expiresAt: after(createdAt, minutes(10)) }),
        mostOfClient: 3,
        mostOfAddress: 2,
      });
    expect(await save("192.0.2.1")).toBe("saved");
    expect(await save("192.0.2.1")).toBe("saved");
    expect(await save("192.0.2.1")).toBe("too-many");
    expect(await save("192.0.2.2")).toBe("saved");
    expect(await save("192.0.2.3")).toBe("too-many");
    expect(await save("192.0.2.1", other)).toBe("saved");
    // What has expired counts no more.
    expect(await save("192.0.2.1", known, after(a.start, minutes(10)))).toBe("saved");
    // Nor does what was decided.
    const third = await a.addClient(store);
    const decided = await a.addDeviceCode(store, third, { address: "192.0.2.9" });
    await store.deviceCodes.decide(a.decision(decided, alice));
    expect(await store.deviceCodes.save({ deviceCode: a.deviceCode(third), mostOfClient: 1 })).toBe("saved");
  });

  /** Saves one more pending code of the client, three of which may wait, two from one address where that is limited. */
  const saveOf =
    (store: Store, client: Client, isAddressLimited = true) =>
    (address: string, sinceStart: Duration = minutes(0), more: Partial<DeviceCode> = {}) => {
      const createdAt = after(a.start, sinceStart);
      const deviceCode = a.deviceCode(client, {
        address,
        createdAt,
        expiresAt: after(createdAt, minutes(10)),
        ...more,
      });
      return store.deviceCodes.save({
        deviceCode,
        mostOfClient: 3,
        ...(isAddressLimited ? { mostOfAddress: 2 } : {}),
      });
    };

  holds("DV-19: codes that had expired count again when the clock is set back", async (store) => {
    const { known } = await people(store);
    const save = saveOf(store, known);
    for (const address of ["192.0.2.1", "192.0.2.1", "192.0.2.2"]) expect(await save(address)).toBe("saved");
    expect(await save("192.0.2.1", minutes(10))).toBe("saved");
    expect(await save("192.0.2.1", minutes(1))).toBe("too-many");
    expect(await save("192.0.2.9", minutes(1))).toBe("too-many");
    expect(await save("192.0.2.9", minutes(10))).toBe("saved");
  });

  holds("DV-19: a code from an address counts there, even if it came when the address had no limit", async (store) => {
    const { known } = await people(store);
    expect(await saveOf(store, known)("192.0.2.1")).toBe("saved");
    expect(await saveOf(store, known, false)("192.0.2.1")).toBe("saved");
    expect(await saveOf(store, known)("192.0.2.1")).toBe("too-many");
  });

  holds("DV-19: what was not saved does not count, and what was decided makes room at once", async (store) => {
    const { known, alice } = await people(store);
    const save = saveOf(store, known);
    const first = await a.addDeviceCode(store, known, { address: "192.0.2.1" });
    const { userCodeHash } = first;
    for (let tried = 0; tried < 5; tried++)
      expect(await save("192.0.2.1", minutes(0), { userCodeHash })).toBe("user-code-taken");
    expect(await save("192.0.2.1")).toBe("saved");
    expect(await save("192.0.2.1")).toBe("too-many");
    await store.deviceCodes.decide(a.decision(first, alice, "denied"));
    expect(await save("192.0.2.1")).toBe("saved");
    expect(await save("192.0.2.1")).toBe("too-many");
  });

  holds("a device that polls is told by what the code is now, whatever was read before", async (store) => {
    const { known, alice } = await people(store);
    const pending = await a.addDeviceCode(store, known);
    const { hash, clientId, createdAt, expiresAt, interval } = pending;
    const polled = { hash, clientId, createdAt, expiresAt, interval, lastPollAt: undefined };
    expect(await store.deviceCodes.findPolled(hash)).toEqual({ ...polled, state: "pending" });
    const polledAt = after(a.start, seconds(1));
    await store.deviceCodes.slowDown({ hash, polledAt, by: 5, most: 60 });
    const slowed = { ...polled, interval: interval + 5, lastPollAt: polledAt };
    expect(await store.deviceCodes.findPolled(hash)).toEqual({ ...slowed, state: "pending" });
    await store.deviceCodes.decide(a.decision(pending, alice));
    expect(await store.deviceCodes.findPolled(hash)).toEqual({ ...slowed, state: "approved" });
    expect(await store.deviceCodes.findPolled(a.hashed("device-code"))).toBeUndefined();
  });

  holds("a device code is decided once, and the approval says by whom, when and for what", async (store) => {
    const { known, alice } = await people(store);
    const bob = await a.addUser(store);
    const pending = await a.addDeviceCode(store, known, { scope: ["read", "write"] });
    const approval = { ...a.decision(pending, alice), sessionId: asSessionId("s"), scope: ["read"] };
    const outcomes = await Promise.all([
      store.deviceCodes.decide(approval),
      store.deviceCodes.decide(a.decision(pending, bob, "denied")),
    ]);
    expect(outcomes).toEqual(["decided", "not-pending"]);
    expect(await store.deviceCodes.find(pending.hash)).toEqual({
      ...pending,
      state: "approved",
      decidedAt: a.start,
      userId: alice.id,
      sessionId: asSessionId("s"),
      authTime: a.start,
      amr: ["pwd"],
      scope: ["read"],
    });
    expect(await a.eventNames(store)).not.toContain("device.denied");
  });

  holds("a device code that is unknown or has expired cannot be decided", async (store) => {
    const { known, alice } = await people(store);
    const pending = await a.addDeviceCode(store, known);
    expect(await store.deviceCodes.decide({ ...a.decision(pending, alice), now: pending.expiresAt })).toBe(
      "not-pending",
    );
    expect(await store.deviceCodes.decide(a.decision(a.deviceCode(known), alice))).toBe("not-pending");
    expect((await store.deviceCodes.find(pending.hash))?.state).toBe("pending");
  });

  holds(
    "8628-3.5-slow_down: the interval grows with each early poll, up to a limit, and only while the code is pending",
    async (store) => {
      const { known, alice } = await people(store);
      const pending = await a.addDeviceCode(store, known);
      const polledAt = after(a.start, seconds(1));
      const slowDown = () => store.deviceCodes.slowDown({ hash: pending.hash, polledAt, by: 5, most: 12 });
      await slowDown();
      expect(await store.deviceCodes.find(pending.hash)).toEqual({ ...pending, interval: 10, lastPollAt: polledAt });
      await slowDown();
      expect((await store.deviceCodes.find(pending.hash))?.interval).toBe(12);
      await store.deviceCodes.decide(a.decision(pending, alice));
      await store.deviceCodes.slowDown({ hash: pending.hash, polledAt, by: 5, most: 100 });
      expect(await store.deviceCodes.find(pending.hash)).toMatchObject({ interval: 12, state: "approved" });
      await store.deviceCodes.slowDown({ hash: a.hashed("device-code"), polledAt, by: 5, most: 100 });
    },
  );

  holds("an approved code makes its grant once; presented again, it ends that grant", async (store) => {
    const { known, alice } = await people(store);
    const approved = await a.addDeviceCode(store, known);
    await store.deviceCodes.decide(a.decision(approved, alice));
    const first = a.deviceRedemption(approved, alice);
    expect(await store.deviceCodes.redeem(first)).toBe("redeemed");
    expect(await store.grants.find(first.grant.id)).toEqual(first.grant);
    expect(await store.deviceCodes.find(approved.hash)).toMatchObject({ state: "redeemed", grantId: first.grant.id });
    const again = a.deviceRedemption(approved, alice);
    expect(await store.deviceCodes.redeem(again)).toBe("replayed");
    expect(await store.grants.find(first.grant.id)).toMatchObject({ endedAt: a.start, endedBecause: "code-replayed" });
    expect(await store.grants.find(again.grant.id)).toBeUndefined();
    expect(await store.deviceCodes.redeem(again)).toBe("replayed");
    expect(await a.countEvents(store, "grant.code-replayed")).toBe(1);
  });

  holds("of twenty redemptions of a device code at once, exactly one wins", async (store) => {
    const { known, alice } = await people(store);
    const approved = await a.addDeviceCode(store, known);
    await store.deviceCodes.decide(a.decision(approved, alice));
    const attempts = Array.from({ length: 20 }, () => store.deviceCodes.redeem(a.deviceRedemption(approved, alice)));
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter((outcome) => outcome === "redeemed")).toHaveLength(1);
    expect(await store.grants.list({ clientId: known.id })).toHaveLength(1);
  });

  holds("a code makes no grant while it is pending, denied, unknown or another client's", async (store) => {
    const { known, alice } = await people(store);
    const foreign = await a.addClient(store);
    const pending = await a.addDeviceCode(store, known);
    expect(await store.deviceCodes.redeem(a.deviceRedemption(pending, alice))).toBe("not-approved");
    const denied = await a.addDeviceCode(store, known);
    await store.deviceCodes.decide(a.decision(denied, alice, "denied"));
    expect(await store.deviceCodes.redeem(a.deviceRedemption(denied, alice))).toBe("not-approved");
    expect(await store.deviceCodes.redeem(a.deviceRedemption(a.deviceCode(known), alice))).toBe("not-approved");
    const approved = await a.addDeviceCode(store, known);
    await store.deviceCodes.decide(a.decision(approved, alice));
    const theft = { ...a.deviceRedemption(approved, alice), clientId: foreign.id };
    expect(await store.deviceCodes.redeem(theft)).toBe("not-approved");
    expect(await store.deviceCodes.redeem(a.deviceRedemption(approved, alice))).toBe("redeemed");
    expect(await store.deviceCodes.redeem(theft)).toBe("not-approved");
    expect(await store.grants.list({ clientId: known.id, liveAt: a.start })).toHaveLength(1);
  });

  holds("an approved code makes no grant while its client is disabled", async (store) => {
    const { known, alice } = await people(store);
    const approved = await a.addDeviceCode(store, known);
    await store.deviceCodes.decide(a.decision(approved, alice));
    await store.clients.setDisabled({ id: known.id, at: a.start, event: a.event("client.disabled") });
    expect(await store.deviceCodes.redeem(a.deviceRedemption(approved, alice))).toBe("not-approved");
  });
}
