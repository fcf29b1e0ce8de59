import { expect, test } from "bun:test";
import { faultyNames, load, refusal } from "./config-refusal.ts";

test("without a collector nothing is traced, whatever else is set", () => {
  expect(load({ OTEL_SERVICE_NAME: "nas", OTEL_TRACES_SAMPLER_ARG: "0.1" }).tracing).toBeUndefined();
});

test("traces go to v1/traces below the collector's endpoint", () => {
  const collectorOf = (endpoint: string) => load({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }).tracing?.collector;
  expect(collectorOf("http://127.0.0.1:4318")).toBe("http://127.0.0.1:4318/v1/traces");
  expect(collectorOf("http://127.0.0.1:4318/")).toBe("http://127.0.0.1:4318/v1/traces");
  expect(collectorOf("https://otel.example/in")).toBe("https://otel.example/in/v1/traces");
});

test("name and part have their defaults, and are read", () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };
  expect(load(endpoint).tracing).toMatchObject({ serviceName: "postern", ratio: 1 });
  const set = load({ ...endpoint, OTEL_SERVICE_NAME: "nas", OTEL_TRACES_SAMPLER_ARG: ".25" });
  expect(set.tracing).toMatchObject({ serviceName: "nas", ratio: 0.25 });
});

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };
const headersOf = (text: string) =>
  load({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: text }).tracing?.headers.map(([name, value]) => [
    name,
    value.reveal(),
  ]);

test("headers are a list of name=value, percent-decoded, also from a file, and print nowhere", () => {
  expect(load(endpoint).tracing?.headers).toEqual([]);
  expect(headersOf("Authorization=Bearer%20a%2Cb, x-tenant = t=1 ,,api-key=k%3D")).toEqual([
    ["authorization", "Bearer a,b"],
    ["x-tenant", "t=1"],
    ["api-key", "k="],
  ]);
  const fromFile = { ...endpoint, OTEL_EXPORTER_OTLP_HEADERS_FILE: "/run/headers" };
  const config = load(fromFile, () => "authorization=Basic planted\n");
  expect(config.tracing?.headers.map(([name, value]) => [name, value.reveal()])).toEqual([
    ["authorization", "Basic planted"],
  ]);
  for (const printed of [JSON.stringify(config), Bun.inspect(config, { depth: 9 })])
    expect(printed).not.toContain("planted");
});

test("headers that are none are refused, and nothing of them is told", () => {
  for (const wrong of [
    "planted",
    "=planted",
    "a b=planted",
    "a=planted%0d%0aEvil: 1",
    "a=%zzplanted",
    "a=planted,A=b",
    "a=plänted",
    "Host=planted",
    "content-type=planted",
    "a=",
  ]) {
    const told = refusal({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: `x=1,${wrong}` }).message;
    expect([wrong, told.includes("OTEL_EXPORTER_OTLP_HEADERS has an entry"), told.includes("planted")]).toEqual([
      wrong,
      true,
      false,
    ]);
  }
});

test("headers for a collector on another machine without TLS are warned of", () => {
  const warningsOf = (collector: string) =>
    load({ OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_EXPORTER_OTLP_HEADERS: "a=b" }).warnings.filter((warning) =>
      warning.includes("OTEL_EXPORTER_OTLP_HEADERS"),
    ).length;
  expect([
    warningsOf("http://otel.example:4318"),
    warningsOf("https://otel.example"),
    warningsOf("http://[::1]:1"),
  ]).toEqual([1, 0, 0]);
});

test.each([
  [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    ["localhost:4318", "grpc://h:1", "http://user:pass@h", "http://h/?a=b", "http://h/#x"],
  ],
  ["OTEL_TRACES_SAMPLER_ARG", ["2", "1.5", "-1", "half", "1e-3", "0x1", "0,5"]],
  ["OTEL_SERVICE_NAME", ["x".repeat(101), "a\u0007b"]],
] as const)("%s: what is none is refused", (name, values) => {
  for (const value of values) expect([value, faultyNames({ [name]: value })]).toEqual([value, [name]]);
});
