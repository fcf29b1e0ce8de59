import { Database } from "bun:sqlite";
import type { StoredKey } from "../../model/key.ts";

/** What a database file is found to hold. It may be of any version: only what all versions have is read. */
export interface Inspection {
  readonly schemaVersion: number;
  /** What SQLite finds wrong with its pages and indexes, and rows that refer to none; empty when all is well. */
  readonly faults: readonly string[];
  readonly people: number;
  readonly clients: number;
  /** Those that have not been ended. */
  readonly grants: number;
  readonly keys: readonly SealedKey[];
}

export type SealedKey = Pick<StoredKey, "purpose" | "algorithm" | "sealed">;

const nothing = { people: 0, clients: 0, grants: 0, keys: [] };

/** Reads the whole file: a large one takes a while. */
export function inspect(path: string): Inspection {
  return reading(path, (database) => {
    const faults = database
      .query<{ integrity_check: string }, []>("PRAGMA integrity_check(10)")
      .all()
      .map((row) => row.integrity_check)
      .filter((line) => line !== "ok");
    // Counting what is broken would stop at the first broken page.
    if (faults.length > 0) return { ...nothing, schemaVersion: schemaVersionOf(database), faults };
    const orphans = database.query<{ table: string }, []>("PRAGMA foreign_key_check").all();
    return {
      schemaVersion: schemaVersionOf(database),
      faults: orphans.slice(0, 10).map(({ table }) => `a row of ${table} refers to none`),
      people: countOf(database, "users"),
      clients: countOf(database, "clients"),
      grants: countOf(database, "grants WHERE ended_at IS NULL"),
      keys: keysOf(database),
    };
  });
}

/** The keys of a database of any version, as they are sealed. */
export const sealedKeys = (path: string): readonly SealedKey[] => reading(path, keysOf);

/** Which schema a database has; 0 where it has none yet. */
export const schemaVersionIn = (path: string): number => reading(path, schemaVersionOf);

/** What differs between a database and an earlier one. */
export interface Difference {
  readonly made: Readonly<Record<"people" | "clients" | "grants" | "events", number>>;
  /** Deleted since; the earlier database still has them. */
  readonly deleted: Readonly<Record<"people" | "clients", number>>;
}

/** Compared by what is in them, not by times: clocks jump. */
export function differenceSince(path: string, earlier: string): Difference {
  return reading(path, (database) => {
    database.run("ATTACH ? AS earlier", [earlier]);
    const only = (table: string, one: string, other: string) =>
      countOf(database, `${one}.${table} WHERE id NOT IN (SELECT id FROM ${other}.${table})`);
    const made = (table: string) => only(table, "main", "earlier");
    const deleted = (table: string) => only(table, "earlier", "main");
    return {
      made: { people: made("users"), clients: made("clients"), grants: made("grants"), events: made("events") },
      deleted: { people: deleted("users"), clients: deleted("clients") },
    };
  });
}

function reading<Result>(path: string, read: (database: Database) => Result): Result {
  // Not `readonly`: what was not closed in order needs its log read, which SQLite does with a file beside it.
  const database = new Database(path, { readwrite: true, create: false });
  try {
    database.exec("PRAGMA busy_timeout = 1000; PRAGMA query_only = ON;");
    return read(database);
  } finally {
    database.close();
  }
}

export const schemaVersionOf = (database: Database): number =>
  database.query<{ user_version: number }, []>("PRAGMA user_version").get()?.user_version ?? 0;

const keysOf = (database: Database): readonly SealedKey[] =>
  database.query<SealedKey, []>("SELECT purpose, algorithm, sealed FROM keys ORDER BY number").all();

/** `what` is a text of this file. */
const countOf = (database: Database, what: string): number =>
  database.query<{ count: number }, []>(`SELECT count(*) AS count FROM ${what}`).get()?.count ?? 0;
