import { expect } from "bun:test";
import type { FactorProof } from "../../../src/model/factor.ts";
import type { User } from "../../../src/model/user.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function proofContract(holds: Holds): void {
  const at = after(a.start, minutes(3));
  const signIn = (store: Store, person: User, proof: FactorProof) =>
    store.sessions.start({
      session: a.session(person),
      cookie: a.hashed("session"),
      proof,
      event: a.event("session.started", { at, actor: { kind: "user", userId: person.id }, address: "192.0.2.1" }),
    });
  /** Alice with every factor; Bob with an authenticator app and recovery codes. */
  const people = async (store: Store) => {
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const passkey = a.passkey(alice, { signCount: 5 });
    await store.factors.addPasskey({ passkey, most: 5, event: a.event("passkey.added") });
    const codes = [a.hashed("recovery-code"), a.hashed("recovery-code")];
    for (const { id: userId } of [alice, bob]) {
      const totp = { sealedSeed: "sealed", confirmedAt: a.start, lastStep: 100 };
      await store.factors.enableTotp({ userId, totp, event: a.event("totp.enabled") });
      const hashes = userId === alice.id ? codes : [a.hashed("recovery-code")];
      const event = a.event("recovery-codes.created");
      await store.factors.replaceRecoveryCodes({ userId, sealedKey: "key", hashes, event });
    }
    return { alice, bob, passkey, codes };
  };
  const answer = (id: string, changes: Partial<FactorProof & { readonly kind: "passkey" }> = {}): FactorProof => ({
    kind: "passkey",
    id,
    signCount: 6,
    isBackupEligible: true,
    isBackedUp: true,
    challenge: a.handle(),
    ...changes,
  });

  holds("RFC 6238 §5.2: of two sign-ins at once with one time step, one is let in", async (store) => {
    const { alice, bob } = await people(store);
    const proof = { kind: "totp", step: 101 } as const;
    const outcomes = await Promise.all([signIn(store, alice, proof), signIn(store, alice, proof)]);
    expect(outcomes).toEqual(["started", "refused"]);
    expect((await store.factors.of(alice.id)).totp?.lastStep).toBe(101);
    expect((await store.factors.of(bob.id)).totp?.lastStep).toBe(100);
    expect(await store.sessions.list(alice.id)).toHaveLength(1);
    expect(await a.countEvents(store, "session.started")).toBe(1);
  });

  holds("RFC 6238 §5.2: a step that is not newer than the last one used is refused", async (store) => {
    const { alice } = await people(store);
    for (const step of [99, 100]) expect(await signIn(store, alice, { kind: "totp", step })).toBe("refused");
    expect(await signIn(store, alice, { kind: "totp", step: 102 })).toBe("started");
    expect(await signIn(store, alice, { kind: "totp", step: 101 })).toBe("refused");
    expect(await store.sessions.list()).toHaveLength(1);
  });

  holds("an authenticator app that was disabled meanwhile lets nobody in", async (store) => {
    const { alice } = await people(store);
    await store.factors.disableTotp({ userId: alice.id, event: a.event("totp.disabled") });
    expect(await signIn(store, alice, { kind: "totp", step: 101 })).toBe("refused");
    expect(await signIn(store, await a.addUser(store), { kind: "totp", step: 101 })).toBe("refused");
  });

  holds("of two sign-ins at once with one recovery code, one is let in, and the event tells of it", async (store) => {
    const { alice, bob, codes } = await people(store);
    const [hash, other] = codes;
    if (hash === undefined || other === undefined) throw new Error("there are two codes");
    const proof = { kind: "recovery-code", hash } as const;
    expect(await signIn(store, bob, proof)).toBe("refused");
    const outcomes = await Promise.all([signIn(store, alice, proof), signIn(store, alice, proof)]);
    expect(outcomes).toEqual(["started", "refused"]);
    expect((await store.factors.of(alice.id)).recoveryCodes?.left).toBe(1);
    const used = await store.events.page({ name: "recovery-code", limit: 10 });
    expect(used).toMatchObject([{ name: "recovery-code.used", at, userId: alice.id, address: "192.0.2.1" }]);
    expect(await signIn(store, alice, { kind: "recovery-code", hash: a.hashed("recovery-code") })).toBe("refused");
    expect(await signIn(store, alice, { kind: "recovery-code", hash: other })).toBe("started");
    expect((await store.factors.of(alice.id)).recoveryCodes?.left).toBe(0);
  });

  holds("a recovery code of a set that was replaced lets nobody in", async (store) => {
    const { alice, codes } = await people(store);
    const event = a.event("recovery-codes.created");
    const fresh = a.hashed("recovery-code");
    await store.factors.replaceRecoveryCodes({ userId: alice.id, sealedKey: "new", hashes: [fresh], event });
    for (const hash of codes) expect(await signIn(store, alice, { kind: "recovery-code", hash })).toBe("refused");
    expect(await signIn(store, alice, { kind: "recovery-code", hash: fresh })).toBe("started");
  });

  holds("WebAuthn §13.4.3: of two sign-ins at once with one challenge, one is let in", async (store) => {
    const { alice, passkey } = await people(store);
    const proof = answer(passkey.id);
    const outcomes = await Promise.all([signIn(store, alice, proof), signIn(store, alice, proof)]);
    expect(outcomes).toEqual(["started", "refused"]);
    const used = { ...passkey, signCount: 6, isBackedUp: true, lastUsedAt: at };
    expect(await store.factors.findPasskey(passkey.id)).toEqual(used);
    expect(await store.sessions.list(alice.id)).toHaveLength(1);
  });

  holds("a challenge that was spent elsewhere lets nobody in, and a refused passkey spends none", async (store) => {
    const { alice, bob, passkey } = await people(store);
    const challenge = a.handle();
    expect(await signIn(store, bob, answer(passkey.id, { challenge }))).toBe("refused");
    expect(await signIn(store, alice, answer("removed", { challenge }))).toBe("refused");
    expect(await store.codes.spend(challenge)).toBe("done");
    expect(await signIn(store, alice, answer(passkey.id, { challenge }))).toBe("refused");
    expect(await store.factors.findPasskey(passkey.id)).toEqual(passkey);
    expect(await store.sessions.list()).toEqual([]);
  });

  holds(
    "WebAuthn §6.1.1: the count of signatures is kept as it comes; of synced passkeys it does not grow",
    async (store) => {
      const { alice, passkey } = await people(store);
      for (const signCount of [9, 9, 0]) {
        expect(await signIn(store, alice, answer(passkey.id, { signCount }))).toBe("started");
        expect((await store.factors.findPasskey(passkey.id))?.signCount).toBe(signCount);
      }
    },
  );

  holds("a session that goes on is not carried on by a proof that is refused", async (store) => {
    const { alice } = await people(store);
    const first = await a.addSession(store, alice);
    const cookie = a.hashed("session");
    const outcome = await store.sessions.start({
      session: a.session(alice),
      cookie,
      replaces: first.id,
      proof: { kind: "totp", step: 100 },
      event: a.event("session.started"),
    });
    expect(outcome).toBe("refused");
    expect(await store.sessions.find(cookie)).toBeUndefined();
    expect(await store.sessions.list()).toEqual([first]);
  });
}
