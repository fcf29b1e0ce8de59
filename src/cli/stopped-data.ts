import { finishSwap } from "../server/data-swap.ts";
import { runningInstance } from "../server/instance.ts";
import { lockDirectory } from "../store/sqlite/directory-lock.ts";
import { Failed } from "./outcome.ts";

/**
 * Works on a data directory while no server does; a swap that was killed is finished first.
 *
 * @throws Failed, when a server holds the directory
 */
export async function whileStopped<Result>(dataDir: string, work: () => Promise<Result>): Promise<Result> {
  const unlock = lockDirectory(dataDir);
  if (unlock === undefined) {
    const running = runningInstance(dataDir);
    const who = running === undefined ? "" : ` (pid ${running.pid}, on ${running.listen.join(", ")})`;
    throw new Failed(`postern serve${who} works on ${dataDir}: stop it first`);
  }
  try {
    finishSwap(dataDir);
    return await work();
  } finally {
    unlock();
  }
}
