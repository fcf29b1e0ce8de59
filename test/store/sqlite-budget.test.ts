import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { UserId } from "../../src/brand.ts";
import type { User } from "../../src/model/user.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import { after, days, hours, seconds } from "../../src/time.ts";
import { firstValue, integrityOf, withDatabase } from "./files.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();
const mebibyte = 1024 ** 2;
const maxBytes = 16 * mebibyte;

function open(name: string, limits = {}, now = () => a.start): readonly [Store, string] {
  const path = join(folder, name);
  const store = openSqliteStore({ path, clock: { now }, writer: "worker", migrate: true, limits });
  store.serve().catch(() => undefined);
  return [store, path];
}

const large = "x".repeat(20_000);

/** So many at once: each waits for the disk. */
const atOnce = 20;

/** Makes people until no more are taken, which must come before `most`; answers who was. */
async function fill(store: Store, displayName: string, most: number): Promise<readonly UserId[]> {
  const made: UserId[] = [];
  while (made.length < most) {
    const users = Array.from({ length: atOnce }, () => a.user({ displayName }));
    const create = (user: User) => a.failureOf(store.users.create({ user, event: a.event("user.created") }));
    const failures = await Promise.all(users.map(create));
    made.push(...users.filter((_, each) => failures[each] === undefined).map(({ id }) => id));
    const failure = failures.find((one) => one !== undefined);
    if (failure === undefined) continue;
    const message = expect.stringContaining("POSTERN_DB_MAX_SIZE");
    expect(failure).toMatchObject({ name: "StoreUnavailable", message });
    return made;
  }
  throw new Error("nothing was refused");
}

test("at its limit the database takes nothing new; people still sign in, and sign-outs, revocations and deletions make room", async () => {
  const [store, path] = open("limit.db", { maxBytes });
  const known = await a.addClient(store);
  const alice = await a.addUser(store);
  const given = await a.addGrant(store, known, alice);
  const people = await fill(store, large, 1000);
  // Small things do not slip through where large ones are refused.
  await fill(store, "small", 100);
  const { usedBytes, limit } = await store.statistics.size();
  expect(usedBytes).toBeGreaterThanOrEqual(limit?.growthEndsAt ?? 0);
  expect(usedBytes).toBeLessThan((limit?.growthEndsAt ?? 0) + 64 * 1024);

  // Refused and done in one batch.
  const grow = a.failureOf(store.users.create({ user: a.user(), event: a.event("user.created") }));
  const session = a.addSession(store, alice);
  const revoke = store.grants.end({ id: given.id, because: "revoked", event: a.event("grant.ended") });
  expect(await grow).toMatchObject({ name: "StoreUnavailable" });
  expect(await revoke).toBe("ended");
  expect(await store.sessions.end({ id: (await session).id, event: a.event("session.ended") })).toBe("ended");

  for (const id of people.slice(0, 30))
    expect(await store.users.delete({ id, event: a.event("user.deleted") })).toBe("deleted");
  await a.addUser(store, { displayName: large });
  await store.close();
  expect(statSync(path).size).toBeLessThanOrEqual(maxBytes);
  expect(integrityOf(path)).toBe("ok");
});

test("when sign-ins have used their part of the reserve too, what ends something still goes through", async () => {
  const [store] = open("reserve.db", { maxBytes });
  const alice = await a.addUser(store);
  await fill(store, large, 1000);
  // Events are what a sign-in writes most of.
  const detail = { note: "x".repeat(40_000) };
  let refused: unknown;
  for (let tries = 0; tries < 200 && refused === undefined; tries += 1)
    refused = await a.failureOf(store.events.record(a.event("session.started", { detail })));
  expect(refused).toMatchObject({ name: "StoreUnavailable" });
  expect(await a.failureOf(a.addSession(store, alice))).toMatchObject({ name: "StoreUnavailable" });
  // A wrong password and a name that nobody has are refused alike.
  expect(await a.failureOf(store.check())).toMatchObject({ name: "StoreUnavailable" });
  expect(await store.users.setDisabled({ id: alice.id, at: a.start, event: a.event("user.disabled") })).toBe("done");
  expect(await store.users.delete({ id: alice.id, event: a.event("user.deleted") })).toBe("deleted");
  await store.close();
});

