import { readdirSync, readFileSync } from "node:fs";
import { StoreUnavailable } from "../store.ts";

// Where a Worker finds no file descriptors for itself, Bun ends the whole process ("bun ran out of file descriptors"). Each
// open connection is one, so that strangers can use them up.

/** A limit below this can be used up before anybody notices; what will be needed is then taken at the beginning. */
const small = 4096;

/** How many files this process may have open; infinite where the system does not tell. */
function limitOfOpenFiles(): number {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch (error) {
    return isOutOfDescriptors(error) ? 0 : Number.POSITIVE_INFINITY;
  }
}

export const isLimitSmall = (): boolean => limitOfOpenFiles() < small;

/**
 * Makes sure that a Worker can start, also when more connections are made meanwhile.
 *
 * @throws StoreUnavailable
 */
export function requireDescriptors(): void {
  const limit = limitOfOpenFiles();
  if (limit === Number.POSITIVE_INFINITY) return;
  const open = openFiles();
  if (limit - open < Math.max(32, limit / 16))
    throw new StoreUnavailable(
      `${Math.min(open, limit)} of ${limit} files that this process may have are open, connections among them: too many for the database to be opened (raise LimitNOFILE= of the service, or ulimit -n)`,
    );
}

function openFiles(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** EMFILE: this process has no more; ENFILE: nor has the whole system (open(2)). */
const isOutOfDescriptors = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EMFILE" || error.code === "ENFILE");
