import { expect } from "bun:test";
import type { User } from "../../../src/model/user.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

const later = after(a.start, minutes(1));

const admit = (store: Store, hostSubject: string, changes: Partial<User> = {}) =>
  store.users.admitFromHost({
    hostSubject,
    user: a.user(changes),
    event: { at: later, actor: { kind: "system" }, address: "192.0.2.1" },
  });

export function hostUserContract(holds: Holds): void {
  holds("the first time makes the account, which is found by its subject", async (store) => {
    const made = a.user({ username: "ann", groups: ["family"], role: "admin" });
    const event = { at: later, actor: { kind: "system" } } as const;
    const admitted = await store.users.admitFromHost({ hostSubject: "1000", user: made, event });
    expect(admitted).toEqual({ outcome: "admitted", user: { ...made, hostSubject: "1000" } });
    expect(await store.users.findByHostSubject("1000")).toEqual({ ...made, hostSubject: "1000" });
    expect(await store.users.findByHostSubject("1001")).toBeUndefined();
    expect(await a.eventNames(store)).toEqual(["user.created"]);
  });

  holds("of two first times at once there is one account", async (store) => {
    const both = await Promise.all([
      admit(store, "1000", { username: "ann" }),
      admit(store, "1000", { username: "ann" }),
    ]);
    const ids = both.map((one) => (one.outcome === "admitted" ? one.user.id : one.outcome));
    expect(new Set(ids).size).toBe(1);
    expect(await store.users.list()).toHaveLength(1);
  });

  holds("of two subjects that claim one name at once, one has it", async (store) => {
    const both = await Promise.all([
      admit(store, "1000", { username: "ann" }),
      admit(store, "1001", { username: "ann" }),
    ]);
    expect(both.map(({ outcome }) => outcome)).toEqual(["admitted", "clash"]);
    expect((await store.users.findByName("ann"))?.hostSubject).toBe("1000");
  });

  holds("a later time changes what the host says and nothing else", async (store) => {
    const first = await admit(store, "1000", {
      username: "ann",
      groups: ["family"],
      displayName: "Ann",
      role: "admin",
    });
    if (first.outcome === "clash") throw new Error("nobody else is there");
    await store.users.update({
      id: first.user.id,
      changes: { claims: { locale: "de" } },
      event: a.event("user.updated"),
    });
    await admit(store, "1000", { username: "anna", groups: [], email: "a@example.net", claims: { locale: "fr" } });
    expect(await store.users.find(first.user.id)).toEqual({
      ...first.user,
      username: "anna",
      groups: [],
      displayName: undefined,
      email: "a@example.net",
      role: "user",
      claims: { locale: "de" },
      updatedAt: later,
    });
  });

  holds("a clash changes nothing, and is recorded with who has the name", async (store) => {
    const bob = await a.addUser(store, { username: "bob" });
    await admit(store, "1000", { username: "ann" });
    const before = await store.users.list();
    expect(await admit(store, "1000", { username: "bob", role: "admin" })).toEqual({
      outcome: "clash",
      holder: bob.id,
    });
    expect(await admit(store, "1001", { username: "bob" })).toEqual({ outcome: "clash", holder: bob.id });
    expect(await store.users.list()).toEqual(before);
    expect((await store.events.list(1))[0]).toEqual({
      at: later,
      name: "user.name-clash",
      actor: { kind: "system" },
      userId: bob.id,
      address: "192.0.2.1",
      detail: { username: "bob", host_subject: "1001" },
    });
  });

  holds("who loses the role loses what only an administrator can give; also the last one", async (store) => {
    const ann = await admit(store, "1000", { username: "ann", role: "admin" });
    if (ann.outcome === "clash") throw new Error("nobody else is there");
    const app = await a.addClient(store);
    const administration = await a.addGrant(store, app, ann.user, { scope: ["postern:admin"] });
    const mail = await a.addGrant(store, app, ann.user, { scope: ["mail.read"] });
    await admit(store, "1000", { username: "ann" });
    expect((await store.grants.find(administration.id))?.endedBecause).toBe("revoked");
    expect((await store.grants.find(mail.id))?.endedAt).toBeUndefined();
    expect(await store.users.hasAdministrator()).toBe(false);
  });

  holds("whom the host lets in no longer loses sessions and grants, and keeps the account", async (store) => {
    const ann = await admit(store, "1000", { username: "ann" });
    if (ann.outcome === "clash") throw new Error("nobody else is there");
    const { id } = ann.user;
    const mail = await a.addGrant(store, await a.addClient(store), ann.user, { scope: ["mail.read"] });
    const session = await a.addSession(store, ann.user);
    const event = a.event("user.host-refused", { userId: id, at: later });
    expect(await store.users.refuseFromHost({ id, event })).toBe("done");
    expect(await store.grants.find(mail.id)).toMatchObject({ endedAt: later, endedBecause: "host-refused" });
    expect((await store.sessions.findById(session.id))?.endedAt).toBe(later);
    expect(await store.users.find(id)).toEqual(ann.user);
    expect(await store.users.refuseFromHost({ id: a.user().id, event })).toBe("missing");
  });
}
