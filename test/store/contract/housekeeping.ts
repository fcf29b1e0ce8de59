import { expect } from "bun:test";
import { asClientId } from "../../../src/brand.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, days, hours, type Instant, milliseconds } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function housekeepingContract(holds: Holds): void {
  const expiresAt = after(a.start, hours(1));
  const sweepAll = (store: Store, now: Instant) => store.sweep({ now, limit: 1000 });

  holds("CR-16: nothing goes before a day after it has expired, and everything goes then", async (store) => {
    const known = await a.addClient(store);
    const alice = await a.addUser(store);
    const given = await a.addGrant(store, known, alice, { keepUntil: expiresAt });
    await store.grants.revokeAccessToken({
      grantId: given.id,
      tokenId: "t",
      expiresAt,
      most: 9,
      event: a.event("token.revoked"),
    });
    await store.codes.save({ code: a.code(known, alice, { expiresAt }), spend: { id: "handle", expiresAt } });
    await a.addDeviceCode(store, known, { expiresAt });
    await store.assertions.use({ clientId: known.id, jti: "1", expiresAt });
    const token = a.hashed("initial-access-token");
    await store.registrationTokens.create({
      hash: token,
      uses: 1,
      expiresAt,
      event: a.event("registration-token.created"),
    });
    await store.keys.addMissing({ keys: [a.key({ removeAfter: expiresAt })] });
    const ended = await a.addSession(store, alice);
    await store.sessions.end({ id: ended.id, event: a.event("session.ended", { at: expiresAt }) });
    const open = await a.addSession(store, alice);
    // The code and the handle of the grant expired earlier.
    await sweepAll(store, after(a.start, hours(24.5)));

    expect(await sweepAll(store, after(expiresAt, hours(24)))).toBe(0);
    expect(await store.grants.find(given.id)).toBeDefined();
    expect(await sweepAll(store, after(expiresAt, milliseconds(hours(24) + 1)))).toBe(9);
    expect(await store.grants.find(given.id)).toBeUndefined();
    expect(await store.sessions.findById(ended.id)).toBeUndefined();
    expect(await store.keys.list()).toEqual([]);
    expect(await store.assertions.use({ clientId: known.id, jti: "1", expiresAt })).toBe("fresh");
    expect(await store.sessions.findById(open.id)).toEqual(open);
    expect(await store.users.find(alice.id)).toEqual(alice);
    expect(await store.clients.find(known.id)).toEqual(known);
  });

  holds("a sweep takes no more than it was told, whatever the kinds, and the next goes on", async (store) => {
    for (let each = 0; each < 7; each += 1) {
      await store.codes.spend({ id: `handle-${each}`, expiresAt });
      await store.assertions.use({ clientId: asClientId("c"), jti: `jti-${each}`, expiresAt });
    }
    const now = after(expiresAt, hours(25));
    const swept = [];
    for (let batch = 0; batch < 4; batch += 1) swept.push(await store.sweep({ now, limit: 5 }));
    expect(swept).toEqual([5, 5, 4, 0]);
  });

  holds("a spent handle and a redeemed code are known as such until they are swept", async (store) => {
    const known = await a.addClient(store);
    const alice = await a.addUser(store);
    const code = await a.addCode(store, known, alice);
    await store.codes.redeem(a.redemption(code));
    await sweepAll(store, after(code.expiresAt, hours(23)));
    expect(await store.codes.redeem(a.redemption(code))).toBe("replayed");
    await sweepAll(store, after(code.expiresAt, hours(25)));
    expect(await store.codes.redeem(a.redemption(code))).toBe("unknown");
  });

  holds("sessions that nobody came back to go after a year; the others stay", async (store) => {
    const alice = await a.addUser(store);
    const idle = await a.addSession(store, alice);
    const seen = await a.addSession(store, alice, { lastSeenAt: after(a.start, days(10)) });
    await sweepAll(store, after(a.start, days(365)));
    expect(await store.sessions.list()).toHaveLength(2);
    await sweepAll(store, after(a.start, days(367)));
    expect(await store.sessions.list()).toEqual([seen]);
    expect(await store.sessions.findById(idle.id)).toBeUndefined();
  });

  holds("events are kept for ninety days", async (store) => {
    await store.events.record(a.event("key.rotated"));
    await store.events.record(a.event("user.created", { at: after(a.start, days(1)) }));
    expect(await sweepAll(store, after(a.start, days(90)))).toBe(0);
    expect(await sweepAll(store, after(a.start, days(90.5)))).toBe(1);
    expect(await a.eventNames(store)).toEqual(["user.created"]);
  });

  holds("a standing grant stays as long as its client, and goes a day after it", async (store) => {
    const known = a.client();
    const standing = a.standingGrant(known);
    await store.clients.create({ client: known, standingGrant: standing, event: a.event("client.created") });
    await sweepAll(store, after(a.start, days(4000)));
    expect(await store.grants.find(standing.id)).toEqual(standing);
    const at = after(a.start, days(4000));
    await store.clients.delete({ id: known.id, event: a.event("client.deleted", { at }) });
    await sweepAll(store, after(at, hours(23)));
    expect((await store.grants.find(standing.id))?.endedAt).toBe(at);
    await sweepAll(store, after(at, hours(25)));
    expect(await store.grants.find(standing.id)).toBeUndefined();
  });

  holds(
    "7591-5-gc: a client that registered itself goes after a day unused, or ninety days since, unless a grant lives",
    async (store) => {
      const registered = async (lastUsedAt?: Instant) => {
        const known = a.client({ origin: "registration", lastUsedAt });
        await store.clients.create({ client: known, event: a.event("client.registered") });
        return known;
      };
      const unused = await registered();
      const used = await registered(a.start);
      const granted = await registered();
      await a.addGrant(store, granted, await a.addUser(store), { keepUntil: after(a.start, days(365)) });
      const approved = await a.addClient(store, { origin: "registration", approval: "approved" });
      const byHand = await a.addClient(store);
      const left = async () => new Set((await store.clients.list()).map(({ id }) => id));
      await sweepAll(store, after(a.start, hours(24)));
      expect(await left()).toEqual(new Set([unused.id, used.id, approved.id, granted.id, byHand.id]));
      await sweepAll(store, after(a.start, hours(25)));
      expect(await left()).toEqual(new Set([used.id, approved.id, granted.id, byHand.id]));
      await sweepAll(store, after(a.start, days(91)));
      expect(await left()).toEqual(new Set([granted.id, byHand.id]));
    },
  );
  holds("7591-5-gc: a client that waits for an approval goes two weeks after it began to", async (store) => {
    const waiting = { origin: "registration", approval: "waiting" } as const;
    const began = after(a.start, days(60));
    const early = await a.addClient(store, { ...waiting, disabledAt: a.start });
    const again = await a.addClient(store, { ...waiting, disabledAt: began, lastUsedAt: began });
    const left = async () => (await store.clients.list()).map(({ id }) => id);
    await sweepAll(store, after(a.start, days(14)));
    expect(await left()).toEqual([early.id, again.id]);
    await sweepAll(store, after(a.start, days(15)));
    expect(await left()).toEqual([again.id]);
    await sweepAll(store, after(began, days(15)));
    expect(await left()).toEqual([]);
  });
}
