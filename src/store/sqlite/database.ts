import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { type BunSQLiteDatabase, drizzle } from "drizzle-orm/bun-sqlite";
import type { Clock } from "../../time.ts";
import { schemaVersionOf } from "./inspect.ts";
import { migrations } from "./migrations.ts";
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
    "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 8388608;",
  );
  return drizzle({ client: database });
}

export interface Preparation {
  readonly path: string;
  /** Make the file, or bring its schema to this version; else refuse. */
  readonly migrate: boolean;
  readonly clock: Clock;
  /** Hears where the database is kept as it was before its migration. */
  readonly onSnapshot?: (snapshot: string) => void;
}

/**
 * Makes the database where there is none and brings it to this version's schema, in one transaction: whatever stops it
 * leaves the old schema or the new. What is migrated is kept as it was, beside it.
 *
 * @throws SchemaMismatch, when the database is newer than this executable, or older or absent and `migrate` is false
 * @throws NoRoom, when the disk has no room for the snapshot
 */
export function prepareDatabase({ path, migrate, clock, onSnapshot }: Preparation): void {
  if (!migrate && !existsSync(path)) throw new SchemaMismatch("there is no database yet: start postern serve once");
  const database = new Database(path, { readwrite: true, create: migrate });
  try {
    database.exec("PRAGMA busy_timeout = 5000;");
    const applied = schemaVersionOf(database);
    if (applied > migrations.length) {
      throw new SchemaMismatch(
        "the database was written by a newer version of postern: start that version again, or go back to what was before its upgrade with postern rollback",
      );
    }
    if (applied === migrations.length) return;
    if (!migrate)
      throw new SchemaMismatch("the database needs a migration: start postern serve once with this version");
    if (applied === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL;");
    else {
      const snapshot = takeSnapshot(database, path, applied, clock.now());
      onSnapshot?.(snapshot);
    }
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE");
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
