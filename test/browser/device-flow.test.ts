import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { paths } from "../../src/http/paths.ts";
import { seconds } from "../../src/time.ts";
import { closeChromium, newPage } from "../support/chromium.ts";
import type { TestClient } from "../support/clients.ts";
import { createDeviceClient, poll, startDevice, storedDevice, type TestDevice } from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { bodyOf, refusalOf, textOf, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

// A real Chromium: it starts in a second or two, and a slow machine takes its time.
setDefaultTimeout(60_000);

let server: TestServer;
let tv: TestClient;
let alice: TestPerson;
let device: TestDevice;

beforeAll(async () => {
  server = await startTestServer();
  tv = await createDeviceClient(server);
  alice = await createPerson(server, { displayName: "Alice Smith" });
});
afterAll(async () => {
  await closeChromium();
  await server.stop();
});
beforeEach(async () => {
  device = await startDevice(server, tv, { scope: "openid profile" }, { "user-agent": "TV/1.0 (living room)" });
});

const pending = "400 authorization_pending";

/** A browser that has opened the address and signed in there. */
async function signedInAt(address: string, options: Parameters<typeof newPage>[0] = {}): Promise<Page> {
  const page = await newPage(options);
  await page.goto(address);
  await page.locator("#username").fill(alice.username);
  await page.locator("#password").fill(alice.password);
  await page.locator("#sign-in-button").click();
  await page.waitForURL(`${server.issuer}${paths.device}`);
  return page;
}

const atDecision = (page: Page) => page.waitForURL(`${server.issuer}${paths.deviceDecision}?*`);
const violationsOf = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);

/** The id of what has the focus. */
const focused = (page: Page) => page.evaluate("document.activeElement?.id");

