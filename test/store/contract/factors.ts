import { expect } from "bun:test";
import { asSessionId } from "../../../src/brand.ts";
import type { EventName } from "../../../src/model/event.ts";
import type { Passkey } from "../../../src/model/factor.ts";
import type { Session, User } from "../../../src/model/user.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

const none = { passkeys: [], totp: undefined, recoveryCodes: undefined };
const totp = { sealedSeed: "sealed", confirmedAt: a.start, lastStep: 7 };

export function factorContract(holds: Holds): void {
  const add = (store: Store, passkey: Passkey, most = 10) =>
    store.factors.addPasskey({ passkey, most, event: a.event("passkey.added") });
  const enableTotp = (store: Store, { id }: User, changes: Partial<typeof totp> = {}) =>
    store.factors.enableTotp({ userId: id, totp: { ...totp, ...changes }, event: a.event("totp.enabled") });
  const makeCodes = (store: Store, { id }: User, count = 3, at = a.start) =>
    store.factors.replaceRecoveryCodes({
      userId: id,
      sealedKey: `key of ${count}`,
      hashes: Array.from({ length: count }, () => a.hashed("recovery-code")),
      event: a.event("recovery-codes.created", { at }),
    });
  const of = (name: EventName, { id }: User) => ({ userId: id, event: a.event(name) });

  holds("a person has no factor at first; one without an account gets none", async (store) => {
    const alice = await a.addUser(store);
    const nobody = a.user();
    expect(await store.factors.of(alice.id)).toEqual(none);
    expect(await add(store, a.passkey(nobody))).toBe("missing");
    expect(await enableTotp(store, nobody)).toBe("missing");
    expect(await makeCodes(store, nobody)).toBe("missing");
    expect(await store.factors.reset(of("factors.reset", nobody))).toBe("missing");
    expect(await store.factors.of(nobody.id)).toEqual(none);
    expect(await a.eventNames(store)).toEqual(["user.created"]);
  });

  holds("all factors of a person are read back as they were, the oldest passkey first", async (store) => {
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const second = a.passkey(alice, { createdAt: after(a.start, minutes(1)), transports: [], isBackedUp: true });
    const first = a.passkey(alice, { signCount: 4_000_000_000, lastUsedAt: a.start, name: "Schlüssel 🔑" });
    for (const passkey of [second, first, a.passkey(bob)]) expect(await add(store, passkey)).toBe("added");
    expect(await enableTotp(store, alice)).toBe("done");
    expect(await makeCodes(store, alice)).toBe("done");
    expect(await store.factors.of(alice.id)).toEqual({
      passkeys: [first, second],
      totp,
      recoveryCodes: { sealedKey: "key of 3", madeAt: a.start, left: 3 },
    });
    expect(await store.factors.findPasskey(first.id)).toEqual(first);
    expect(await store.factors.findPasskey("none")).toBeUndefined();
    expect(await store.factors.of(bob.id)).toMatchObject({ totp: undefined, recoveryCodes: undefined });
  });

  holds("WebAuthn §7.1: a credential is one person's, and a person has no more than the limit", async (store) => {
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const passkey = a.passkey(alice);
    expect(await add(store, passkey, 2)).toBe("added");
    expect(await add(store, { ...passkey, userId: bob.id }, 2)).toBe("taken");
    expect(await add(store, { ...passkey, name: "Again" }, 2)).toBe("taken");
    const outcomes = await Promise.all([a.passkey(alice), a.passkey(alice)].map((each) => add(store, each, 2)));
    expect(outcomes).toEqual(["added", "too-many"]);
    expect(await store.factors.findPasskey(passkey.id)).toEqual(passkey);
    expect(await a.countEvents(store, "passkey.added")).toBe(2);
  });

  holds("a passkey is renamed and removed by its owner alone", async (store) => {
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const [passkey, other] = [a.passkey(alice), a.passkey(alice)];
    for (const each of [passkey, other]) await add(store, each);
    const rename = ({ id }: User, name: string) =>
      store.factors.renamePasskey({ userId: id, id: passkey.id, name, event: a.event("passkey.renamed") });
    const remove = ({ id }: User) =>
      store.factors.removePasskey({ userId: id, id: passkey.id, event: a.event("passkey.removed") });
    expect(await rename(bob, "Mine")).toBe("missing");
    expect(await rename(alice, "Phone")).toBe("done");
    expect(await store.factors.findPasskey(passkey.id)).toEqual({ ...passkey, name: "Phone" });
    expect(await remove(bob)).toBe("missing");
    expect(await Promise.all([remove(alice), remove(alice)])).toEqual(["done", "missing"]);
    expect((await store.factors.of(alice.id)).passkeys).toEqual([other]);
    expect(await a.countEvents(store, "passkey.removed")).toBe(1);
  });

  holds(
    "a new authenticator app takes the place of the one before; without one there is none to disable",
    async (store) => {
      const alice = await a.addUser(store);
      const disable = () => store.factors.disableTotp(of("totp.disabled", alice));
      expect(await disable()).toBe("missing");
      await enableTotp(store, alice);
      await enableTotp(store, alice, { sealedSeed: "other", lastStep: 2 });
      expect((await store.factors.of(alice.id)).totp).toEqual({ ...totp, sealedSeed: "other", lastStep: 2 });
      expect(await Promise.all([disable(), disable()])).toEqual(["done", "missing"]);
      expect(await store.factors.of(alice.id)).toEqual(none);
      expect(await a.countEvents(store, "totp.disabled")).toBe(1);
    },
  );

  holds("new recovery codes void those before", async (store) => {
    const alice = await a.addUser(store);
    await enableTotp(store, alice);
    await makeCodes(store, alice, 3);
    const at = after(a.start, minutes(1));
    await makeCodes(store, alice, 2, at);
    expect((await store.factors.of(alice.id)).recoveryCodes).toEqual({ sealedKey: "key of 2", madeAt: at, left: 2 });
  });

  holds("recovery codes go with the last factor, and not before", async (store) => {
    const alice = await a.addUser(store);
    const passkey = a.passkey(alice);
    const removePasskey = () =>
      store.factors.removePasskey({ userId: alice.id, id: passkey.id, event: a.event("passkey.removed") });
    const disableTotp = () => store.factors.disableTotp(of("totp.disabled", alice));
    for (const [first, last] of [
      [removePasskey, disableTotp],
      [disableTotp, removePasskey],
    ] as const) {
      await add(store, passkey);
      await enableTotp(store, alice);
      await makeCodes(store, alice);
      expect(await first()).toBe("done");
      expect((await store.factors.of(alice.id)).recoveryCodes?.left).toBe(3);
      expect(await last()).toBe("done");
      expect(await store.factors.of(alice.id)).toEqual(none);
    }
  });

  holds("a reset takes away every factor, and ends the person's sessions with what is bound to them", async (store) => {
    const known = await a.addClient(store);
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const [session, ofBob] = [await a.addSession(store, alice), await a.addSession(store, bob)];
    const bound = await a.addGrant(store, known, alice, { sessionId: session.id });
    const offline = await a.addGrant(store, known, alice, { sid: session.id });
    for (const person of [alice, bob]) {
      await add(store, a.passkey(person));
      await enableTotp(store, person);
      await makeCodes(store, person);
    }
    expect(await store.factors.reset(of("factors.reset", alice))).toBe("done");
    expect(await store.factors.of(alice.id)).toEqual(none);
    expect(await store.sessions.list()).toEqual([ofBob]);
    expect(await store.grants.find(bound.id)).toMatchObject({ endedAt: a.start, endedBecause: "signed-out" });
    expect(await store.grants.find(offline.id)).toEqual(offline);
    expect(await store.factors.of(bob.id)).toMatchObject({ totp, recoveryCodes: { left: 3 } });
    expect(await a.countEvents(store, "factors.reset")).toBe(1);
  });

  holds(
    "nothing that was asked for in a session that has ended, or is another person's, becomes a factor",
    async (store) => {
      const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
      const [open, ended, ofBob] = [
        await a.addSession(store, alice),
        await a.addSession(store, alice),
        await a.addSession(store, bob),
      ];
      await store.sessions.end({ id: ended.id, event: a.event("session.ended") });
      const addAll = async ({ id: session }: Pick<Session, "id">) => {
        const shared = { userId: alice.id, session };
        return [
          await store.factors.addPasskey({
            passkey: a.passkey(alice),
            most: 9,
            session,
            event: a.event("passkey.added"),
          }),
          await store.factors.enableTotp({ ...shared, totp, event: a.event("totp.enabled") }),
          await store.factors.replaceRecoveryCodes({
            ...shared,
            sealedKey: "key",
            hashes: [a.hashed("recovery-code")],
            event: a.event("recovery-codes.created"),
          }),
        ];
      };
      for (const session of [ended, ofBob, { id: asSessionId("none") }])
        expect(await addAll(session)).toEqual(["outdated", "outdated", "outdated"]);
      expect(await store.factors.of(alice.id)).toEqual(none);
      expect(await a.countEvents(store, "passkey.added")).toBe(0);
      expect(await addAll(open)).toEqual(["added", "done", "done"]);
    },
  );

  holds("a person's factors go with the person", async (store) => {
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const passkey = a.passkey(alice);
    for (const each of [passkey, a.passkey(bob)]) await add(store, each);
    await enableTotp(store, alice);
    await makeCodes(store, alice);
    await store.users.delete({ id: alice.id, event: a.event("user.deleted") });
    expect(await store.factors.of(alice.id)).toEqual(none);
    expect(await store.factors.findPasskey(passkey.id)).toBeUndefined();
    expect((await store.factors.of(bob.id)).passkeys).toHaveLength(1);
  });
}