test("a limit below what is there already changes nothing but that there is no room", async () => {
  const [before, path] = open("lowered.db");
  const alice = await a.addUser(before);
  for (let each = 0; each < 900; each += 1)
    await before.users.create({ user: a.user({ displayName: large }), event: a.event("user.created") });
  await before.close();
  expect(statSync(path).size).toBeGreaterThan(maxBytes);
  const [store] = open("lowered.db", { maxBytes });
  await fill(store, "small", 1);
  expect(await store.users.find(alice.id)).toEqual(alice);
  expect(await store.users.delete({ id: alice.id, event: a.event("user.deleted") })).toBe("deleted");
  await store.close();
});

test("the audit log keeps what it is told to, and at most its share of the limit", async () => {
  const [store, path] = open("audit.db", { maxBytes, auditRetention: days(400) });
  await store.events.record(a.event("client.created"));
  withDatabase(path, (database) =>
    database.exec(
      `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 20000)
       INSERT INTO events (at, name, actor) SELECT ${a.start}, 'key.rotated', '{}' FROM number`,
    ),
  );
  const sweepAll = async (day: number) => {
    while ((await store.sweep({ now: after(a.start, days(day)), limit: 5000 })) > 0);
    return withDatabase(path, (database) => Number(firstValue(database, "SELECT count(*) FROM events")));
  };
  const share = await sweepAll(399);
  expect(share).toBeGreaterThan(16_000);
  expect(share).toBeLessThan(17_000);
  expect(await sweepAll(400.1)).toBe(0);
  await store.close();
});

test("free pages are given back in bounded steps, once a good part of the file is free, and then no more", async () => {
  const [store, path] = open("shrunk.db");
  const expiresAt = after(a.start, hours(1));
  withDatabase(path, (database) =>
    database.exec(
      `WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 100000)
       INSERT INTO spent_handles (id, expires_at) SELECT 'a handle of some length ' || n, ${expiresAt} FROM number`,
    ),
  );
  const pages = () => withDatabase(path, (database) => Number(firstValue(database, "PRAGMA page_count")));
  const full = pages();
  expect(await store.shrink({ pages: 100 })).toBe(false);
  while ((await store.sweep({ now: after(expiresAt, days(2)), limit: 20_000 })) > 0);
  expect(pages()).toBe(full);
  let [before, more, steps] = [full, true, 0];
  while (more && steps < 100) {
    more = await store.shrink({ pages: 100 });
    expect(before - pages()).toBeLessThanOrEqual(101);
    before = pages();
    steps += 1;
  }
  expect(more).toBe(false);
  expect(before).toBeLessThan(full / 2);
  await store.close();
  expect(integrityOf(path)).toBe("ok");
});

test("the log of the database stays short beside a busy reader; one that stays open holds it only as long as it stays", async () => {
  let now = a.start;
  const [store, path] = open("log.db", {}, () => now);
  const logBytes = async () => (await store.statistics.size()).logBytes;
  const write = async (mebibytes: number) => {
    for (let each = 0; each < mebibytes; each += 1) {
      now = after(now, seconds(11));
      const write = () => store.users.create({ user: a.user({ displayName: large }), event: a.event("user.created") });
      await Promise.all([...Array.from({ length: 50 }, write), store.users.hasAdministrator()]);
    }
  };
  await write(24);
  expect(await logBytes()).toBeLessThan(10 * mebibyte);

  const reader = new Database(path, { readonly: true });
  reader.exec("BEGIN; SELECT count(*) FROM users");
  await write(24);
  expect(await logBytes()).toBeGreaterThan(20 * mebibyte);
  // What it holds is carried all the same, as far as it allows, and the server goes on.
  reader.exec("ROLLBACK");
  await write(2);
  expect(await logBytes()).toBeLessThan(10 * mebibyte);
  reader.close();
  await store.close();
  // Nothing is left for a start that may find the disk full.
  expect(statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
});
