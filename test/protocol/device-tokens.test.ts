import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { deviceCodeGrantType } from "../../src/model/client.ts";
import type { User } from "../../src/model/user.ts";
import { hours, minutes, numericDate, seconds } from "../../src/time.ts";
import type { TestBrowser } from "../support/browser.ts";
import type { TestClient } from "../support/clients.ts";
import { newDeviceVisit, startDeviceServer } from "../support/device-visits.ts";
import {
  createDeviceClient,
  decide,
  poll,
  signedInBrowser,
  startDevice,
  storedDevice,
  type TestDevice,
} from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import { bodyOf, introspection, refresh, refusalOf, textOf } from "../support/requests.ts";
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let tv: TestClient;
let alice: User;
let browser: TestBrowser;
let device: TestDevice;

beforeAll(async () => {
  ({ server, tv, alice } = await startDeviceServer());
});
afterAll(() => server.stop());
beforeEach(async () => {
  ({ browser, device } = await newDeviceVisit({ server, tv, alice }, "openid profile"));
});

const pollNow = () => refusalOf(poll(server, device));
const approve = () => decide(browser, device.userCode, "approve");
const grantsOfAlice = () => server.context.store.grants.list({ userId: alice.id, clientId: tv.client.id });
const eventsOf = async (name: string) =>
  (await server.context.store.events.list(100)).filter((event) => event.name === name);

const pending = "400 authorization_pending";
const denied = "400 access_denied";
const invalid = "400 invalid_grant";

describe("after the decision", () => {
  test("8628-3.5-success: an approved request yields live tokens of the approved scope, for the person who approved", async () => {
    const authTime = numericDate(server.context.clock.now());
    server.advance(minutes(5));
    await approve();
    const answer = await poll(server, device);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("pragma")).toBe("no-cache");
    const body = await bodyOf(answer);
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "openid profile" });
    const idToken = decodeJwt(String(body.id_token));
    expect(idToken).toMatchObject({
      iss: server.issuer,
      sub: alice.id,
      aud: tv.id,
      auth_time: authTime,
      acr: "pwd",
      amr: ["pwd"],
    });
    // The device is no part of the browser's session.
    expect(idToken.sid).toBeUndefined();
    const confidential = await createDeviceClient(server, {
      token_endpoint_auth_method: "client_secret_basic",
      resource_server: true,
    });
    const introspected = await bodyOf(introspection(server, confidential, String(body.access_token)));
    expect(introspected).toMatchObject({ active: true, sub: alice.id, username: alice.username, client_id: tv.id });
    expect((await refresh(server, tv, String(body.refresh_token))).status).toBe(200);
  });

  test("8628-3.5-success: a client without refresh tokens gets none, and without openid there is no ID token", async () => {
    const plain = await createDeviceClient(server, { grant_types: [deviceCodeGrantType] });
    device = await startDevice(server, plain, { scope: "profile" });
    await approve();
    expect(Object.keys(await bodyOf(poll(server, device))).sort()).toEqual([
      "access_token",
      "expires_in",
      "scope",
      "token_type",
    ]);
  });

  test("8628-3.5-success: the grant goes on when the browser in which it was approved signs out", async () => {
    await approve();
    const stored = await storedDevice(server, device);
    const token = await textOf(poll(server, device), "refresh_token");
    const event = { at: server.context.clock.now(), name: "session.ended", actor: { kind: "system" } } as const;
    if (stored?.sessionId === undefined) throw new Error("the approval names no session");
    expect(await server.context.store.sessions.end({ id: stored.sessionId, event })).toBe("ended");
    expect((await refresh(server, tv, token)).status).toBe(200);
  });

  test("8628-3.5-slow_down-only-pending, DV-04: an approval is told to an early poll", async () => {
    expect(await pollNow()).toBe(pending);
    await approve();
    server.advance(seconds(1));
    expect((await poll(server, device)).status).toBe(200);
  });

  test("8628-3.5-denied, 8628-3.5-slow_down-only-pending, DV-05: a denial is told at every poll, early and after expiry too", async () => {
    const grants = await grantsOfAlice();
    expect(await pollNow()).toBe(pending);
    await decide(browser, device.userCode, "deny");
    const first = await poll(server, device);
    const body = await first.text();
    expect([first.status, body]).toEqual([400, expect.stringContaining('"access_denied"')]);
    expect(await (await poll(server, device)).text()).toBe(body);
    server.advance(hours(2));
    expect(await (await poll(server, device)).text()).toBe(body);
    expect(await grantsOfAlice()).toEqual(grants);
  });

  test("8628-3.5-once, DV-18: a second collection is invalid_grant; that the first grant then ends with an event is our stricter choice", async () => {
    await approve();
    const body = await bodyOf(poll(server, device));
    const before = (await eventsOf("grant.code-replayed")).length;
    expect(await pollNow()).toBe(invalid);
    // docs/architecture.md: never are two token sets alive, and who presents a spent code may have stolen it.
    expect(await refusalOf(refresh(server, tv, String(body.refresh_token)))).toBe(invalid);
    const replays = await eventsOf("grant.code-replayed");
    expect(replays.length).toBe(before + 1);
    expect(replays[0]).toMatchObject({ clientId: tv.id, userId: alice.id });
    expect(server.logged.some((line) => line.includes("a device code was used again"))).toBe(true);
    expect(await pollNow()).toBe(invalid);
    expect((await eventsOf("grant.code-replayed")).length).toBe(before + 1);
  });

  test("8628-3.5-once, 8628-3.5-status, DV-08: of twenty polls at once one gets tokens, and one grant is made", async () => {
    const grants = (await grantsOfAlice()).length;
    await approve();
    const answers = await Promise.all(Array.from({ length: 20 }, () => poll(server, device)));
    const refusals = answers.filter(({ status }) => status !== 200);
    expect(refusals.length).toBe(19);
    for (const answer of refusals) expect(await refusalOf(answer)).toBe(invalid);
    expect((await grantsOfAlice()).length).toBe(grants + 1);
  });

  test("8628-3.3-bind: what the person approved is redeemed by an event that an auditor can read", async () => {
    await approve();
    await poll(server, device);
    const [created] = await eventsOf("grant.created");
    const stored = await storedDevice(server, device);
    expect(created).toMatchObject({ userId: alice.id, clientId: tv.id, grantId: stored?.grantId });
  });
});

describe("what is taken back before the device polls", () => {
  test("DV-21: after the person has withdrawn the consent it is access_denied", async () => {
    const bob = await createUser(server);
    browser = await signedInBrowser(server, bob);
    await approve();
    const event = { at: server.context.clock.now(), name: "consent.withdrawn", actor: { kind: "system" } } as const;
    await server.context.store.consents.withdraw({ userId: bob.id, clientId: tv.client.id, event });
    expect(await pollNow()).toBe(denied);
  });

  test("RFC 6749 §5.2: after the account has been disabled it is invalid_grant", async () => {
    const carol = await createUser(server);
    browser = await signedInBrowser(server, carol);
    await approve();
    const at = server.context.clock.now();
    const event = { at, name: "user.disabled", actor: { kind: "system" } } as const;
    await server.context.store.users.setDisabled({ id: carol.id, at, event });
    expect(await pollNow()).toBe(invalid);
  });
});
