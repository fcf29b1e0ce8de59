import { expect } from "bun:test";
import { asGrantId, type ClientId, type UserId } from "../../../src/brand.ts";
import type { Client } from "../../../src/model/client.ts";
import type { GrantEnd } from "../../../src/model/grant.ts";
import type { User } from "../../../src/model/user.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, days, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function grantContract(holds: Holds): void {
  const people = async (store: Store) => ({ known: await a.addClient(store), alice: await a.addUser(store) });
  const withStandingGrant = async (store: Store) => {
    const known = a.client();
    const standing = a.standingGrant(known);
    await store.clients.create({ client: known, standingGrant: standing, event: a.event("client.created") });
    return { known, standing };
  };
  const end = (store: Store, id: string, because: GrantEnd = "revoked") =>
    store.grants.end({ id: asGrantId(id), because, event: a.event("grant.ended") });

  holds("a grant ends once and stays ended, with one event", async (store) => {
    const { known, alice } = await people(store);
    const given = await a.addGrant(store, known, alice);
    expect(await end(store, given.id)).toBe("ended");
    expect(await store.grants.find(given.id)).toEqual({ ...given, endedAt: a.start, endedBecause: "revoked" });
    expect(await end(store, given.id, "signed-out")).toBe("already");
    expect(await end(store, "none")).toBe("missing");
    expect((await store.grants.find(given.id))?.endedBecause).toBe("revoked");
    expect(await a.countEvents(store, "grant.ended")).toBe(1);
    expect(await store.grants.findState(asGrantId("none"))).toBeUndefined();
  });

  holds("ending a standing grant raises its epoch: earlier tokens are dead, later ones live", async (store) => {
    const { standing } = await withStandingGrant(store);
    await revoke(store, standing.id, "t", 10);
    expect(await end(store, standing.id)).toBe("ended");
    expect(await store.grants.findState(standing.id)).toMatchObject({
      grant: { ...standing, epoch: 2 },
      revokedTokens: [],
    });
    expect(await end(store, standing.id)).toBe("ended");
    expect(await store.grants.find(standing.id)).toEqual({ ...standing, epoch: 3 });
  });

  holds("all grants of a person, a client or both end in one step, and codes with them", async (store) => {
    const { known, alice } = await people(store);
    const other = await a.addClient(store);
    const bob = await a.addUser(store);
    const { standing, known: machine } = await withStandingGrant(store);
    const endAll = (of: { readonly userId: UserId; readonly clientId?: ClientId } | { readonly clientId: ClientId }) =>
      store.grants.endAll({ ...of, because: "revoked", event: a.event("grant.ended") });
    const begin = async (client: Client, person: User) => {
      const code = await a.addCode(store, client, person);
      const device = await a.addDeviceCode(store, client);
      await store.deviceCodes.decide(a.decision(device, person));
      const given = await a.addGrant(store, client, person);
      return async () => {
        const isCodeThere = (await store.codes.find(code.hash)) !== undefined;
        const [state, end] = [await store.deviceCodes.find(device.hash), await store.grants.find(given.id)];
        return [isCodeThere, state?.state, end?.endedBecause].join(" ");
      };
    };
    const [ended, lives] = ["false denied revoked", "true approved "];
    const states = [
      await begin(known, alice),
      await begin(other, alice),
      await begin(known, bob),
      await begin(other, bob),
    ];
    const now = () => Promise.all(states.map((state) => state()));
    expect(await endAll({ userId: alice.id, clientId: known.id })).toBe(1);
    expect(await now()).toEqual([ended, lives, lives, lives]);
    expect(await endAll({ userId: alice.id })).toBe(1);
    expect(await now()).toEqual([ended, ended, lives, lives]);
    expect(await endAll({ clientId: known.id })).toBe(1);
    expect(await now()).toEqual([ended, ended, ended, lives]);
    expect(await endAll({ userId: alice.id })).toBe(0);
    expect(await endAll({ clientId: machine.id })).toBe(1);
    expect((await store.grants.find(standing.id))?.epoch).toBe(2);
    const [last, before] = await store.events.list(2);
    expect([last, before]).toMatchObject([
      { name: "grant.ended", grantId: standing.id, clientId: machine.id },
      { name: "grant.ended", userId: bob.id, clientId: known.id },
    ]);
    expect(await a.countEvents(store, "grant.ended")).toBe(4);
  });

  holds("grants are listed by user, by client and by life", async (store) => {
    const { known, alice } = await people(store);
    const other = await a.addClient(store);
    const bob = await a.addUser(store);
    const live = await a.addGrant(store, known, alice);
    const ended = await a.addGrant(store, known, alice, { createdAt: after(a.start, minutes(1)) });
    await end(store, ended.id);
    const ofOther = await a.addGrant(store, other, alice, { createdAt: after(a.start, minutes(2)) });
    const ofBob = await a.addGrant(store, known, bob, {
      keepUntil: after(a.start, days(1)),
      createdAt: after(a.start, minutes(3)),
    });
    const { standing } = await withStandingGrant(store);
    const ids = async (filter: Parameters<Store["grants"]["list"]>[0]) =>
      (await store.grants.list(filter)).map(({ id }) => id);
    expect(await ids({ userId: alice.id })).toEqual([live.id, ended.id, ofOther.id]);
    expect(await ids({ clientId: known.id })).toEqual([live.id, ended.id, ofBob.id]);
    expect(await ids({ userId: alice.id, clientId: known.id, liveAt: a.start })).toEqual([live.id]);
    expect(await ids({ clientId: known.id, liveAt: after(a.start, days(1)) })).toEqual([live.id]);
    expect((await ids({ liveAt: after(a.start, days(400)) })).sort()).toEqual([standing.id]);
  });

  holds("an access token is revoked by itself, and again without effect (RFC 7009 §2.1)", async (store) => {
    const { known, alice } = await people(store);
    const [given, other] = [await a.addGrant(store, known, alice), await a.addGrant(store, known, alice)];
    expect(await revoke(store, given.id, "one", 10)).toBe("revoked");
    expect(await revoke(store, given.id, "two", 10)).toBe("revoked");
    expect(await revoke(store, given.id, "one", 10)).toBe("revoked");
    expect(await revoke(store, "none", "one", 10)).toBe("missing");
    expect((await store.grants.findState(given.id))?.revokedTokens.toSorted()).toEqual(["one", "two"]);
    expect((await store.grants.findState(other.id))?.revokedTokens).toEqual([]);
    expect(await a.countEvents(store, "token.revoked")).toBe(2);
  });

  holds("one revoked token more than the limit ends the grant", async (store) => {
    const { known, alice } = await people(store);
    const given = await a.addGrant(store, known, alice);
    const outcomes = [];
    for (const token of ["one", "two", "three"]) outcomes.push(await revoke(store, given.id, token, 2));
    expect(outcomes).toEqual(["revoked", "revoked", "grant-ended"]);
    expect(await store.grants.find(given.id)).toMatchObject({ endedAt: a.start, endedBecause: "too-many-revocations" });
  });

  holds(
    "one revoked token more than the limit raises a standing grant's epoch, and the count begins anew",
    async (store) => {
      const { standing } = await withStandingGrant(store);
      for (const token of ["one", "two"]) await revoke(store, standing.id, token, 2);
      expect(await revoke(store, standing.id, "three", 2)).toBe("grant-ended");
      expect(await store.grants.findState(standing.id)).toEqual({
        grant: { ...standing, epoch: 2 },
        clientDisabled: false,
        revokedTokens: [],
      });
      expect(await revoke(store, standing.id, "four", 2)).toBe("revoked");
      expect((await store.grants.findState(standing.id))?.revokedTokens).toEqual(["four"]);
    },
  );

  holds("revoked tokens that were swept long ago do not count towards the limit", async (store) => {
    const { known, alice } = await people(store);
    const given = await a.addGrant(store, known, alice);
    for (const token of ["one", "two"]) await revoke(store, given.id, token, 2);
    await store.sweep({ now: after(a.start, days(3)), limit: 100 });
    expect(await revoke(store, given.id, "three", 2)).toBe("revoked");
    expect((await store.grants.findState(given.id))?.revokedTokens).toEqual(["three"]);
  });
}

const revoke = (store: Store, grantId: string, tokenId: string, most: number) =>
  store.grants.revokeAccessToken({
    grantId: asGrantId(grantId),
    tokenId,
    expiresAt: after(a.start, minutes(10)),
    most,
    event: a.event("token.revoked"),
  });
