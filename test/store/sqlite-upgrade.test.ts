import { describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { migrations } from "../../src/store/sqlite/migrations.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { snapshotsBeside } from "../../src/store/sqlite/snapshots.ts";
import { after, days, minutes } from "../../src/time.ts";
import { firstValue, integrityOf, openFile, withDatabase } from "./files.ts";
import { smallDisk } from "./small-disk.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();
const release = join(import.meta.dir, "fixtures/release-0.1.0.sqlite");

/** A data directory as the first release left it. */
function oldDatabase(): string {
  const path = join(mkdtempSync(join(folder, "old-")), "postern.db");
  copyFileSync(release, path);
  return path;
}

const namesBeside = (path: string) =>
  readdirSync(join(path, "..")).filter((name) => !/^postern\.db(-wal|-shm)?$/.test(name));
const versionOf = (path: string) => withDatabase(path, (database) => firstValue(database, "PRAGMA user_version"));
const userNames = (path: string) =>
  withDatabase(path, (database) => database.query("SELECT username FROM users ORDER BY username").values().flat());

describe("before a migration", () => {
  test("the database is kept as it was, for its owner alone, and the start says where", async () => {
    const path = oldDatabase();
    const said: string[] = [];
    await openSqliteStore({
      path,
      clock: { now: () => a.start },
      writer: "inline",
      migrate: true,
      onSnapshot: (snapshot) => said.push(snapshot),
    }).close();
    const [snapshot] = snapshotsBeside(path);
    expect(snapshot).toMatchObject({ schemaVersion: 1, takenAt: a.start, path: said[0] });
    expect(said).toEqual([join(path, "..", "before-upgrade-20260115T000000Z-schema-1.db")]);
    expect(statSync(said[0] ?? "").mode & 0o777).toBe(0o600);
    expect(versionOf(said[0] ?? "")).toBe(1);
    expect(userNames(said[0] ?? "")).toEqual(["ada", "bob", "carl"]);
    expect(versionOf(path)).toBe(migrations.length);
    expect(userNames(path)).toEqual(["ada", "bob", "carl"]);
  });

  test("a new database and one that needs no migration are not kept", async () => {
    const path = join(mkdtempSync(join(folder, "new-")), "postern.db");
    await openFile(path, "inline").close();
    await openFile(path, "inline").close();
    expect(namesBeside(path)).toEqual([]);
  });

  test("of many attempts two snapshots stay, also when the clock goes back", async () => {
    const path = oldDatabase();
    for (const later of [days(0), minutes(1), days(-300), days(1)]) {
      const at = after(a.start, later);
      for (const rest of ["-wal", "-shm"]) rmSync(`${path}${rest}`, { force: true });
      copyFileSync(release, path);
      await openFile(path, "inline", at).close();
      expect(snapshotsBeside(path).map(({ takenAt }) => takenAt)).toContain(at);
      expect(snapshotsBeside(path).length).toBeLessThanOrEqual(2);
    }
    expect(namesBeside(path)).toHaveLength(2);
  });

  test("an interrupted snapshot is made anew, and its half does not count", async () => {
    const path = oldDatabase();
    await Bun.write(join(path, "..", "before-upgrade.part"), "half");
    await openFile(path, "inline").close();
    expect(snapshotsBeside(path)).toHaveLength(1);
    expect(namesBeside(path)).toHaveLength(1);
  });

  const disk = smallDisk();
  test.skipIf(disk === undefined)(
    "without room for a snapshot the upgrade is refused, and nothing is changed",
    async () => {
      const path = join(disk ?? "", "data", "postern.db");
      mkdirSync(join(path, ".."));
      copyFileSync(release, path);
      expect(() => openFile(path, "inline")).toThrow(
        expect.objectContaining({
          name: "NoRoom",
          message: expect.stringContaining("not upgraded without a snapshot"),
        }),
      );
      expect(namesBeside(path)).toEqual([]);
      expect(versionOf(path)).toBe(1);
    },
  );
});

test("CR-22: an upgrade that is killed half-way leaves the old schema whole, and is made at the next start", async () => {
  const path = oldDatabase();
  const fixture = join(import.meta.dir, "fixtures/half-migrated.ts");
  const child = Bun.spawn([process.execPath, fixture, path, "1"], { stdout: "pipe", stderr: "inherit" });
  for await (const _ of child.stdout) child.kill("SIGKILL");
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  expect([versionOf(path), integrityOf(path), userNames(path)]).toEqual([1, "ok", ["ada", "bob", "carl"]]);
  await openFile(path, "inline").close();
  expect([versionOf(path), integrityOf(path)]).toEqual([migrations.length, "ok"]);
});

test("a database that is not in write-ahead mode gets into it with its migration", async () => {
  const path = oldDatabase();
  expect(withDatabase(path, (database) => firstValue(database, "PRAGMA journal_mode"))).toBe("delete");
  await openFile(path, "inline").close();
  expect(withDatabase(path, (database) => firstValue(database, "PRAGMA journal_mode"))).toBe("wal");
});
