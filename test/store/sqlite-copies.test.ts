import { expect, test } from "bun:test";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyPath, inspectDatabase, withCopy } from "../../src/store/sqlite/copies.ts";
import { firstValue, integrityOf, openFile, withDatabase } from "./files.ts";
import { smallDisk } from "./small-disk.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();

test("a copy holds what was committed when it was asked for, is sound, and is for its owner alone", async () => {
  const path = join(folder, "whole.db");
  const store = openFile(path, "worker");
  const user = await a.addUser(store);
  await store.withCopy(async (copy) => {
    await a.addUser(store);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(integrityOf(copy)).toBe("ok");
    expect(withDatabase(copy, (database) => database.query("SELECT id FROM users").values())).toEqual([[user.id]]);
    expect(withDatabase(copy, (database) => firstValue(database, "PRAGMA auto_vacuum"))).toBe(2);
  });
  expect(existsSync(copyPath(path))).toBe(false);
  await store.close();
});

test("a copy that is made while others write is of one moment", async () => {
  const path = join(folder, "busy.db");
  const store = openFile(path, "worker");
  let isWriting = true;
  const writing = (async () => {
    while (isWriting) await a.addUser(store);
  })();
  for (let round = 0; round < 5; round += 1) {
    await store.withCopy(async (copy) => {
      expect(integrityOf(copy)).toBe("ok");
      const [users, events] = withDatabase(copy, (database) => [
        firstValue(database, "SELECT count(*) FROM users"),
        firstValue(database, "SELECT count(*) FROM events WHERE name = 'user.created'"),
      ]);
      expect(users).toBe(events);
    });
  }
  isWriting = false;
  await writing;
  await store.close();
});

test("of two at once one is refused; what a killed one left is cleared away; a failure leaves nothing", async () => {
  const path = join(folder, "one.db");
  const store = openFile(path, "inline");
  writeFileSync(copyPath(path), "half of a copy");
  await store.withCopy(async () => {
    const second = await a.failureOf(withCopy(path, async () => undefined));
    expect(second).toMatchObject({ name: "CopyUnderWay" });
  });
  const failing = store.withCopy(async () => {
    throw new Error("the other disk is full");
  });
  expect(await a.failureOf(failing)).toMatchObject({ message: "the other disk is full" });
  expect(existsSync(copyPath(path))).toBe(false);
  await store.withCopy(async (copy) => expect(integrityOf(copy)).toBe("ok"));
  await store.close();
});

test("a copy that is given up is gone", async () => {
  const path = join(folder, "aborted.db");
  const store = openFile(path, "inline");
  const controller = new AbortController();
  const copying = a.failureOf(store.withCopy(async () => undefined, controller.signal));
  controller.abort(new Error("stopping"));
  expect(await copying).toMatchObject({ message: "stopping" });
  expect(existsSync(copyPath(path))).toBe(false);
  await store.close();
});

const disk = smallDisk();
test.skipIf(disk === undefined)("without room for a copy none is begun, and the database goes on", async () => {
  const path = join(disk ?? "", "large.db");
  const store = openFile(path, "inline");
  const failure = await a.failureOf(store.withCopy(async () => undefined));
  expect(failure).toMatchObject({ name: "NoRoom", message: expect.stringMatching(/not enough room in .*: \d+ MiB/) });
  expect(existsSync(copyPath(path))).toBe(false);
  await a.addUser(store);
  await store.close();
});

test("an inspection counts, and names what is damaged", async () => {
  const path = join(folder, "inspected.db");
  const store = openFile(path, "inline");
  const user = await a.addUser(store);
  await a.addClient(store);
  await store.keys.addMissing({ keys: [a.key()] });
  await store.close();
  expect(await inspectDatabase(path)).toMatchObject({ faults: [], people: 1, clients: 1, grants: 0, keys: [{}] });
  withDatabase(path, (database) => database.exec("PRAGMA wal_checkpoint(TRUNCATE)"));
  // A value stands in a table and in its index: a disk that forgets one write leaves them at odds.
  const bytes = Buffer.from(await Bun.file(path).bytes());
  bytes.write("?", bytes.indexOf(user.id));
  await Bun.write(path, bytes);
  expect((await inspectDatabase(path)).faults.join()).toContain("missing from index");
  writeFileSync(path, "this is not a database, and long enough to be looked at as one".repeat(100));
  expect(await a.failureOf(inspectDatabase(path))).toMatchObject({
    message: expect.stringContaining("not a database"),
  });
});
