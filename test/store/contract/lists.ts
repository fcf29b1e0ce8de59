import { expect } from "bun:test";
import { asGrantId } from "../../../src/brand.ts";
import type { EventName } from "../../../src/model/event.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, hours, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

const all = { offset: 0, limit: 100 } as const;
const later = (count: number) => after(a.start, minutes(count));

export function listContract(holds: Holds): void {
  holds(
    "clients come with the newest first, in pages that do not overlap, with the length of the whole",
    async (store) => {
      const made = [];
      for (let each = 0; each < 5; each += 1)
        made.push(await a.addClient(store, { createdAt: later(each < 3 ? 0 : each) }));
      const pages = [];
      for (const offset of [0, 2, 4, 6]) pages.push(await store.clients.page({ offset, limit: 2 }));
      expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1, 0]);
      expect(pages.map(({ total }) => total)).toEqual([5, 5, 5, 5]);
      const ids = pages.flatMap(({ items }) => items.map(({ id }) => id));
      expect(ids.slice(0, 2)).toEqual(
        made
          .slice(3)
          .map(({ id }) => id)
          .toReversed(),
      );
      expect(new Set(ids)).toEqual(new Set(made.map(({ id }) => id)));
    },
  );

  holds("the operator's clients are those that did not register themselves", async (store) => {
    const made = await Promise.all([a.addClient(store), a.addClient(store, { origin: "file" })]);
    await a.addClient(store, { origin: "registration", approval: "approved" });
    const listed = await store.clients.listOfOperator();
    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(made.map(({ id }) => id)));
  });

  holds(
    "clients are found by a part of the id or of a name in any language, by origin and by approval",
    async (store) => {
      const named = (name: string, more: Parameters<typeof a.addClient>[1] = {}) =>
        a.addClient(store, { ...more, metadata: { ...a.metadata, client_name: name, ...more.metadata } });
      const percent = await named("100% Notes");
      const german = await named("Notes", {
        metadata: { ...a.metadata, localized: { "client_name#de": "Notizen", "logo_uri#de": "https://bild.example" } },
      });
      const waiting = await named("Camera", { origin: "registration", approval: "waiting", disabledAt: a.start });
      const ids = async (wanted: Partial<Parameters<Store["clients"]["page"]>[0]>) =>
        new Set((await store.clients.page({ ...all, ...wanted })).items.map(({ id }) => id));
      expect(await ids({ text: "0%" })).toEqual(new Set([percent.id]));
      expect(await ids({ text: "%N" })).toEqual(new Set());
      expect(await ids({ text: "N_tes" })).toEqual(new Set());
      expect(await ids({ text: "\\" })).toEqual(new Set());
      expect(await ids({ text: "NOTIZ" })).toEqual(new Set([german.id]));
      expect(await ids({ text: "bild" })).toEqual(new Set());
      expect(await ids({ text: "authorization_code" })).toEqual(new Set());
      expect(await ids({ text: waiting.id })).toEqual(new Set([waiting.id]));
      expect(await ids({ origin: "administrator" })).toEqual(new Set([percent.id, german.id]));
      expect(await ids({ approval: "waiting", text: "cam" })).toEqual(new Set([waiting.id]));
      expect(await ids({ approval: "approved" })).toEqual(new Set());
    },
  );

  holds(
    "users come by name, and are found by a part of name, display name, e-mail or group, and by role",
    async (store) => {
      const alice = await a.addUser(store, { username: "alice", displayName: "A_lice \\o/", role: "admin" });
      const bob = await a.addUser(store, {
        username: "bob",
        email: "bob@100%.example",
        groups: ['ops "night"', "family"],
      });
      const carol = await a.addUser(store, { username: "carol", groups: ["Family"] });
      const names = async (wanted: Partial<Parameters<Store["users"]["page"]>[0]>) =>
        (await store.users.page({ ...all, ...wanted })).items.map(({ username }) => username);
      expect(await store.users.page({ offset: 1, limit: 1 })).toEqual({ items: [bob], total: 3 });
      expect(await names({})).toEqual([alice.username, bob.username, carol.username]);
      expect(await names({ text: "_" })).toEqual(["alice"]);
      expect(await names({ text: "\\O" })).toEqual(["alice"]);
      expect(await names({ text: "100%." })).toEqual(["bob"]);
      expect(await names({ text: 's "n' })).toEqual(["bob"]);
      expect(await names({ text: '","' })).toEqual([]);
      expect(await names({ text: "famil" })).toEqual(["bob", "carol"]);
      expect(await names({ text: "a", role: "admin" })).toEqual(["alice"]);
      expect(await names({ role: "user" })).toEqual(["bob", "carol"]);
      expect(await store.users.page({ ...all, text: "carol", offset: 1 })).toEqual({ items: [], total: 1 });
    },
  );

  holds("sessions that go on come with the one seen last first, of one person or of all", async (store) => {
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const early = await a.addSession(store, alice, { lastSeenAt: later(1) });
    const late = await a.addSession(store, alice, { lastSeenAt: later(3) });
    const ofBob = await a.addSession(store, bob, { lastSeenAt: later(2) });
    const ended = await a.addSession(store, alice, { lastSeenAt: later(4) });
    await store.sessions.end({ id: ended.id, event: a.event("session.ended") });
    expect(await store.sessions.page(all)).toEqual({ items: [late, ofBob, early], total: 3 });
    expect(await store.sessions.page({ offset: 1, limit: 1, userId: alice.id })).toEqual({ items: [early], total: 2 });
  });

  holds("grants come with the newest first, by person, client and life", async (store) => {
    const [known, other] = [await a.addClient(store), await a.addClient(store)];
    const [alice, bob] = [await a.addUser(store), await a.addUser(store)];
    const first = await a.addGrant(store, known, alice, { createdAt: later(1), keepUntil: after(a.start, hours(1)) });
    const second = await a.addGrant(store, other, alice, { createdAt: later(2), userAgent: "tv/1", address: "::1" });
    const third = await a.addGrant(store, known, bob, { createdAt: later(3) });
    await store.grants.end({ id: third.id, because: "revoked", event: a.event("grant.ended") });
    const ids = async (wanted: Partial<Parameters<Store["grants"]["page"]>[0]>) =>
      (await store.grants.page({ ...all, ...wanted })).items.map(({ id }) => id);
    expect(await store.grants.page({ offset: 1, limit: 1 })).toEqual({ items: [second], total: 3 });
    expect(await ids({})).toEqual([third.id, second.id, first.id]);
    expect(await ids({ userId: alice.id })).toEqual([second.id, first.id]);
    expect(await ids({ clientId: known.id })).toEqual([third.id, first.id]);
    expect(await ids({ clientId: known.id, liveAt: a.start })).toEqual([first.id]);
    expect(await ids({ liveAt: after(a.start, hours(1)) })).toEqual([second.id]);
  });

  holds("a person names a grant and takes the name away; another's and an ended one are not there", async (store) => {
    const [known, alice, bob] = [await a.addClient(store), await a.addUser(store), await a.addUser(store)];
    const given = await a.addGrant(store, known, alice);
    const rename = (name: string | undefined, by = alice, id = given.id) =>
      store.grants.rename({ id, userId: by.id, name, event: a.event("grant.renamed") });
    expect(await rename("Television")).toBe("done");
    expect(await store.grants.find(given.id)).toEqual({ ...given, name: "Television" });
    expect(await rename("Mine", bob)).toBe("missing");
    expect(await rename("Nothing", alice, asGrantId("none"))).toBe("missing");
    expect(await rename(undefined)).toBe("done");
    expect(await store.grants.find(given.id)).toEqual(given);
    await store.grants.end({ id: given.id, because: "revoked", event: a.event("grant.ended") });
    expect(await rename("Late")).toBe("missing");
    expect(await a.countEvents(store, "grant.renamed")).toBe(2);
  });

  holds(
    "events are filtered by name or its first part, person, client and time, and go on before an id",
    async (store) => {
      const [alice, bob] = [a.user().id, a.user().id];
      const app = a.client().id;
      const record = (name: EventName, changes: Parameters<typeof a.event>[1] = {}) =>
        store.events.record(a.event(name, changes));
      await record("client.secret-added", { at: later(1), clientId: app, userId: alice });
      await record("client.created", { at: later(2), clientId: app });
      await record("session.started", { at: later(3), userId: bob, detail: { why: "test" }, address: "::1" });
      await record("session.ended", { at: later(4), userId: alice });
      const names = async (wanted: Partial<Parameters<Store["events"]["page"]>[0]>) =>
        (await store.events.page({ limit: 100, ...wanted })).map(({ name }) => name);
      expect(await names({})).toEqual(["session.ended", "session.started", "client.created", "client.secret-added"]);
      expect(await names({ name: "session" })).toEqual(["session.ended", "session.started"]);
      expect(await names({ name: "session.started" })).toEqual(["session.started"]);
      for (const name of ["sess", "session.", "%", "session.s%", ""]) expect(await names({ name })).toEqual([]);
      expect(await names({ userId: alice })).toEqual(["session.ended", "client.secret-added"]);
      expect(await names({ clientId: app, name: "client.created" })).toEqual(["client.created"]);
      expect(await names({ from: later(2), to: later(4) })).toEqual(["session.started", "client.created"]);

      const [newest, second] = await store.events.page({ limit: 2 });
      expect(second).toMatchObject({ name: "session.started", userId: bob, detail: { why: "test" }, address: "::1" });
      expect(newest?.id).toBeGreaterThan(second?.id ?? Infinity);
      expect(await names({ before: second?.id })).toEqual(["client.created", "client.secret-added"]);
    },
  );
}
