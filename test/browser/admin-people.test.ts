import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { paths } from "../../src/http/paths.ts";
import { startWithAdministrator } from "../support/administrators.ts";
import { closeChromium, newPage } from "../support/chromium.ts";
import { createUser } from "../support/grants.ts";
import type { TestPerson } from "../support/people.ts";
import type { TestServer } from "../support/server.ts";
import { complaintsOf, faultsOf } from "./page-faults.ts";

// A real Chromium: it starts in a second or two, and a slow machine takes its time.
setDefaultTimeout(120_000);

let server: TestServer;
let root: TestPerson;

beforeAll(async () => {
  ({ server, root } = await startWithAdministrator());
});
afterAll(async () => {
  await closeChromium();
  await server.stop();
});

const people = `${paths.admin}/people`;

/** A browser that has come to a page of the administration by way of the sign-in page. */
async function administratorAt(path: string, options: Parameters<typeof newPage>[0] = {}): Promise<Page> {
  const page = await newPage({ reducedMotion: "reduce", ...options });
  await page.goto(server.issuer + path);
  await page.fill("#username", root.username);
  await page.fill("#password", root.password);
  await page.click("#sign-in-button");
  await page.waitForURL(server.issuer + path);
  return page;
}

/** Presses Tab until the control has the focus. */
async function tabTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await page.evaluate(() => document.activeElement?.id)) === id) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${id} cannot be reached by keyboard`);
}

const password = "seven green lanterns by the door";

/** Whoever was given the link chooses a password. Answers the page that this led to. */
async function acceptInvitation(link: string, options: Parameters<typeof newPage>[0] = {}): Promise<Page> {
  const page = await newPage(options);
  await page.goto(link);
  await page.fill("#password", password);
  await page.click("#choose-password");
  await page.waitForURL((url) => url.pathname !== paths.accountLink);
  return page;
}

describe("an administrator invites somebody", () => {
  test("who opens the link, chooses a password, is in, and can sign in again; the link is good once", async () => {
    const page = await administratorAt(people);
    const complaints = complaintsOf(page);
    await page.click("#add-person");
    await page.fill("#username", "nora");
    await page.fill("#display_name", "Nora New");
    await page.click("#save");
    const link = (await page.locator("#link").textContent()) ?? "";
    expect(link).toStartWith(`${server.issuer}${paths.accountLink}?token=`);
    expect(await page.getByRole("img", { name: "The link as a QR code" }).isVisible()).toBe(true);
    expect([...(await faultsOf(page)), ...complaints]).toEqual([]);

    const own = await acceptInvitation(link);
    await own.goto(server.issuer + paths.home);
    expect(await own.locator("h1").textContent()).toBe("Welcome, Nora New");
    const again = await newPage();
    await again.goto(server.issuer + paths.signIn);
    await again.fill("#username", "nora");
    await again.fill("#password", password);
    await again.click("#sign-in-button");
    await again.getByRole("heading", { name: "Welcome, Nora New" }).waitFor();
    await again.goto(link);
    expect(await again.locator("#password").count()).toBe(0);

    await page.click("#to-person");
    const shown = await page.locator("main").textContent();
    for (const words of ["Nora New", "Active", "Invite or reset link used"]) expect(shown).toContain(words);
  });

  test("without JavaScript", async () => {
    const page = await administratorAt(`${people}/new`, { javaScriptEnabled: false });
    await page.fill("#username", "plain");
    await page.click("#save");
    const link = (await page.locator("#link").textContent()) ?? "";
    const own = await acceptInvitation(link, { javaScriptEnabled: false });
    await own.goto(server.issuer + paths.home);
    expect(await own.locator("h1").textContent()).toBe("Welcome, plain");
  });

  test("by keyboard alone, and mends what was wrong where the page says so", async () => {
    const page = await administratorAt(people);
    await tabTo(page, "add-person");
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.issuer}${people}/new`);
    await tabTo(page, "username");
    await page.keyboard.type("two words");
    await page.keyboard.press("Enter");
    const alert = page.getByRole("alert").first();
    expect(await alert.textContent()).toContain("This username cannot be used.");
    expect(await page.locator("#username").inputValue()).toBe("two words");
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole("link", { name: "This username cannot be used." }).focus();
    await page.keyboard.press("Enter");
    await tabTo(page, "username");
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("two-words");
    await tabTo(page, "role-user");
    await page.keyboard.press("ArrowDown");
    await tabTo(page, "save");
    await page.keyboard.press("Enter");
    await page.locator("#link").waitFor();
    expect(await server.context.store.users.findByName("two-words")).toMatchObject({ role: "admin" });
  });
});

describe("an administrator looks after somebody", () => {
  test("switches an account off and on, and deletes it", async () => {
    const user = await createUser(server, { username: "otto", displayName: "Otto" });
    const page = await administratorAt(`${people}/${user.id}`);
    await page.click("#switch-off");
    await page.click("#switch-off-button");
    await page.getByText("The account is switched off.").waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.click("#switch-on-button");
    await page.getByText("The account is switched on again.").waitFor();
    await page.click("#delete");
    await page.fill("#confirmation", "nobody");
    await page.click("#delete-button");
    await page.getByText("This is not the username.").waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.fill("#confirmation", "otto");
    await page.click("#delete-button");
    await page.getByText("The account has been deleted.").waitFor();
    expect(await server.context.store.users.find(user.id)).toBeUndefined();
  });

  test("is asked before they take the role from themselves", async () => {
    const page = await administratorAt(`${people}/${root.user.id}/edit`);
    await page.check("#role-user");
    await page.click("#save");
    await page.getByRole("alert").first().waitFor();
    expect(await page.locator("#own_role").isChecked()).toBe(false);
    expect(await faultsOf(page)).toEqual([]);
    expect(await server.context.store.users.find(root.user.id)).toMatchObject({ role: "admin" });
  });
});
