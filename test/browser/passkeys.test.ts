import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { BrowserContextOptions, Page } from "playwright-core";
import { paths } from "../../src/http/paths.ts";
import { seconds } from "../../src/time.ts";
import { addAuthenticator, type VirtualAuthenticator } from "../support/authenticator.ts";
import { closeChromium, newPage } from "../support/chromium.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { appWith } from "../support/totp.ts";

setDefaultTimeout(60_000);

let server: TestServer;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_MFA: "required" });
});
afterAll(async () => {
  await closeChromium();
  await server.stop();
});

const newPerson = () => createPerson(server, { username: `person${++count}` });

/** What the browser refused to do, and what scripts ran into. */
const complaints: string[] = [];

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await newPage(options);
  page.on("console", (message) => {
    if (/Content Security Policy|Refused/i.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return page;
}

async function showPassword(page: Page, person: TestPerson): Promise<void> {
  await page.goto(server.issuer + paths.signIn);
  await page.fill("#username", person.username);
  await page.fill("#password", person.password);
  await page.click("#sign-in-button");
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
}

const amrOf = async ({ user }: TestPerson) =>
  (await server.context.store.sessions.list(user.id)).toSorted((a, b) => b.authTime - a.authTime)[0]?.amr;

/** A person who has enrolled a passkey at the sign-in, as the policy of this server demands. */
async function enrolled(
  page: Page,
  abilities?: Parameters<typeof addAuthenticator>[1],
): Promise<{ readonly person: TestPerson; readonly authenticator: VirtualAuthenticator }> {
  const person = await newPerson();
  const authenticator = await addAuthenticator(page, abilities);
  await showPassword(page, person);
  await page.click("#passkey-enrolment-button");
  await page.waitForSelector("#recovery-codes");
  await page.click("#continue");
  await page.waitForURL(`${server.issuer}/`);
  return { person, authenticator };
}

/** As though the browser had been closed, and some time had passed. */
async function signOut(page: Page): Promise<void> {
  await page.context().clearCookies();
  server.advance(seconds(1));
}

const isSignedIn = async (page: Page) => (await page.content()).includes('href="/auth/logout"');

describe("a passkey", () => {
  test("S-12-passkey, S-13-policy: it is made at the enrolment, with its recovery codes, on accessible pages", async () => {
    const page = await open();
    const person = await newPerson();
    const authenticator = await addAuthenticator(page);
    await showPassword(page, person);
    await page.waitForSelector("#passkey-enrolment-button");
    await expectAccessible(page);
    await page.click("#passkey-enrolment-button");
    await page.waitForSelector("#recovery-codes");
    await expectAccessible(page);
    expect(await page.locator("#recovery-codes li").count()).toBe(10);
    expect((await authenticator.credentials()).length).toBe(1);
    expect(await amrOf(person)).toEqual(["pwd", "hwk", "user", "mfa"]);
    await page.click("#continue");
    expect(await isSignedIn(page)).toBe(true);
    const [kept] = (await server.context.store.factors.of(person.user.id)).passkeys;
    expect(kept).toMatchObject({ rpId: "localhost", isBackedUp: false, transports: ["internal"] });
    expect(complaints).toEqual([]);
  });

  test("S-12-passkey: the field of the user name offers it by itself (conditional UI)", async () => {
    const page = await open();
    const { person } = await enrolled(page);
    await signOut(page);
    await page.goto(server.issuer + paths.signIn);
    await page.waitForURL(`${server.issuer}/`);
    expect(await isSignedIn(page)).toBe(true);
    expect(await amrOf(person)).toEqual(["hwk", "user", "mfa"]);
    expect(complaints).toEqual([]);
  });

  test("S-12-passkey: the button signs in without a name, also while the field is offering it", async () => {
    const page = await open();
    const { person, authenticator } = await enrolled(page, { isSynced: true });
    await signOut(page);
    await authenticator.setPresence(false);
    await page.goto(server.issuer + paths.signIn);
    await page.waitForSelector("#passkey-sign-in-button");
    await expectAccessible(page);
    await authenticator.setPresence(true);
    await page.click("#passkey-sign-in-button");
    await page.waitForURL(`${server.issuer}/`);
    expect(await amrOf(person)).toEqual(["swk", "user", "mfa"]);
    const [kept] = (await server.context.store.factors.of(person.user.id)).passkeys;
    expect(kept?.isBackedUp).toBe(true);
  });

  test("S-12-passkey: of an authenticator that cannot verify its user, it is the second step after the password", async () => {
    const page = await open();
    const { person } = await enrolled(page, { hasUserVerification: false });
    await signOut(page);
    await showPassword(page, person);
    await page.waitForSelector("#second-factor-passkey-button");
    await expectAccessible(page);
    await page.click("#second-factor-passkey-button");
    await page.waitForURL(`${server.issuer}/`);
    expect(await amrOf(person)).toEqual(["pwd", "hwk", "user", "mfa"]);
    // Alone it does not do: the browser itself says no.
    await signOut(page);
    await page.goto(server.issuer + paths.signIn);
    await page.click("#passkey-sign-in-button");
    await page.waitForSelector('#passkey-sign-in [data-trouble="failed"]:visible');
    await expectAccessible(page);
    expect(new URL(page.url()).pathname).toBe(paths.signIn);
  });

  test("S-12-passkey: one that was removed here is refused, with a number to ask about", async () => {
    const page = await open();
    const { person, authenticator } = await enrolled(page);
    const [kept] = (await server.context.store.factors.of(person.user.id)).passkeys;
    await server.context.store.factors.removePasskey({
      userId: person.user.id,
      id: kept?.id ?? "",
      event: { at: server.context.clock.now(), name: "passkey.removed", actor: { kind: "system" } },
    });
    await signOut(page);
    await authenticator.setPresence(false);
    await page.goto(server.issuer + paths.signIn);
    await page.waitForSelector("#passkey-sign-in-button");
    await authenticator.setPresence(true);
    await page.click("#passkey-sign-in-button");
    await page.waitForURL(`${server.issuer}${paths.passkeySignIn}`);
    await authenticator.setPresence(false);
    expect(await page.textContent("main")).toContain("This passkey was not accepted.");
    await expectAccessible(page);
    const requestId = (await page.textContent("footer code")) ?? "";
    const trace = await server.context.traces.find(requestId);
    expect(trace?.checks).toMatchObject([{ rule: "the passkey is known here", isMet: false }]);
  });

  test("S-12-passkey: its count must grow, as that of an authenticator that counts does", async () => {
    const page = await open();
    const { person } = await enrolled(page);
    const countOf = async () => (await server.context.store.factors.of(person.user.id)).passkeys[0]?.signCount ?? 0;
    const before = await countOf();
    for (const _ of [1, 2]) {
      await signOut(page);
      await page.goto(server.issuer + paths.signIn);
      await page.waitForURL(`${server.issuer}/`);
    }
    expect(await countOf()).toBeGreaterThan(before);
  });

  test("S-12-passkey: where the person is not recognised, the page says so and stays as it is", async () => {
    const page = await open();
    const { authenticator } = await enrolled(page);
    const { id: authenticatorId, session } = authenticator;
    await session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await signOut(page);
    await page.goto(server.issuer + paths.signIn);
    await page.fill("#username", "somebody");
    await page.click("#passkey-sign-in-button");
    await page.waitForSelector('#passkey-sign-in [data-trouble="failed"]:visible');
    expect(await page.inputValue("#username")).toBe("somebody");
    expect(complaints).toEqual([]);
  });
});

describe("without scripts", () => {
  test("S-13-policy: no page speaks of passkeys, and the app is enrolled and asked for all the same", async () => {
    const page = await open({ javaScriptEnabled: false });
    const person = await newPerson();
    await page.goto(server.issuer + paths.signIn);
    expect(await page.isVisible("#passkey-sign-in")).toBe(false);
    await showPassword(page, person);
    expect(await page.isVisible("#passkey-enrolment")).toBe(false);
    const app = appWith(server, (await page.textContent("#totp-key")) ?? "");
    await page.fill("#code", app.code());
    await page.click("#confirm-totp");
    expect(await page.locator("#recovery-codes li").count()).toBe(10);
    const [code = ""] = await page.locator("#recovery-codes li code").allTextContents();
    await page.click("#continue");
    expect(await isSignedIn(page)).toBe(true);
    await signOut(page);
    await showPassword(page, person);
    await page.fill("#code", app.nextCode());
    await page.click("#verify-button");
    expect(await isSignedIn(page)).toBe(true);
    await signOut(page);
    await showPassword(page, person);
    await page.fill("#code", code);
    await page.click("#verify-button");
    expect(await page.textContent("main")).toContain("9 are left");
    await page.click("#continue");
    expect(await isSignedIn(page)).toBe(true);
  });
});
