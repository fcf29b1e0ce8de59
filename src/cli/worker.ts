import { systemRandom } from "../crypto/random.ts";
import { giveBackCodeOfStart } from "../server/code-pages.ts";
import { databasePath } from "../server/instance.ts";
import { openLibc } from "../server/libc.ts";
import type { Message } from "../server/workers/link.ts";
import { startWorker } from "../server/workers/worker.ts";
import { openSqliteStore } from "../store/sqlite/open.ts";
import { systemClock } from "../time.ts";
import { limitsOf } from "./open-data.ts";

/**
 * A worker of a running server. It does as the server says, and ends with the channel to it: whichever way the server
 * ended. Signals are the server's business; a service manager and a terminal send them to every process.
 */
export function work(): Promise<never> {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => undefined);
  process.on("disconnect", () => process.exit(0));
  startWorker({
    clock: systemClock,
    random: systemRandom(),
    openStore: (config, writer) =>
      openSqliteStore({
        path: databasePath(config.dataDir),
        clock: systemClock,
        writer,
        migrate: false,
        journal: config.databaseJournal,
        limits: limitsOf(config),
      }),
    port: {
      later: setImmediate,
      post: (batch) => {
        // Where it has closed, this process is about to learn of it.
        if (process.connected) process.send?.(batch);
      },
      onBatch: (take) => {
        process.on("message", (batch: readonly Message[]) => take(batch));
      },
      // This process has gone by then.
      onGone: () => undefined,
    },
  });
  void endWithServer();
  giveBackCodeOfStart();
  return new Promise(() => undefined);
}

/** linux/prctl.h: which signal a process gets when the one that has started it ends. */
const parentDeathSignal = 1;
const killed = 9;

/** One that hangs does not notice that the channel has ended, and would keep its ports from the next server. */
async function endWithServer(): Promise<void> {
  const libc = await openLibc({ prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" } });
  libc?.prctl(parentDeathSignal, killed, 0, 0, 0);
}
