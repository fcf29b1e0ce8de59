import { afterAll, beforeAll, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { minutes } from "../../src/time.ts";
import { failureOf } from "../store/things.ts";
import { TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh } from "../support/clients.ts";
import { createDeviceClient, signedInBrowser } from "../support/devices.ts";
import { createUser, grantTokens } from "../support/grants.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { upkeepOf } from "../support/upkeep.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_DB_MAX_SIZE: "16m" });
});
afterAll(() => server.stop());

/** Until the database has grown to so much of what it may, or takes no more. */
async function fill(share: number): Promise<void> {
  const { statistics } = server.context.store;
  for (let tries = 0; tries < 100; tries += 1) {
    const { usedBytes, limit } = await statistics.size();
    if (usedBytes >= share * (limit?.growthEndsAt ?? 0)) return;
    await Promise.allSettled(Array.from({ length: 20 }, () => createUser(server, { displayName: "x".repeat(20_000) })));
  }
}
const told = (message: string) => server.logged.filter((line) => line.includes(message)).length;

test("G-13-unavail: the operator hears of the limit in time; at it, new grants are refused with 503, and who is in can get out", async () => {
  const upkeep = upkeepOf(server);
  const admin = await createPerson(server, { username: "root", role: "admin" });
  const client = await createClient(server, { ...mayRefresh });
  const given = await grantTokens(server, { client: client.client });
  const tv = await createDeviceClient(server);
  const desk = await signedInBrowser(server, admin.user);
  expect((await desk.get(paths.admin)).body).not.toContain("POSTERN_DB_MAX_SIZE");

  await fill(0.8);
  for (let round = 0; round < 3; round += 1) await upkeep.during(minutes(30));
  expect(told("comes near POSTERN_DB_MAX_SIZE")).toBe(1);
  expect((await desk.get(paths.admin)).body).toContain("POSTERN_DB_MAX_SIZE");
  const metrics = await (await fetch(server.address + paths.metrics)).text();
  expect(metrics).toContain(`postern_database_limit_bytes ${16 * 1024 ** 2}\n`);

  await fill(1);
  await upkeep.during(minutes(30));
  expect(told("has reached POSTERN_DB_MAX_SIZE")).toBe(1);
  const grant = grantTokens(server, { client: client.client, user: given.user });
  expect(await failureOf(grant)).toMatchObject({ name: "StoreUnavailable" });
  const post = (path: string, fields: Readonly<Record<string, string>>) =>
    fetch(server.address + path, {
      method: "POST",
      headers: { authorization: client.basic },
      body: new URLSearchParams(fields),
    });
  const device = await fetch(server.address + paths.deviceAuthorization, {
    method: "POST",
    body: new URLSearchParams({ client_id: tv.id }),
  });
  expect([device.status, device.headers.get("retry-after")]).toEqual([503, "5"]);
  expect((await post(paths.token, { grant_type: "refresh_token", refresh_token: given.refreshToken })).status).toBe(
    200,
  );
  expect((await post(paths.revocation, { token: given.refreshToken })).status).toBe(200);
  const again = await signedInBrowser(server, admin.user);
  const page = await again.get(paths.endSession);
  expect((await again.submit(page, "sign-out")).status).toBeLessThan(400);
  expect((await new TestBrowser(server).get(paths.signIn)).status).toBe(200);
});
