import type { Trace } from "../model/trace.ts";
import type { Store } from "../store/store.ts";

/** Why requests were refused: kept in memory, and written together at most once a minute. */
export interface Traces {
  add(trace: Trace): void;
  /** By the id that the error page and the header `X-Request-Id` show. */
  find(requestId: string): Promise<Trace | undefined>;
  /** The newest first. */
  list(limit: number): Promise<readonly Trace[]>;
  write(): Promise<void>;
}

/** So many between two writes: strangers make refusals at will, and the disk must not pay for them. */
const mostWaiting = 200;

export function traces(store: Pick<Store, "touch" | "traces">): Traces {
  let waiting: Trace[] = [];
  return {
    add: (trace) => {
      if (waiting.length >= mostWaiting) waiting.shift();
      waiting.push(trace);
    },
    find: async (requestId) =>
      waiting.find((trace) => trace.requestId === requestId) ?? (await store.traces.find(requestId)),
    list: async (limit) =>
      [...waiting]
        .reverse()
        .concat(await store.traces.list(limit))
        .slice(0, limit),
    write: async () => {
      if (waiting.length === 0) return;
      const taken = waiting;
      waiting = [];
      try {
        await store.touch({ grants: [], clients: [], sessions: [], traces: taken });
      } catch (error) {
        waiting = taken.concat(waiting).slice(-mostWaiting);
        throw error;
      }
    },
  };
}
