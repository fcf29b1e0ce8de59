import { expect } from "bun:test";
import type { Actor } from "../../../src/model/event.ts";
import type { AccountLink } from "../../../src/model/link.ts";
import type { User } from "../../../src/model/user.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, days, hours, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function linkContract(holds: Holds): void {
  const expiresAt = after(a.start, hours(1));
  const link = (kind: AccountLink["kind"], person?: User): AccountLink => ({
    hash: a.hashed("account-link"),
    kind,
    userId: person?.id,
    createdAt: a.start,
    expiresAt,
  });
  const create = (store: Store, made: AccountLink, actor: Actor = { kind: "cli" }) =>
    store.links.create({ link: made, event: a.event("link.created", { userId: made.userId, actor }) });
  const added = async (store: Store, kind: AccountLink["kind"], person?: User, actor?: Actor) => {
    const made = link(kind, person);
    expect(await create(store, made, actor)).toBe("created");
    return made;
  };
  const redeem = (store: Store, { hash }: AccountLink, now = a.start, passwordHash = "$new") =>
    store.links.redeem({ hash, passwordHash, now, event: a.event("link.used", { at: now }) });
  const recover = (store: Store, { hash }: AccountLink, user: User, now = a.start) =>
    store.links.recover({ hash, user, now, event: a.event("user.recovered", { at: now }) });
  const isOpen = async (store: Store, { hash }: AccountLink, now = a.start) =>
    (await store.links.find(hash, now)) !== undefined;

  holds("a link is found until it expires", async (store) => {
    const alice = await a.addUser(store);
    const [invite, recovery] = [await added(store, "invite", alice), await added(store, "recover")];
    expect(await store.links.find(invite.hash, a.start)).toEqual(invite);
    expect(await store.links.find(recovery.hash, a.start)).toEqual(recovery);
    expect(await store.links.find(a.hashed("account-link"), a.start)).toBeUndefined();
    expect(await isOpen(store, invite, expiresAt)).toBe(false);
    expect(await create(store, link("reset", a.user()))).toBe("missing");
    expect(await a.countEvents(store, "link.created")).toBe(2);
  });

  holds("a new link voids the one before for the same person and purpose, and no other", async (store) => {
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const [first, ofBob] = [await added(store, "reset", alice), await added(store, "reset", bob)];
    const [invite, recovery] = [await added(store, "invite", alice), await added(store, "recover")];
    const second = await added(store, "reset", alice);
    for (const each of [ofBob, invite, recovery, second]) expect(await isOpen(store, each)).toBe(true);
    expect(await isOpen(store, first)).toBe(false);
    expect(await redeem(store, first)).toBe("link-refused");
    await added(store, "recover");
    expect(await isOpen(store, recovery)).toBe(false);
  });

  holds("of two who use one link at once, one chooses the password", async (store) => {
    const alice = await a.addUser(store);
    const reset = await added(store, "reset", alice);
    const outcomes = await Promise.all(["$one", "$two"].map((hash) => redeem(store, reset, a.start, hash)));
    expect(outcomes).toEqual(["done", "link-refused"]);
    expect((await store.users.find(alice.id))?.passwordHash).toBe("$one");
    expect(await a.countEvents(store, "link.used")).toBe(1);
  });

  holds("RFC 9700 §4.14.2: a link ends a lockout, and all that was begun with the password before", async (store) => {
    const known = await a.addClient(store);
    const locked = { failures: 9, lockedUntil: after(a.start, days(1)), passwordHash: "$old" };
    const [alice, bob] = [await a.addUser(store, locked), await a.addUser(store)];
    const ofBob = await a.addSession(store, bob);
    await a.addSession(store, alice);
    const given = await a.addGrant(store, known, alice);
    const code = await a.addCode(store, known, alice);
    const reset = await added(store, "reset", alice);
    const invite = await added(store, "invite", alice);
    const now = after(a.start, minutes(1));
    expect(await redeem(store, reset, now)).toBe("done");
    expect(await store.users.find(alice.id)).toEqual({
      ...alice,
      passwordHash: "$new",
      failures: 0,
      lockedUntil: undefined,
    });
    expect(await store.sessions.list()).toEqual([ofBob]);
    expect(await store.grants.find(given.id)).toMatchObject({ endedAt: now, endedBecause: "password-changed" });
    expect(await store.codes.redeem(a.redemption(code))).toBe("unknown");
    expect(await isOpen(store, invite)).toBe(false);
  });

  holds(
    "a link that has expired, is for something else, or whose person is gone or disabled is refused",
    async (store) => {
      const [alice, bob, carol] = [await a.addUser(store), await a.addUser(store), await a.addUser(store)];
      expect(await redeem(store, await added(store, "reset", alice), expiresAt)).toBe("link-refused");
      expect(await redeem(store, await added(store, "recover"))).toBe("link-refused");
      expect(await redeem(store, link("reset", alice))).toBe("link-refused");
      const reset = await added(store, "reset", alice);
      expect(await recover(store, reset, alice)).toEqual({ outcome: "link-refused" });
      expect(await isOpen(store, reset)).toBe(true);
      const ofBob = await added(store, "invite", bob);
      await store.users.delete({ id: bob.id, event: a.event("user.deleted") });
      expect(await isOpen(store, ofBob)).toBe(false);
      expect(await redeem(store, ofBob)).toBe("link-refused");
      const ofCarol = await added(store, "reset", carol);
      await store.users.setDisabled({ id: carol.id, at: a.start, event: a.event("user.disabled") });
      expect(await redeem(store, ofCarol)).toBe("link-refused");
      for (const each of [alice, carol]) expect((await store.users.find(each.id))?.passwordHash).toBeUndefined();
      expect(await a.countEvents(store, "link.used")).toBe(0);
    },
  );

  const by = ({ id }: User): Actor => ({ kind: "user", userId: id });

  /** What must hold when one of two administrators is one no more: what each has made, and the box itself. */
  async function expectVoidOf(store: Store, end: (former: User) => Promise<unknown>, again: (former: User) => unknown) {
    const [former, other] = [await a.addUser(store, { role: "admin" }), await a.addUser(store, { role: "admin" })];
    const made = async (kind: "invite" | "reset", actor?: Actor) => added(store, kind, await a.addUser(store), actor);
    const gone = [await made("invite", by(former)), await made("reset", by(former))];
    const stays = [await made("invite", by(other)), await made("reset", by(other)), await made("reset")];
    await end(former);
    await again(former);
    for (const each of gone) {
      expect(await isOpen(store, each)).toBe(false);
      expect(await redeem(store, each)).toBe("link-refused");
    }
    for (const each of stays) expect(await redeem(store, each)).toBe("done");
  }

  const withRole = (store: Store, { id }: User, role: "admin" | "user") =>
    store.users.update({ id, changes: { role }, event: a.event("user.updated") });
  const disabled = (store: Store, { id }: User, is: boolean) =>
    store.users.setDisabled({ id, at: is ? a.start : undefined, event: a.event("user.disabled") });

  holds("what a demoted administrator made out is void, also when they are one again", (store) =>
    expectVoidOf(
      store,
      (former) => withRole(store, former, "user"),
      (former) => withRole(store, former, "admin"),
    ),
  );

  holds("what a disabled administrator made out is void, also when they are enabled again", (store) =>
    expectVoidOf(
      store,
      (former) => disabled(store, former, true),
      (former) => disabled(store, former, false),
    ),
  );

  holds("what a deleted administrator made out is void", (store) =>
    expectVoidOf(
      store,
      ({ id }) => store.users.delete({ id, event: a.event("user.deleted") }),
      () => undefined,
    ),
  );

  holds("what an administrator made out whom the host knows no longer is void", (store) =>
    expectVoidOf(
      store,
      ({ id }) => store.users.refuseFromHost({ id, event: a.event("user.host-refused") }),
      () => undefined,
    ),
  );

  holds("what an administrator of the host made out is void when the host takes the role", async (store) => {
    const admit = async (role: "admin" | "user") => {
      const user = { ...a.user(), username: "boss", role };
      const { at, actor } = a.event("user.updated");
      const admitted = await store.users.admitFromHost({ hostSubject: "boss", user, event: { at, actor } });
      if (admitted.outcome !== "admitted") throw new Error("the name is taken");
      return admitted.user;
    };
    const boss = await admit("admin");
    const reset = await added(store, "reset", await a.addUser(store), by(boss));
    await admit("user");
    await admit("admin");
    expect(await redeem(store, reset)).toBe("link-refused");
  });

  holds("what a client made out is void when it is disabled or deleted", async (store) => {
    for (const end of ["disable", "delete"] as const) {
      const { id } = await a.addClient(store);
      const reset = await added(store, "reset", await a.addUser(store), { kind: "client", clientId: id });
      if (end === "delete") await store.clients.delete({ id, event: a.event("client.deleted") });
      else await store.clients.setDisabled({ id, at: a.start, event: a.event("client.disabled") });
      expect([end, await redeem(store, reset)]).toEqual([end, "link-refused"]);
    }
  });

  holds("who is no administrator any more makes out none", async (store) => {
    const [former, alice] = [await a.addUser(store), await a.addUser(store)];
    expect(await create(store, link("reset", alice), by(former))).toBe("missing");
  });

  holds("a password that is set otherwise voids the person's links", async (store) => {
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const [reset, ofBob] = [await added(store, "reset", alice), await added(store, "reset", bob)];
    const event = a.event("user.password-changed");
    await store.users.setPassword({ id: alice.id, passwordHash: "$chosen", event });
    expect(await redeem(store, reset)).toBe("link-refused");
    expect(await isOpen(store, ofBob)).toBe(true);
  });

  holds("recovery makes an administrator where there is nobody of the name, once", async (store) => {
    const recovery = await added(store, "recover");
    const owners = [a.user({ username: "owner" }), a.user({ username: "other" })] as const;
    const outcomes = await Promise.all(owners.map((owner) => recover(store, recovery, owner)));
    expect(outcomes).toEqual([{ outcome: "done", userId: owners[0].id }, { outcome: "link-refused" }]);
    expect(await store.users.list()).toEqual([{ ...owners[0], role: "admin" }]);
    const [event] = await store.events.page({ name: "user.recovered", limit: 10 });
    expect(event?.userId).toBe(owners[0].id);
    expect(await a.countEvents(store, "user.recovered")).toBe(1);
  });

  holds(
    "recovery gives a person of the name the password and the role, and takes away every other way in",
    async (store) => {
      const [owner, bystander] = [
        await a.addUser(store, {
          username: "owner",
          displayName: "Owner",
          passwordHash: "$old",
          disabledAt: a.start,
          failures: 7,
          lockedUntil: after(a.start, days(1)),
        }),
        await a.addUser(store),
      ];
      const ofBystander = await a.addSession(store, bystander);
      await a.addSession(store, owner);
      await store.factors.addPasskey({ passkey: a.passkey(owner), most: 5, event: a.event("passkey.added") });
      const reset = await added(store, "reset", owner);
      const now = after(a.start, minutes(1));
      const wanted = a.user({ username: "owner", passwordHash: "$new", displayName: "Somebody" });
      expect(await recover(store, await added(store, "recover"), wanted, now)).toEqual({
        outcome: "done",
        userId: owner.id,
      });
      expect(await store.users.findByName("owner")).toEqual({
        ...owner,
        role: "admin",
        passwordHash: "$new",
        disabledAt: undefined,
        updatedAt: now,
        failures: 0,
        lockedUntil: undefined,
      });
      expect((await store.factors.of(owner.id)).passkeys).toEqual([]);
      expect(await store.sessions.list()).toEqual([ofBystander]);
      expect(await isOpen(store, reset)).toBe(false);
      expect(await store.users.find(bystander.id)).toEqual(bystander);
    },
  );

  holds("a link goes a day after it has expired", async (store) => {
    await added(store, "recover");
    expect(await store.sweep({ now: after(expiresAt, hours(24)), limit: 10 })).toBe(0);
    expect(await store.sweep({ now: after(expiresAt, hours(24.1)), limit: 10 })).toBe(1);
  });

  holds("a recovery link gives no password to one of the host's own users, and stays good", async (store) => {
    const event = { at: a.start, actor: { kind: "system" } } as const;
    await store.users.admitFromHost({ hostSubject: "1000", user: a.user({ username: "ann" }), event });
    const before = await store.users.findByName("ann");
    const recovery = await added(store, "recover");
    const wanted = { passwordHash: "$mine", role: "admin" } as const;
    expect(await recover(store, recovery, a.user({ ...wanted, username: "ann" }))).toEqual({ outcome: "taken" });
    expect(await store.users.findByName("ann")).toEqual(before);
    expect(await recover(store, recovery, a.user({ ...wanted, username: "owner" }))).toMatchObject({ outcome: "done" });
  });
}
