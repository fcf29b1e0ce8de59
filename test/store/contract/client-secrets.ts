import { expect } from "bun:test";
import { asClientId, type ClientId } from "../../../src/brand.ts";
import type { Store } from "../../../src/store/store.ts";
import { after, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function clientSecretContract(holds: Holds): void {
  const add = (store: Store, id: string, secret = a.clientSecret()) =>
    store.clients.addSecret({ id: asClientId(id), secret, event: a.event("client.secret-added") });
  const remove = (store: Store, id: string, secretId: string) =>
    store.clients.removeSecret({ id: asClientId(id), secretId, event: a.event("client.secret-removed") });

  holds("a secret is put before the others, and the third takes the place of the oldest", async (store) => {
    const [first, second, third] = [a.clientSecret(), a.clientSecret(), a.clientSecret()];
    const known = await a.addClient(store, { secrets: [first] });
    const other = await a.addClient(store, { secrets: [first] });
    expect(await add(store, known.id, second)).toBe("added");
    expect((await store.clients.find(known.id))?.secrets).toEqual([second, first]);
    expect(await add(store, known.id, third)).toBe("added");
    expect(await store.clients.find(known.id)).toEqual({ ...known, secrets: [third, second] });
    expect(await store.clients.find(other.id)).toEqual(other);
    expect(await add(store, "another")).toBe("missing");
    expect(await a.countEvents(store, "client.secret-added")).toBe(2);
  });

  holds("one that replaces the others is the only one, and all else stays as it is", async (store) => {
    const known = await a.addClient(store, { secrets: [a.clientSecret(), a.clientSecret()] });
    const secret = a.clientSecret();
    const event = a.event("client.secret-rotated");
    expect(await store.clients.addSecret({ id: known.id, secret, replacesOthers: true, event })).toBe("added");
    expect(await store.clients.find(known.id)).toEqual({ ...known, secrets: [secret] });
  });

  holds("of two secrets added at once both live, beside no older one", async (store) => {
    const known = await a.addClient(store, { secrets: [a.clientSecret()] });
    const added = [a.clientSecret(), a.clientSecret()];
    await Promise.all(added.map((secret) => add(store, known.id, secret)));
    expect((await store.clients.find(known.id))?.secrets).toEqual(added.toReversed());
  });

  holds("a secret is removed by its id, once, and the other stays", async (store) => {
    const [newer, older] = [a.clientSecret(), a.clientSecret()];
    const known = await a.addClient(store, { secrets: [newer, older] });
    expect(await Promise.all([remove(store, known.id, older.id), remove(store, known.id, older.id)])).toEqual([
      "removed",
      "missing",
    ]);
    expect((await store.clients.find(known.id))?.secrets).toEqual([newer]);
    expect(await remove(store, "another", newer.id)).toBe("missing");
    expect(await a.countEvents(store, "client.secret-removed")).toBe(1);
  });

  holds("the time of use is noted of the secret that was presented", async (store) => {
    const [newer, older] = [a.clientSecret(), a.clientSecret()];
    const known = await a.addClient(store, { secrets: [newer, older] });
    const at = after(a.start, minutes(1));
    const touch = (secretId: string | undefined, moment = at) =>
      store.touch({ grants: [], sessions: [], clients: [{ id: known.id, at: moment, secretId }] });
    await touch(older.id);
    expect(await store.clients.find(known.id)).toEqual({
      ...known,
      lastUsedAt: at,
      secrets: [newer, { ...older, lastUsedAt: at }],
    });
    const later = after(at, minutes(1));
    await touch("gone", later);
    await touch(undefined, later);
    expect(await store.clients.find(known.id)).toEqual({
      ...known,
      lastUsedAt: later,
      secrets: [newer, { ...older, lastUsedAt: at }],
    });
  });

  holds(
    "approving a client that registered itself enables it for good; any other is not there to approve",
    async (store) => {
      const waiting = await a.addClient(store, { origin: "registration", approval: "waiting", disabledAt: a.start });
      const byHand = await a.addClient(store, { disabledAt: a.start });
      const approve = (id: string) => store.clients.approve({ id: asClientId(id), event: a.event("client.approved") });
      expect(await approve(waiting.id)).toBe("done");
      expect(await store.clients.find(waiting.id)).toEqual({ ...waiting, approval: "approved", disabledAt: undefined });
      expect(await approve(byHand.id)).toBe("missing");
      expect(await store.clients.find(byHand.id)).toEqual(byHand);
      expect(await approve("another")).toBe("missing");
      expect(await a.countEvents(store, "client.approved")).toBe(1);
    },
  );
  holds("an approval ends with an update that says so, and none comes of it", async (store) => {
    const changed = async (id: ClientId, endApproval: "none" | "waiting" | undefined) => {
      const event = a.event("client.updated");
      await store.clients.update({ id, metadata: a.metadata, forgetConsents: false, endApproval, event });
      return store.clients.find(id);
    };
    const approved = () => a.addClient(store, { origin: "registration", approval: "approved" });
    const [kept, unverified, stopped] = [await approved(), await approved(), await approved()];
    expect(await changed(kept.id, undefined)).toEqual(kept);
    expect(await changed(unverified.id, "none")).toEqual({ ...unverified, approval: "none" });
    expect(await changed(stopped.id, "waiting")).toEqual({ ...stopped, approval: "waiting", disabledAt: a.start });
    expect((await store.events.list(1))[0]?.detail).toEqual({ approval: "waiting" });
    const byHand = await a.addClient(store);
    expect(await changed(byHand.id, "waiting")).toEqual(byHand);
    const disabled = await a.addClient(store, { origin: "registration", approval: "waiting", disabledAt: a.start });
    expect(await changed(disabled.id, "none")).toEqual(disabled);
    expect((await store.events.list(1))[0]?.detail).toBeUndefined();
  });
}
