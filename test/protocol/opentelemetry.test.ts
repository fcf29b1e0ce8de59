import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { type CollectedSpan, type Collector, factOf, startCollector } from "../support/collector.ts";
import { createPerson } from "../support/people.ts";
import { ownToken, post } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const caller = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const traceparent = (flags: string) => ({ traceparent: `00-${caller.traceId}-${caller.spanId}-${flags}` });

/** The spans of what a server with these settings did, which has ended by then. */
async function spansOf(
  settings: Readonly<Record<string, string>>,
  use: (server: TestServer) => Promise<unknown>,
): Promise<readonly CollectedSpan[]> {
  const collector = startCollector();
  const server = await startTestServer({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, ...settings });
  try {
    await use(server);
  } finally {
    await server.stop();
    await collector.stop();
  }
  return collector.spans();
}

const rootsOf = (spans: readonly CollectedSpan[]) => spans.filter(({ kind }) => kind === 2);
const rootAt = (spans: readonly CollectedSpan[], route: string) =>
  rootsOf(spans).find((span) => factOf(span, "http.route") === route);

describe("a server with a collector", () => {
  let collector: Collector;
  let server: TestServer;
  let client: TestClient;
  let spans: readonly CollectedSpan[];

  beforeAll(async () => {
    collector = startCollector();
    server = await startTestServer({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/`, OTEL_SERVICE_NAME: "nas" });
    const keys = { jwks_uri: "https://keys.invalid/jwks.json", token_endpoint_auth_method: "private_key_jwt" as const };
    client = await createClient(server, { grant_types: ["client_credentials"], scope: "a" });
    const fetched = await createClient(server, { ...keys, grant_types: ["client_credentials"], scope: "a" });
    await ownToken(server, client, "a");
    const assertion = [
      { alg: "ES256", kid: "1" },
      { iss: fetched.id, sub: fetched.id, aud: server.issuer, exp: Date.UTC(2030, 0, 1) / 1000 + 60, jti: "1" },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .concat("c2ln")
      .join(".");
    await post(server, paths.token, {
      grant_type: "client_credentials",
      client_assertion: assertion,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    });
    const person = await createPerson(server);
    const browser = new TestBrowser(server);
    await browser.signIn(await browser.get(paths.signIn), person);
    await fetch(`${server.address}/nowhere?token=secret`);
    await server.stop();
    spans = collector.spans();
  });
  afterAll(() => collector.stop());

  test("gets its spans at v1/traces as JSON, under the name of the service", () => {
    expect(new Set(collector.requests.map(({ path }) => path))).toEqual(new Set(["/v1/traces"]));
    expect(new Set(collector.requests.map(({ contentType }) => contentType))).toEqual(new Set(["application/json"]));
    expect(collector.services()).toEqual(new Set(["nas"]));
  });

  test("a request is a span by its endpoint, with its status and the id that the log has", () => {
    const root = rootAt(spans, paths.token);
    if (root === undefined) throw new Error("the token request has no span");
    expect(root).toMatchObject({ name: "POST /auth/token", kind: 2, status: {} });
    expect(root.parentSpanId).toBeUndefined();
    expect(root.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(root.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(factOf(root, "http.response.status_code")).toBe("200");
    const id = factOf(root, "postern.request.id") ?? "none";
    const line = server.logged.find((logged) => logged.includes(`"request":"${id}"`)) ?? "{}";
    expect(JSON.parse(line)).toMatchObject({ trace: root.traceId, path: "/auth/token" });
    const duration = BigInt(root.endTimeUnixNano) - BigInt(root.startTimeUnixNano);
    expect(duration).toBeGreaterThan(0n);
    expect(BigInt(root.startTimeUnixNano) / 1_000_000n).toBe(BigInt(Date.UTC(2030, 0, 1)));
  });

  test("below it stands what it waited for: the password, the writes", () => {
    const signIn = rootsOf(spans).find(({ name }) => name === "POST /login");
    const below = spans.filter(({ parentSpanId }) => parentSpanId === signIn?.spanId);
    expect(below.map(({ name }) => name)).toEqual(expect.arrayContaining(["password verify", "store sessions.start"]));
    expect(new Set(below.map(({ traceId }) => traceId))).toEqual(new Set([signIn?.traceId ?? "none"]));
    for (const { startTimeUnixNano, endTimeUnixNano } of below) {
      expect(BigInt(startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(signIn?.startTimeUnixNano ?? 0));
      expect(BigInt(endTimeUnixNano)).toBeLessThanOrEqual(BigInt(signIn?.endTimeUnixNano ?? 0));
    }
  });

  test("a document that is fetched is a span with its host, and an error where there was none", () => {
    const outbound = spans.find(({ kind }) => kind === 3);
    if (outbound === undefined) throw new Error("the fetch has no span");
    expect(outbound).toMatchObject({ name: "GET", status: { code: 2 } });
    expect(factOf(outbound, "server.address")).toBe("keys.invalid");
    expect(rootsOf(spans).some(({ spanId }) => spanId === outbound.parentSpanId)).toBe(true);
  });

  test("what is at no endpoint has no path in its span", () => {
    const lost = rootsOf(spans).find(({ name }) => name === "GET");
    expect(lost && factOf(lost, "http.route")).toBeUndefined();
    expect(lost && factOf(lost, "http.response.status_code")).toBe("404");
    expect(collector.bodies.join("")).not.toContain("nowhere");
  });
});

describe("the trace of a caller", () => {
  const health = (headers: Readonly<Record<string, string>>) => (server: TestServer) =>
    fetch(server.address + paths.healthz, { headers });

  test("goes on where the caller is a trusted proxy", async () => {
    const [root] = rootsOf(await spansOf({ POSTERN_TRUSTED_PROXIES: "127.0.0.1" }, health(traceparent("01"))));
    expect(root).toMatchObject({ traceId: caller.traceId, parentSpanId: caller.spanId });
    expect(root?.links).toBeUndefined();
  });

  test("is not traced here when a trusted proxy does not trace it", async () => {
    expect(await spansOf({ POSTERN_TRUSTED_PROXIES: "127.0.0.1" }, health(traceparent("00")))).toEqual([]);
  });

  test("is linked and no more where the caller is a stranger, who decides nothing", async () => {
    const [root] = rootsOf(await spansOf({}, health(traceparent("00"))));
    expect(root?.traceId).not.toBe(caller.traceId);
    expect(root?.parentSpanId).toBeUndefined();
    expect(root?.links).toEqual([caller]);
    expect(await spansOf({ OTEL_TRACES_SAMPLER_ARG: "0" }, health(traceparent("01")))).toEqual([]);
  });
});

test("OTEL_TRACES_SAMPLER_ARG is the part of the requests that is traced", async () => {
  const spans = await spansOf({ OTEL_TRACES_SAMPLER_ARG: "0.5" }, async (server) => {
    for (let asked = 0; asked < 100; asked += 1) await fetch(server.address + paths.healthz);
  });
  // Of a fair coin fewer than 20 or more than 80 heads in a hundred come once in a thousand million times.
  expect(spans.length).toBeGreaterThan(20);
  expect(spans.length).toBeLessThan(80);
});

test("OTEL_EXPORTER_OTLP_HEADERS go to the collector, and no further: not to where it redirects, and not into the log", async () => {
  const elsewhere = startCollector();
  const collector = startCollector(() => Response.redirect(`${elsewhere.endpoint}/v1/traces`, 307));
  const server = await startTestServer({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: "Authorization=Bearer%20planted,x-tenant=nas",
    OTEL_SERVICE_NAME: "nas",
  });
  const { config } = server.context;
  await fetch(server.address + paths.healthz);
  await server.stop();
  await Promise.all([collector.stop(), elsewhere.stop()]);
  const [request] = collector.requests;
  const sent = ["authorization", "x-tenant", "content-type"].map((name) => request?.headers.get(name));
  expect(sent).toEqual(["Bearer planted", "nas", "application/json"]);
  expect(elsewhere.requests).toEqual([]);
  for (const told of [server.logged.join(), JSON.stringify(config.settings)]) expect(told).not.toContain("planted");
  expect(server.logged.join()).toContain("collector did not take the traces");
});

describe("while the collector", () => {
  const answered = async (server: TestServer) => {
    const { status } = await fetch(server.address + paths.healthz);
    expect(status).toBe(200);
  };

  test("is away, requests are answered, spans are dropped and counted, and the log says so once", async () => {
    const collector = startCollector();
    const { endpoint } = collector;
    await collector.stop();
    const server = await startTestServer({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    await answered(server);
    await server.stop();
    const { metrics } = server.context;
    expect(metrics.total("postern_trace_spans_total", { result: "dropped" })).toBe(1);
    expect(metrics.total("postern_trace_spans_total", { result: "sent" })).toBe(0);
    expect(server.logged.filter((line) => line.includes("collector did not take the traces"))).toHaveLength(1);
  });

  test("refuses, spans are dropped", async () => {
    const collector = startCollector(() => new Response("no", { status: 503 }));
    const server = await startTestServer({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    await answered(server);
    await server.stop();
    await collector.stop();
    expect(server.context.metrics.total("postern_trace_spans_total", { result: "dropped" })).toBe(1);
  });

  test("hangs, the end of the server is held up by two seconds and no more", async () => {
    const collector = startCollector(() => new Promise<Response>(() => undefined));
    const server = await startTestServer({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint });
    await answered(server);
    const since = performance.now();
    await server.stop();
    const took = performance.now() - since;
    await collector.stop();
    expect(took).toBeGreaterThan(1900);
    expect(took).toBeLessThan(4000);
  });
});

test("without a collector nothing is traced", async () => {
  const server = await startTestServer();
  await fetch(server.address + paths.healthz, { headers: traceparent("01") });
  await server.stop();
  const answered = server.logged.filter((line) => line.includes("a request was answered"));
  expect(answered).toHaveLength(1);
  expect(answered[0]).not.toContain('"trace"');
  expect(server.context.metrics.total("postern_trace_spans_total")).toBe(0);
});
