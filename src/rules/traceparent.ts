/** Where a caller is in its own trace. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/**
 * Reads the header `traceparent`; undefined when it is absent or malformed, and then there was none (§3.2).
 *
 * @source W3C Trace Context §3.2.2; of a later version what this one knows counts (§3.2.4)
 */
export function parseTraceParent(header: string | null): TraceParent | undefined {
  const parts = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(header ?? "");
  const [, version, traceId, spanId, flags = "00", more] = parts ?? [];
  if (version === undefined || version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (traceId === undefined || spanId === undefined || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
