import type { Random } from "../crypto/random.ts";
import { parseTraceParent } from "../rules/traceparent.ts";
import type { Clock } from "../time.ts";
import type { Requests } from "./requests.ts";
import type { FinishedSpan, Span, SpanAttributes } from "./span.ts";

// OpenTelemetry, as far as one process needs it: a span for each request that is traced, and spans below it for what it
// waits for. Loaded only where a collector is configured.

/** A request as its trace begins. */
export interface TracedRequest {
  readonly method: string;
  /** The endpoint's pattern; undefined where there is none. */
  readonly endpoint: string | undefined;
  /** What the caller says of its own trace, and whether the caller is one of ours. */
  readonly traceparent: string | null;
  readonly isCallerTrusted: boolean;
}

export interface Tracing {
  /** Begins the trace of a request, or goes on with a trusted caller's. Undefined where it is not to be traced. */
  request(request: TracedRequest): Span | undefined;
  /** A span below the present request's; undefined outside of one. */
  below(name: string, kind: "internal" | "client", attributes?: SpanAttributes): Span | undefined;
}

interface TracingOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly requests: Pick<Requests, "present">;
  /** Which part of the traces that begin here is kept, from 0 to 1. */
  readonly ratio: number;
  readonly finished: (span: FinishedSpan) => void;
}

export function tracing({ clock, random, requests, ratio, finished }: TracingOptions): Tracing {
  const newId = (bytes: number) => Buffer.from(random.bytes(bytes)).toString("hex");

  const begin = (
    start: Pick<FinishedSpan, "traceId" | "parentSpanId" | "name" | "kind" | "startedAt" | "attributes" | "link">,
    since: number,
  ): Span => {
    const spanId = newId(8);
    let ended = false;
    return {
      traceId: start.traceId,
      spanId,
      since,
      startedAt: start.startedAt,
      end: ({ attributes = {}, isError = false }) => {
        if (ended) return;
        ended = true;
        const duration = performance.now() - since;
        finished({ ...start, spanId, duration, isError, attributes: { ...start.attributes, ...attributes } });
      },
    };
  };

  return {
    request: ({ method, endpoint, traceparent, isCallerTrusted }) => {
      const caller = parseTraceParent(traceparent);
      const parent = isCallerTrusted ? caller : undefined;
      const traceId = parent?.traceId ?? newId(16);
      // What a trusted caller has decided counts; strangers decide nothing.
      if (!(parent?.isSampled ?? isSampled(traceId, ratio))) return undefined;
      return begin(
        {
          traceId,
          parentSpanId: parent?.spanId,
          name: endpoint === undefined ? method : `${method} ${endpoint}`,
          kind: "server",
          startedAt: clock.now(),
          attributes: {
            "http.request.method": method,
            ...(endpoint === undefined ? {} : { "http.route": endpoint }),
          },
          link: parent === undefined ? caller : undefined,
        },
        performance.now(),
      );
    },
    below: (name, kind, attributes = {}) => {
      const parent = requests.present()?.span;
      if (parent === undefined) return undefined;
      const since = performance.now();
      // By the same clock as the request's, however the system's is set meanwhile.
      const startedAt = parent.startedAt + since - parent.since;
      const { traceId, spanId: parentSpanId } = parent;
      return begin({ traceId, parentSpanId, name, kind, startedAt, attributes, link: undefined }, since);
    },
  };
}

/** All who see the same trace decide alike: by the 56 bits of its id that are random (W3C Trace Context 2 §3.2.2.3). */
const isSampled = (traceId: string, ratio: number): boolean =>
  Number.parseInt(traceId.slice(-14), 16) < ratio * 2 ** 56;

/** Does the work in a span; where there is none, the work alone. */
export async function inSpan<Result>(span: Span | undefined, work: () => Promise<Result>): Promise<Result> {
  if (span === undefined) return work();
  try {
    const result = await work();
    span.end({});
    return result;
  } catch (error) {
    span.end({ isError: true, attributes: { "error.type": error instanceof Error ? error.name : "unknown" } });
    throw error;
  }
}
