import type { FinishedSpan, SpanAttributes } from "./span.ts";

/** Who sends the spans. */
export interface TracedService {
  readonly name: string;
  readonly version: string;
}

/**
 * Spans as a document of OTLP over HTTP with JSON.
 *
 * @source OTLP 1.x, "JSON Protobuf Encoding": ids in hexadecimal, 64-bit numbers as text, enumerations as numbers
 */
export const otlpDocument = ({ name, version }: TracedService, spans: readonly FinishedSpan[]): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: keyValues({ "service.name": name, "service.version": version }) },
        scopeSpans: [{ scope: { name: "postern", version }, spans: spans.map(otlpSpan) }],
      },
    ],
  });

/** opentelemetry/proto/trace/v1: Span.SpanKind, and Status.StatusCode. */
const kinds = { internal: 1, server: 2, client: 3 } as const;
const errorStatus = 2;

const otlpSpan = ({
  traceId,
  spanId,
  parentSpanId,
  name,
  kind,
  startedAt,
  duration,
  attributes,
  link,
  isError,
}: FinishedSpan) => ({
  traceId,
  spanId,
  parentSpanId,
  name,
  kind: kinds[kind],
  startTimeUnixNano: nanoseconds(startedAt),
  endTimeUnixNano: nanoseconds(startedAt + duration),
  attributes: keyValues(attributes),
  links: link === undefined ? undefined : [{ traceId: link.traceId, spanId: link.spanId }],
  status: isError ? { code: errorStatus } : {},
});

/** More digits than a number holds. */
const nanoseconds = (milliseconds: number): string => String(BigInt(Math.round(milliseconds * 1000)) * 1000n);

const keyValues = (attributes: SpanAttributes) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
