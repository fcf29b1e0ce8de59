import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import type { Context } from "../context.ts";
import { isOutOfDescriptors, limitOfOpenFiles } from "../open-files.ts";
import { openFilesLimit } from "../throttle/limits.ts";
import { seconds } from "../time.ts";
import type { Listener } from "./listener.ts";

// Each connection is a file descriptor. Who opens more of them than the process may have, on purpose or not, keeps everybody
// else out, and the database from opening its files. Bun has no limit for connections, takes those that say nothing for
// twelve seconds, and meanwhile asks the system for the next one without end.

const often = seconds(1);

/**
 * Looks each second whether a file can still be opened. When none can, all connections are ended, those that do something
 * last. It is told once in ten minutes, however often it happens.
 *
 * @returns how to end it
 */
export function keepDescriptorsFree(
  { log, throttle }: Pick<Context, "log" | "throttle">,
  { shed }: Pick<Listener, "shed">,
): () => void {
  let shedding: Promise<void> | undefined;
  /** An address that could not be listened on again is tried anew, also when there are descriptors by then. */
  let isDeaf = false;
  const timer = setInterval(() => {
    if (shedding !== undefined || (!isDeaf && canOpen())) return;
    shedding = shed()
      .then(() => {
        isDeaf = false;
        if (throttle.count(openFilesLimit, "") === undefined)
          log.warn("as many connections and files were open as this process may have: all connections were ended", {
            limit: limitOfOpenFiles() || undefined,
            remedy: "raise LimitNOFILE= of the service (ulimit -n), or let a proxy limit connections by address",
          });
      })
      .catch((error: unknown) => {
        if (!isDeaf) log.error("not every address is listened on; it is tried again each second", { error });
        isDeaf = true;
      })
      .finally(() => {
        shedding = undefined;
      });
  }, often);
  timer.unref();
  return () => clearInterval(timer);
}

function canOpen(): boolean {
  try {
    closeSync(openSync(devNull, "r"));
    return true;
  } catch (error) {
    return !isOutOfDescriptors(error);
  }
}
