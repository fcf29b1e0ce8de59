import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { paths } from "../../src/http/paths.ts";
import { databasePath } from "../../src/server/instance.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { createDeviceClient } from "../support/devices.ts";
import { sendRaw, statusesIn } from "../support/raw-http.ts";
import { formText, tokenRequest } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let machine: TestClient;
let host: string;

const scopes = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`s${index}`, `Scope ${index}`]));

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SCOPES: JSON.stringify(scopes) });
  machine = await createClient(server, { grant_types: ["client_credentials"] });
  host = new URL(server.address).host;
});
afterAll(() => server.stop());

const body = (scope?: string) =>
  formText({ grant_type: "client_credentials", client_id: machine.id, client_secret: machine.secret, scope });
const request = (content: string, lines: readonly string[] = [], start = `POST ${paths.token} HTTP/1.1`) =>
  [start, `Host: ${host}`, "Content-Type: application/x-www-form-urlencoded", ...lines, "", content].join("\r\n");
const whole = (scope?: string) => request(body(scope), [`Content-Length: ${body(scope).length}`]);
const stillServes = async () =>
  expect((await tokenRequest(server, machine, { grant_type: "client_credentials" })).status).toBe(200);

test("HT-28: a hundred requests at once on one connection are answered in order", async () => {
  const order = Array.from({ length: 100 }, (_, index) => `s${index}`);
  const { received } = await sendRaw(server, order.map(whole).join(""), {
    within: 5000,
    until: (text) => statusesIn(text).length === 100,
  });
  expect([...received.matchAll(/"scope":"(s\d+)"/g)].map(([, scope]) => scope ?? "")).toEqual(order);
});

test("HT-13: a request with two lengths, an unknown coding or a broken line gets one refusal and the connection closes", async () => {
  const length = `Content-Length: ${body().length}`;
  const smuggled = `GET ${paths.healthz} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const broken: Readonly<Record<string, string>> = {
    "length and chunked": request(`0\r\n\r\n${smuggled}`, ["Content-Length: 5", "Transfer-Encoding: chunked"]),
    "chunked and length": request(`0\r\n\r\n${smuggled}`, ["Transfer-Encoding: chunked", "Content-Length: 5"]),
    "unknown coding": request(body() + smuggled, ["Transfer-Encoding: xchunked"]),
    "coding twice": request(`0\r\n\r\n${smuggled}`, ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"]),
    "two lengths": request(body() + smuggled, [length, "Content-Length: 3"]),
    "signed length": request(body() + smuggled, [`Content-Length: +${body().length}`]),
    "space before the colon": request(body() + smuggled, [`Content-Length : ${body().length}`]),
    "folded line": request(body() + smuggled, [length, "X-One: 1", " folded: 2"]),
    "bare line feeds": whole().replaceAll("\r\n", "\n") + smuggled,
    "bare carriage return": request(body() + smuggled, [length, "X-One: a\rb"]),
    "no host": `POST ${paths.token} HTTP/1.1\r\n${length}\r\n\r\n${body()}${smuggled}`,
  };
  for (const [what, text] of Object.entries(broken)) {
    const { received, closed } = await sendRaw(server, text);
    const statuses = statusesIn(received);
    expect([what, closed, statuses.length <= 1, statuses.every((status) => status === 400 || status === 505)]).toEqual([
      what,
      true,
      true,
      true,
    ]);
  }
  await stillServes();
});

test("HT-08, HT-10, IN-08, G-11-too-large: a body over 64 KiB is 413 and the rest is not read, by its length and by counting", async () => {
  const declared = await sendRaw(server, request("x".repeat(1000), ["Content-Length: 65537"]));
  expect([statusesIn(declared.received), declared.closed]).toEqual([[413], true]);
  expect(declared.received).toContain('{"error":"invalid_request","error_description":"the body is too large"}');
  const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
  const endless = await sendRaw(server, [request("", ["Transfer-Encoding: chunked"]), ...Array(8).fill(chunk)]);
  expect([statusesIn(endless.received), endless.closed]).toEqual([[413], true]);
  expect(endless.received).toContain('{"error":"invalid_request","error_description":"the body is too large"}');
  for (const path of [paths.token, paths.introspection, paths.revocation, paths.userinfo]) {
    const answer = await fetch(server.address + path, {
      method: "POST",
      body: new URLSearchParams({ token: "x".repeat(1_000_000) }),
    });
    expect([path, answer.status, (await answer.json()).error]).toEqual([path, 413, "invalid_request"]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  }
  const full = `${body()}&unknown=`;
  const most = await fetch(server.address + paths.token, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: full + "x".repeat(65_536 - full.length),
  });
  expect(most.status).toBe(200);
  await stillServes();
});

test("HT-08: a length that is too short does not turn the rest of the body into a request", async () => {
  const rest = "&scope=s1 HTTP/1.1\r\n\r\n";
  const { received, closed } = await sendRaw(server, request(body() + rest, [`Content-Length: ${body().length}`]));
  const [first, ...others] = statusesIn(received);
  expect([first, others.every((status) => status === 400), closed]).toEqual([200, true, true]);
});

test("HT-11: an address of 17 KiB, a header of 33 KiB and 200 headers are refused, and others are served", async () => {
  const get = (path: string, lines: readonly string[] = []) => request("", lines, `GET ${path} HTTP/1.1`);
  const large = [
    get(`/healthz?x=${"x".repeat(17 * 1024)}`),
    get("/healthz", [`X-Large: ${"x".repeat(33 * 1024)}`]),
    get(
      "/healthz",
      Array.from({ length: 200 }, (_, index) => `X-${index}: 1`),
    ),
  ];
  for (const text of large) {
    const { received } = await sendRaw(server, text);
    expect(statusesIn(received).every((status) => status === 431 || status === 414)).toBe(true);
  }
  await stillServes();
});

// Bun resolves dot segments (RFC 3986 §5.2.4) and takes a backslash for a slash, as browsers do, before anybody else
// sees the address: those are not among them.
test("HT-17: addresses that only look like an endpoint are 404", async () => {
  const strange = [
    "//auth/token",
    "/auth//token",
    "/auth/token/",
    "/AUTH/token",
    "/auth/Token",
    "/auth/token;x=1",
    "/auth/token%00",
    "/auth%2ftoken",
    "/auth/tok%65n",
  ];
  for (const path of strange) {
    const { received } = await sendRaw(
      server,
      request(body(), [`Content-Length: ${body().length}`, "Connection: close"], `POST ${path} HTTP/1.1`),
    );
    expect([path, statusesIn(received)]).toEqual([path, [404]]);
  }
});

test("HT-14, G-22-issuer-fixed: an absolute address in the request line does not count, and a foreign Host is 421", async () => {
  const absolute = `GET http://evil.example${paths.openidConfiguration} HTTP/1.1`;
  const { received } = await sendRaw(server, request("", ["Connection: close"], absolute));
  expect(received).not.toContain("evil.example");
  const foreign = request("", ["Connection: close"], `GET ${paths.openidConfiguration} HTTP/1.1`).replace(
    host,
    "evil.example",
  );
  expect(statusesIn((await sendRaw(server, foreign)).received)).toEqual([421]);
});

