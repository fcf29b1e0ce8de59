import type { FinishedSpan } from "./span.ts";

/** Spans on their way out. Nobody waits for it: what there is no room for, or what the collector does not take, is gone. */
export interface SpanQueue {
  add(span: FinishedSpan): void;
  /** Sends what is left, for at most two seconds. */
  stop(): Promise<void>;
}

interface QueueOptions {
  /** Resolves with whether they were taken; ends with the signal. */
  readonly send: (spans: readonly FinishedSpan[], signal: AbortSignal) => Promise<boolean>;
  /** Told how many got there, and how many did not. */
  readonly counted: (result: "sent" | "dropped", spans: number) => void;
}

const mostWaiting = 2048;
const mostAtOnce = 512;
const often = 1000;
const longestEnd = 2000;

export function spanQueue({ send, counted }: QueueOptions): SpanQueue {
  const waiting: FinishedSpan[] = [];
  const ending = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> | undefined;

  const sendBatch = async () => {
    const batch = waiting.splice(0, mostAtOnce);
    const isTaken = await send(batch, ending.signal).catch(() => false);
    counted(isTaken ? "sent" : "dropped", batch.length);
  };

  const sendOn = () => {
    clearTimeout(timer);
    timer = undefined;
    // One request at a time: a slow collector gets larger ones, not more of them.
    sending ??= sendBatch().finally(() => {
      sending = undefined;
      if (waiting.length > 0) plan();
    });
    return sending;
  };

  const plan = () => {
    if (waiting.length >= mostAtOnce) void sendOn();
    else timer ??= setTimeout(sendOn, often).unref();
  };

  return {
    add: (span) => {
      if (waiting.length >= mostWaiting || ending.signal.aborted) return counted("dropped", 1);
      waiting.push(span);
      plan();
    },
    stop: async () => {
      const deadline = setTimeout(() => ending.abort(), longestEnd);
      while ((waiting.length > 0 || sending !== undefined) && !ending.signal.aborted) await sendOn();
      clearTimeout(deadline);
      clearTimeout(timer);
      counted("dropped", waiting.length);
      ending.abort();
    },
  };
}