/** Presses Tab until the control has the focus. */
async function tabTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 20; presses++) {
    if ((await focused(page)) === id) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${id} cannot be reached by keyboard`);
}

describe("connecting a device", () => {
  test("8628-3.3-flow, 8628-6.1-normalise: a person signs in, types the code their own way, compares and approves; the device gets tokens", async () => {
    const page = await signedInAt(server.issuer + paths.device);
    expect(await refusalOf(poll(server, device))).toBe(pending);
    const sloppy = ` ${device.userCode.toLowerCase().replace("-", " ")}. `;
    await page.locator("#user_code").fill(sloppy);
    await page.locator("#continue").click();
    await atDecision(page);
    const shown = await page.locator("main").textContent();
    for (const words of [device.userCode, "Living room TV", "TV/1.0 (living room)", "Alice Smith"]) {
      expect(shown).toContain(words);
    }
    server.advance(seconds(5));
    expect(await refusalOf(poll(server, device))).toBe(pending);
    await page.locator("#approve").click();
    await page.getByRole("heading", { name: "Device connected" }).waitFor();
    const accessToken = await textOf(poll(server, device), "access_token");
    expect(await bodyOf(userinfo(server, accessToken))).toMatchObject({ sub: alice.user.id, name: "Alice Smith" });
  });

  test("8628-3.3-deny: a person who denies is told so, and so is the device", async () => {
    const page = await signedInAt(server.issuer + paths.device);
    await page.locator("#user_code").fill(device.userCode);
    await page.locator("#continue").click();
    await page.locator("#deny").click();
    await page.getByRole("heading", { name: "Request denied" }).waitFor();
    expect(await refusalOf(poll(server, device))).toBe("400 access_denied");
  });

  test("8628-3.3.1-complete: the link of a QR code survives the sign-in, fills the form, and leaves the address bar and history", async () => {
    const page = await signedInAt(`${server.issuer}${paths.device}?user_code=${device.userCode}`);
    expect(await page.locator("#user_code").inputValue()).toBe(device.userCode);
    expect((await storedDevice(server, device))?.state).toBe("pending");
    expect(page.url()).toBe(`${server.issuer}${paths.device}`);
    await page.locator("#continue").click();
    await atDecision(page);
    expect(page.url()).not.toContain(device.userCode);
    expect((await storedDevice(server, device))?.state).toBe("pending");
    await page.locator("#approve").click();
    await page.getByRole("heading", { name: "Device connected" }).waitFor();
    expect((await poll(server, device)).status).toBe(200);
  });

  test("8628-3.3-unknown: a wrong code is said beside the field, which keeps what was typed and can be corrected", async () => {
    const page = await signedInAt(server.issuer + paths.device);
    await page.locator("#user_code").fill("BBBB-BBBB");
    await page.locator("#continue").click();
    const alert = page.getByRole("alert");
    expect(await alert.textContent()).toContain("This code is not known or no longer valid.");
    expect(await page.locator("#user_code").getAttribute("aria-invalid")).toBe("true");
    expect(await page.locator("#user_code").inputValue()).toBe("BBBB-BBBB");
    expect(await violationsOf(page)).toEqual([]);
    await page.locator("#user_code").fill(device.userCode);
    await page.locator("#continue").click();
    await atDecision(page);
  });

  test("S-08: who is signed in as somebody else changes account on the way, and the code is still there", async () => {
    const bob = await createPerson(server, { username: "bob", displayName: "Bob Jones" });
    const page = await signedInAt(server.issuer + paths.device);
    await page.locator("#user_code").fill(device.userCode);
    await page.locator("#continue").click();
    await page.locator("#use-another-account").click();
    await page.locator("#username").fill(bob.username);
    await page.locator("#password").fill(bob.password);
    await page.locator("#sign-in-button").click();
    await page.waitForURL(`${server.issuer}${paths.device}`);
    expect(await page.locator("#user_code").inputValue()).toBe(device.userCode);
    await page.locator("#continue").click();
    expect(await page.locator("main").textContent()).toContain("Bob Jones");
    await page.locator("#approve").click();
    await page.getByRole("heading", { name: "Device connected" }).waitFor();
    expect(await storedDevice(server, device)).toMatchObject({ userId: bob.user.id });
  });
});

describe("for everybody", () => {
  test("8628-5.4-possession: by keyboard alone; Enter on the opened page decides nothing, and Deny comes before Approve", async () => {
    const page = await newPage();
    await page.goto(server.issuer + paths.device);
    await tabTo(page, "username");
    await page.keyboard.type(alice.username);
    await tabTo(page, "password");
    await page.keyboard.type(alice.password);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.issuer}${paths.device}`);
    // The empty field has the focus already.
    await page.locator("#user_code:focus").waitFor();
    await page.keyboard.type(device.userCode.toLowerCase());
    await page.keyboard.press("Enter");
    await atDecision(page);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Space");
    expect((await storedDevice(server, device))?.state).toBe("pending");
    await tabTo(page, "deny");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("approve");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Device connected" }).waitFor();
    expect((await storedDevice(server, device))?.state).toBe("approved");
  });

  test("8628-3.3-flow: every page is accessible, in light and dark, and at 320 pixels nothing moves sideways", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const waiting = await startDevice(
        server,
        tv,
        { scope: "openid offline_access" },
        { "user-agent": "x".repeat(200) },
      );
      const page = await signedInAt(server.issuer + paths.device, {
        colorScheme,
        viewport: { width: 320, height: 640 },
      });
      const check = async () => {
        expect(await violationsOf(page)).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
      };
      await check();
      await page.locator("#user_code").fill(waiting.userCode);
      await page.locator("#continue").click();
      await atDecision(page);
      await check();
      await page.locator("#approve").click();
      await page.getByRole("heading", { name: "Device connected" }).waitFor();
      await check();
    }
  });

  test("8628-3.3-flow: without JavaScript it all works", async () => {
    const page = await signedInAt(`${server.issuer}${paths.device}?user_code=${device.userCode}`, {
      javaScriptEnabled: false,
    });
    await page.locator("#continue").click();
    await page.locator("#approve").click();
    await page.getByRole("heading", { name: "Device connected" }).waitFor();
    expect((await poll(server, device)).status).toBe(200);
  });

  test("8628-3.3-lang: a German reader is spoken to in German", async () => {
    const page = await signedInAt(server.issuer + paths.device, { locale: "de-DE" });
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
    await page.locator("#user_code").fill(device.userCode);
    await page.locator("#continue").click();
    await atDecision(page);
    expect(await page.locator("html").getAttribute("lang")).toBe("de");
    expect(await page.locator("#user-code").textContent()).toContain(device.userCode);
  });
});
