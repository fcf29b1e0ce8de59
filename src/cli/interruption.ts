import { Failed } from "./outcome.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs work that leaves files behind if it just ends: it is given up in order when the command is told to stop. */
export async function interruptible<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const abort = () => controller.abort(new Failed("it was interrupted, and nothing was changed"));
  for (const name of signals) process.once(name, abort);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    for (const name of signals) process.off(name, abort);
  }
}
