import { Database } from "bun:sqlite";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import type { Store } from "../../src/store/store.ts";
import type { Instant } from "../../src/time.ts";
import { start } from "./things.ts";

/** Opens the store in a file, with a clock that stands; one with a Worker serves already. */
export function openFile(path: string, writer: "inline" | "worker", now: Instant = start): Store {
  const store = openSqliteStore({ path, clock: { now: () => now }, writer, migrate: true });
  // Nothing was written yet that the hand-over would have to wait for.
  store.serve().catch(() => undefined);
  return store;
}

/** Looks into a database file beside the store, or changes it. */
export function withDatabase<Result>(path: string, use: (database: Database) => Result): Result {
  const database = new Database(path, { readwrite: true, create: true });
  try {
    // The store's log is carried over by a thread of its own, which holds the file for moments.
    database.exec("PRAGMA busy_timeout = 5000");
    return use(database);
  } finally {
    database.close();
  }
}

/** The first column of the first row. */
export const firstValue = (database: Database, statement: string): unknown =>
  database.query(statement).values()[0]?.[0];

export const integrityOf = (path: string) =>
  withDatabase(path, (database) => firstValue(database, "PRAGMA integrity_check"));
