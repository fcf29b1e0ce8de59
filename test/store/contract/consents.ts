import { expect } from "bun:test";
import type { Client } from "../../../src/model/client.ts";
import type { Consent } from "../../../src/model/grant.ts";
import type { User } from "../../../src/model/user.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, days } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function consentContract(holds: Holds): void {
  const people = async (store: Store) => ({ known: await a.addClient(store), alice: await a.addUser(store) });
  const give = (store: Store, known: Client, person: User, scope: readonly string[], changes: Partial<Consent> = {}) =>
    store.codes.save({
      code: a.code(known, person),
      spend: a.handle(),
      consent: a.consent(person, known, { scope, ...changes }),
    });
  const withdraw = (store: Store, known: Client, person: User) =>
    store.consents.withdraw({ userId: person.id, clientId: known.id, event: a.event("consent.withdrawn") });

  holds("what a person allows is joined to what was allowed before", async (store) => {
    const { known, alice } = await people(store);
    await give(store, known, alice, ["openid", "read"]);
    const again = after(a.start, days(1));
    await give(store, known, alice, ["write", "openid"], { grantedAt: again });
    const joined = a.consent(alice, known, { scope: ["openid", "read", "write"], grantedAt: again });
    expect(await store.consents.find(alice.id, known.id)).toEqual(joined);
    expect(await store.consents.list(alice.id)).toEqual([joined]);
  });

  holds("what was declined is joined too, and of two answers to one scope the later counts", async (store) => {
    const { known, alice } = await people(store);
    const found = async () => {
      const { scope, declined } = (await store.consents.find(alice.id, known.id)) ?? { scope: [], declined: [] };
      return { scope, declined };
    };
    await give(store, known, alice, ["openid", "read"], { declined: ["email"] });
    await give(store, known, alice, ["openid"], { declined: ["phone"] });
    expect(await found()).toEqual({ scope: ["openid", "read"], declined: ["email", "phone"] });
    await give(store, known, alice, ["openid", "email"], { declined: ["read"] });
    expect(await found()).toEqual({ scope: ["openid", "email"], declined: ["phone", "read"] });
  });

  holds("a consent is one person's to one client", async (store) => {
    const { known, alice } = await people(store);
    await give(store, known, alice, ["read"]);
    expect(await store.consents.find((await a.addUser(store)).id, known.id)).toBeUndefined();
    expect(await store.consents.find(alice.id, (await a.addClient(store)).id)).toBeUndefined();
  });

  holds("withdrawing a consent ends the grants and the codes that came of it", async (store) => {
    const { known, alice } = await people(store);
    const [other, bob] = [await a.addClient(store), await a.addUser(store)];
    await give(store, known, alice, ["read"]);
    await give(store, other, alice, ["read"]);
    const given = await a.addGrant(store, known, alice);
    const untouched = [await a.addGrant(store, other, alice), await a.addGrant(store, known, bob)];
    const code = await a.addCode(store, known, alice);
    const codeOfBob = await a.addCode(store, known, bob);
    const device = await a.addDeviceCode(store, known);
    await store.deviceCodes.decide(a.decision(device, alice));

    expect(await withdraw(store, known, alice)).toBe("withdrawn");
    expect(await store.consents.find(alice.id, known.id)).toBeUndefined();
    expect(await store.consents.list(alice.id)).toHaveLength(1);
    expect(await store.grants.find(given.id)).toMatchObject({ endedAt: a.start, endedBecause: "revoked" });
    for (const each of untouched) expect(await store.grants.find(each.id)).toEqual(each);
    expect(await store.codes.redeem(a.redemption(code))).toBe("unknown");
    expect(await store.deviceCodes.redeem(a.deviceRedemption(device, alice))).toBe("not-approved");
    expect(await store.codes.redeem(a.redemption(codeOfBob))).toBe("redeemed");
  });

  holds(
    "a grant without a consent, as a first-party client has it, is withdrawn too; nothing at all is missing",
    async (store) => {
      const { known, alice } = await people(store);
      const given = await a.addGrant(store, known, alice);
      expect(await withdraw(store, known, alice)).toBe("withdrawn");
      expect((await store.grants.find(given.id))?.endedAt).toBe(a.start);
      expect(await withdraw(store, known, alice)).toBe("missing");
      expect(await a.countEvents(store, "consent.withdrawn")).toBe(1);
    },
  );
}
