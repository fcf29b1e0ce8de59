import { afterAll, beforeAll, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { seconds } from "../../src/time.ts";
import { blockDisk, emptyDisk, fillDisk } from "../store/small-disk.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { type Granted, grantTokens } from "../support/grants.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

// One disk for the file: first it is full, and at the end it breaks.
const disk = blockDisk();
const folder = disk?.folder ?? "";

let server: TestServer;
let client: TestClient;
let granted: Granted;

beforeAll(async () => {
  if (disk === undefined) return;
  server = await startTestServer(
    { POSTERN_REGISTRATION: "open", POSTERN_ACCESS_TOKEN_TTL: "30d" },
    { directory: folder },
  );
  await createPerson(server, { username: "ann", password: "correct horse battery staple" });
  client = await createClient(server, { ...mayRefresh, resource_server: true });
  granted = await grantTokens(server, { client: client.client });
});
afterAll(async () => {
  await server?.context.store.close();
});

const post = (path: string, fields: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(server.address + path, {
    method: "POST",
    headers: { authorization: client.basic },
    body: new URLSearchParams(fields),
  });

/** What is checked by others goes on whatever the disk does. */
async function expectReading(): Promise<void> {
  server.advance(seconds(2));
  const { accessToken: token } = granted;
  expect(await (await post(paths.introspection, { token })).json()).toMatchObject({ active: true });
  const userinfo = await fetch(server.address + paths.userinfo, { headers: { authorization: `Bearer ${token}` } });
  expect(await userinfo.json()).toMatchObject({ sub: granted.user.id });
  for (const path of [
    paths.jwks,
    paths.authorizationServerMetadata,
    paths.openidConfiguration,
    paths.healthz,
    paths.metrics,
  ])
    expect([path, (await fetch(server.address + path)).status]).toEqual([path, 200]);
}

const signIn = async (browser: TestBrowser): Promise<Answer> =>
  browser.submit(await browser.get(paths.signIn), "sign-in", {
    fields: { username: "ann", password: "correct horse battery staple" },
  });

/** Nothing that has to be kept is said to be done; people read why. */
async function expectNoWriting(): Promise<void> {
  const revoked = await post(paths.revocation, { token: granted.refreshToken });
  expect([revoked.status, revoked.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await revoked.json()).toMatchObject({ error: "server_error" });
  const browser = new TestBrowser(server, { "accept-language": "en" });
  const refused = await signIn(browser);
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(refused.body).toContain("cannot write to its disk, which may be full");
  server.advance(seconds(2));
  const ready = await fetch(server.address + paths.readyz);
  expect([ready.status, ready.headers.get("retry-after")]).toEqual([503, "5"]);
}

test.skipIf(disk === undefined)(
  "CR-12, G-13-unavail: on a full disk what was issued is checked as before, what must be kept is refused with 503, and all is well when there is room",
  async () => {
    fillDisk(folder);
    // What the log and the pages of the database have room for still goes through.
    let [tries, refusals] = [0, 0];
    for (; refusals < 20 && tries < 1000; tries += 1) {
      const answer = await register(tries);
      if (answer.status !== 503) continue;
      refusals += 1;
      expect([answer.headers.get("retry-after"), await answer.json()]).toEqual([
        "5",
        { error: "server_error", error_description: "the server cannot write at the moment" },
      ]);
    }
    expect(refusals).toBe(20);
    await expectReading();

    emptyDisk(folder);
    expect((await register(tries)).status).toBe(201);
    expect((await signIn(new TestBrowser(server))).status).toBe(303);
    const refreshed = await post(paths.token, { grant_type: "refresh_token", refresh_token: granted.refreshToken });
    expect(refreshed.status).toBe(200);
    const names = (await server.context.store.clients.list()).map(({ metadata }) => metadata.client_name ?? "");
    // What was refused is not there, not even in part; what was taken is.
    expect(names.filter((name) => name.startsWith("App "))).toHaveLength(tries - refusals + 1);
  },
);

/** Some twenty kilobytes. */
const register = (number: number): Promise<Response> => {
  server.advance(seconds(3600));
  const redirectUris = Array.from({ length: 20 }, (_, each) => `https://app.example/${"x".repeat(900)}/${each}`);
  return fetch(server.address + paths.registration, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ client_name: `App ${number}`, redirect_uris: redirectUris }),
  });
};

test.skipIf(disk === undefined)(
  "CR-11: a disk that becomes read-only under the server stops no answer that needs no writing",
  async () => {
    disk?.fail();
    await expectReading();
    await expectNoWriting();
    await expectReading();
  },
);
