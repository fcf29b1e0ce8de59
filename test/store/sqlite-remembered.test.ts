import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { asClientId } from "../../src/brand.ts";
import { commitsOf, mapLogIndex, remembered } from "../../src/store/sqlite/remembered.ts";
import { openFile, withDatabase } from "./files.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();

/** A database with one number in it, and a reader that stays, as the store's does. */
function numbered(name: string, mode: "wal" | "delete") {
  const path = join(folder, name);
  withDatabase(path, (made) =>
    made.exec(`PRAGMA journal_mode = ${mode}; CREATE TABLE t (number INTEGER); INSERT INTO t VALUES (0)`),
  );
  const index = mapLogIndex(path);
  const reader = new Database(path, { readwrite: true, create: false });
  const query = reader.query<{ number: number }, []>("SELECT number FROM t");
  const read = () => query.get()?.number;
  read();
  let reads = 0;
  const find = remembered(commitsOf(index), async (_: "number") => {
    reads += 1;
    return read();
  });
  return { path, reader, find: () => find("number"), reads: () => reads };
}

test("what was read is not read again as long as nothing is committed", async () => {
  const { find, reads, path, reader } = numbered("quiet.db", "wal");
  for (let each = 0; each < 5; each++) expect(await find()).toBe(0);
  withDatabase(path, (other) => other.exec("BEGIN IMMEDIATE; UPDATE t SET number = 7; ROLLBACK"));
  expect(await find()).toBe(0);
  expect(reads()).toBe(1);
  reader.close();
});

test("CR-10: every commit is seen by the next read: of other connections and processes, after checkpoints, after VACUUM", async () => {
  const { find, path, reader } = numbered("busy.db", "wal");
  let number = 0;
  const others = [1, 2].map(() => new Database(path, { readwrite: true, create: false }));
  const [one, other] = others;
  const acts = [
    () => one?.exec(`UPDATE t SET number = ${++number}`),
    () => other?.exec(`UPDATE t SET number = ${++number}`),
    () => other?.exec("PRAGMA wal_checkpoint(TRUNCATE)"),
    () => one?.exec("PRAGMA wal_checkpoint(PASSIVE)"),
    () => one?.exec("VACUUM"),
  ];
  // Every order of three acts, so that no log comes to look like one before it.
  for (const first of acts) {
    for (const second of acts) {
      for (const third of acts) {
        for (const act of [first, second, third]) {
          act();
          expect(await find()).toBe(number);
        }
      }
    }
  }
  Bun.spawnSync([
    process.execPath,
    "-e",
    `const d = new (await import("bun:sqlite")).Database(${JSON.stringify(path)}); d.exec("UPDATE t SET number = -1"); d.close()`,
  ]);
  expect(await find()).toBe(-1);
  for (const each of others) each.close();
  reader.close();
});

test("a read that failed is made again", async () => {
  let tries = 0;
  const noCommit = () => 1;
  const find = remembered(noCommit, async (_: "number") => {
    tries += 1;
    if (tries === 1) throw new Error("the disk is away");
    return tries;
  });
  expect(await find("number").catch(String)).toBe("Error: the disk is away");
  expect(await find("number")).toBe(2);
  expect(await find("number")).toBe(2);
});

test("what a stranger has made up at length is not remembered", async () => {
  let reads = 0;
  const find = remembered(
    () => 1,
    async (_: string) => (reads += 1),
  );
  const longest = "x".repeat(256);
  expect([await find(longest), await find(longest)]).toEqual([1, 1]);
  expect([await find(`${longest}x`), await find(`${longest}x`)]).toEqual([2, 3]);
});

test("of more than there is room for the first stay, so that asking for all in turn does not forget all of them", async () => {
  let reads = 0;
  let commits = 1;
  const find = remembered(
    () => commits,
    async (_: string) => (reads += 1),
    2,
  );
  const askForAll = async () => [await find("one"), await find("two"), await find("three")];
  expect([await askForAll(), await askForAll()]).toEqual([
    [1, 2, 3],
    [1, 2, 4],
  ]);
  commits += 1;
  expect([await find("three"), await find("three")]).toEqual([5, 5]);
});

test("without a write-ahead log nothing is remembered", async () => {
  const { find, reads, path, reader } = numbered("rollback.db", "delete");
  expect(await Promise.all([find(), find()])).toEqual([0, 0]);
  expect(reads()).toBe(2);
  withDatabase(path, (other) => other.exec("UPDATE t SET number = 1"));
  expect(await find()).toBe(1);
  reader.close();
});

test("an index that is not the one in use any more remembers nothing", () => {
  const path = join(folder, "replaced.db");
  withDatabase(path, (made) => made.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (number INTEGER)"));
  const index = mapLogIndex(path);
  // As a command does that is the last one to leave the database.
  withDatabase(path, (other) => other.exec("INSERT INTO t VALUES (0)"));
  const reader = new Database(path, { readwrite: true, create: false });
  expect(reader.query("SELECT number FROM t").get()).toEqual({ number: 0 });
  const commits = commitsOf(index);
  expect(commits()).not.toBe(commits());
  reader.close();
});

// fcntl(2): who maps the index after SQLite has opened it loses the lock that keeps others from making it anew.
test.skipIf(process.platform !== "linux")("the index stays locked as in use while the store is open", async () => {
  const path = join(folder, "locked.db");
  const store = openFile(path, "worker");
  await store.clients.find(asClientId("one"));
  const { ino } = statSync(`${path}-shm`);
  const locks = readFileSync("/proc/locks", "utf8").split("\n");
  expect(locks.filter((line) => line.includes(` ${process.pid} `) && line.endsWith(`:${ino} 128 128`))).toHaveLength(1);
  await store.close();
});

test("the store remembers clients, and no longer than they are so", async () => {
  const store = openFile(join(folder, "store.db"), "worker");
  const id = asClientId("one");
  const absent = await store.clients.find(id);
  expect(absent).toBeUndefined();
  await store.clients.create({ client: a.client({ id }), event: a.event("client.created") });
  const found = await store.clients.find(id);
  expect(found?.id).toBe(id);
  expect(await store.clients.find(id)).toBe(found);
  await store.clients.setDisabled({ id, at: a.start, event: a.event("client.disabled") });
  expect((await store.clients.find(id))?.disabledAt).toBe(a.start);
  await store.close();
});