test("G-10-method: TRACE, CONNECT and made-up methods are refused", async () => {
  for (const method of ["TRACE", "CONNECT", "BREW"]) {
    const { received } = await sendRaw(server, request("", ["Connection: close"], `${method} ${paths.token} HTTP/1.1`));
    expect([method, statusesIn(received).every((status) => status === 405 || status === 400)]).toEqual([method, true]);
  }
  await stillServes();
});

test("HT-28: HTTP/1.0 is answered and closed", async () => {
  const { received, closed } = await sendRaw(server, whole().replace("HTTP/1.1", "HTTP/1.0"));
  expect([statusesIn(received), closed]).toEqual([[200], true]);
});

test("HT-09: a request that does not come to its end is dropped while others are served", async () => {
  const unfinished = [
    `POST ${paths.token} HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `,
    request(body().slice(0, 20), [`Content-Length: ${body().length}`]),
  ];
  const dropped = unfinished.map((text) => sendRaw(server, text, { within: 20_000 }));
  await stillServes();
  for (const { received, closed } of await Promise.all(dropped)) {
    expect([statusesIn(received).includes(200), closed]).toEqual([false, true]);
  }
}, 25_000);

test("HT-08, HT-09: a caller that goes away in the middle of its body is no fault of the server", async () => {
  const started = server.logged.length;
  for (const path of [paths.token, paths.registration]) {
    const type = path === paths.token ? "application/x-www-form-urlencoded" : "application/json";
    await sendAndLeave(
      [`POST ${path} HTTP/1.1`, `Host: ${host}`, `Content-Type: ${type}`, "Content-Length: 500", "", "a="].join("\r\n"),
      50,
    );
  }
  await Bun.sleep(100);
  expect(server.logged.slice(started).filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

test("HT-15, G-23-proxy: a caller that has gone before it is looked at is not taken for a local one", async () => {
  const device = await createDeviceClient(server);
  const fields = formText({ client_id: device.id });
  for (let count = 0; count < 5; count++) {
    await sendAndLeave(
      request(fields, [`Content-Length: ${fields.length}`], `POST ${paths.deviceAuthorization} HTTP/1.1`),
      0,
    );
  }
  await Bun.sleep(100);
  const database = new Database(databasePath(server.directory), { readonly: true });
  const seen = database.query<{ address: string }, []>("SELECT DISTINCT address FROM device_codes").all();
  database.close();
  expect(seen.map(({ address }) => address)).not.toContain("unix");
});

/** Sends octets and resets the connection after so many milliseconds. */
const sendAndLeave = (text: string, stay: number): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port: Number(new URL(server.address).port) });
    socket.on("error", () => resolve());
    socket.on("connect", () =>
      socket.write(text, () =>
        setTimeout(() => {
          socket.resetAndDestroy();
          resolve();
        }, stay),
      ),
    );
  });
