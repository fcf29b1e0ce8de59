import manifest from "../../package.json" with { type: "json" };
import { log } from "../events/log.ts";
import { systemClock } from "../time.ts";
import { faultCodeOf, sentenceOf } from "./failure.ts";
import { Told } from "./outcome.ts";
import { type Serving, serve } from "./serve.ts";

/** The number of the contract of docs/embedding.md: it is raised by a change that a host must know of. */
const contract = 1;

/**
 * Runs the server as a part of another program: one JSON line on standard output when it is ready or has failed to start,
 * log lines on standard error, and an end when standard input closes, which happens at the latest when that program dies.
 */
export async function serveEmbedded(): Promise<void> {
  // The host may die first. Then nobody reads what is still said, and standard input ends the server.
  process.stderr.on("error", () => undefined);
  const host = watchHost();
  let isReady = false;
  try {
    await serve({
      gone: host.gone,
      ready: (serving) => {
        isReady = true;
        tell({ event: "ready", ...about, ...serving, pid: process.pid });
      },
    });
  } catch (error) {
    const fault = sentenceOf(error);
    if (!isReady) tell({ event: "failed", ...about, error: faultCodeOf(error), message: fault });
    // Here as everywhere a bug is logged with its stack; the host gets the sentence.
    const detail = faultCodeOf(error) === "unexpected" ? { error } : { fault };
    ownLog().error(isReady ? "the server failed" : "the start failed", detail);
    throw new Told(fault, { cause: error });
  } finally {
    await host.release();
  }
}

const about = { contract, version: manifest.version };

/** The one line that standard output ever gets. */
const tell = (line: { readonly event: "ready" | "failed" } & typeof about & Partial<Serving> & FaultMembers) =>
  process.stdout.write(`${JSON.stringify(line)}\n`);

interface FaultMembers {
  readonly pid?: number;
  readonly error?: string;
  readonly message?: string;
}

const ownLog = () =>
  log({ clock: systemClock, level: "error", format: "json", write: (line) => process.stderr.write(line) });

/** Reads standard input for its end alone: what the host may write there is dropped. */
function watchHost(): { readonly gone: Promise<void>; release(): Promise<void> } {
  const reader = Bun.stdin.stream().getReader();
  const untilItEnds = async () => {
    while (!(await reader.read()).done);
  };
  return {
    // One that cannot be read is closed as well.
    gone: untilItEnds().catch(() => undefined),
    release: () => reader.cancel().catch(() => undefined),
  };
}
