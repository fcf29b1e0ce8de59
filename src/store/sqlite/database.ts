import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { type BunSQLiteDatabase, drizzle } from "drizzle-orm/bun-sqlite";
import { migrations } from "./migrations.ts";
import { type JournalMode, UnusablePlace } from "./place.ts";

export type Connection = BunSQLiteDatabase & { readonly $client: Database };

/** The database was written by a newer Postern, or has to be made or migrated and may not be now. */
export class SchemaMismatch extends Error {
  override readonly name = "SchemaMismatch";
}

/** A connection for reads alone: it never takes a lock that another waits for. */
export function openReader(path: string): Connection {
  const database = new Database(path, { readwrite: true, create: false });
  database.exec("PRAGMA busy_timeout = 1000; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;");
  return drizzle({ client: database });
}

/** The connection of the writer: what it commits is on disk before COMMIT returns (`synchronous = FULL`). */
export function openWriter(path: string): Connection {
  const database = new Database(path, { readwrite: true, create: false });
  database.exec(
    "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 8388608;",
  );
  return drizzle({ client: database });
}

/**
 * Makes the database where there is none and brings it to this version's schema. Each migration is one transaction.
 *
 * @throws SchemaMismatch, when the database is newer than this executable, or older or absent and `migrate` is false
 * @throws UnusablePlace, when the file system cannot keep such a journal
 */
export function prepareDatabase(path: string, migrate: boolean, journal: JournalMode = "wal"): void {
  if (!migrate && !existsSync(path)) throw new SchemaMismatch("there is no database yet: start postern serve once");
  const database = new Database(path, { readwrite: true, create: migrate });
  try {
    database.exec("PRAGMA busy_timeout = 5000;");
    if (migrate) keepJournal(database, path, journal);
    const applied = schemaVersion(database);
    if (applied > migrations.length) throw new SchemaMismatch("the database was written by a newer version of postern");
    if (applied === migrations.length) return;
    if (!migrate)
      throw new SchemaMismatch("the database needs a migration: start postern serve once with this version");
    database.exec("PRAGMA synchronous = FULL;");
    for (const [position, migration] of migrations.entries()) {
      if (position < applied) continue;
      database.exec("BEGIN EXCLUSIVE");
      try {
        // Another process may have been faster.
        if (schemaVersion(database) === position) {
          for (const statement of migration.sql.split("--> statement-breakpoint")) database.exec(statement);
          if (position === 0) database.exec("INSERT INTO instance (id, revision, last_commit) VALUES (1, 0, 0)");
          database.exec(`PRAGMA user_version = ${position + 1}`);
        }
        database.exec("COMMIT");
      } catch (error) {
        if (database.inTransaction) database.exec("ROLLBACK");
        throw error;
      }
    }
  } finally {
    database.close();
  }
}

/** Also brings a database from one kind of journal to the other. */
function keepJournal(database: Database, path: string, journal: JournalMode): void {
  const wanted = journal === "wal" ? "wal" : "delete";
  const mode = (text: string) => database.query<{ journal_mode: string }, []>(text).get()?.journal_mode;
  try {
    // Nobody else is there. Without shared memory a log that was left on such a file system can still be read.
    if (journal === "rollback") database.exec("PRAGMA locking_mode = EXCLUSIVE");
    // A database takes it only while it is empty, and before its journal, which writes its first page.
    if (schemaVersion(database) === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    if (mode("PRAGMA journal_mode") === wanted || mode(`PRAGMA journal_mode = ${wanted}`) === wanted) return;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "SQLITE_IOERR_SHMMAP" && code !== "SQLITE_IOERR_SHMOPEN") throw error;
  }
  throw new UnusablePlace(
    `the file system of ${path} cannot keep a write-ahead log: set POSTERN_DATA_DIR to another disk, or POSTERN_DB_JOURNAL=rollback`,
  );
}

function schemaVersion(database: Database): number {
  const row = database.query<{ user_version: number }, []>("PRAGMA user_version").get();
  return row?.user_version ?? 0;
}
