import { existsSync } from "node:fs";
import type { Message } from "../server/workers/link.ts";
import type { Launched } from "../server/workers/pool.ts";
import { programWords } from "./data-directory.ts";

/** What is the server's own, and would be misunderstood by another process: it is told all that it needs. */
const isKept = (name: string): boolean => /^(POSTERN_|NOTIFY_SOCKET$|WATCHDOG_|LISTEN_)/.test(name);

/**
 * This program as it was started, whatever stands in its place by now: an upgrade puts the new executable there before the
 * old one has ended. Whoever is about to become the worker is still this program when the link is followed (proc(5)).
 */
function sameProgram(): readonly string[] {
  const itself = "/proc/self/exe";
  const [, ...others] = programWords();
  return [existsSync(itself) ? itself : process.execPath, ...others];
}

/** Starts this program once more as a worker of this server. */
export function launchWorker(): Launched {
  let take: (batch: readonly Message[]) => void = () => undefined;
  let gone: () => void = () => undefined;
  const child = Bun.spawn([...sameProgram(), "worker"], {
    argv0: process.execPath,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !isKept(name))),
    stdin: "ignore",
    // Standard output is the log's, and with `serve --embed` the host's: what a worker has to say it says to this process.
    stdout: "ignore",
    stderr: "inherit",
    serialization: "advanced",
    ipc: (batch: readonly Message[]) => take(batch),
    onDisconnect: () => gone(),
  });
  return {
    pid: child.pid,
    port: {
      later: setImmediate,
      post: (batch) => {
        try {
          child.send(batch);
        } catch {
          // It has ended: `onGone` is about to tell.
        }
      },
      onBatch: (taking) => {
        take = taking;
      },
      onGone: (told) => {
        const before = gone;
        gone = () => {
          before();
          told();
        };
      },
    },
    kill: () => child.kill("SIGKILL"),
    dismiss: () => child.disconnect(),
    ended: child.exited.then(() => String(child.signalCode ?? `exit code ${child.exitCode}`)),
  };
}
