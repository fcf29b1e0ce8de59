import { expect } from "bun:test";
import { asUserId } from "../../../src/brand.ts";
import type { EventName } from "../../../src/model/event.ts";
import type { Role, User } from "../../../src/model/user.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, type Instant, minutes, seconds } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function userContract(holds: Holds): void {
  holds("a created user is read back as it was, by identifier and by name, and listed", async (store) => {
    const alice = a.user({
      username: "alice",
      displayName: "Alice Ä. 😀",
      email: "alice@example.org",
      emailVerified: true,
      role: "admin",
      passwordHash: "$argon2id$…",
      groups: ["family", 'ops & co, "all"'],
      claims: { locale: "de", address: { locality: "Köln" } },
    });
    expect(await store.users.create({ user: alice, event: a.event("user.created") })).toBe("created");
    expect(await store.users.find(alice.id)).toEqual(alice);
    expect(await store.users.findByName("alice")).toEqual(alice);
    expect(await store.users.findByName("bob")).toBeUndefined();
    expect(await store.users.list()).toEqual([alice]);
  });

  holds("of two users created at once with one name, one wins", async (store) => {
    const [first, second] = [a.user({ username: "alice" }), a.user({ username: "alice" })];
    const create = (made: typeof first) => store.users.create({ user: made, event: a.event("user.created") });
    expect(await Promise.all([create(first), create(second)])).toEqual(["created", "taken"]);
    expect((await store.users.findByName("alice"))?.id).toBe(first.id);
    expect(await create(first)).toBe("taken");
    expect(await a.eventNames(store)).toEqual(["user.created"]);
  });

  holds("an update changes what it names, clears what is null and leaves the rest", async (store) => {
    const alice = await a.addUser(store, { displayName: "Alice", email: "a@example.org", passwordHash: "$" });
    const at = after(a.start, minutes(1));
    const change = (changes: Parameters<Store["users"]["update"]>[0]["changes"], id = alice.id) =>
      store.users.update({ id, changes, event: a.event("user.updated", { at }) });
    // Nothing can be verified about an address that is not there.
    expect(await change({ email: null, emailVerified: true, claims: { nickname: "al" } })).toBe("updated");
    expect(await store.users.find(alice.id)).toEqual({
      ...alice,
      email: undefined,
      emailVerified: false,
      claims: { nickname: "al" },
      updatedAt: at,
    });
    expect(await change({ username: "alicia", role: "admin", groups: ["ops"] })).toBe("updated");
    expect(await store.users.findByName("alicia")).toMatchObject({
      id: alice.id,
      role: "admin",
      groups: ["ops"],
      displayName: "Alice",
    });
    expect(await store.users.findByName(alice.username)).toBeUndefined();
    expect(await change({}, asUserId("nobody"))).toBe("missing");
  });

  holds("of two updates at once by who has seen the same, one is made and the other is outdated", async (store) => {
    const alice = await a.addUser(store, { displayName: "Alice", groups: ["staff"] });
    const seen = { displayName: alice.displayName, groups: alice.groups, email: undefined };
    const change = (displayName: string) =>
      store.users.update({ id: alice.id, seen, changes: { displayName }, event: a.event("user.updated") });
    expect(await Promise.all([change("One"), change("Two")])).toEqual(["updated", "outdated"]);
    expect(await store.users.find(alice.id)).toMatchObject({ displayName: "One" });
    expect(await a.countEvents(store, "user.updated")).toBe(1);
  });

  holds("an update to another's name is refused and changes nothing; to one's own it is not", async (store) => {
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const rename = (username: string) =>
      store.users.update({ id: bob.id, changes: { username, displayName: "Bob" }, event: a.event("user.updated") });
    expect(await rename(alice.username)).toBe("taken");
    expect(await store.users.find(bob.id)).toEqual(bob);
    expect(await rename(bob.username)).toBe("updated");
    expect(await a.countEvents(store, "user.updated")).toBe(1);
  });

  holds(
    "a new password ends the user's grants, and every session but the one kept (RFC 9700 §4.14.2)",
    async (store) => {
      const things = await personWithEverything(store, { failures: 4, lockedUntil: after(a.start, minutes(5)) });
      const { person, kept, other, given, unredeemed, device } = things;
      const setPassword = {
        id: person.id,
        passwordHash: "$new",
        keepSession: kept.id,
        event: a.event("user.password-changed"),
      };
      expect(await store.users.setPassword(setPassword)).toBe("done");
      expect(await store.users.find(person.id)).toMatchObject({
        passwordHash: "$new",
        failures: 0,
        lockedUntil: undefined,
      });
      expect(await store.grants.find(given.id)).toMatchObject({ endedAt: a.start, endedBecause: "password-changed" });
      expect((await store.sessions.findById(kept.id))?.endedAt).toBeUndefined();
      expect((await store.sessions.findById(other.id))?.endedAt).toBe(a.start);
      expect(await store.codes.redeem(a.redemption(unredeemed))).toBe("unknown");
      expect(await store.deviceCodes.redeem(a.deviceRedemption(device, person))).toBe("not-approved");
      await expectBystanderUntouched(store, things);
      expect(await store.users.setPassword({ ...setPassword, keepSession: undefined })).toBe("done");
      expect(await store.sessions.list(person.id)).toEqual([]);
      expect(await store.users.setPassword({ ...setPassword, id: asUserId("nobody") })).toBe("missing");
    },
  );

  holds(
    "a new password ends nothing where its person wants to keep all; what was failed before is forgotten",
    async (store) => {
      const things = await personWithEverything(store, { failures: 4, lockedUntil: after(a.start, minutes(5)) });
      const { person, kept, other, given, unredeemed, device } = things;
      const event = a.event("user.password-changed");
      const setPassword = { id: person.id, passwordHash: "$new", keepSession: kept.id, keepsOthers: true, event };
      expect(await store.users.setPassword(setPassword)).toBe("done");
      expect(await store.users.find(person.id)).toMatchObject({
        passwordHash: "$new",
        failures: 0,
        lockedUntil: undefined,
      });
      expect((await store.grants.find(given.id))?.endedAt).toBeUndefined();
      expect((await store.sessions.list(person.id)).map(({ id }) => id)).toEqual([kept.id, other.id]);
      expect(await store.codes.redeem(a.redemption(unredeemed))).toBe("redeemed");
      expect(await store.deviceCodes.redeem(a.deviceRedemption(device, person))).toBe("redeemed");
      expect(await a.countEvents(store, "user.password-changed")).toBe(1);
    },
  );

  holds(
    "the same password under another hash ends nothing, and is not put over one that was chosen meanwhile",
    async (store) => {
      const { person, kept, other, given } = await personWithEverything(store, { passwordHash: "$old", failures: 4 });
      const renew = (before: string) =>
        store.users.renewPasswordHash({ id: person.id, before, passwordHash: "$renewed" });
      expect(await renew("$another")).toBe("outdated");
      expect(await store.users.find(person.id)).toEqual(person);
      expect(await renew("$old")).toBe("done");
      expect(await store.users.find(person.id)).toEqual({ ...person, passwordHash: "$renewed" });
      expect((await store.sessions.list(person.id)).map(({ id }) => id)).toEqual([kept.id, other.id]);
      expect((await store.grants.find(given.id))?.endedAt).toBeUndefined();
      const nobody = { id: asUserId("nobody"), before: "$another", passwordHash: "$renewed" };
      expect(await store.users.renewPasswordHash(nobody)).toBe("outdated");
    },
  );

  holds("nobody gives back to themselves the role, or the account, that was just taken from them", async (store) => {
    const [owner, leaving] = [await a.addUser(store, { role: "admin" }), await a.addUser(store, { role: "admin" })];
    const by = ({ id }: User, name: EventName) => a.event(name, { actor: { kind: "user", userId: id } });
    const setRole = (actor: User, role: Role) =>
      store.users.update({ id: leaving.id, changes: { role }, event: by(actor, "user.updated") });
    const setDisabled = (actor: User, at: Instant | undefined) =>
      store.users.setDisabled({
        id: leaving.id,
        at,
        event: by(actor, at === undefined ? "user.enabled" : "user.disabled"),
      });
    expect(await Promise.all([setRole(owner, "user"), setRole(leaving, "admin")])).toEqual(["updated", "missing"]);
    expect((await store.users.find(leaving.id))?.role).toBe("user");
    expect(await setRole(owner, "admin")).toBe("updated");
    expect(await Promise.all([setDisabled(owner, a.start), setDisabled(leaving, undefined)])).toEqual([
      "done",
      "missing",
    ]);
    expect((await store.users.find(leaving.id))?.disabledAt).toBe(a.start);
    expect(await setDisabled(owner, undefined)).toBe("done");
    // What people do about themselves asks for no role.
    await setRole(owner, "user");
    const changes = { displayName: "Leaving" };
    expect(await store.users.update({ id: leaving.id, changes, event: by(leaving, "user.updated") })).toBe("updated");
  });

  holds(
    "who chooses another password has shown the one that there is, in a session that goes on; else nothing changes",
    async (store) => {
      const person = await a.addUser(store, { passwordHash: "$old" });
      const [session, other] = [await a.addSession(store, person), await a.addSession(store, person)];
      const event = a.event("user.password-changed");
      const choose = (passwordHash: string, shown: string | undefined, keepSession = session.id) =>
        store.users.setPassword({ id: person.id, passwordHash, keepSession, before: { passwordHash: shown }, event });
      expect(await choose("$mine", "$older")).toBe("outdated");
      expect(await choose("$mine", undefined)).toBe("outdated");
      await store.sessions.end({ id: other.id, event: a.event("session.ended") });
      expect(await choose("$mine", "$old", other.id)).toBe("outdated");
      expect(await store.users.find(person.id)).toEqual(person);
      expect(await Promise.all([choose("$first", "$old"), choose("$second", "$old")])).toEqual(["done", "outdated"]);
      expect((await store.users.find(person.id))?.passwordHash).toBe("$first");
      expect(await a.countEvents(store, "user.password-changed")).toBe(1);
    },
  );

  holds("disabling a user ends sessions, grants and codes; enabling brings none of them back", async (store) => {
    const things = await personWithEverything(store);
    const { person, kept, given, unredeemed, device } = things;
    const setDisabled = (at: Instant | undefined) =>
      store.users.setDisabled({
        id: person.id,
        at,
        event: a.event(at === undefined ? "user.enabled" : "user.disabled"),
      });
    expect(await setDisabled(a.start)).toBe("done");
    expect(await store.grants.findState(given.id)).toMatchObject({
      grant: { endedAt: a.start, endedBecause: "user-disabled" },
      user: { username: person.username, disabled: true },
    });
    expect((await store.sessions.findById(kept.id))?.endedAt).toBe(a.start);
    await expectBystanderUntouched(store, things);
    expect(await setDisabled(undefined)).toBe("done");
    expect((await store.users.find(person.id))?.disabledAt).toBeUndefined();
    expect((await store.grants.find(given.id))?.endedAt).toBe(a.start);
    expect(await store.codes.redeem(a.redemption(unredeemed))).toBe("unknown");
    expect(await store.deviceCodes.redeem(a.deviceRedemption(device, person))).toBe("not-approved");
    expect(
      await store.users.setDisabled({ id: asUserId("nobody"), at: a.start, event: a.event("user.disabled") }),
    ).toBe("missing");
  });

  holds("deleting a user ends sessions, grants and codes, and forgets the consents", async (store) => {
    const things = await personWithEverything(store);
    const { person, kept, given, unredeemed, device } = things;
    expect(await store.users.delete({ id: person.id, event: a.event("user.deleted") })).toBe("deleted");
    expect(await store.users.find(person.id)).toBeUndefined();
    expect(await store.grants.findState(given.id)).toMatchObject({
      grant: { endedAt: a.start },
      user: { disabled: true },
    });
    expect((await store.sessions.findById(kept.id))?.endedAt).toBe(a.start);
    expect(await store.consents.list(person.id)).toEqual([]);
    expect(await store.codes.redeem(a.redemption(unredeemed))).toBe("unknown");
    expect(await store.deviceCodes.redeem(a.deviceRedemption(device, person))).toBe("not-approved");
    await expectBystanderUntouched(store, things);
    expect(await store.users.delete({ id: person.id, event: a.event("user.deleted") })).toBe("missing");
  });

  holds("the last administrator can be neither deleted, disabled nor made a plain user", async (store) => {
    const boss = await a.addUser(store, { role: "admin" });
    await a.addUser(store);
    const demote = () => store.users.update({ id: boss.id, changes: { role: "user" }, event: a.event("user.updated") });
    const disable = () => store.users.setDisabled({ id: boss.id, at: a.start, event: a.event("user.disabled") });
    const remove = () => store.users.delete({ id: boss.id, event: a.event("user.deleted") });
    for (const attempt of [demote, disable, remove]) expect(await attempt()).toBe("last-administrator");
    expect(await store.users.find(boss.id)).toEqual(boss);
    expect(await store.users.hasAdministrator()).toBe(true);
    // A disabled administrator is no help.
    const second = await a.addUser(store, { role: "admin", disabledAt: a.start });
    for (const attempt of [demote, disable, remove]) expect(await attempt()).toBe("last-administrator");
    await store.users.setDisabled({ id: second.id, at: undefined, event: a.event("user.enabled") });
    expect(await demote()).toBe("updated");
    expect(await remove()).toBe("deleted");
  });

  holds("of two administrators who disable each other at once, one stays", async (store) => {
    const [first, second] = [await a.addUser(store, { role: "admin" }), await a.addUser(store, { role: "admin" })];
    const disable = ({ id }: typeof first) =>
      store.users.setDisabled({ id, at: a.start, event: a.event("user.disabled") });
    expect(await Promise.all([disable(first), disable(second)])).toEqual(["done", "last-administrator"]);
    expect(await store.users.hasAdministrator()).toBe(true);
  });

  holds(
    "wrong passwords are free at first, then each makes the next try wait twice as long, up to a limit",
    async (store) => {
      const person = await a.addUser(store);
      const fail = async () => {
        await store.users.recordFailure({
          id: person.id,
          now: a.start,
          free: 3,
          first: seconds(2),
          longest: seconds(9),
          event: a.event("sign-in.failed"),
        });
        const { failures, lockedUntil } = (await store.users.find(person.id)) ?? person;
        return [failures, lockedUntil === undefined ? 0 : (lockedUntil - a.start) / 1000];
      };
      expect(await fail()).toEqual([1, 0]);
      expect(await fail()).toEqual([2, 0]);
      expect(await fail()).toEqual([3, 2]);
      expect(await fail()).toEqual([4, 4]);
      expect(await fail()).toEqual([5, 8]);
      expect(await fail()).toEqual([6, 9]);
      expect(await a.countEvents(store, "sign-in.failed")).toBe(6);
      expect(await store.users.clearFailures({ id: person.id, event: a.event("user.unlocked") })).toBe("done");
      expect(await store.users.find(person.id)).toEqual(person);
      expect(await fail()).toEqual([1, 0]);
      expect(await store.users.clearFailures({ id: person.id })).toBe("done");
      expect(await store.users.clearFailures({ id: asUserId("nobody") })).toBe("missing");
    },
  );

  holds(
    "a thousand wrong passwords still wait no longer than the limit, and counts at once are all counted",
    async (store) => {
      const person = await a.addUser(store);
      const failure = {
        id: person.id,
        now: a.start,
        free: 5,
        first: seconds(1),
        longest: minutes(15),
        event: a.event("sign-in.failed"),
      };
      await Promise.all(Array.from({ length: 1100 }, () => store.users.recordFailure(failure)));
      expect(await store.users.find(person.id)).toMatchObject({
        failures: 1100,
        lockedUntil: after(a.start, minutes(15)),
      });
    },
  );
}

