import type { User } from "../../src/model/user.ts";
import type { TestBrowser } from "./browser.ts";
import type { TestClient } from "./clients.ts";
import { createDeviceClient, signedInBrowser, startDevice, type TestDevice } from "./devices.ts";
import { createUser } from "./grants.ts";
import { startTestServer, type TestServer } from "./server.ts";

interface DeviceServer {
  readonly server: TestServer;
  readonly tv: TestClient;
  readonly alice: User;
}

/** A server, a client for devices, and a person. */
export async function startDeviceServer(environment: Readonly<Record<string, string>> = {}): Promise<DeviceServer> {
  const server = await startTestServer(environment);
  return { server, tv: await createDeviceClient(server), alice: await createUser(server) };
}

/** The same, with a scope of its own to show, devices behind a proxy, and sessions that outlast the tests. */
export const startDevicePageServer = (): Promise<DeviceServer> =>
  startDeviceServer({
    POSTERN_SCOPES: '{"mail.read":"Read your mail"}',
    POSTERN_TRUSTED_PROXIES: "127.0.0.1/32",
    POSTERN_SESSION_TTL: "30d",
  });

interface DeviceVisit {
  readonly browser: TestBrowser;
  readonly device: TestDevice;
}

/** A device that waits, and a browser in which the person is signed in who is to decide. */
export async function newDeviceVisit({ server, tv, alice }: DeviceServer, scope: string): Promise<DeviceVisit> {
  return { browser: await signedInBrowser(server, alice), device: await startDevice(server, tv, { scope }) };
}

/** Gives codes that nobody has, another each time: what they hold beside their letters is stripped. */
export function newWrongCodes(): () => string {
  const codes = (function* () {
    const letters = "BCDFGHJKLMNPQRSTVWXZ";
    for (const first of letters) for (const second of letters) yield `BBBB-BB${first}${second}`;
  })();
  return () => codes.next().value ?? "";
}
