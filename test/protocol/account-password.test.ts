import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { asUserId } from "../../src/brand.ts";
import { paths } from "../../src/http/paths.ts";
import { days, minutes } from "../../src/time.ts";
import { doneBy, expectForgeryRefused, expectFreshSignInAsked, surelySignedIn, wordsOf } from "../support/account.ts";
import { newestEvents } from "../support/administrators.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { type Granted, grantTokens } from "../support/grants.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { isActive } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { createPersonWithTotp } from "../support/totp.ts";

const path = `${paths.account}/password`;
const fresh = "eleven quiet otters";

let server: TestServer;
let app: TestClient;
let alice: TestPerson;
let browser: TestBrowser;
let other: TestBrowser;
let granted: Granted;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
  app = await createClient(server, mayRefresh);
});
afterAll(() => server.stop());
beforeEach(async () => {
  // No failures of an earlier test count.
  server.advance(days(2));
  alice = await createPerson(server, { username: `alice${++count}`, displayName: "Alice Liddell" });
  browser = await surelySignedIn(server, alice.user);
  other = await surelySignedIn(server, alice.user);
  granted = await grantTokens(server, { client: app.client, user: alice.user });
});

type Fields = Readonly<Record<string, string>>;

const change = async (fields: Fields, without: readonly string[] = []): Promise<Answer> =>
  browser.submit(await browser.get(path), "change-password", {
    fields: { current_password: alice.password, new_password: fresh, ...fields },
    without,
  });

const isSignedIn = async (visitor: TestBrowser) => (await visitor.get(paths.account)).status === 200;
const canSignIn = async (password: string) => {
  const visitor = new TestBrowser(server);
  await visitor.signIn(await visitor.get(paths.signIn), { ...alice, password });
  return isSignedIn(visitor);
};
const isUnchanged = async () =>
  (await server.context.store.users.find(alice.user.id))?.passwordHash === alice.user.passwordHash;

describe("another password", () => {
  test("S-02-fixation: by default it ends everything else, and goes on here under a new cookie", async () => {
    const cookie = browser.cookies.get("postern");
    const [done, page] = await doneBy(browser, change({}));
    expect(done).toBe("password-changed-everywhere");
    expect(wordsOf(page)).toContain("You were signed out everywhere else");
    expect(browser.cookies.get("postern")).not.toBe(cookie);
    const thief = new TestBrowser(server);
    thief.cookies.set("postern", cookie ?? "");
    expect(await isSignedIn(thief)).toBe(false);
    expect(await isSignedIn(other)).toBe(false);
    expect(await isActive(server, app, granted.accessToken)).toBe(false);
    expect(await canSignIn(alice.password)).toBe(false);
    expect(await canSignIn(fresh)).toBe(true);
  });

  test("the rest goes on where the person wants that", async () => {
    const [done] = await doneBy(browser, change({}, ["everywhere"]));
    expect(done).toBe("password-changed");
    expect(await isSignedIn(browser)).toBe(true);
    expect(await isSignedIn(other)).toBe(true);
    expect(await isActive(server, app, granted.accessToken)).toBe(true);
    expect(await canSignIn(alice.password)).toBe(false);
  });

  test("it is recorded with who did it, from where, and what was kept", async () => {
    await change({});
    const event = (await server.context.store.events.list(2)).find(({ name }) => name === "user.password-changed");
    expect(event).toMatchObject({
      actor: { kind: "user", userId: alice.user.id },
      userId: alice.user.id,
      address: "127.0.0.1",
      detail: { kept_others: false },
    });
  });

  test("S-09-second-factor: a session with a second factor keeps it", async () => {
    const bob = await createPersonWithTotp(server, { username: `bob${count}` });
    browser = await surelySignedIn(server, bob.user);
    await change({ current_password: bob.password });
    expect(await isSignedIn(browser)).toBe(true);
  });

  test("who has no password yet chooses one without showing an old one", async () => {
    const { store, clock } = server.context;
    const at = clock.now();
    const user = {
      ...alice.user,
      id: asUserId(`${alice.user.id.slice(1)}x`),
      username: `new${count}`,
      passwordHash: undefined,
    };
    const event = { at, name: "user.created", actor: { kind: "system" } } as const;
    await store.users.create({ user, event });
    browser = await surelySignedIn(server, user);
    const page = await browser.get(path);
    expect(wordsOf(page)).toContain("You have no password yet.");
    expect(page.body).not.toContain('id="current_password"');
    const [done] = await doneBy(browser, browser.submit(page, "change-password", { fields: { new_password: fresh } }));
    expect(done).toBe("password-changed-everywhere");
    expect((await store.users.find(user.id))?.passwordHash).toStartWith("$argon2id$");
  });
});