type Everything = Awaited<ReturnType<typeof personWithEverything>>;

/** A person with two sessions, a grant, a consent, a code and an approved device; and a bystander with some of it. */
async function personWithEverything(store: Store, changes: Parameters<typeof a.addUser>[1] = {}) {
  const known = await a.addClient(store);
  const [person, bystander] = [await a.addUser(store, changes), await a.addUser(store)];
  const [kept, other] = [await a.addSession(store, person), await a.addSession(store, person)];
  const given = await a.addGrant(store, known, person, { sessionId: kept.id });
  const unredeemed = await a.addCode(store, known, person);
  const consent = a.consent(person, known);
  await store.codes.save({ code: a.code(known, person), spend: a.handle(), consent });
  const device = await a.addDeviceCode(store, known);
  await store.deviceCodes.decide(a.decision(device, person));
  const sessionOfBystander = await a.addSession(store, bystander);
  const grantOfBystander = await a.addGrant(store, known, bystander);
  const codeOfBystander = await a.addCode(store, known, bystander);
  return { person, kept, other, given, unredeemed, device, sessionOfBystander, grantOfBystander, codeOfBystander };
}

async function expectBystanderUntouched(
  store: Store,
  { sessionOfBystander, grantOfBystander, codeOfBystander }: Everything,
) {
  expect(await store.sessions.findById(sessionOfBystander.id)).toEqual(sessionOfBystander);
  expect(await store.grants.find(grantOfBystander.id)).toEqual(grantOfBystander);
  expect(await store.codes.find(codeOfBystander.hash)).toEqual(codeOfBystander);
}
