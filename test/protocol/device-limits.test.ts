import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import type { User } from "../../src/model/user.ts";
import { hours, minutes } from "../../src/time.ts";
import type { Answer, TestBrowser } from "../support/browser.ts";
import type { TestClient } from "../support/clients.ts";
import { newDeviceVisit, newWrongCodes, startDevicePageServer } from "../support/device-visits.ts";
import { enterCode, signedInBrowser, startDevice, storedDevice, type TestDevice } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let tv: TestClient;
let alice: User;
let browser: TestBrowser;
let device: TestDevice;

beforeAll(async () => {
  ({ server, tv, alice } = await startDevicePageServer());
});
afterAll(() => server.stop());
beforeEach(async () => {
  // No count of wrong codes of an earlier test is left.
  server.advance(hours(2));
  ({ browser, device } = await newDeviceVisit({ server, tv, alice }, "openid"));
});

const state = async (of = device) => (await storedDevice(server, of))?.state;

const wrongCode = newWrongCodes();

describe("limits on wrong codes", () => {
  const lock = async (answer: Answer | Promise<Answer>) => {
    const { status, headers } = await answer;
    return [status, Number(headers.get("retry-after"))] as const;
  };
  const guess = async (visitor: TestBrowser, times: number, headers = {}) => {
    for (let tried = 0; tried < times; tried++) {
      expect((await enterCode(visitor, wrongCode(), headers)).status).toBe(200);
    }
  };

  test("8628-5.1-limits, DV-10: the sixth try after five wrong codes of a session is 429, be the code right or wrong", async () => {
    await guess(browser, 5);
    const [status, wait] = await lock(enterCode(browser, wrongCode()));
    expect(status).toBe(429);
    expect(wait).toBeGreaterThan(3500);
    expect(wait).toBeLessThanOrEqual(3601);
    const right = await enterCode(browser, device.userCode);
    expect(right.status).toBe(429);
    expect(right.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(right.body).toContain("Too many attempts");
    expect(await state()).toBe("pending");
    // Another session is free, and after the hour this one is.
    expect((await enterCode(await signedInBrowser(server, alice), device.userCode)).status).toBe(303);
    server.advance(hours(1));
    const later = await startDevice(server, tv);
    expect((await enterCode(browser, later.userCode)).status).toBe(303);
  });

  test("8628-5.1-limits, DV-10: after ten wrong codes of an account in an hour a new session does not help", async () => {
    await guess(browser, 5);
    await guess(await signedInBrowser(server, alice), 5);
    expect((await enterCode(await signedInBrowser(server, alice), device.userCode)).status).toBe(429);
    expect((await enterCode(await signedInBrowser(server, await createUser(server)), device.userCode)).status).toBe(
      303,
    );
  });

  test("8628-5.1-limits, DV-10: after twenty wrong codes from an address another account does not help, unless it is local", async () => {
    const from = { "x-forwarded-for": "198.51.100.9" };
    for (let account = 0; account < 4; account++) {
      await guess(await signedInBrowser(server, await createUser(server), from), 5);
    }
    const fresh = await createUser(server);
    expect((await enterCode(await signedInBrowser(server, fresh, from), device.userCode)).status).toBe(429);
    const elsewhere = { "x-forwarded-for": "198.51.100.10" };
    expect((await enterCode(await signedInBrowser(server, fresh, elsewhere), device.userCode)).status).toBe(303);
    for (let account = 0; account < 5; account++) {
      await guess(await signedInBrowser(server, await createUser(server)), 5);
    }
  });

  test("8628-5.1-limits: a right code resets the count of the session, and of nothing else", async () => {
    await guess(browser, 4);
    expect((await enterCode(browser, device.userCode)).status).toBe(303);
    await guess(browser, 5);
    expect((await enterCode(browser, device.userCode)).status).toBe(429);
    // Nine wrong codes of the account so far.
    const other = await signedInBrowser(server, alice);
    await guess(other, 1);
    expect((await enterCode(other, device.userCode)).status).toBe(429);
  });

  test("8628-5.1-limits, DV-12: a hundred wrong codes in a minute close the page to all, with a warning in the log", async () => {
    const isWarned = () => server.logged.some((line) => line.includes("guessing user codes"));
    expect(isWarned()).toBe(false);
    for (let account = 0; account < 20; account++) {
      await guess(await signedInBrowser(server, await createUser(server)), 5);
    }
    expect(isWarned()).toBe(true);
    const [status, wait] = await lock(enterCode(browser, device.userCode));
    expect(status).toBe(429);
    expect(wait).toBeLessThanOrEqual(61);
    server.advance(minutes(1));
    expect((await enterCode(browser, device.userCode)).status).toBe(303);
  });

  test("8628-5.1-limits: tries at once are counted one by one", async () => {
    const page = await browser.get(paths.device);
    const tries = Array.from({ length: 30 }, () =>
      browser.submit(page, "device", { fields: { user_code: wrongCode() } }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBe(5);
    expect(statuses.filter((status) => status === 429).length).toBe(25);
  });
});
