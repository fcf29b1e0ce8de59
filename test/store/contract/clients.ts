import { expect } from "bun:test";
import { asClientId, asUserId } from "../../../src/brand.ts";
import type { GrantEnd } from "../../../src/model/grant.ts";
import { after, hours, minutes } from "../../../src/time.ts";
import * as a from "../things.ts";
import type { Holds } from "./holds.ts";

export function clientContract(holds: Holds): void {
  holds("a created client is read back as it was, and listed", async (store) => {
    const full = a.client({
      metadata: {
        ...a.metadata,
        scope: "openid read",
        localized: { "client_name#de": "Notizen" },
        jwks: { keys: [{ kty: "OKP", crv: "Ed25519", x: "x", kid: "1" }] },
        default_max_age: 0,
        require_pkce: false,
      },
      origin: "registration",
      secrets: [a.clientSecret(), a.clientSecret({ lastUsedAt: a.start })],
      approval: "waiting",
      registrationTokenHash: a.hashed("registration-token"),
    });
    expect(await store.clients.create({ client: full, event: a.event("client.created") })).toBe("created");
    expect(await store.clients.find(full.id)).toEqual(full);
    expect(await store.clients.list()).toEqual([full]);
    expect(await store.clients.find(asClientId("another"))).toBeUndefined();
  });

  holds("an identifier is given once: the second client is refused, and no event tells of it", async (store) => {
    const first = await a.addClient(store);
    const second = a.client({ id: first.id, metadata: { ...a.metadata, client_name: "Impostor" } });
    expect(await store.clients.create({ client: second, event: a.event("client.created") })).toBe("taken");
    expect(await store.clients.register({ client: second, event: a.event("client.registered") })).toBe("taken");
    expect((await store.clients.find(first.id))?.metadata.client_name).toBe("Notes");
    expect(await a.eventNames(store)).toEqual(["client.created"]);
  });

  holds("a client's standing grant is made with it", async (store) => {
    const made = a.client();
    const standing = a.standingGrant(made);
    await store.clients.create({ client: made, standingGrant: standing, event: a.event("client.created") });
    expect((await store.clients.find(made.id))?.standingGrantId).toBe(standing.id);
    expect(await store.grants.find(standing.id)).toEqual(standing);
    expect(await store.grants.findState(standing.id)).toEqual({
      grant: standing,
      clientDisabled: false,
      revokedTokens: [],
    });
  });

  holds("registration without a token makes the client", async (store) => {
    const made = a.client({ origin: "registration" });
    expect(await store.clients.register({ client: made, event: a.event("client.registered") })).toBe("created");
    expect(await store.clients.find(made.id)).toEqual(made);
    expect(await a.eventNames(store)).toEqual(["client.registered"]);
  });

  holds("of two registrations at once with one use of an initial access token, one wins", async (store) => {
    const hash = a.hashed("initial-access-token");
    const expiresAt = after(a.start, hours(1));
    await store.registrationTokens.create({ hash, uses: 1, expiresAt, event: a.event("registration-token.created") });
    expect(await store.registrationTokens.isValid(hash, a.start)).toBe(true);
    const both = [a.client(), a.client()];
    const outcomes = await Promise.all(
      both.map((made) =>
        store.clients.register({ client: made, initialAccessToken: hash, event: a.event("client.registered") }),
      ),
    );
    expect(outcomes.toSorted()).toEqual(["created", "token-refused"]);
    expect(await store.clients.list()).toHaveLength(1);
    expect(await store.registrationTokens.isValid(hash, a.start)).toBe(false);
    expect(await a.countEvents(store, "client.registered")).toBe(1);
  });

  holds("an initial access token is refused when it is unknown or has expired", async (store) => {
    const hash = a.hashed("initial-access-token");
    const expiresAt = after(a.start, hours(1));
    await store.registrationTokens.create({ hash, uses: 2, expiresAt, event: a.event("registration-token.created") });
    const register = (initialAccessToken = hash, at = a.start) =>
      store.clients.register({ client: a.client(), initialAccessToken, event: a.event("client.registered", { at }) });
    expect(await register(a.hashed("initial-access-token"))).toBe("token-refused");
    expect(await register(hash, expiresAt)).toBe("token-refused");
    expect(await store.registrationTokens.isValid(hash, expiresAt)).toBe(false);
    expect(await register()).toBe("created");
  });

  holds("a registration that is refused as taken costs no use of the token", async (store) => {
    const hash = a.hashed("initial-access-token");
    await store.registrationTokens.create({
      hash,
      uses: 1,
      expiresAt: after(a.start, hours(1)),
      event: a.event("registration-token.created"),
    });
    const known = await a.addClient(store);
    const again = { client: a.client({ id: known.id }), initialAccessToken: hash, event: a.event("client.registered") };
    expect(await store.clients.register(again)).toBe("taken");
    expect(await store.registrationTokens.isValid(hash, a.start)).toBe(true);
  });

  holds("an update replaces the metadata; hashes stay, change or go as it says", async (store) => {
    const before = await a.addClient(store, {
      secrets: [a.clientSecret()],
      registrationTokenHash: a.hashed("registration-token"),
    });
    const renamed = { ...a.metadata, client_name: "Renamed" };
    const update = { id: before.id, metadata: renamed, forgetConsents: false, event: a.event("client.updated") };
    expect(await store.clients.update(update)).toBe("updated");
    expect(await store.clients.find(before.id)).toEqual({ ...before, metadata: renamed });
    const secrets = [a.clientSecret(), a.clientSecret()];
    await store.clients.update({ ...update, secrets: [...secrets, a.clientSecret()], registrationTokenHash: null });
    expect(await store.clients.find(before.id)).toEqual({
      ...before,
      metadata: renamed,
      secrets,
      registrationTokenHash: undefined,
    });
    expect(await store.clients.update({ ...update, id: asClientId("another") })).toBe("missing");
    const named = (client_name: string) =>
      store.clients.update({ ...update, seen: update.metadata, metadata: { ...update.metadata, client_name } });
    expect(await Promise.all([named("One"), named("Two")])).toEqual(["updated", "outdated"]);
    expect(await a.countEvents(store, "client.updated")).toBe(3);
  });

  holds("an update makes the standing grant once; later its scope grows at its end alone", async (store) => {
    const known = await a.addClient(store);
    const first = a.standingGrant(known, ["read", "write"]);
    const update = { id: known.id, metadata: a.metadata, forgetConsents: false, event: a.event("client.updated") };
    await store.clients.update({ ...update, standingGrant: first });
    expect((await store.clients.find(known.id))?.standingGrantId).toBe(first.id);
    const second = a.standingGrant(known, ["admin", "write"]);
    await store.clients.update({ ...update, standingGrant: second });
    expect((await store.clients.find(known.id))?.standingGrantId).toBe(first.id);
    expect((await store.grants.find(first.id))?.scope).toEqual(["read", "write", "admin"]);
    expect(await store.grants.find(second.id)).toBeUndefined();
  });

  holds("an update forgets consents only where it says so", async (store) => {
    const [known, person] = [await a.addClient(store), await a.addUser(store)];
    const consent = a.consent(person, known);
    await store.codes.save({ code: a.code(known, person), spend: a.handle(), consent });
    const update = { id: known.id, metadata: a.metadata, event: a.event("client.updated") };
    await store.clients.update({ ...update, forgetConsents: false });
    expect(await store.consents.find(person.id, known.id)).toEqual(consent);
    await store.clients.update({ ...update, forgetConsents: true });
    expect(await store.consents.find(person.id, known.id)).toBeUndefined();
  });

  holds("a disabled client shows in the state of its grants, and can be enabled again", async (store) => {
    const [known, person] = [await a.addClient(store), await a.addUser(store)];
    const given = await a.addGrant(store, known, person);
    const setDisabled = (at: typeof a.start | undefined) =>
      store.clients.setDisabled({
        id: known.id,
        at,
        event: a.event(at === undefined ? "client.enabled" : "client.disabled"),
      });
    expect(await setDisabled(a.start)).toBe("done");
    expect((await store.clients.find(known.id))?.disabledAt).toBe(a.start);
    expect(await store.grants.findState(given.id)).toMatchObject({ clientDisabled: true });
    expect(await setDisabled(undefined)).toBe("done");
    expect(await store.grants.findState(given.id)).toMatchObject({ clientDisabled: false });
    const nobody = { id: asClientId("another"), at: a.start, event: a.event("client.disabled") };
    expect(await store.clients.setDisabled(nobody)).toBe("missing");
  });

  holds("a client that was disabled a moment before enables nobody, itself least of all", async (store) => {
    const known = await a.addClient(store);
    const actor = { kind: "client", clientId: known.id } as const;
    const enable = () =>
      store.clients.setDisabled({ id: known.id, at: undefined, event: a.event("client.enabled", { actor }) });
    const disable = () =>
      store.clients.setDisabled({ id: known.id, at: a.start, event: a.event("client.disabled", { actor }) });
    expect(await Promise.all([enable(), disable(), enable()])).toEqual(["done", "done", "missing"]);
    expect((await store.clients.find(known.id))?.disabledAt).toBe(a.start);
  });

  holds("deleting a client ends its grants, and its codes and consents go with it", async (store) => {
    const person = await a.addUser(store);
    const gone = a.client();
    const standing = a.standingGrant(gone);
    await store.clients.create({ client: gone, standingGrant: standing, event: a.event("client.created") });
    const given = await a.addGrant(store, gone, person);
    const unredeemed = await a.addCode(store, gone, person);
    const device = await a.addDeviceCode(store, gone);
    const consent = a.consent(person, gone);
    await store.codes.save({ code: a.code(gone, person), spend: a.handle(), consent });
    const other = await a.addClient(store);
    const untouched = await a.addGrant(store, other, person);

    expect(await store.clients.delete({ id: gone.id, event: a.event("client.deleted") })).toBe("deleted");
    expect(await store.clients.delete({ id: gone.id, event: a.event("client.deleted") })).toBe("missing");
    expect(await store.clients.find(gone.id)).toBeUndefined();
    const because: GrantEnd = "client-changed";
    expect(await store.grants.find(given.id)).toMatchObject({ endedAt: a.start, endedBecause: because });
    expect(await store.grants.find(standing.id)).toMatchObject({ endedAt: a.start, endedBecause: because });
    expect(await store.grants.findState(standing.id)).toMatchObject({ clientDisabled: true });
    expect(await store.codes.find(unredeemed.hash)).toBeUndefined();
    expect(await store.deviceCodes.find(device.hash)).toBeUndefined();
    expect(await store.consents.list(person.id)).toEqual([]);
    expect((await store.grants.find(untouched.id))?.endedAt).toBeUndefined();
    expect(await a.countEvents(store, "client.deleted")).toBe(1);
  });

  holds("last-used times are written together, and what is gone is passed over", async (store) => {
    const [first, second] = [await a.addClient(store), await a.addClient(store)];
    const person = await a.addUser(store);
    const given = await a.addGrant(store, first, person);
    const seen = await a.addSession(store, person);
    const at = after(a.start, minutes(5));
    const refreshExpiresAt = after(a.start, hours(5));
    await store.touch({
      clients: [
        { id: second.id, at },
        { id: asClientId("gone"), at },
      ],
      grants: [{ id: given.id, at, refreshExpiresAt, keepUntil: refreshExpiresAt, address: "192.0.2.7" }],
      sessions: [{ id: seen.id, at }],
    });
    expect((await store.clients.find(first.id))?.lastUsedAt).toBeUndefined();
    expect((await store.clients.find(second.id))?.lastUsedAt).toBe(at);
    expect(await store.grants.find(given.id)).toEqual({
      ...given,
      lastUsedAt: at,
      refreshExpiresAt,
      keepUntil: refreshExpiresAt,
      address: "192.0.2.7",
    });
    expect((await store.sessions.findById(seen.id))?.lastSeenAt).toBe(at);
    const later = after(at, minutes(1));
    await store.touch({ clients: [], grants: [{ id: given.id, at: later }], sessions: [] });
    expect(await store.grants.find(given.id)).toMatchObject({
      lastUsedAt: later,
      refreshExpiresAt,
      keepUntil: refreshExpiresAt,
      address: "192.0.2.7",
    });
  });

  holds("events name their actor, and are listed with the newest first", async (store) => {
    const by = asUserId("alice");
    const told = a.event("client.created", {
      actor: { kind: "user", userId: by },
      clientId: asClientId("c:1"),
      address: "192.0.2.1",
      detail: { name: "Notes", uses: 2, open: true },
    });
    const byClient = a.event("token.revoked", { actor: { kind: "client", clientId: asClientId("user:alice") } });
    await store.events.record(told);
    await store.events.record(byClient);
    await store.events.record(a.event("key.rotated", { actor: { kind: "system" } }));
    const [third, second, first] = await store.events.list(10);
    expect(first).toEqual(told);
    expect(second).toEqual(byClient);
    expect(third?.actor).toEqual({ kind: "system" });
    expect(await store.events.list(1)).toHaveLength(1);
  });
}