describe("refused", () => {
  test("a wrong old password is said beside its field, counted, and changes nothing", async () => {
    const page = await change({ current_password: "not the password" });
    expect(page.status).toBe(200);
    expect(wordsOf(page)).toContain("This is not your current password.");
    expect(page.body).toContain('aria-invalid="true"');
    expect(page.body).not.toContain("not the password");
    expect(await isUnchanged()).toBe(true);
    expect((await server.context.store.users.find(alice.user.id))?.failures).toBe(1);
    expect(await newestEvents(server, 1)).toEqual(["sign-in.failed by anonymous"]);
  });

  test("S-06-throttle: after some wrong ones the next must wait, also with the right one", async () => {
    for (let tries = 0; tries < 5; tries++) await change({ current_password: "not the password" });
    const page = await change({});
    expect(page.status).toBe(429);
    expect(Number(page.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(wordsOf(page)).toContain("Too many attempts.");
    expect(await isUnchanged()).toBe(true);
    server.advance(minutes(1));
    expect((await doneBy(browser, change({})))[0]).toBe("password-changed-everywhere");
  });

  test("S-07-password-store: what cannot be a password, or would be guessed at once, is said; the old one is not even tried", async () => {
    const wrong: Readonly<Record<string, string>> = {
      short: "The password is too short.",
      ["x".repeat(1025)]: "The password is too long.",
      password: "This password is among the first that a stranger would try.",
      "Alice Liddell": "This password is among the first that a stranger would try.",
    };
    for (const [password, sentence] of Object.entries(wrong)) {
      const page = await change({ current_password: "not the password", new_password: password });
      expect(wordsOf(page)).toContain(sentence);
      expect(wordsOf(page)).not.toContain("This is not your current password.");
    }
    expect(await isUnchanged()).toBe(true);
    expect((await server.context.store.users.find(alice.user.id))?.failures).toBe(0);
  });

  test("all that is missing is said at once", async () => {
    const page = await change({}, ["current_password", "new_password"]);
    expect(wordsOf(page)).toContain("Enter your current password.");
    expect(wordsOf(page)).toContain("Choose a password.");
    expect([...page.body.matchAll(/aria-invalid="true"/g)]).toHaveLength(2);
  });

  test("the choice about everything else is kept when something is wrong", async () => {
    const isChecked = ({ body }: Answer) => /id="everywhere"[^>]* checked/.test(body);
    expect(isChecked(await change({ new_password: "short" }, ["everywhere"]))).toBe(false);
    expect(isChecked(await change({ new_password: "short" }))).toBe(true);
    expect(isChecked(await browser.get(path))).toBe(true);
  });

  test("a form from elsewhere", async () => {
    await expectForgeryRefused(browser, await browser.get(path), "change-password");
    expect(await isUnchanged()).toBe(true);
  });
});

test("S-14-fresh-sign-in: it is asked who is there when the sign-in is older than ten minutes", async () => {
  await expectFreshSignInAsked(server, browser, path, (page) =>
    browser.submit(page, "change-password", { fields: { current_password: alice.password, new_password: fresh } }),
  );
  expect(await isUnchanged()).toBe(true);
});

test("password managers are told which field is which, and whose password it is", async () => {
  const { body } = await browser.get(path);
  expect(body).toMatch(/<input[^>]*autocomplete="current-password"[^>]*id="current_password"/);
  expect(body).toMatch(/<input[^>]*autocomplete="new-password"[^>]*id="new_password"/);
  expect(body).toMatch(new RegExp(`<input[^>]*value="${alice.username}"[^>]*autocomplete="username"`));
});
