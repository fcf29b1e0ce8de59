import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { BrowserContextOptions, Page } from "playwright-core";
import { paths } from "../../src/http/paths.ts";
import { days, seconds } from "../../src/time.ts";
import { addAuthenticator } from "../support/authenticator.ts";
import { closeChromium, newPage } from "../support/chromium.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { createDeviceClient, poll, startDevice } from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { isActive, textOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { appWith } from "../support/totp.ts";
import { complaintsOf } from "./page-faults.ts";

// A real Chromium: it starts in a second or two, and a slow machine takes its time.
setDefaultTimeout(120_000);

let server: TestServer;
let tv: TestClient;
let checker: TestClient;
let alice: TestPerson;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
  tv = await createDeviceClient(server);
  checker = await createClient(server, { grant_types: [], resource_server: true });
});
afterAll(async () => {
  await closeChromium();
  await server.stop();
});
beforeEach(async () => {
  server.advance(days(2));
  alice = await createPerson(server, { username: `alice${++count}`, displayName: "Alice Liddell" });
});

const urlOf = (part = "") => `${server.issuer}${paths.account}${part}`;
const factors = () => server.context.store.factors.of(alice.user.id);

/** A browser in which the person has signed in on the way to their account. */
async function signedIn(options: BrowserContextOptions = {}, password = alice.password): Promise<Page> {
  const page = await newPage({ reducedMotion: "reduce", ...options });
  await page.goto(urlOf());
  await page.fill("#username", alice.username);
  await page.fill("#password", password);
  await page.click("#sign-in-button");
  await page.waitForURL(urlOf());
  return page;
}

/** Goes to a part of the account by its name in the navigation. */
async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Your account" }).getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name }).waitFor();
}

const said = (page: Page, sentence: string) => page.getByText(sentence, { exact: false }).first().waitFor();

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}

describe("a person protects their account", () => {
  test("with a passkey, an authenticator app and recovery codes; then the passkey alone lets them in", async () => {
    const page = await signedIn();
    const complaints = complaintsOf(page);
    const authenticator = await addAuthenticator(page);
    await page.getByRole("link", { name: "Add a passkey." }).click();
    await page.click("#add-passkey-button");
    await said(page, "The passkey is ready.");
    expect((await factors()).passkeys).toHaveLength(1);
    expect(await authenticator.credentials()).toHaveLength(1);
    await expectAccessible(page);

    await page.getByRole("link", { name: "Rename or remove" }).click();
    await page.fill("#name", "This laptop");
    await expectAccessible(page);
    await page.click("#rename-passkey-button");
    await said(page, "The passkey has its new name.");
    await page.getByRole("rowheader", { name: "This laptop" }).waitFor();

    // The same device holds one already, and says so.
    await page.click("#add-passkey-button");
    await said(page, "This device already holds a passkey for your account.");
    await expectAccessible(page);

    await goTo(page, "Authenticator app");
    const app = appWith(server, (await page.textContent("#totp-key")) ?? "");
    await page.fill("#code", app.code());
    await page.click("#confirm-totp");
    await said(page, "The authenticator app is ready.");
    await expectAccessible(page);

    await goTo(page, "Recovery codes");
    await page.click("#make-codes-button");
    await page.getByRole("heading", { name: "Keep your recovery codes" }).waitFor();
    expect(await page.locator("#recovery-codes li").count()).toBe(10);
    await expectAccessible(page);
    await page.click("#kept");
    await said(page, "Your account is well protected.");
    await expectAccessible(page);

    await page.context().clearCookies();
    // The browser offers its passkey by itself, and the authenticator of the test accepts at once.
    await page.goto(urlOf());
    await page.waitForURL(urlOf());
    await goTo(page, "Activity");
    await said(page, "New recovery codes were made.");
    expect(complaints).toEqual([]);
  });
});

