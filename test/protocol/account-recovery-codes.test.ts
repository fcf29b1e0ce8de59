import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { days } from "../../src/time.ts";
import { expectForgeryRefused, expectFreshSignInAsked, surelySignedIn, wordsOf } from "../support/account.ts";
import { newestEvents } from "../support/administrators.ts";
import { TestBrowser } from "../support/browser.ts";
import { copied } from "../support/copied.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { createPersonWithTotp, sendCode } from "../support/totp.ts";

const path = `${paths.account}/recovery-codes`;

let server: TestServer;
let alice: Awaited<ReturnType<typeof createPersonWithTotp>>;
let browser: TestBrowser;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.advance(days(2));
  alice = await createPersonWithTotp(server, { username: `alice${++count}` });
  browser = await surelySignedIn(server, alice.user);
});

const left = async () => (await server.context.store.factors.of(alice.user.id)).recoveryCodes?.left;

/** Makes codes by the page; as they are shown. */
async function makeCodes(): Promise<readonly string[]> {
  const page = await browser.submit(await browser.get(path), "make-codes");
  return copied(page, "recovery-codes").trim().split("\n");
}

/** Signs in elsewhere with a code in place of the app's. */
async function isLetIn(code: string): Promise<boolean> {
  const visitor = new TestBrowser(server);
  const second = await visitor.follow(await visitor.signIn(await visitor.get(paths.signIn), alice));
  await sendCode(visitor, second, code);
  return (await visitor.get(paths.account)).status === 200;
}

describe("making them", () => {
  test("S-11-recovery-codes: ten are shown once, to be printed, and each lets their person in", async () => {
    expect(wordsOf(await browser.get(path))).toContain("You have none yet.");
    const page = await browser.submit(await browser.get(path), "make-codes");
    expect(page.status).toBe(200);
    expect(page.headers.get("cache-control")).toBe("no-store");
    const codes = copied(page, "recovery-codes").trim().split("\n");
    expect(new Set(codes).size).toBe(10);
    expect(page.body).toContain("data-print");
    // On paper nothing else tells what they are good for.
    expect(wordsOf(page)).toContain(`For the account ${alice.username} at ${server.issuer}`);
    expect(await left()).toBe(10);
    expect(await newestEvents(server, 1)).toEqual([`recovery-codes.created by ${alice.user.id}`]);
    expect((await browser.get(path)).body).not.toContain(codes[0] ?? "");
    expect(await isLetIn(codes[0] ?? "")).toBe(true);
    expect(wordsOf(await browser.get(path))).toContain("You have 9 codes left.");
  });

  test("new ones void the old ones, and that is said before", async () => {
    const [old = ""] = await makeCodes();
    expect(wordsOf(await browser.get(path))).toContain("The codes that you have now will stop working.");
    const [fresh = ""] = await makeCodes();
    expect(await isLetIn(old)).toBe(false);
    expect(await isLetIn(fresh)).toBe(true);
  });

  test("who has no second step needs none, and is told so", async () => {
    const bob = await createPerson(server, { username: `bob${count}` });
    const { forms } = await browser.get(path);
    browser = await signedInBrowser(server, bob.user);
    const page = await browser.get(path);
    expect(wordsOf(page)).toContain("Recovery codes stand in for a second step.");
    expect(page.forms).toEqual([]);
    expect(forms.map(({ id }) => id)).toEqual(["make-codes"]);
  });

  test("where the last second step went in another window, none are made", async () => {
    const page = await browser.get(path);
    await server.context.store.factors.disableTotp({
      userId: alice.user.id,
      event: { at: server.context.clock.now(), name: "totp.disabled", actor: { kind: "system" } },
    });
    expect(wordsOf(await browser.submit(page, "make-codes"))).toContain("Recovery codes stand in for a second step.");
    expect(await left()).toBeUndefined();
  });

  test("S-14-fresh-sign-in: it is asked who is there when the sign-in is older than ten minutes", async () => {
    await expectFreshSignInAsked(server, browser, path, (page) => browser.submit(page, "make-codes"));
    expect(await left()).toBeUndefined();
  });

  test("a form from elsewhere is refused", async () => {
    await expectForgeryRefused(browser, await browser.get(path), "make-codes");
    expect(await left()).toBeUndefined();
  });
});

describe("how many are left", () => {
  test("is a warning from three on, here and on the overview", async () => {
    const codes = await makeCodes();
    const isWarned = async () => (await browser.get(path)).body.includes("notice-warning");
    const overview = async () => wordsOf(await browser.get(paths.account));
    for (const code of codes.slice(0, 6)) await isLetIn(code);
    expect(await left()).toBe(4);
    expect(await isWarned()).toBe(false);
    expect(await overview()).not.toContain("Make new recovery codes.");
    for (const code of codes.slice(6, 7)) await isLetIn(code);
    expect(await isWarned()).toBe(true);
    expect(await overview()).toContain("Make new recovery codes. You have only 3 left.");
    for (const code of codes.slice(7)) await isLetIn(code);
    expect(await left()).toBe(0);
    expect(wordsOf(await browser.get(path))).toContain("You have none left.");
    expect(await overview()).toContain("Make recovery codes.");
  });
});
