import { closeSync, openSync } from "node:fs";

const endings = ["SIGTERM", "SIGINT"] as const;

export interface Signals {
  /** Resolves when the process is told to stop. Told again, it ends at once: the system's own way with these signals is back. */
  readonly stop: Promise<void>;
  /** What to do at a SIGHUP from now on, one after the other; at once, where one has come before. */
  onReload(reload: () => Promise<void>): void;
}

/** Takes the signals of a server, from the first moment on: one that comes while it starts must not leave half of it. */
export function takeSignals(): Signals {
  const stop = Promise.withResolvers<void>();
  const end = () => {
    for (const signal of endings) process.removeListener(signal, end);
    stop.resolve();
  };
  for (const signal of endings) process.on(signal, end);
  const wasTerminal = process.stdout.isTTY === true;
  let reload: (() => Promise<void>) | undefined;
  let isWaiting = false;
  let last = Promise.resolve();
  process.on("SIGHUP", () => {
    // Its window was closed: nobody wants it to go on unseen.
    if (wasTerminal && !hasTerminal()) stop.resolve();
    else if (reload === undefined) isWaiting = true;
    else last = last.then(reload);
  });
  return {
    stop: stop.promise,
    onReload: (work) => {
      reload = work;
      if (isWaiting) last = last.then(work);
    },
  };
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
