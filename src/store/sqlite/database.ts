import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { type BunSQLiteDatabase, drizzle } from "drizzle-orm/bun-sqlite";
import type { Clock } from "../../time.ts";
import { schemaVersionOf } from "./inspect.ts";
import { logSize, patience } from "./log.ts";
import { migrations } from "./migrations.ts";
import { type JournalMode, UnusablePlace } from "./place.ts";
import { takeSnapshot } from "./snapshots.ts";

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
    `PRAGMA busy_timeout = ${patience}; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = ${logSize};`,
  );
  return drizzle({ client: database });
}

export interface Preparation {
  readonly path: string;
  /** Make the file, or bring its schema to this version; else refuse. */
  readonly migrate: boolean;
  readonly clock: Clock;
  /** For who may migrate: how the file is kept from now on; a write-ahead log unless told otherwise. */
  readonly journal?: JournalMode;
  /** Hears where the database is kept as it was before its migration. */
  readonly onSnapshot?: (snapshot: string) => void;
}

/**
 * Makes the database where there is none and brings it to this version's schema, in one transaction: whatever stops it
 * leaves the old schema or the new. What is migrated is kept as it was, beside it.
 *
 * @throws SchemaMismatch, when the database is newer than this executable, or older or absent and `migrate` is false
 * @throws NoRoom, when the disk has no room for the snapshot
 * @throws UnusablePlace, when the file system cannot keep such a journal
 */
export function prepareDatabase({ path, migrate, clock, journal = "wal", onSnapshot }: Preparation): void {
  if (!migrate && !existsSync(path)) throw new SchemaMismatch("there is no database yet: start postern serve once");
  const database = new Database(path, { readwrite: true, create: migrate });
  try {
    database.exec("PRAGMA busy_timeout = 5000;");
    if (migrate) keepJournal(database, path, journal);
    const applied = schemaVersionOf(database);
    if (applied > migrations.length) {
      throw new SchemaMismatch(
        "the database was written by a newer version of postern: start that version again, or go back to what was before its upgrade with postern rollback",
      );
    }
    if (applied === migrations.length) return;
    if (!migrate)
      throw new SchemaMismatch("the database needs a migration: start postern serve once with this version");
    if (applied > 0) {
      const snapshot = takeSnapshot(database, path, applied, clock.now());
      onSnapshot?.(snapshot);
    }
    database.exec("PRAGMA synchronous = FULL; BEGIN EXCLUSIVE");
    try {
      for (let position = schemaVersionOf(database); position < migrations.length; position += 1) {
        for (const statement of migrations[position]?.sql.split("--> statement-breakpoint") ?? [])
          database.exec(statement);
        if (position === 0) database.exec("INSERT INTO instance (id, revision, last_commit) VALUES (1, 0, 0)");
        database.exec(`PRAGMA user_version = ${position + 1}`);
      }
      database.exec("COMMIT");
    } catch (error) {
      if (database.inTransaction) database.exec("ROLLBACK");
      throw error;
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
    if (schemaVersionOf(database) === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
    if (mode("PRAGMA journal_mode") === wanted || mode(`PRAGMA journal_mode = ${wanted}`) === wanted) return;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "SQLITE_IOERR_SHMMAP" && code !== "SQLITE_IOERR_SHMOPEN") throw error;
  }
  throw new UnusablePlace(
    `the file system of ${path} cannot keep a write-ahead log: set POSTERN_DATA_DIR to another disk, or POSTERN_DB_JOURNAL=rollback`,
  );
}
