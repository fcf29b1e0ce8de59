import { expect } from "bun:test";
import { asSessionId } from "../../../src/brand.ts";
import { after, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function sessionContract(holds: Holds): void {
  holds("a session is found by its cookie and by its identifier, and listed while it goes on", async (store) => {
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const cookie = a.hashed("session");
    const made = a.session(alice, { userAgent: "Firefox", address: "192.0.2.1", amr: ["pwd", "otp"] });
    await store.sessions.start({ session: made, cookie, event: a.event("session.started") });
    expect(await store.sessions.find(cookie)).toEqual(made);
    expect(await store.sessions.findById(made.id)).toEqual(made);
    expect(await store.sessions.find(a.hashed("session"))).toBeUndefined();
    const another = await a.addSession(store, bob, { createdAt: after(a.start, minutes(1)) });
    expect(await store.sessions.list()).toEqual([made, another]);
    expect(await store.sessions.list(alice.id)).toEqual([made]);
  });

  holds(
    "when the same person signs in again the session goes on under a new cookie, and its grants stay",
    async (store) => {
      const [known, alice] = [await a.addClient(store), await a.addUser(store)];
      const [oldCookie, newCookie] = [a.hashed("session"), a.hashed("session")];
      const first = a.session(alice);
      await store.sessions.start({ session: first, cookie: oldCookie, event: a.event("session.started") });
      const bound = await a.addGrant(store, known, alice, { sessionId: first.id });
      const at = after(a.start, minutes(5));
      const again = a.session(alice, { createdAt: at, authTime: at, lastSeenAt: at });
      await store.sessions.start({
        session: again,
        cookie: newCookie,
        replaces: first.id,
        event: a.event("session.started"),
      });
      expect(await store.sessions.find(oldCookie)).toBeUndefined();
      expect(await store.sessions.find(newCookie)).toEqual({ ...first, authTime: at, lastSeenAt: at });
      expect(await store.sessions.findById(again.id)).toBeUndefined();
      expect(await store.grants.find(bound.id)).toEqual(bound);
    },
  );

  holds("when another person signs in the session that was there ends with its grants", async (store) => {
    const known = await a.addClient(store);
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const ofAlice = await a.addSession(store, alice);
    const bound = await a.addGrant(store, known, alice, { sessionId: ofAlice.id });
    const ofBob = a.session(bob);
    const cookie = a.hashed("session");
    await store.sessions.start({ session: ofBob, cookie, replaces: ofAlice.id, event: a.event("session.started") });
    expect(await store.sessions.find(cookie)).toEqual(ofBob);
    expect((await store.sessions.findById(ofAlice.id))?.endedAt).toBe(a.start);
    expect(await store.grants.find(bound.id)).toMatchObject({ endedAt: a.start, endedBecause: "signed-out" });
  });

  holds("a session that has ended is not carried on: the next one is new", async (store) => {
    const alice = await a.addUser(store);
    const ended = await a.addSession(store, alice);
    await store.sessions.end({ id: ended.id, event: a.event("session.ended") });
    const next = a.session(alice);
    await store.sessions.start({
      session: next,
      cookie: a.hashed("session"),
      replaces: ended.id,
      event: a.event("session.started"),
    });
    const unknown = a.session(alice);
    await store.sessions.start({
      session: unknown,
      cookie: a.hashed("session"),
      replaces: asSessionId("swept"),
      event: a.event("session.started"),
    });
    expect((await store.sessions.list()).map(({ id }) => id).toSorted()).toEqual([next.id, unknown.id].toSorted());
  });

  holds("ending a session ends the grants bound to it and no others (OIDC Back-Channel §2.7)", async (store) => {
    const [known, alice] = [await a.addClient(store), await a.addUser(store)];
    const [first, second] = [await a.addSession(store, alice), await a.addSession(store, alice)];
    const bound = await a.addGrant(store, known, alice, { sessionId: first.id, sid: first.id });
    const elsewhere = await a.addGrant(store, known, alice, { sessionId: second.id });
    const offline = await a.addGrant(store, known, alice, { sid: first.id });
    expect(await store.sessions.end({ id: first.id, event: a.event("session.ended") })).toBe("ended");
    expect(await store.grants.find(bound.id)).toEqual({ ...bound, endedAt: a.start, endedBecause: "signed-out" });
    expect(await store.grants.find(elsewhere.id)).toEqual(elsewhere);
    expect(await store.grants.find(offline.id)).toEqual(offline);
    expect((await store.sessions.list(alice.id)).map(({ id }) => id)).toEqual([second.id]);
    expect(await store.sessions.end({ id: first.id, event: a.event("session.ended") })).toBe("missing");
    expect(await store.sessions.end({ id: asSessionId("none"), event: a.event("session.ended") })).toBe("missing");
    expect(await a.countEvents(store, "session.ended")).toBe(1);
  });

  holds("all sessions of a person but one end, with the grants bound to them", async (store) => {
    const known = await a.addClient(store);
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const sessions = [];
    for (let each = 0; each < 3; each += 1) sessions.push(await a.addSession(store, alice));
    const [kept, other] = sessions;
    const ofBob = await a.addSession(store, bob);
    const boundToKept = await a.addGrant(store, known, alice, { sessionId: kept?.id });
    const bound = await a.addGrant(store, known, alice, { sessionId: other?.id });
    const offline = await a.addGrant(store, known, alice, { sid: other?.id });
    const endOthers = (keep: typeof kept) =>
      store.sessions.endOthers({ userId: alice.id, keep: keep?.id, event: a.event("session.ended") });
    expect(await Promise.all([endOthers(kept), endOthers(kept)])).toEqual([2, 0]);
    expect(await store.sessions.list()).toHaveLength(2);
    expect(await store.grants.find(bound.id)).toEqual({ ...bound, endedAt: a.start, endedBecause: "signed-out" });
    for (const each of [boundToKept, offline]) expect(await store.grants.find(each.id)).toEqual(each);
    expect(await endOthers(undefined)).toBe(1);
    expect(await store.sessions.list()).toEqual([ofBob]);
    expect(await a.countEvents(store, "session.ended")).toBe(2);
  });

  holds("a code brings no grant to life in a session that has ended", async (store) => {
    const [known, alice] = [await a.addClient(store), await a.addUser(store)];
    const ended = await a.addSession(store, alice);
    const bound = await a.addCode(store, known, alice, { sessionId: ended.id });
    const offline = await a.addCode(store, known, alice, { sessionId: ended.id });
    await store.sessions.end({ id: ended.id, event: a.event("session.ended") });
    expect(await store.codes.redeem(a.redemption(bound, { sessionId: ended.id }))).toBe("unknown");
    expect(await store.codes.redeem(a.redemption(offline, { sid: ended.id }))).toBe("redeemed");
  });
}
