import { expect, test } from "bun:test";
import { parseTraceParent } from "../../../src/rules/traceparent.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";

test("W3C Trace Context §3.2.2: ids and the sampled flag are read", () => {
  expect(parseTraceParent(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, isSampled: true });
  expect(parseTraceParent(`00-${traceId}-${spanId}-00`)).toEqual({ traceId, spanId, isSampled: false });
  expect(parseTraceParent(`00-${traceId}-${spanId}-03`)?.isSampled).toBe(true);
});

test("W3C Trace Context §3.2.4: of a later version what is known counts", () => {
  expect(parseTraceParent(`cc-${traceId}-${spanId}-01-what-the-future-will-be-like`)?.traceId).toBe(traceId);
});

test.each([
  null,
  "",
  "00",
  `00-${traceId}-${spanId}`,
  `00-${traceId}-${spanId}-01-more`,
  `ff-${traceId}-${spanId}-01`,
  `00-${"0".repeat(32)}-${spanId}-01`,
  `00-${traceId}-${"0".repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId.slice(1)}-${spanId}-01`,
  ` 00-${traceId}-${spanId}-01`,
  `00-${traceId}-${spanId}-01\n`,
])("W3C Trace Context §3.2: %j is none", (header) => {
  expect(parseTraceParent(header)).toBeUndefined();
});
