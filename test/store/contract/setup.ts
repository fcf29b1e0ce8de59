import { expect } from "bun:test";
import type { Hashed } from "../../../src/model/secret.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, hours } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function setupContract(holds: Holds): void {
  const until = after(a.start, hours(1));
  const newLink = async (store: Store) => {
    const hash = a.hashed("setup-link");
    await store.setup.replaceLink({ hash, expiresAt: until, event: a.event("setup.link-created") });
    return hash;
  };
  const setUp = (store: Store, link?: Hashed<"setup-link">, username = a.unique("admin"), now = a.start) =>
    store.setup.createFirstAdministrator({
      link,
      user: a.user({ username, role: "admin" }),
      now,
      event: a.event("setup.completed"),
    });

  holds("the link is valid until it expires, and a new one takes its place", async (store) => {
    const first = await newLink(store);
    expect(await store.setup.isLinkValid(first, a.start)).toBe(true);
    expect(await store.setup.isLinkValid(first, until)).toBe(false);
    expect(await store.setup.isLinkValid(a.hashed("setup-link"), a.start)).toBe(false);
    const second = await newLink(store);
    expect(await store.setup.isLinkValid(first, a.start)).toBe(false);
    expect(await store.setup.isLinkValid(second, a.start)).toBe(true);
  });

  holds("the link makes one administrator and is spent with that", async (store) => {
    const link = await newLink(store);
    expect(await store.users.hasAdministrator()).toBe(false);
    expect(await setUp(store, link)).toBe("created");
    expect(await store.users.hasAdministrator()).toBe(true);
    expect(await store.setup.isLinkValid(link, a.start)).toBe(false);
    expect(await setUp(store, link)).toBe("link-refused");
    expect(await a.countEvents(store, "setup.completed")).toBe(1);
  });

  holds("a link that is unknown or has expired makes nobody", async (store) => {
    const link = await newLink(store);
    expect(await setUp(store, a.hashed("setup-link"))).toBe("link-refused");
    expect(await setUp(store, link, "late", until)).toBe("link-refused");
    expect(await store.users.list()).toEqual([]);
    expect(await store.setup.isLinkValid(link, a.start)).toBe(true);
  });

  holds("of two first administrators at once, one wins: with one link, and without", async (store) => {
    const link = await newLink(store);
    expect(await Promise.all([setUp(store, link), setUp(store, link)])).toEqual(["created", "link-refused"]);
    expect(await store.users.list()).toHaveLength(1);
    expect(await Promise.all([setUp(store), setUp(store)])).toEqual(["exists", "exists"]);
    expect(await store.users.list()).toHaveLength(1);
  });

  holds("without a link, too, of two at once one wins", async (store) => {
    expect(await Promise.all([setUp(store), setUp(store)])).toEqual(["created", "exists"]);
    expect(await store.users.list()).toHaveLength(1);
  });

  holds("a name that a plain user has is refused, and the link stays good", async (store) => {
    await a.addUser(store, { username: "alice" });
    const link = await newLink(store);
    expect(await setUp(store, link, "alice")).toBe("taken");
    expect(await setUp(store, link, "bob")).toBe("created");
  });
}
