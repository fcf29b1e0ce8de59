import { readdirSync } from "node:fs";
import { limitOfOpenFiles } from "../../open-files.ts";
import { StoreUnavailable } from "../store.ts";

// Where a Worker finds no file descriptors for itself, Bun ends the whole process ("bun ran out of file descriptors"). Each
// open connection is one, so that strangers can use them up.

/** A limit below this can be used up before anybody notices; what will be needed is then taken at the beginning. */
const small = 4096;

export const isLimitSmall = (): boolean => (limitOfOpenFiles() ?? small) < small;

/**
 * Makes sure that a Worker can start, also when more connections are made meanwhile.
 *
 * @throws StoreUnavailable
 */
export function requireDescriptors(): void {
  const limit = limitOfOpenFiles();
  if (limit === undefined) return;
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
