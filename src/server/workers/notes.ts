import type { Context } from "../../context.ts";
import { type LastUsed, lastUsed } from "../../events/last-used.ts";
import { metrics } from "../../events/metrics.ts";
import type { Traces } from "../../events/traces.ts";
import type { Trace } from "../../model/trace.ts";
import type { Touches } from "../../store/store.ts";
import type { Notes } from "./talk.ts";

/** As many as a server keeps between two writes. */
const mostTraces = 200;

/** What a worker counts and notes, until it hands that over. */
export interface Noting extends Pick<Context, "metrics" | "lastUsed" | "traces"> {
  taken(): Promise<Notes>;
}

export function noting(): Noting {
  const counters = metrics();
  let touches: Touches[] = [];
  let refusals: Trace[] = [];
  const used: LastUsed = lastUsed({
    touch: async (touched) => {
      touches.push(touched);
    },
  });
  const traces: Traces = {
    add: (trace) => {
      if (refusals.length >= mostTraces) refusals.shift();
      refusals.push(trace);
    },
    // Who looks for one asks the supervisor.
    find: async (requestId) => refusals.find((trace) => trace.requestId === requestId),
    list: async (limit) => refusals.slice(-limit).reverse(),
    write: async () => undefined,
  };
  return {
    metrics: counters,
    lastUsed: used,
    traces,
    taken: async () => {
      await used.write();
      const taken = { counts: counters.taken(), touches, traces: refusals };
      touches = [];
      refusals = [];
      return taken;
    },
  };
}

/** The supervisor's side: what a worker has handed over becomes its own. */
export function takeOver({ metrics, lastUsed, traces }: Context, { counts, touches, traces: refusals }: Notes): void {
  metrics.add(counts);
  for (const { grants, clients, sessions } of touches) {
    for (const { id, at, ...noted } of grants) lastUsed.grant(id, at, noted);
    for (const { id, at, secretId } of clients) lastUsed.client(id, at, secretId);
    for (const { id, at } of sessions) lastUsed.session(id, at);
  }
  for (const refusal of refusals) traces.add(refusal);
}
