import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { asUserId } from "../../src/brand.ts";
import { migrations } from "../../src/store/sqlite/migrations.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { firstValue, integrityOf, openFile, withDatabase } from "./files.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();
const fixture = (name: string) => join(import.meta.dir, "fixtures", `${name}.ts`);
const withoutMigration = (path: string) =>
  openSqliteStore({ path, clock: { now: () => a.start }, writer: "inline", migrate: false });

test("an absent database is made with this version's schema, a write-ahead log and room that can be given back", async () => {
  const path = join(folder, "fresh.db");
  await openFile(path, "inline").close();
  withDatabase(path, (database) => {
    expect(firstValue(database, "PRAGMA user_version")).toBe(migrations.length);
    expect(firstValue(database, "PRAGMA journal_mode")).toBe("wal");
    expect(firstValue(database, "PRAGMA auto_vacuum")).toBe(2);
    expect(database.query("SELECT id, revision, last_commit FROM instance").values()).toEqual([[1, 0, 0]]);
  });
});

test("a database that is opened again is not written to, with leave to migrate and without", async () => {
  const path = join(folder, "again.db");
  const store = openFile(path, "inline");
  const user = await a.addUser(store);
  await store.close();
  const dump = () =>
    withDatabase(path, (database) => [
      firstValue(database, "PRAGMA schema_version"),
      firstValue(database, "PRAGMA data_version"),
    ]);
  const before = [dump(), await Bun.file(path).bytes()];
  await openFile(path, "worker").close();
  const again = withoutMigration(path);
  expect(await again.users.list()).toEqual([user]);
  await again.close();
  expect([dump(), await Bun.file(path).bytes()]).toEqual(before);
});

test("a database of a newer version is refused and left as it is", async () => {
  const path = join(folder, "newer.db");
  await openFile(path, "inline").close();
  withDatabase(path, (database) => database.exec(`PRAGMA user_version = ${migrations.length + 1}`));
  for (const open of [() => openFile(path, "inline"), () => openFile(path, "worker"), () => withoutMigration(path)]) {
    expect(open).toThrow(
      expect.objectContaining({ name: "SchemaMismatch", message: expect.stringContaining("newer") }),
    );
  }
  expect(withDatabase(path, (database) => firstValue(database, "PRAGMA user_version"))).toBe(migrations.length + 1);
});

test("without leave to migrate an absent or older database is refused, and no file is made", () => {
  const absent = join(folder, "absent.db");
  expect(() => withoutMigration(absent)).toThrow(expect.objectContaining({ name: "SchemaMismatch" }));
  expect(existsSync(absent)).toBe(false);
  const older = join(folder, "older.db");
  withDatabase(older, (database) => database.exec("PRAGMA journal_mode = WAL"));
  expect(() => withoutMigration(older)).toThrow(expect.objectContaining({ name: "SchemaMismatch" }));
  expect(withDatabase(older, (database) => firstValue(database, "SELECT count(*) FROM sqlite_schema"))).toBe(0);
});

test("CR-22: a migration that was killed half-way is made from its beginning at the next start", async () => {
  const path = join(folder, "half.db");
  const child = Bun.spawn([process.execPath, fixture("half-migrated"), path], { stdout: "pipe", stderr: "inherit" });
  for await (const _ of child.stdout) child.kill("SIGKILL");
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  expect(withDatabase(path, (database) => firstValue(database, "PRAGMA user_version"))).toBe(0);
  const store = openFile(path, "worker");
  const user = await a.addUser(store);
  expect(await store.users.list()).toEqual([user]);
  await store.close();
  withDatabase(path, (database) => expect(firstValue(database, "PRAGMA auto_vacuum")).toBe(2));
  expect(integrityOf(path)).toBe("ok");
});

test("CR-22: a start that is killed at any moment hinders no later one", async () => {
  for (let round = 0; round < 6; round += 1) {
    const path = join(folder, `start-${round}.db`);
    const child = Bun.spawn([process.execPath, fixture("open"), path], { stdout: "pipe", stderr: "inherit" });
    for await (const _ of child.stdout) {
      await Bun.sleep(round * 2);
      child.kill("SIGKILL");
    }
    await child.exited;
    const store = openFile(path, "inline");
    await a.addUser(store);
    await store.close();
    expect(integrityOf(path)).toBe("ok");
  }
});

test("0001: clients, people and consents of the first schema are kept, with the secret that a client had", async () => {
  const path = join(folder, "first.db");
  const [first] = migrations;
  withDatabase(path, (database) => {
    for (const statement of first?.sql.split("--> statement-breakpoint") ?? []) database.exec(statement);
    database.exec(`
      INSERT INTO instance (id, revision, last_commit) VALUES (1, 0, 0);
      INSERT INTO clients (id, metadata, origin, created_at, secret_hash) VALUES
        ('with', '{}', 'administrator', 1000, 'aB3_hash-of-the-secret'), ('without', '{}', 'registration', 2000, NULL);
      INSERT INTO users (id, username, email_verified, role, claims, created_at, updated_at, failures)
        VALUES ('u', 'alice', 0, 'admin', '{}', 1000, 1000, 0);
      INSERT INTO consents (user_id, client_id, scope, granted_at) VALUES ('u', 'with', 'openid read', 1000);
      PRAGMA user_version = 1;`);
  });
  const store = openFile(path, "inline");
  const secret = { id: "aB3_hash", hash: "aB3_hash-of-the-secret", createdAt: 1000 };
  const clients = await store.clients.list();
  expect(clients).toMatchObject([
    { id: "with", secrets: [secret], approval: "none" },
    { id: "without", secrets: [], approval: "none" },
  ]);
  const [alice] = await store.users.list();
  expect(alice).toMatchObject({ username: "alice", groups: [] });
  expect((await store.users.page({ offset: 0, limit: 5, text: "lic" })).items).toHaveLength(1);
  expect((await store.users.page({ offset: 0, limit: 5, text: "ops" })).items).toHaveLength(0);
  expect(await store.consents.list(asUserId("u"))).toMatchObject([{ scope: ["openid", "read"], declined: [] }]);
  await store.close();
  withDatabase(path, (database) => expect(firstValue(database, "PRAGMA user_version")).toBe(migrations.length));
  expect(integrityOf(path)).toBe("ok");
});

test("a file that is no database is refused", async () => {
  const path = join(folder, "text.db");
  await Bun.write(path, "this is not a database, and long enough to be looked at as one".repeat(100));
  expect(() => openFile(path, "inline")).toThrow("not a database");
});
