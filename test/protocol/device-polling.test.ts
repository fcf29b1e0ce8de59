import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { deviceCodeGrantType } from "../../src/model/client.ts";
import type { User } from "../../src/model/user.ts";
import { hours, milliseconds, minutes, seconds } from "../../src/time.ts";
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
import { bodyOf, post, refusalOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

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
const pollAfter = (wait: number) => {
  server.advance(milliseconds(wait));
  return pollNow();
};
const interval = async () => (await storedDevice(server, device))?.interval;
const approve = () => decide(browser, device.userCode, "approve");

const pending = "400 authorization_pending";
const slowDown = "400 slow_down";
const expired = "400 expired_token";
const invalid = "400 invalid_grant";

describe("the request", () => {
  test("8628-3.4-request: a device polls with the grant type, its device code and its client", async () => {
    expect(await pollNow()).toBe(pending);
    const confidential = await createDeviceClient(server, { token_endpoint_auth_method: "client_secret_basic" });
    const other = await startDevice(server, confidential);
    expect(await refusalOf(poll(server, other))).toBe(pending);
    const fields = { grant_type: deviceCodeGrantType, device_code: other.deviceCode, client_id: confidential.id };
    expect(await refusalOf(post(server, paths.token, fields))).toBe("401 invalid_client");
  });

  test("8628-3.4-missing: without device_code, or with an empty one, it is invalid_request", async () => {
    const fields = { grant_type: deviceCodeGrantType, client_id: tv.id };
    expect(await refusalOf(post(server, paths.token, fields))).toBe("400 invalid_request");
    expect(await refusalOf(post(server, paths.token, { ...fields, device_code: "" }))).toBe("400 invalid_request");
  });

  test("8628-3.4-unknown, DV-07: an unknown code and another client's are invalid_grant, and the owner is not affected", async () => {
    const other = await createDeviceClient(server);
    expect(await pollNow()).toBe(pending);
    expect(await refusalOf(poll(server, { client: other, deviceCode: device.deviceCode }))).toBe(invalid);
    expect(await refusalOf(poll(server, { client: tv, deviceCode: `${device.deviceCode}A` }))).toBe(invalid);
    // Not even the pace of the polls is touched, and an approval is not spent.
    expect(await pollAfter(5000)).toBe(pending);
    await approve();
    expect(await refusalOf(poll(server, { client: other, deviceCode: device.deviceCode }))).toBe(invalid);
    expect((await poll(server, device)).status).toBe(200);
  });

  test("8628-3.4-unknown, DV-09: a user code is no device code, and neither is an authorization code or a token", async () => {
    const bare = device.userCode.replace("-", "");
    for (const deviceCode of [
      device.userCode,
      bare,
      `pst_dc_${bare}`,
      `pst_ac_${"A".repeat(43)}`,
      "%00",
      "' OR 1=1--",
    ]) {
      expect(await refusalOf(poll(server, { client: tv, deviceCode }))).toBe(invalid);
    }
  });
});

describe("while the person has not decided", () => {
  test("8628-3.5-pending, DV-01: polled every interval, it is authorization_pending each time", async () => {
    expect(await pollNow()).toBe(pending);
    for (let round = 0; round < 5; round++) expect(await pollAfter(5000)).toBe(pending);
    expect(await interval()).toBe(5);
  });

  test("8628-3.5-slow_down, DV-01, DV-02: each early poll is slow_down and lengthens the interval by five seconds", async () => {
    const seen: unknown[] = [];
    for (let round = 0; round < 8; round++) {
      seen.push([await pollNow(), await interval()]);
      server.advance(seconds(1));
    }
    expect(seen).toEqual([
      [pending, 5],
      [slowDown, 10],
      [slowDown, 15],
      [slowDown, 20],
      [slowDown, 25],
      [slowDown, 30],
      [slowDown, 35],
      [slowDown, 40],
    ]);
  });

  test("8628-3.5-slow_down, DV-03: the longer interval holds for good, and the early poll is the one to count from", async () => {
    expect(await pollNow()).toBe(pending);
    expect(await pollAfter(1000)).toBe(slowDown);
    expect(await pollAfter(6000)).toBe(slowDown);
    expect(await interval()).toBe(15);
    // 15 seconds from the last poll, not from the first, and no way back to five.
    expect(await pollAfter(13_900)).toBe(slowDown);
    expect(await pollAfter(20_000)).toBe(pending);
    expect(await pollAfter(5000)).toBe(slowDown);
    expect(await interval()).toBe(25);
  });

  test("8628-3.5-slow_down-tolerance, DV-01: the first poll is free, and a tenth of the interval is forgiven, a second at most", async () => {
    expect(await pollNow()).toBe(pending);
    expect(await pollAfter(4500)).toBe(pending);
    expect(await pollAfter(4499)).toBe(slowDown);
    expect(await pollAfter(9000)).toBe(pending);
    expect(await pollAfter(8999)).toBe(slowDown);
    // From 15 seconds on a tenth would be more than a second.
    expect(await pollAfter(14_000)).toBe(pending);
    expect(await pollAfter(13_999)).toBe(slowDown);
  });

  test("8628-3.5-slow_down-cap, DV-02: the interval never grows past a minute", async () => {
    for (let round = 0; round < 20; round++) await pollNow();
    expect(await interval()).toBe(60);
    expect(await pollAfter(58_999)).toBe(slowDown);
    expect(await pollAfter(59_000)).toBe(pending);
    expect(await interval()).toBe(60);
  });

  test("8628-3.5-slow_down-cap: an interval near the minute grows to the minute, not past it", async () => {
    const slow = await startTestServer({ POSTERN_DEVICE_POLL_INTERVAL: "58s" });
    try {
      const waiting = await startDevice(slow, await createDeviceClient(slow));
      await poll(slow, waiting);
      expect(await refusalOf(poll(slow, waiting))).toBe(slowDown);
      expect((await storedDevice(slow, waiting))?.interval).toBe(60);
    } finally {
      await slow.stop();
    }
  });

  test("8628-3.5-slow_down: of several polls at once one is in time", async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, pollNow));
    expect(answers.sort()).toEqual([pending, slowDown, slowDown, slowDown]);
    expect(await interval()).toBe(20);
  });

  test("8628-3.5-slow_down-body, 8628-3.5-status: refusals are 400 in JSON, not stored, with error and description alone", async () => {
    const first = await poll(server, device);
    const second = await poll(server, device);
    for (const answer of [first, second]) {
      expect(answer.status).toBe(400);
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(Object.keys(await bodyOf(answer))).toEqual(["error", "error_description"]);
    }
  });

  test("8628-5.5-spy: the device learns nothing of the person who looks at the code", async () => {
    const before = await bodyOf(poll(server, device));
    await browser.open(paths.device);
    server.advance(seconds(5));
    expect(await bodyOf(poll(server, device))).toEqual(before);
    expect(JSON.stringify(before)).not.toContain(alice.username);
  });

  test("DV-22: a restart loses neither the request nor the interval that has grown", async () => {
    let own = await startTestServer();
    try {
      const client = await createDeviceClient(own);
      const user = await createUser(own);
      const waiting = await startDevice(own, client);
      await poll(own, waiting);
      await poll(own, waiting);
      expect((await storedDevice(own, waiting))?.interval).toBe(10);
      own = await own.restart();
      // The last early poll was written, and is remembered.
      own.advance(seconds(6));
      expect(await refusalOf(poll(own, waiting))).toBe(slowDown);
      own.advance(seconds(15));
      expect(await refusalOf(poll(own, waiting))).toBe(pending);
      await decide(await signedInBrowser(own, user), waiting.userCode, "approve");
      own = await own.restart();
      expect((await poll(own, waiting)).status).toBe(200);
    } finally {
      await own.stop();
    }
  });
});

