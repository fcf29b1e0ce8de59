import type { Database } from "bun:sqlite";
import { minutes } from "../../time.ts";
import type { WriteRequest } from "../write-queue.ts";
import type { HasRoom } from "./budget.ts";
import type { Connection } from "./database.ts";
import { forgetBounds } from "./waiting-devices.ts";
import type { Writes } from "./writes.ts";

export type WriteResult =
  | { readonly ok: true; readonly value: unknown }
  /** `unavailable`: the database could not be written (full, locked, gone); otherwise the verb itself failed. */
  | { readonly ok: false; readonly unavailable: boolean; readonly message: string };

/**
 * Runs a batch as one transaction, and returns only after COMMIT: with `synchronous = FULL` the results are durable then. A
 * verb that throws takes back what it did alone; if the commit fails, all fail.
 *
 * No verb throws but by a fault of ours. So they share the transaction without a savepoint for each, which is a fourth of
 * what a small verb costs; when one has thrown, nothing has happened, and all are run anew, each in its own.
 */
export function runBatch(
  db: Connection,
  writes: Writes,
  requests: readonly WriteRequest[],
  now: number,
  hasRoom: HasRoom = () => true,
): readonly WriteResult[] {
  const database = db.$client;
  const run = (request: WriteRequest) => (hasRoom(request) ? runVerb(writes, request) : noRoom);
  try {
    try {
      return inTransaction(database, now, () => requests.map(run));
    } catch (error) {
      // A full disk takes back the whole transaction by itself.
      if (!database.inTransaction || isStorageFault(error)) throw error;
      database.exec("ROLLBACK");
      return inTransaction(database, now, () => requests.map((request) => inSavepoint(database, () => run(request))));
    }
  } catch (error) {
    if (database.inTransaction) database.exec("ROLLBACK");
    forgetBounds(db);
    const failed: WriteResult = { ok: false, unavailable: true, message: messageOf(error) };
    return requests.map(() => failed);
  }
}

function inTransaction(database: Database, now: number, run: () => readonly WriteResult[]): readonly WriteResult[] {
  statement(database, "BEGIN IMMEDIATE").run();
  const before = totalChanges(database);
  const results = run();
  // Verbs that only refuse leave nothing to make durable: nobody shall wear out the disk with them. The stamp alone is
  // worth a write from time to time, for the grace of refresh tokens is counted from it.
  if (totalChanges(database) !== before || Math.abs(now - lastCommit(database)) >= stampedEvery)
    statement(database, "UPDATE instance SET last_commit = ?").run(now);
  statement(database, "COMMIT").run();
  return results;
}

const noRoom: WriteResult = { ok: false, unavailable: true, message: "the database has reached POSTERN_DB_MAX_SIZE" };

function inSavepoint(database: Database, run: () => WriteResult): WriteResult {
  database.exec("SAVEPOINT verb");
  try {
    const result = run();
    database.exec("RELEASE verb");
    return result;
  } catch (error) {
    // Then there is no savepoint to return to.
    if (!database.inTransaction) throw error;
    database.exec("ROLLBACK TO verb; RELEASE verb");
    if (isStorageFault(error)) throw error;
    return { ok: false, unavailable: false, message: messageOf(error) };
  }
}

function runVerb(writes: Writes, { noun, verb: name, input }: WriteRequest): WriteResult {
  const verb = verbsByName(writes)[noun]?.[name];
  if (verb === undefined) throw new Error(`no verb ${noun}.${name}`);
  return { ok: true, value: verb(input) };
}

type VerbsByName = Readonly<Record<string, Readonly<Record<string, (input: unknown) => unknown>>>>;

/** Types do not cross the Worker's border: open.ts, which names each verb, holds input and result to their types. */
const verbsByName = (writes: Writes) => writes as unknown as VerbsByName;

const stampedEvery = minutes(1);

const totalChanges = (database: Database) => numberOf(database, "SELECT total_changes() AS number");
const lastCommit = (database: Database) => numberOf(database, "SELECT last_commit AS number FROM instance");
const numberOf = (database: Database, text: string) => database.query<{ number: number }, []>(text).get()?.number ?? 0;

/** Prepared once a connection: bun:sqlite's `query` keeps them. */
const statement = (database: Database, text: string) => database.query<unknown, [] | [number]>(text);

const messageOf = (error: unknown) => (error instanceof Error ? error.message : "unknown");

/** Whether the database itself failed (full, locked, gone, broken), and not what was asked of it. */
export function isStorageFault(error: unknown): boolean {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  return [
    "SQLITE_FULL",
    "SQLITE_IOERR",
    "SQLITE_READONLY",
    "SQLITE_CANTOPEN",
    "SQLITE_BUSY",
    "SQLITE_CORRUPT",
    "SQLITE_NOTADB",
  ].some((fault) => code.startsWith(fault));
}
