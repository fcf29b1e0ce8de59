import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Page } from "playwright-core";
import { makeAccountLink } from "../../src/administration/links.ts";
import { createUser } from "../../src/administration/users.ts";
import { paths } from "../../src/http/paths.ts";
import { authorizePath } from "../support/authorization.ts";
import { closeChromium, newPage } from "../support/chromium.ts";
import { createClient } from "../support/clients.ts";
import { createDeviceClient, startDevice } from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { complaintsOf, faultsOf } from "./page-faults.ts";

setDefaultTimeout(120_000);

let server: TestServer;
let root: TestPerson;
beforeAll(async () => {
  server = await startTestServer({ POSTERN_TRUSTED_PROXIES: "127.0.0.1" });
  root = await createPerson(server, { username: "root", role: "admin" });
});
afterAll(async () => {
  await closeChromium();
  await server.stop();
});

const operator = { kind: "cli" } as const;
const chosen = "nine lives of a cat";
const still = { reducedMotion: "reduce" } as const;

async function invite(username: string): Promise<string> {
  const { id } = await createUser(server.context, operator, { username, role: "user", displayName: "Ann Example" });
  return (await makeAccountLink(server.context, operator, { kind: "invite", userId: id })).url;
}
const recovery = async () => (await makeAccountLink(server.context, operator, { kind: "recover" })).url;

/** Until the lists of known passwords are there. */
const weighed = (page: Page) => page.waitForSelector(".strength:not([hidden])");
const strength = (page: Page) => page.textContent(".strength-word");