describe("when time has run out", () => {
  test("8628-3.5-expired, DV-06: expired_token for a day, even to an early poll, then invalid_grant", async () => {
    expect(await pollAfter(minutes(30) - 1)).toBe(pending);
    expect(await pollAfter(1)).toBe(expired);
    expect(await pollNow()).toBe(expired);
    expect(await pollAfter(hours(24) - 1)).toBe(expired);
    expect(await pollAfter(1)).toBe(invalid);
    server.advance(minutes(1));
    await server.context.store.sweep({ now: server.context.clock.now(), limit: 1000 });
    expect(await storedDevice(server, device)).toBeUndefined();
    expect(await pollNow()).toBe(invalid);
  });

  test("8628-3.5-expired: an approval in time is collected up to a minute after expiry, and no later", async () => {
    const late = await startDevice(server, tv);
    server.advance(milliseconds(minutes(30) - 1));
    await approve();
    await decide(browser, late.userCode, "approve");
    server.advance(milliseconds(seconds(60) + 1));
    expect((await poll(server, device)).status).toBe(200);
    server.advance(milliseconds(1));
    expect(await refusalOf(poll(server, late))).toBe(expired);
  });

  test("8628-3.5-pending: a clock that is set back holds nobody up", async () => {
    expect(await pollNow()).toBe(pending);
    expect(await pollAfter(1000)).toBe(slowDown);
    server.advance(milliseconds(-hours(5)));
    expect(await pollNow()).toBe(pending);
    server.advance(hours(5));
  });
});
