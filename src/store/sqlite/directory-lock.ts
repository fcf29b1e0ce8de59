import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Duration, milliseconds } from "../../time.ts";

/**
 * Locks that this process holds. A connection that nothing refers to is collected as garbage, and its lock with it
 * (measured with Bun 1.4.5: within half a second).
 */
const held = new Set<Database>();

/** Whether some process has taken a data directory. Nobody is kept from it by the question. */
export function isDirectoryLocked(directory: string): boolean {
  if (!existsSync(join(directory, "lock"))) return false;
  const database = new Database(join(directory, "lock"), { readonly: true });
  try {
    database.query("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") return true;
    throw error;
  } finally {
    database.close();
  }
}

/**
 * Takes a data directory for this process alone, until it releases it or ends, by whatever means: the lock is the
 * operating system's, on a small file, so that neither `kill -9` nor a process number that is used again leaves it.
 *
 * @returns how to release it; undefined when another process holds it
 */
export const lockDirectory = (directory: string): (() => void) | undefined =>
  // A server that is just stopping may need a moment.
  takeLock(join(directory, "lock"), milliseconds(500));

/** The same for one thing that only one process may do at a time. The wait is one of this whole thread. */
export function takeLock(path: string, patience: Duration = milliseconds(0)): (() => void) | undefined {
  const database = new Database(path, { readwrite: true, create: true });
  try {
    database.exec(`PRAGMA busy_timeout = ${patience}; PRAGMA journal_mode = MEMORY;`);
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") return undefined;
    throw error;
  }
  held.add(database);
  return () => {
    held.delete(database);
    database.close();
  };
}
