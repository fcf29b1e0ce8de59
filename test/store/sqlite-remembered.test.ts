import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { asClientId } from "../../src/brand.ts";
import { commitsOf, remembered } from "../../src/store/sqlite/remembered.ts";
import { openFile, withDatabase } from "./files.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();

/** A database with one number in it, and a reader that stays, as the store's does. */
function numbered(name: string, mode: "wal" | "delete") {
  const path = join(folder, name);
  const reader = new Database(path, { readwrite: true, create: true });
  reader.exec(`PRAGMA journal_mode = ${mode}; CREATE TABLE t (number INTEGER); INSERT INTO t VALUES (0)`);
  const query = reader.query<{ number: number }, []>("SELECT number FROM t");
  const read = () => query.get()?.number;
  read();
  let reads = 0;
  const find = remembered(commitsOf(path, mode), (_: "number") => {
    reads += 1;
    return read();
  });
  return { path, reader, find: () => find("number"), reads: () => reads };
}

test("what was read is not read again as long as nothing is committed", async () => {
  const { find, reads, path, reader } = numbered("quiet.db", "wal");
  for (let each = 0; each < 5; each++) expect(find()).toBe(0);
  withDatabase(path, (other) => other.exec("BEGIN IMMEDIATE; UPDATE t SET number = 7; ROLLBACK"));
  expect(find()).toBe(0);
  expect(reads()).toBe(1);
  reader.close();
});

test("CR-10: every commit is seen by the next read: of other connections and processes, after checkpoints, after VACUUM", () => {
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
          expect(find()).toBe(number);
        }
      }
    }
  }
  Bun.spawnSync([
    process.execPath,
    "-e",
    `const d = new (await import("bun:sqlite")).Database(${JSON.stringify(path)}); d.exec("UPDATE t SET number = -1"); d.close()`,
  ]);
  expect(find()).toBe(-1);
  for (const each of others) each.close();
  reader.close();
});

test("without a write-ahead log nothing is remembered", () => {
  const { find, reads, path, reader } = numbered("rollback.db", "delete");
  expect([find(), find()]).toEqual([0, 0]);
  expect(reads()).toBe(2);
  withDatabase(path, (other) => other.exec("UPDATE t SET number = 1"));
  expect(find()).toBe(1);
  reader.close();
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

test.skipIf(process.platform !== "linux")(
  "to look at the index of the log costs SQLite none of its locks: another process is not the first at the database",
  () => {
    const { path, reader, find } = numbered("locked.db", "wal");
    expect(find()).toBe(0);
    const { ino } = statSync(`${path}-shm`);
    // The lock that each connection holds as long as it lives: SQLite, "WAL-mode File Format", §2.3.1, byte 128.
    const locks = readFileSync("/proc/locks", "utf8").split("\n");
    const held = locks.filter((line) => line.includes(` ${process.pid} `) && line.includes(`:${ino} 128 128`));
    expect(held.length).toBe(1);
    reader.close();
  },
);