describe("links", () => {
  test("with an invite somebody chooses a password, sees how good it is and what they typed, and is in", async () => {
    const page = await newPage(still);
    const complaints = complaintsOf(page);
    await page.goto(await invite("ann"));
    expect(await page.inputValue("#username")).toBe("ann");
    expect(await page.$eval("#username", (input) => input.hasAttribute("readonly"))).toBe(true);
    await page.fill("#password", "example1");
    await weighed(page);
    for (const [password, word] of [
      ["ann", "Too easy: among the first that are tried"],
      ["example", "Too easy: among the first that are tried"],
      [chosen, "Strong: very hard to guess"],
    ] as const) {
      await page.fill("#password", password);
      expect(await strength(page)).toBe(word);
      expect(await faultsOf(page)).toEqual([]);
    }
    await page.click(".show-password");
    expect([await page.getAttribute("#password", "type"), await page.textContent(".show-password")]).toEqual([
      "text",
      "Hide",
    ]);
    await page.click(".show-password");
    expect(await page.getAttribute("#password", "type")).toBe("password");
    await page.click("#choose-password");
    await page.waitForURL(`${server.issuer}/`);
    expect(await page.textContent("main")).toContain("Ann Example");
    expect(complaints).toEqual([]);
  });

  test("a password that is tried first is refused kindly, and pasting another works", async () => {
    const page = await newPage(still);
    await page.goto(await invite("bob"));
    await page.fill("#password", "password");
    await page.click("#choose-password");
    await page.waitForSelector("[role=alert]");
    expect(await page.textContent("[role=alert]")).toContain("among the first that a stranger would try");
    expect(await faultsOf(page)).toEqual([]);
    await page.focus("#password");
    // What the clipboard does, as the browser tells the page of it.
    await page.keyboard.insertText(chosen);
    expect(await page.inputValue("#password")).toBe(chosen);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${server.issuer}/`);
  });

  test("the owner gets back in, having read what happens", async () => {
    const page = await newPage(still);
    await page.goto(await recovery());
    expect(await page.textContent("main")).toContain("removed: set them up again");
    expect(await page.textContent("#username-hint")).toContain(root.username);
    await page.fill("#username", root.username);
    await page.fill("#password", `${root.username}${root.username}`);
    await weighed(page);
    // The name that is typed beside it counts, too.
    expect(await strength(page)).not.toContain("Strong");
    await page.fill("#password", chosen);
    await page.click("#choose-password");
    await page.waitForURL(`${server.issuer}/`);
    await page.goto(`${server.issuer}${paths.admin}`);
    expect(await page.locator("nav").count()).toBe(1);
  });

  test("without JavaScript the same pages do the same, and say in words what is wrong", async () => {
    const page = await newPage({ javaScriptEnabled: false });
    await page.goto(await invite("carl"));
    expect([await page.locator(".show-password").count(), await page.isVisible(".strength")]).toEqual([0, false]);
    await page.fill("#password", "12345678");
    await page.click("#choose-password");
    expect(await page.textContent("[role=alert]")).toContain("among the first");
    await page.fill("#password", chosen);
    await page.click("#choose-password");
    await page.waitForURL(`${server.issuer}/`);

    const owner = await newPage({ javaScriptEnabled: false });
    await owner.goto(await recovery());
    await owner.fill("#username", "newcomer");
    await owner.fill("#password", chosen);
    await owner.click("#choose-password");
    await owner.waitForURL(`${server.issuer}/`);
    expect(await owner.textContent("main")).toContain("newcomer");
  });

  test("the lists of known passwords hold nobody up: the page can be used before they come", async () => {
    const page = await newPage();
    let pass: () => void = () => undefined;
    const passed = new Promise<void>((resolve) => {
      pass = resolve;
    });
    await page.route("**/known-passwords.js", async (route) => {
      await passed;
      await route.continue();
    });
    await page.goto(await invite("dora"), { waitUntil: "commit" });
    await page.fill("#password", chosen);
    await page.click(".show-password");
    expect(await page.isVisible(".strength")).toBe(false);
    pass();
    await weighed(page);
    const [sizes] = await Promise.all([
      page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .filter((entry) => entry instanceof PerformanceResourceTiming && entry.name.includes("password"))
          .map((entry) => (entry instanceof PerformanceResourceTiming ? entry.encodedBodySize : 0)),
      ),
    ]);
    // Compressed: about 250 KB in all.
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(270_000);
  });
});

describe("decisions", () => {
  const signIn = async (page: Page, { username, password }: TestPerson) => {
    await page.fill("#username", username);
    await page.fill("#password", password);
    await page.click("#sign-in-button");
  };

  for (const javaScriptEnabled of [true, false]) {
    test(`boxes can be cleared on the consent page ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
      const site = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("back") });
      const redirect = `http://127.0.0.1:${site.port}/cb`;
      const app = await createClient(server, { client_name: "Notes", redirect_uris: [redirect] });
      const person = await createPerson(server, { username: `eve-${javaScriptEnabled}` });
      const page = await newPage({ ...still, javaScriptEnabled });
      await page.goto(server.issuer + authorizePath(app, { scope: "openid profile email" }));
      await signIn(page, person);
      await page.waitForSelector("#approve");
      if (javaScriptEnabled) expect(await faultsOf(page)).toEqual([]);
      await page.click("text=See your email address");
      expect(await page.isChecked('[name="allow:email"]')).toBe(false);
      await page.click("#approve");
      await page.waitForURL(`${redirect}?**code=**`);
      expect(await server.context.store.consents.find(person.user.id, app.client.id)).toMatchObject({
        scope: ["openid", "profile"],
        declined: ["email"],
      });
      await site.stop(true);
    });
  }

  test("8628-5.4-possession: a device in another network is warned of on an accessible page", async () => {
    const tv = await createDeviceClient(server);
    const { userCode } = await startDevice(server, tv, {}, { "x-forwarded-for": "8.8.8.8" });
    const person = await createPerson(server, { username: "fay" });
    const page = await newPage(still);
    await page.goto(`${server.issuer}${paths.device}?user_code=${userCode}`);
    await signIn(page, person);
    await page.fill("#user_code", userCode);
    await page.click("#continue");
    await page.waitForSelector("#other-network");
    expect(await faultsOf(page)).toEqual([]);
  });
});
