import type { TraceParent } from "../rules/traceparent.ts";

/** Something that takes time, on its way to the OpenTelemetry collector. */
export interface Span {
  /** 32 hexadecimal digits (W3C Trace Context §3.2.2.3). */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** `performance.now()` at its start. */
  readonly since: number;
  /** Milliseconds since 1970 at its start. */
  readonly startedAt: number;
  /** Once: it takes no more facts then. */
  end(outcome: SpanOutcome): void;
}

export interface SpanOutcome {
  readonly attributes?: SpanAttributes;
  /** A fault of the server's, or of what it has asked. */
  readonly isError?: boolean;
}

/** Words and numbers of our own: never a secret, a query or the name of a person. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** The span as it is sent. */
export interface FinishedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: "internal" | "server" | "client";
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly attributes: SpanAttributes;
  /** Another trace that this one has to do with. */
  readonly link: TraceParent | undefined;
  readonly isError: boolean;
}
