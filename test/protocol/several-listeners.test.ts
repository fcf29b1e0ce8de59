import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paths } from "../../src/http/paths.ts";
import { databasePath } from "../../src/server/instance.ts";
import { seconds } from "../../src/time.ts";
import { createDeviceClient } from "../support/devices.ts";
import { freePort } from "../support/free-port.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const directory = mkdtempSync(join(tmpdir(), "postern-several-"));
const socket = join(directory, "postern.sock");
const [first, second] = [freePort(), freePort()];
let server: TestServer;
let client: string;

beforeAll(async () => {
  server = await startTestServer({
    POSTERN_ISSUER: "https://sso.example",
    POSTERN_LISTEN: `unix:${socket},127.0.0.1:${first},127.0.0.1:${second}`,
    POSTERN_TRUSTED_PROXIES: "unix",
  });
  client = (await createDeviceClient(server)).id;
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true });
});

/** Starts a device flow, and gives the address from which it has been recorded to come. */
async function seenFrom(port: number | "unix", headers: Readonly<Record<string, string>>): Promise<unknown> {
  server.advance(seconds(1));
  const origin = port === "unix" ? "http://localhost" : `http://127.0.0.1:${port}`;
  const body = new URLSearchParams({ client_id: client });
  const route = port === "unix" ? { unix: socket } : {};
  const response = await fetch(origin + paths.deviceAuthorization, { method: "POST", body, headers, ...route });
  expect(response.status).toBe(200);
  const database = new Database(databasePath(server.directory), { readonly: true });
  const row = database
    .query<{ address: string }, []>("SELECT address FROM device_codes ORDER BY created_at DESC")
    .get();
  database.close();
  return row?.address;
}

test("G-23-proxy: of several listeners, each peer is what it is where it came in", async () => {
  const forwarded = { "x-forwarded-for": "192.0.2.9", "x-forwarded-proto": "https" };
  expect(await seenFrom("unix", forwarded)).toBe("192.0.2.9");
  expect(await seenFrom("unix", {})).toBe("unix");
  for (const port of [first, second]) expect(await seenFrom(port, forwarded)).toBe("127.0.0.1");
});

test("a Host with another listener's port, or a name that is nobody's, is refused", async () => {
  const status = async (port: number, host: string) =>
    (await fetch(`http://127.0.0.1:${port}${paths.healthz}`, { headers: { host } })).status;
  expect(await status(first, `127.0.0.1:${first}`)).toBe(200);
  expect(await status(second, "sso.example")).toBe(200);
  expect(await status(first, `127.0.0.1:${second}`)).toBe(421);
  expect(await status(second, "localhost")).toBe(421);
});
