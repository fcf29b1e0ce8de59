import { expect, test } from "bun:test";
import { faultyNames, load } from "./config-refusal.ts";

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
