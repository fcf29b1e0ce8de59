import { expect } from "bun:test";
import { asClientId } from "../../../src/brand.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function codeContract(holds: Holds): void {
  const people = async (store: Store) => ({ known: await a.addClient(store), alice: await a.addUser(store) });

  holds("6749-4.1.2-code: a saved code is read back with all that it is bound to", async (store) => {
    const { known, alice } = await people(store);
    const saved = a.code(known, alice, { nonce: "n", claims: '{"userinfo":{}}', redirectUriSent: false });
    expect(await store.codes.save({ code: saved, spend: a.handle(), event: a.event("consent.given") })).toBe("saved");
    expect(await store.codes.find(saved.hash)).toEqual(saved);
    expect(await store.codes.find(a.hashed("authorization-code"))).toBeUndefined();
    expect(await a.countEvents(store, "consent.given")).toBe(1);
  });

  holds("UI-05: a pending authorization gives one code, however often and how soon it is answered", async (store) => {
    const { known, alice } = await people(store);
    const spend = a.handle();
    const codes = [a.code(known, alice), a.code(known, alice)];
    const consent = a.consent(alice, known);
    const outcomes = await Promise.all(
      codes.map((code) => store.codes.save({ code, spend, consent, event: a.event("consent.given") })),
    );
    expect(outcomes).toEqual(["saved", "spent"]);
    const found = await Promise.all(codes.map(({ hash }) => store.codes.find(hash)));
    expect(found.map((code) => code !== undefined)).toEqual([true, false]);
    expect(await store.codes.spend(spend)).toBe("spent");
    expect(await a.countEvents(store, "consent.given")).toBe(1);
  });

  holds("a pending authorization that was denied gives no code", async (store) => {
    const { known, alice } = await people(store);
    const spend = a.handle();
    expect(await store.codes.spend(spend)).toBe("done");
    expect(await store.codes.spend(spend)).toBe("spent");
    expect(await store.codes.save({ code: a.code(known, alice), spend })).toBe("spent");
  });

  holds("a code makes its grant, once", async (store) => {
    const { known, alice } = await people(store);
    const code = await a.addCode(store, known, alice);
    const input = a.redemption(code, { claims: "{}", lastUsedAt: a.start });
    expect(await store.codes.redeem(input)).toBe("redeemed");
    expect(await store.grants.find(input.grant.id)).toEqual(input.grant);
    expect(await store.codes.find(code.hash)).toEqual({ ...code, redeemedAt: a.start, grantId: input.grant.id });
    expect(await store.grants.findState(input.grant.id)).toEqual({
      grant: input.grant,
      clientDisabled: false,
      user: { username: alice.username, disabled: false, role: "user" },
      revokedTokens: [],
    });
  });

  holds("6749-4.1.2-reuse: a code that is presented again ends the grant made by it, with one event", async (store) => {
    const { known, alice } = await people(store);
    const code = await a.addCode(store, known, alice);
    const first = a.redemption(code);
    await store.codes.redeem(first);
    const now = after(a.start, minutes(30));
    const again = { ...a.redemption(code), now };
    expect(await store.codes.redeem(again)).toBe("replayed");
    expect(await store.grants.find(first.grant.id)).toMatchObject({ endedAt: now, endedBecause: "code-replayed" });
    expect(await store.grants.find(again.grant.id)).toBeUndefined();
    expect(await store.codes.redeem(again)).toBe("replayed");
    const [newest] = await store.events.list(1);
    expect(newest).toMatchObject({ name: "grant.code-replayed", grantId: first.grant.id });
    expect(await a.countEvents(store, "grant.code-replayed")).toBe(1);
  });

  holds(
    "6749-4.1.2-race, 2.1-code-once: of twenty redemptions at once, exactly one wins, and its grant ends",
    async (store) => {
      const { known, alice } = await people(store);
      const code = await a.addCode(store, known, alice);
      const attempts = Array.from({ length: 20 }, () => a.redemption(code));
      const outcomes = await Promise.all(attempts.map((attempt) => store.codes.redeem(attempt)));
      expect(outcomes.filter((outcome) => outcome === "redeemed")).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === "replayed")).toHaveLength(19);
      const grants = await store.grants.list({ userId: alice.id });
      expect(grants).toHaveLength(1);
      expect(grants[0]?.endedBecause).toBe("code-replayed");
      expect(await a.countEvents(store, "grant.created")).toBe(1);
    },
  );

  holds("a code is refused from the moment it expires", async (store) => {
    const { known, alice } = await people(store);
    const code = await a.addCode(store, known, alice);
    const input = a.redemption(code);
    expect(await store.codes.redeem({ ...input, now: code.expiresAt })).toBe("expired");
    expect(await store.grants.find(input.grant.id)).toBeUndefined();
    const justBefore = after(a.start, minutes(0.99));
    expect(await store.codes.redeem({ ...input, now: justBefore })).toBe("redeemed");
  });

  holds(
    "a code of nobody is unknown; another client's attempt neither spends the code nor ends its grant",
    async (store) => {
      const { known, alice } = await people(store);
      const foreign = await a.addClient(store);
      const code = await a.addCode(store, known, alice);
      const theft = { ...a.redemption(code), clientId: foreign.id };
      expect(await store.codes.redeem({ ...a.redemption(code), hash: a.hashed("authorization-code") })).toBe("unknown");
      expect(await store.codes.redeem(theft)).toBe("unknown");
      const input = a.redemption(code);
      expect(await store.codes.redeem(input)).toBe("redeemed");
      expect(await store.codes.redeem(theft)).toBe("unknown");
      expect((await store.grants.find(input.grant.id))?.endedAt).toBeUndefined();
    },
  );

  holds("a code dies of too many wrong verifiers", async (store) => {
    const { known, alice } = await people(store);
    const code = await a.addCode(store, known, alice);
    for (let failure = 1; failure <= 2; failure += 1) await store.codes.recordFailure(code.hash);
    await store.codes.recordFailure(a.hashed("authorization-code"));
    expect((await store.codes.find(code.hash))?.failures).toBe(2);
    await store.codes.recordFailure(code.hash);
    expect(await store.codes.redeem(a.redemption(code))).toBe("unknown");
    const another = await a.addCode(store, known, alice, { failures: 2 });
    expect(await store.codes.redeem(a.redemption(another))).toBe("redeemed");
  });

  holds("a code makes no grant while its client is disabled, or for a client that is gone", async (store) => {
    const { known, alice } = await people(store);
    const code = await a.addCode(store, known, alice);
    await store.clients.setDisabled({ id: known.id, at: a.start, event: a.event("client.disabled") });
    expect(await store.codes.redeem(a.redemption(code))).toBe("unknown");
    await store.clients.setDisabled({ id: known.id, at: undefined, event: a.event("client.enabled") });
    expect(await store.codes.redeem(a.redemption(code))).toBe("redeemed");
    const nobody = a.client({ id: asClientId("nobody") });
    const stray = await a.addCode(store, nobody, alice);
    expect(await store.codes.redeem(a.redemption(stray))).toBe("unknown");
  });

  holds("a code makes no grant while its user is disabled", async (store) => {
    const { known, alice } = await people(store);
    await store.users.setDisabled({ id: alice.id, at: a.start, event: a.event("user.disabled") });
    const code = await a.addCode(store, known, alice);
    expect(await store.codes.redeem(a.redemption(code))).toBe("unknown");
    expect(await store.grants.list({ userId: alice.id })).toEqual([]);
  });
}
