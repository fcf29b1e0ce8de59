import { expect } from "bun:test";
import { hashPresented } from "../../../src/crypto/hash.ts";
import { after, hours, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

/** What `postern apply` and the administration of initial access tokens rest on. */
export function declarationContract(holds: Holds): void {
  const later = after(a.start, minutes(1));

  holds(
    "a scope is saved, changed and withdrawn with its event, and each time the revision is another",
    async (store) => {
      const notes = { name: "notes", sentence: "Read your notes", isOptional: false, withdrawnAt: undefined };
      const revisions = [await store.keys.revision()];
      for (const scope of [notes, { ...notes, isOptional: true }, { ...notes, withdrawnAt: later }]) {
        await store.scopes.save({ scope, event: a.event("scope.declared") });
        expect(await store.scopes.list()).toEqual([scope]);
        revisions.push(await store.keys.revision());
      }
      expect(new Set(revisions).size).toBe(4);
      expect(await a.countEvents(store, "scope.declared")).toBe(3);
    },
  );

  holds("of two declarations of one scope at once there is one scope", async (store) => {
    const save = (sentence: string) =>
      store.scopes.save({ scope: { name: "notes", sentence, isOptional: false }, event: a.event("scope.declared") });
    await Promise.all([save("One"), save("Two")]);
    expect(await store.scopes.list()).toMatchObject([{ name: "notes", sentence: "Two" }]);
  });

  holds("where the declaration was read is kept", async (store) => {
    expect(await store.declaration.source()).toBeUndefined();
    await store.declaration.setSource("/etc/declared.json");
    expect(await store.declaration.source()).toBe("/etc/declared.json");
  });

  holds("a declaration of a person comes with an update, and keeps the password that it said before", async (store) => {
    const before = await a.addUser(store);
    const declare = (members: readonly ("role" | "groups")[], passwordHash?: string) =>
      store.users.update({
        id: before.id,
        changes: { declaration: { members, passwordHash } },
        event: a.event("user.updated"),
      });
    await declare(["role"], "$one");
    await declare(["role", "groups"]);
    expect(await store.users.find(before.id)).toMatchObject({
      origin: "apply",
      declared: ["role", "groups"],
      declaredPasswordHash: "$one",
      passwordHash: before.passwordHash,
    });
    const set = { id: before.id, event: a.event("user.password-changed") };
    await store.users.setPassword({ ...set, passwordHash: "$two", isDeclared: true });
    await store.users.setPassword({ ...set, passwordHash: "$own" });
    expect(await store.users.find(before.id)).toMatchObject({ passwordHash: "$own", declaredPasswordHash: "$two" });
  });

  holds("who was withdrawn and is declared again stays disabled until they are enabled with it", async (store) => {
    const user = await a.addUser(store, { origin: "withdrawn", disabledAt: a.start });
    const { id } = user;
    const changes = { declaration: { members: ["role"] } } as const;
    await store.users.update({ id, changes, event: a.event("user.updated") });
    expect(await store.users.find(id)).toMatchObject({ origin: "withdrawn", disabledAt: a.start });
    await store.users.setDisabled({ id, at: undefined, origin: "apply", event: a.event("user.enabled") });
    expect(await store.users.find(id)).toMatchObject({ origin: "apply", declared: ["role"], disabledAt: undefined });
  });

  holds("who was withdrawn belongs to whoever enables or disables them by hand", async (store) => {
    for (const at of [undefined, later]) {
      const user = await a.addUser(store, { origin: "apply" });
      const disable = { id: user.id, event: a.event("user.disabled") };
      await store.users.setDisabled({ ...disable, at: a.start, origin: "withdrawn" });
      expect(await store.users.find(user.id)).toMatchObject({ origin: "withdrawn", disabledAt: a.start });
      await store.users.setDisabled({ ...disable, at });
      expect(await store.users.find(user.id)).toMatchObject({ origin: "administrator" });
      const client = await a.addClient(store, { origin: "apply" });
      const stop = { id: client.id, event: a.event("client.disabled") };
      await store.clients.setDisabled({ ...stop, at: a.start, origin: "withdrawn" });
      await store.clients.setDisabled({ ...stop, at });
      expect(await store.clients.find(client.id)).toMatchObject({ origin: "administrator" });
    }
  });

  holds("disabling who is declared leaves them declared", async (store) => {
    const user = await a.addUser(store, { origin: "apply" });
    await store.users.setDisabled({ id: user.id, at: later, event: a.event("user.disabled") });
    expect(await store.users.find(user.id)).toMatchObject({ origin: "apply", disabledAt: later });
  });

  holds("outstanding initial access tokens are listed by when they expire, and one is revoked once", async (store) => {
    const of = (text: string) => hashPresented("initial-access-token", text);
    const [late, soon, used] = [of("late"), of("soon"), of("used")];
    const create = (hash: typeof late, uses: number, expiresAt: typeof later) =>
      store.registrationTokens.create({ hash, uses, expiresAt, event: a.event("registration-token.created") });
    await create(late, 2, after(a.start, hours(2)));
    await create(soon, 1, after(a.start, hours(1)));
    await create(used, 1, after(a.start, hours(1)));
    await store.clients.register({ client: a.client(), initialAccessToken: used, event: a.event("client.registered") });
    const list = await store.registrationTokens.list(a.start);
    expect(list.map(({ usesLeft }) => usesLeft)).toEqual([1, 2]);
    expect(await store.registrationTokens.list(after(a.start, hours(1)))).toMatchObject([{ usesLeft: 2 }]);
    const revoke = (id: string) =>
      store.registrationTokens.revoke({ id, now: a.start, event: a.event("registration-token.revoked") });
    const id = list[0]?.id ?? "";
    expect(await Promise.all([revoke(id), revoke(id), revoke("")])).toEqual(["revoked", "missing", "missing"]);
    expect([
      await store.registrationTokens.isValid(soon, a.start),
      await store.registrationTokens.isValid(late, a.start),
    ]).toEqual([false, true]);
    expect(await a.countEvents(store, "registration-token.revoked")).toBe(1);
  });
}
