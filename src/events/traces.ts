import { withoutSecrets } from "../crypto/secret.ts";
import type { Trace } from "../model/trace.ts";
import { type OAuthError, unmet } from "../oauth-error.ts";
import { ownText } from "../own-text.ts";
import type { Store } from "../store/store.ts";

/** So much of a value is kept. */
const mostCharacters = 300;

/** What a stranger has sent, as it may be kept: a client's secret in the place of its id is none of it. */
export const keptText = (text: string): string => ownText(withoutSecrets(text).slice(0, mostCharacters));
const keptOrNone = (text: string | undefined): string | undefined => (text === undefined ? undefined : keptText(text));

/** The trace of a refusal; where no check was noted, its description is the rule. */
export function traceOf(refusal: OAuthError, request: Omit<Trace, "error" | "description" | "checks">): Trace {
  const { checks = unmet(refusal.description), about } = refusal.options;
  return {
    ...request,
    path: keptText(request.path),
    clientId: keptOrNone(about?.clientId),
    userId: about?.userId,
    error: refusal.code,
    description: refusal.description,
    checks: checks.map((check) => ({
      ...check,
      expected: keptOrNone(check.expected),
      received: keptOrNone(check.received),
    })),
  };
}

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
