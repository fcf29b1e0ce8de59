import { afterEach, beforeEach, expect, test } from "bun:test";
import { makeAccountLink } from "../../src/administration/links.ts";
import { paths } from "../../src/http/paths.ts";
import { after, type Duration, days, hours, milliseconds, minutes, seconds } from "../../src/time.ts";
import { authorizationCode, redeem } from "../support/authorization.ts";
import { TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { createDeviceClient, poll, signedInBrowser, startDevice } from "../support/devices.ts";
import { type Granted, grantTokens } from "../support/grants.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { type Upkeep, upkeepOf } from "../support/upkeep.ts";

// Years are far beyond every lifetime: what is alive here is so because of what was thought of, not by chance.

let server: TestServer;
let upkeep: Upkeep;
let client: TestClient;
let alice: TestPerson;

beforeEach(async () => {
  server = await startTestServer();
  upkeep = upkeepOf(server);
  client = await createClient(server, { ...mayRefresh, resource_server: true });
  alice = await createPerson(server, { username: "alice", role: "admin" });
});
afterEach(() => server.stop());

const years = (count: number) => days(365 * count);
const jump = async (by: Duration): Promise<void> => {
  server.advance(by);
  await upkeep.round();
};
const back = (by: Duration) => jump(milliseconds(-by));
/** For as long as a wrong clock is in doubt, and longer. */
const settle = () => upkeep.during(hours(8));

const isActive = async ({ accessToken: token }: Granted): Promise<unknown> => {
  const answer = await fetch(server.address + paths.introspection, {
    method: "POST",
    headers: { authorization: client.basic },
    body: new URLSearchParams({ token }),
  });
  return ((await answer.json()) as { readonly active: unknown }).active;
};
const refreshes = async ({ refreshToken }: Granted): Promise<boolean> => {
  const answer = await fetch(server.address + paths.token, {
    method: "POST",
    headers: { authorization: client.basic },
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken }),
  });
  return answer.status === 200;
};
const isSignedIn = async (browser: TestBrowser): Promise<boolean> => (await browser.get(paths.account)).status === 200;
const warnings = () => server.logged.filter((line) => line.includes('"warn"') && line.includes("clock")).length;

test("CR-14: every jump of more than an hour is told in the log, either way, and no other", async () => {
  await upkeep.during(hours(2));
  await jump(minutes(50));
  expect(warnings()).toBe(0);
  await jump(hours(2));
  expect(warnings()).toBe(1);
  await back(hours(2));
  expect(warnings()).toBe(2);
  server = await server.restart(milliseconds(-years(1)));
  expect(server.logged.filter((line) => line.includes("before the last write"))).toHaveLength(1);
});

test("CR-16: grants, sessions and what they made are as before when a clock that was years ahead is set right", async () => {
  const granted = await grantTokens(server, { client: client.client, user: alice.user });
  const browser = await signedInBrowser(server, alice.user);
  await jump(years(3));
  expect(await isActive(granted)).toBe(false);
  expect(await refreshes(granted)).toBe(false);
  expect(await isSignedIn(browser)).toBe(false);
  await upkeep.during(hours(5));
  await back(years(3));
  server.advance(milliseconds(-hours(5)));
  expect(await isActive(granted)).toBe(true);
  expect(await refreshes(granted)).toBe(true);
  expect(await isSignedIn(browser)).toBe(true);
});

test("CR-16: what was made while the clock was years ahead does not live for years when it is set right", async () => {
  await jump(years(3));
  const ahead = await grantTokens(server, { client: client.client, user: alice.user });
  const browser = await signedInBrowser(server, alice.user);
  const code = await authorizationCode(browser, client);
  const device = await startDevice(server, await createDeviceClient(server));
  await back(years(3));
  expect(await isActive(ahead)).toBe(false);
  expect((await redeem(server, client, code)).status).toBe(400);
  expect(await (await poll(server, device)).json()).toMatchObject({ error: "expired_token" });
  // Its refresh token is good for a new one, for the clock that is wrong may be the present one.
  expect(await refreshes(ahead)).toBe(true);
  // A session ages from when the clock is believed.
  expect(await isSignedIn(browser)).toBe(true);
  await settle();
  server.advance(hours(3));
  expect(await isSignedIn(browser)).toBe(true);
  for (let each = 0; each < 80; each += 1) {
    server.advance(hours(11));
    if (!(await isSignedIn(browser))) break;
  }
  expect(await isSignedIn(browser)).toBe(false);
});

test("CR-14, CR-15: a clock that falls back by years brings nothing to life that was over", async () => {
  await settle();
  const granted = await grantTokens(server, { client: client.client, user: alice.user });
  const browser = await signedInBrowser(server, alice.user);
  const code = await authorizationCode(browser, client);
  await upkeep.during(hours(14));
  expect(await isSignedIn(browser)).toBe(false);
  expect(await isActive(granted)).toBe(false);
  await back(years(40));
  expect(await isSignedIn(browser)).toBe(false);
  expect(await isActive(granted)).toBe(false);
  expect((await redeem(server, client, code)).status).toBe(400);
});

test("CR-15: on a board that starts in 1970 people sign in, apps refresh, and when the time is known both still do", async () => {
  const granted = await grantTokens(server, { client: client.client, user: alice.user });
  const at = server.context.clock.now();
  server = await server.restart(milliseconds(seconds(60) - at));
  upkeep = upkeepOf(server);
  const early = await signedInBrowser(server, alice.user);
  expect(await isSignedIn(early)).toBe(true);
  expect(await refreshes(granted)).toBe(true);
  await settle();
  await jump(milliseconds(after(at, hours(9)) - server.context.clock.now()));
  expect(await refreshes(granted)).toBe(true);
  const late = await signedInBrowser(server, alice.user);
  expect(await isSignedIn(late)).toBe(true);
  await settle();
  expect(await refreshes(granted)).toBe(true);
});

test("CR-14, CR-16: a link and a lockout neither outlast nor come back with a clock that jumps", async () => {
  const { url } = await makeAccountLink(server.context, { kind: "cli" }, { kind: "reset", userId: alice.user.id });
  const opens = async () => (await new TestBrowser(server).get(url)).status === 200;
  expect(await opens()).toBe(true);
  await jump(days(8));
  expect(await opens()).toBe(false);
  await back(years(2));
  expect(await opens()).toBe(false);

  const browser = new TestBrowser(server);
  const tryWith = async (password: string) =>
    (await browser.signIn(await browser.get(paths.signIn), { username: "alice", password })).status;
  for (let tries = 0; tries < 6; tries += 1) await tryWith("wrong wrong wrong");
  expect(await tryWith(alice.password)).toBe(429);
  await back(years(2));
  expect(await tryWith(alice.password)).toBe(303);
});
