import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { drizzle } from "drizzle-orm/bun-sqlite";
import type { EventName } from "../../model/event.ts";
import type { Factors } from "../../model/factor.ts";
import type { StoredKey } from "../../model/key.ts";
import type { User } from "../../model/user.ts";
import { after, type Clock, type Duration, type Instant, instant } from "../../time.ts";
import { factorReads } from "./factors.ts";
import { schemaVersionOf } from "./inspect.ts";
import { keyReads } from "./keys.ts";
import { migrations } from "./migrations.ts";
import type { JournalMode } from "./place.ts";
import { userReads } from "./users.ts";

/** What a database file is found to be. */
export interface Examined {
  readonly schema: "current" | "older" | "newer" | "empty";
  readonly journal: JournalMode;
  /** What SQLite finds wrong with tables and indexes, and rows that refer to none; empty when all is well. */
  readonly faults: readonly string[];
  /** The tables that there was no time for. */
  readonly unchecked: readonly string[];
  /** Only of a database with the schema of this version. */
  readonly content: Content | undefined;
}

export interface Content {
  /** Undefined where nothing was ever written. */
  readonly lastCommit: Instant | undefined;
  readonly keys: readonly StoredKey[];
  /** When the newest events that tell of a backup happened. */
  readonly backup: { readonly made: Instant | undefined; readonly failed: Instant | undefined };
  readonly administrators: readonly { readonly user: User; readonly factors: Factors }[];
}

/** No more faults are listed. */
const mostFaults = 10;

/**
 * Looks a database over without changing a byte of it or of its log, whether or not a server works on it. Of a large one
 * the tables that the time does not suffice for are left out.
 */
export function examineDatabase(path: string, { clock, within }: { clock: Clock; within: Duration }): Examined {
  const database = openUntouched(path);
  try {
    database.exec("PRAGMA busy_timeout = 1000; PRAGMA query_only = ON;");
    const schema = schemaOf(schemaVersionOf(database));
    const journal = database.query<{ journal_mode: string }, []>("PRAGMA journal_mode").get()?.journal_mode;
    return {
      schema,
      journal: journal === "wal" ? "wal" : "rollback",
      ...check(database, clock, after(clock.now(), within)),
      content: schema === "current" ? contentOf(database) : undefined,
    };
  } finally {
    database.close();
  }
}

/**
 * A connection that may write ends with the log of a killed server brought into the database; one that may not leaves an
 * empty log behind where there was none (measured with SQLite 3.54.1).
 */
function openUntouched(path: string): Database {
  return new Database(path, existsSync(`${path}-wal`) ? { readonly: true } : { readwrite: true, create: false });
}

function schemaOf(version: number): Examined["schema"] {
  if (version === 0) return "empty";
  if (version === migrations.length) return "current";
  return version < migrations.length ? "older" : "newer";
}

function check(database: Database, clock: Clock, deadline: Instant): Pick<Examined, "faults" | "unchecked"> {
  const tables = database
    .query<{ name: string }, []>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({ name }) => name);
  const faults: string[] = [];
  const unchecked: string[] = [];
  for (const table of tables) {
    if (clock.now() >= deadline) unchecked.push(table);
    else faults.push(...faultsOf(database, table));
  }
  return { faults: faults.slice(0, mostFaults), unchecked };
}

function faultsOf(database: Database, table: string): readonly string[] {
  const name = `"${table.replaceAll('"', '""')}"`;
  const pages = database
    .query<{ quick_check: string }, []>(`PRAGMA quick_check(${name})`)
    .all()
    .map(({ quick_check }) => quick_check)
    .filter((line) => line !== "ok");
  const rows = database.query<{ parent: string }, []>(`PRAGMA foreign_key_check(${name})`).all();
  return [...pages, ...rows.map(({ parent }) => `a row of ${table} refers to none of ${parent}`)];
}

function contentOf(database: Database): Content {
  const db = drizzle({ client: database });
  const { of } = factorReads(db);
  const commit =
    database.query<{ last_commit: number }, []>("SELECT last_commit FROM instance").get()?.last_commit ?? 0;
  return {
    lastCommit: commit === 0 ? undefined : instant(commit),
    keys: keyReads(db).list(),
    backup: { made: newest(database, "backup.created"), failed: newest(database, "backup.failed") },
    administrators: userReads(db)
      .page({ role: "admin", offset: 0, limit: 200 })
      .items.map((user) => ({ user, factors: of(user.id) })),
  };
}

function newest(database: Database, event: EventName): Instant | undefined {
  const sql = "SELECT max(at) AS at FROM events WHERE name = ?";
  const at = database.query<{ at: number | null }, [string]>(sql).get(event)?.at ?? null;
  return at === null ? undefined : instant(at);
}