describe("a person looks after what they have let in", () => {
  test("sees a device, gives it a name, and disconnects it: its token is dead at once", async () => {
    const page = await signedIn();
    const device = await startDevice(server, tv, { scope: "openid offline_access" }, { "user-agent": "TV/1.0" });
    await page.goto(`${server.issuer}${paths.device}?user_code=${device.userCode}`);
    await page.click("#continue");
    await page.click("#approve");
    await page.getByRole("heading", { name: "Device connected" }).waitFor();
    server.advance(seconds(5));
    const token = await textOf(poll(server, device), "access_token");
    expect(await isActive(server, checker, token)).toBe(true);

    await page.goto(urlOf("/apps"));
    await page.getByRole("heading", { name: "Living room TV Verified" }).waitFor();
    await page.getByRole("link", { name: "Rename" }).click();
    await page.fill("#name", "Bedroom");
    await page.click("#rename-connection-button");
    await said(page, "The connection has its new name.");
    await page.getByRole("rowheader", { name: "Bedroom TV, Device" }).waitFor();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Disconnect" }).click();
    await said(page, "No app and no device is connected to your account.");
    expect(await isActive(server, checker, token)).toBe(false);
    await expectAccessible(page);
  });

  test("signs another browser out", async () => {
    const [here, there] = [await signedIn(), await signedIn()];
    await goTo(here, "Where you are signed in");
    const others = here.getByRole("button", { name: "Sign out", exact: true });
    expect(await others.count()).toBe(1);
    await expectAccessible(here);
    await others.click();
    await said(here, "That browser is signed out.");
    await there.goto(urlOf());
    expect(there.url()).toStartWith(server.issuer + paths.signIn);
    await here.goto(urlOf());
    expect(here.url()).toBe(urlOf());
  });
});

/** Presses Tab until the control has the focus. */
async function tabTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await page.evaluate(() => document.activeElement?.id)) === id) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${id} cannot be reached by keyboard`);
}

describe("for everybody", () => {
  test("the password is changed by keyboard alone; the meter says how good the new one is", async () => {
    const other = await signedIn();
    const page = await signedIn();
    const complaints = complaintsOf(page);
    await goTo(page, "Password");
    await tabTo(page, "current_password");
    await page.keyboard.type(alice.password);
    await tabTo(page, "new_password");
    await page.keyboard.type("password1");
    await said(page, "Too easy: among the first that are tried");
    await page.keyboard.press("Enter");
    await said(page, "This password is among the first that a stranger would try.");
    await expectAccessible(page);
    await tabTo(page, "current_password");
    await page.keyboard.type(alice.password);
    await tabTo(page, "new_password");
    await page.keyboard.type("eleven quiet otters at dawn");
    await said(page, "Strong: very hard to guess");
    await page.keyboard.press("Enter");
    await said(page, "You were signed out everywhere else");
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await other.goto(urlOf());
    expect(other.url()).toStartWith(server.issuer + paths.signIn);
    await signedIn({}, "eleven quiet otters at dawn");
  });

  test("without JavaScript all but passkeys works", async () => {
    const page = await signedIn({ javaScriptEnabled: false });
    await page.goto(urlOf("/profile"));
    await page.fill("#nickname", "Al");
    await page.selectOption("#zoneinfo", "Europe/Berlin");
    await page.selectOption("#locale", "de");
    await page.click("#save");
    await said(page, "Ihr Profil ist gespeichert.");
    expect(await page.inputValue("#nickname")).toBe("Al");

    await page.goto(urlOf("/authenticator"));
    const app = appWith(server, (await page.textContent("#totp-key")) ?? "");
    await page.fill("#code", app.code());
    await page.click("#confirm-totp");
    await said(page, "Die Authenticator-App ist bereit.");

    await page.goto(urlOf("/recovery-codes"));
    await page.click("#make-codes-button");
    expect(await page.locator("#recovery-codes li").count()).toBe(10);

    await page.goto(urlOf("/password"));
    await page.fill("#current_password", alice.password);
    await page.fill("#new_password", "elf stille Otter");
    await page.uncheck("#everywhere");
    await page.click("#change-password-button");
    await said(page, "Sie haben ein neues Passwort.");

    await page.goto(urlOf("/passkeys"));
    expect(await page.locator("#add-passkey").isVisible()).toBe(false);
    await said(page, "braucht es JavaScript");
  });

  test("after ten minutes a sensitive page asks who is there, and leads back", async () => {
    const page = await signedIn();
    server.advance(seconds(11 * 60));
    await page.goto(urlOf("/password"));
    expect(page.url()).toStartWith(server.issuer + paths.signIn);
    await said(page, "Enter your password once more to confirm that it is you.");
    expect(await page.inputValue("#username")).toBe(alice.username);
    await page.fill("#password", alice.password);
    await page.click("#sign-in-button");
    await page.waitForURL(urlOf("/password"));
    await page.waitForSelector("#new_password");
  });
});
