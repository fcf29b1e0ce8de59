import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { minutes } from "../../src/time.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { createDeviceClient, startDevice } from "../support/devices.ts";
import { introspection, isActive, ownToken, post, revocation, textOf, tokenRequest } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

// Three workers in this process: each request is answered by another one than the request before.

let server: TestServer;
let service: TestClient;
let resourceServer: TestClient;
beforeAll(async () => {
  server = await startTestServer({ POSTERN_WORKERS: "3", POSTERN_SCOPES: '{"run":"Run"}' });
  service = await createClient(server, { grant_types: ["client_credentials"], scope: "run" });
  resourceServer = await createClient(server, { grant_types: [], resource_server: true });
});
afterAll(() => server.stop());

const wrong = (endpoint: (client: TestClient) => Promise<Response>, { id }: TestClient) =>
  endpoint({ ...service, id, secret: "wrong", basic: `Basic ${btoa(`${id}:wrong`)}` });
const token = (client: TestClient) => tokenRequest(server, client, { grant_type: "client_credentials" });

describe("three workers", () => {
  test("7662-4-checks: a token that one has issued is known to all, and revoked for all", async () => {
    const issued = await ownToken(server, service, "run");
    for (let worker = 0; worker < 3; worker += 1) expect(await isActive(server, resourceServer, issued)).toBe(true);
    expect((await revocation(server, service, issued)).status).toBe(200);
    for (let worker = 0; worker < 3; worker += 1) expect(await isActive(server, resourceServer, issued)).toBe(false);
  });

  test("6749-2.3-bruteforce: count wrong secrets together, those that the supervisor was asked included", async () => {
    const client = await createClient(server, { grant_types: ["client_credentials"], scope: "run" });
    for (let count = 0; count < 5; count += 1) {
      expect((await wrong(token, client)).status).toBe(401);
      expect((await wrong((as) => revocation(server, as, "pst_at_x"), client)).status).toBe(401);
    }
    for (let worker = 0; worker < 3; worker += 1) expect((await token(client)).status).toBe(429);
    expect((await revocation(server, client, "pst_at_x")).status).toBe(429);
    server.advance(minutes(11));
    for (let worker = 0; worker < 3; worker += 1) expect((await token(client)).status).toBe(200);
  });

  test("8628-3.5-slow_down: a poll that is too early for another worker is too early", async () => {
    const device = await startDevice(server, await createDeviceClient(server));
    const poll = () =>
      textOf(
        tokenRequest(server, device.client, {
          grant_type: "urn:ietf:params:oauth:grant-type:device_code",
          device_code: device.deviceCode,
        }),
        "error",
      );
    expect(await poll()).toBe("authorization_pending");
    expect(await poll()).toBe("slow_down");
  });

  test("are one server in the metrics: what each has counted, and how many they are", async () => {
    const counted = async () => {
      const text = await (await fetch(server.address + paths.metrics)).text();
      const last = (series: string) =>
        Number(
          text
            .split("\n")
            .find((line) => line.startsWith(`${series} `))
            ?.slice(series.length) ?? 0,
        );
      return {
        issued: last('postern_tokens_issued_total{grant_type="client_credentials"}'),
        requests: last('postern_http_requests_total{endpoint="/auth/token",method="POST",status="200"}'),
        durations: last('postern_http_request_duration_seconds_count{endpoint="/auth/token",method="POST"}'),
        workers: last("postern_workers"),
      };
    };
    const before = await counted();
    for (let count = 0; count < 7; count += 1) await token(service);
    const { issued, requests, durations, workers } = await counted();
    expect([issued - before.issued, requests - before.requests, durations - before.durations]).toEqual([7, 7, 7]);
    expect(workers).toBe(3);
  });

  test("why one has refused a request is found by its id", async () => {
    const refused = await introspection(server, { ...service, basic: "Basic bm9ib2R5Og==" }, "x");
    const trace = await server.context.traces.find(refused.headers.get("x-request-id") ?? "");
    expect(trace).toMatchObject({ path: paths.introspection, error: "invalid_client" });
  });

  test("one that refuses what it would pass on logs, counts and traces that like any other request", async () => {
    // Of unknown length, so that it is not passed on and refused there.
    const body = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(Buffer.alloc(70_000));
        controller.close();
      },
    });
    const refused = await fetch(`${server.address}/login`, { method: "POST", body });
    const request = refused.headers.get("x-request-id") ?? "";
    expect([refused.status, await server.context.traces.find(request)]).toMatchObject([413, { path: "/login" }]);
    const lines = server.logged.map((line) => JSON.parse(line)).filter((line) => line.request === request);
    expect(lines.map(({ message }) => message)).toEqual(["a request was refused", "a request was answered"]);
    const counted = await (await fetch(server.address + paths.metrics)).text();
    const refusals = counted.split("\n").filter((line) => line.includes('status="413"'));
    expect(refusals).toEqual(['postern_http_requests_total{endpoint="none",method="POST",status="413"} 1']);
  });

  test("pages are answered through each, with the cookies and the address of the browser", async () => {
    for (let worker = 0; worker < 3; worker += 1) {
      const page = await fetch(`${server.address}/login`);
      expect([page.status, page.headers.getSetCookie().length > 0]).toEqual([200, true]);
      expect(await page.text()).toContain("</html>");
    }
  });

  test("a request that names another host is misdirected, whoever is asked", async () => {
    for (const path of [paths.token, paths.signIn, paths.jwks]) {
      const { status } = await post(server, path, {}, { host: "elsewhere.example" });
      expect([path, status]).toEqual([path, 421]);
    }
  });

  test("log lines come from the supervisor, at its level", () => {
    const lines = server.logged.map((line) => JSON.parse(line));
    expect(lines.some(({ path, level }) => path === paths.token && level === "debug")).toBe(true);
  });
});
