import { afterEach, beforeEach, expect, test } from "bun:test";
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { listKeys, rotateKeys } from "../../src/administration/keys.ts";
import { paths } from "../../src/http/paths.ts";
import { after, before, between, type Duration, days, hours, instant, milliseconds, minutes } from "../../src/time.ts";
import { failureOf } from "../store/things.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { type Granted, grantTokens } from "../support/grants.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { type Upkeep, upkeepOf } from "../support/upkeep.ts";

const environment = { POSTERN_REFRESH_TOKEN_TTL: "10y", POSTERN_REFRESH_TOKEN_MAX_TTL: "10y" };

let server: TestServer;
let upkeep: Upkeep;
let client: TestClient;

beforeEach(async () => {
  server = await startTestServer(environment);
  upkeep = upkeepOf(server);
  client = await createClient(server, { ...mayRefresh, access_token_format: "jwt", resource_server: true });
});
afterEach(() => server.stop());

async function published(): Promise<JSONWebKeySet & { readonly kids: (string | undefined)[] }> {
  const { keys }: JSONWebKeySet = JSON.parse(await (await fetch(server.address + paths.jwks)).text());
  return { keys, kids: keys.map(({ kid }) => kid) };
}
const tokens = () => grantTokens(server, { client: client.client });
const signer = async () => decodeProtectedHeader((await tokens()).accessToken).kid;
const refresh = async ({ refreshToken }: Granted) =>
  (
    await fetch(server.address + paths.token, {
      method: "POST",
      headers: { authorization: client.basic },
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: refreshToken }),
    })
  ).status;
const rotations = async () =>
  (await server.context.store.events.list(100)).filter(({ name }) => name === "key.rotated").length;
const numbers = async () => (await server.context.store.keys.list()).map(({ number }) => number);
/** Steady for long enough that what the clock says is believed. */
const settle = () => upkeep.during(hours(7));
const back = (duration: Duration) => server.advance(milliseconds(-duration));

test("KEY-rotate-cmd, KEY-10.1.1-rotate, KR-01: after 90 days the next keys are published, sign a day later, and the old verify until their last token has expired", async () => {
  const first = await published();
  await settle();
  server.advance(days(88));
  await settle();
  expect(await published()).toEqual(first);

  server.advance(days(1));
  await settle();
  expect(await rotations()).toBe(1);
  const both = await published();
  expect(both.kids.slice(0, 3)).toEqual(first.kids);
  expect(both.kids).toHaveLength(6);
  const events = await server.context.store.events.list(1);
  expect(events).toMatchObject([{ name: "key.rotated", actor: { kind: "system" } }]);
  expect(first.kids).toContain(await signer());

  const next = (await listKeys(server.context)).find(({ state }) => state === "next")?.key.activeFrom;
  if (next === undefined) throw new Error("no key waits");
  expect(next).toBeGreaterThan(after(server.context.clock.now(), hours(17)));
  server.advance(between(server.context.clock.now(), before(next, minutes(30))));
  const last = await tokens();
  expect(first.kids).toContain(decodeProtectedHeader(last.accessToken).kid);
  server.advance(minutes(30));
  expect(first.kids).not.toContain(await signer());
  server.advance(minutes(29));
  const currentDate = new Date(server.context.clock.now());
  await jwtVerify(last.accessToken, createLocalJWKSet(await published()), { currentDate, issuer: server.issuer });

  // Symmetric keys take over when they have reached their age; what they made lives on.
  await upkeep.during(days(2));
  expect((await published()).kids).toEqual(both.kids.slice(3));
  const kinds = (await server.context.store.keys.list()).map(({ purpose }) => purpose);
  expect(kinds.filter((purpose) => purpose === "derivation")).toHaveLength(2);
  expect(kinds.filter((purpose) => purpose === "sealing")).toHaveLength(1);
  expect(await refresh(last)).toBe(200);
});

test("a server that was off for years makes one key of each kind, and signs with it only when it could be seen", async () => {
  const held = await tokens();
  server = await server.restart(days(3 * 365));
  upkeep = upkeepOf(server);
  expect(await rotations()).toBe(0);
  await settle();
  expect(await numbers()).toHaveLength(10);
  await settle();
  await settle();
  expect(await rotations()).toBe(1);
  expect(await numbers()).toHaveLength(10);
  expect(await refresh(held)).toBe(200);
});

test("KR-01: a key that came of age while the server was off is published for ten minutes before it signs", async () => {
  const first = await published();
  await rotateKeys(server.context, { kind: "cli" });
  const second = (await published()).kids.slice(3);
  server = await server.restart(days(400));
  const start = server.context.clock.now();
  expect(first.kids).toContain(await signer());
  server.advance(minutes(9.9));
  const late = await tokens();
  expect(first.kids).toContain(decodeProtectedHeader(late.accessToken).kid);
  server.advance(minutes(0.1));
  expect(second).toContain(await signer());
  // The old key is kept for what it has signed meanwhile.
  for (const { key } of (await listKeys(server.context)).filter(
    ({ key: { publicJwk }, state }) => publicJwk && state === "kept",
  ))
    expect(key.removeAfter).toBeGreaterThan(after(start, hours(2)));
});

test("CR-15, CR-16: a clock that is years ahead for a while, or in 1970, neither makes keys again and again nor loses one", async () => {
  const held = await tokens();
  const first = await numbers();
  server.advance(days(3650));
  await upkeep.round();
  await upkeep.during(hours(2));
  expect(await numbers()).toEqual(first);
  // It stays so for longer than one can doubt it.
  await settle();
  expect(await rotations()).toBe(1);
  back(days(3650));
  await upkeep.round();
  await settle();
  await settle();
  expect(await rotations()).toBe(1);
  expect(await refresh(held)).toBe(200);
  expect((await published()).kids).toContain(await signer());

  // Keys of the future do not keep others from their turn.
  server.advance(days(90));
  await upkeep.round();
  await settle();
  expect(await rotations()).toBe(2);
  await settle();
  expect(await rotations()).toBe(2);

  back(milliseconds(server.context.clock.now() - instant(0)));
  await upkeep.round();
  await settle();
  expect(await rotations()).toBe(2);
  expect(await signer()).toBeDefined();
  const refused = await failureOf(rotateKeys(server.context, { kind: "cli" }));
  expect(refused).toMatchObject({ message: expect.stringContaining("set it first") });
});

test("with POSTERN_KEY_ROTATION=off keys are made by hand alone", async () => {
  await server.stop();
  server = await startTestServer({ ...environment, POSTERN_KEY_ROTATION: "off" });
  upkeep = upkeepOf(server);
  server.advance(days(1000));
  await upkeep.round();
  await settle();
  expect(await rotations()).toBe(0);
});
