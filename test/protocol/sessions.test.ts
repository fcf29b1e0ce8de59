import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { databasePath } from "../../src/server/instance.ts";
import { days, hours, minutes } from "../../src/time.ts";
import { approve, authorize, openAuthorization, pageOf } from "../support/authorization.ts";
import { TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let alice: TestPerson;
let app: TestClient;

beforeAll(async () => {
  server = await startTestServer();
  alice = await createPerson(server, { displayName: "Alice Liddell" });
  app = await createClient(server);
});
afterAll(() => server.stop());

async function signedIn(person = alice, at = server): Promise<TestBrowser> {
  const browser = new TestBrowser(at);
  await browser.signIn(await browser.get(paths.signIn), person);
  return browser;
}

const isSignedIn = async (browser: TestBrowser) => (await browser.get(paths.home)).body.includes("Signed in as");
const sessionsOf = ({ user }: TestPerson) => server.context.store.sessions.list(user.id);

describe("the cookie", () => {
  test("S-01-cookie, US-06: at an https issuer it is __Host-, Secure, HttpOnly, Lax, for the whole host and no other", async () => {
    const secure = await startTestServer({ POSTERN_ISSUER: "https://id.example" });
    const person = await createPerson(secure);
    const browser = new TestBrowser(secure);
    const page = await browser.get(paths.signIn);
    const answer = await browser.signIn(page, person);
    expect([...page.headers.getSetCookie(), ...answer.headers.getSetCookie()]).toEqual([
      expect.stringMatching(/^__Host-postern-browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
      expect.stringMatching(/^__Host-postern=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/),
      expect.stringMatching(/^__Host-postern-known=\S+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=31536000$/),
    ]);
    // US-07: what a sibling host can set has another name.
    const tossed = new TestBrowser(secure);
    tossed.cookies.set("postern", browser.cookies.get("__Host-postern") ?? "");
    expect(await isSignedIn(tossed)).toBe(false);
    expect(await isSignedIn(browser)).toBe(true);
    await secure.stop();
  });

  test("S-01-cookie: below a path it is __Secure- and for that path", async () => {
    const below = await startTestServer({ POSTERN_ISSUER: "https://nas.example/sso" });
    const page = await new TestBrowser(below).get(paths.signIn);
    expect(page.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Secure-postern-browser=[\w-]{43}; Path=\/sso; HttpOnly; SameSite=Lax; Secure$/),
    ]);
    expect(page.forms[0]?.action).toBe("/sso/login");
    await below.stop();
  });

  test("S-01-cookie, G-26-secrets-at-rest: its value is random and only its hash is stored", async () => {
    const [one, two] = [await signedIn(), await signedIn()];
    const values = [one, two].map((browser) => browser.cookies.get("postern") ?? "");
    expect(new Set(values).size).toBe(2);
    const file = new Database(databasePath(server.directory), { readonly: true });
    const rows = JSON.stringify(file.query("SELECT * FROM sessions").all());
    file.close();
    for (const value of values) {
      expect(Buffer.from(value, "base64url")).toHaveLength(32);
      expect(rows).not.toContain(value);
    }
    expect(server.logged.join()).not.toContain(values[0] ?? "");
  });

  test("S-02-fixation, US-05: a value that we did not make is nobody's, and is replaced at sign-in", async () => {
    const planted = "A".repeat(43);
    const browser = new TestBrowser(server);
    browser.cookies.set("postern", planted);
    expect(await isSignedIn(browser)).toBe(false);
    await browser.signIn(await browser.get(paths.signIn), alice);
    expect(browser.cookies.get("postern")).not.toBe(planted);
    const attacker = new TestBrowser(server);
    attacker.cookies.set("postern", planted);
    expect(await isSignedIn(attacker)).toBe(false);
  });

  test("US-08: the same name twice is no session", async () => {
    const browser = await signedIn();
    const cookie = `postern=${browser.cookies.get("postern")}`;
    const answer = await new TestBrowser(server).get(paths.home, { headers: { cookie: `${cookie}; postern=x` } });
    expect(answer.body).not.toContain("Signed in as");
  });
});

describe("the session", () => {
  test("S-02-fixation: signing in again changes the cookie and ends the old value, but not the session", async () => {
    const browser = await signedIn();
    const before = browser.cookies.get("postern") ?? "";
    const [first] = await sessionsOf(alice);
    server.advance(minutes(1));
    await browser.signIn(await openAuthorization(browser, app, { prompt: "login" }), alice);
    expect(browser.cookies.get("postern")).not.toBe(before);
    const old = new TestBrowser(server);
    old.cookies.set("postern", before);
    expect([await isSignedIn(old), await isSignedIn(browser)]).toEqual([false, true]);
    expect((await sessionsOf(alice)).map(({ id }) => id)).toContain(first?.id ?? expect.anything());
  });

  test("S-02-fixation: another person's sign-in ends the session that was there", async () => {
    const carol = await createPerson(server, { username: "carol" });
    const dave = await createPerson(server, { username: "dave" });
    const browser = await signedIn(carol);
    expect((await sessionsOf(carol)).length).toBe(1);
    server.advance(minutes(1));
    await browser.signIn(await openAuthorization(browser, app, { prompt: "login" }), dave);
    expect([(await sessionsOf(carol)).length, (await sessionsOf(dave)).length]).toEqual([0, 1]);
  });

  test("S-03-lifetime: it ends after twelve idle hours, and use keeps it alive", async () => {
    const browser = await signedIn();
    for (const _ of [1, 2, 3]) {
      server.advance(hours(11));
      expect(await isSignedIn(browser)).toBe(true);
    }
    server.advance(hours(12.1));
    expect(await isSignedIn(browser)).toBe(false);
  });

  test("S-03-lifetime: it ends after thirty days, however much it is used", async () => {
    const browser = await signedIn();
    for (let hour = 0; hour <= 30 * 24 - 12; hour += 12) {
      expect(await isSignedIn(browser)).toBe(true);
      server.advance(hours(12));
    }
    expect(await isSignedIn(browser)).toBe(true);
    server.advance(hours(1));
    expect(await isSignedIn(browser)).toBe(false);
  });

  test("S-03-lifetime: a clock that is set back ends nothing", async () => {
    const browser = await signedIn();
    server.advance(days(-400));
    expect(await isSignedIn(browser)).toBe(true);
    server.advance(days(400));
  });

  test("US-09, 6749-6-events: after sign-out, a new password or disabling, an old cookie is worth nothing", async () => {
    const { store, clock } = server.context;
    const system = { kind: "system" } as const;
    const ways: readonly ((person: TestPerson, browser: TestBrowser) => Promise<unknown>)[] = [
      async (_, browser) => browser.submit(await browser.get(paths.endSession), "sign-out"),
      ({ user }) =>
        store.users.setPassword({
          id: user.id,
          passwordHash: "x",
          event: { at: clock.now(), name: "user.password-changed", actor: system },
        }),
      ({ user }) =>
        store.users.setDisabled({
          id: user.id,
          at: clock.now(),
          event: { at: clock.now(), name: "user.disabled", actor: system },
        }),
    ];
    for (const [index, end] of ways.entries()) {
      const person = await createPerson(server, { username: `ended${index}` });
      const browser = await signedIn(person);
      const stolen = new TestBrowser(server);
      stolen.cookies.set("postern", browser.cookies.get("postern") ?? "");
      expect(await isSignedIn(stolen)).toBe(true);
      await end(person, browser);
      expect(await isSignedIn(stolen)).toBe(false);
      expect(pageOf(await openAuthorization(stolen, app))).toBe("sign-in");
    }
  });

  test("US-12: after sign-out the back button finds no page", async () => {
    const browser = await signedIn();
    const consent = await openAuthorization(browser, await createClient(server));
    expect([pageOf(consent), consent.headers.get("cache-control")]).toEqual(["consent", "no-store"]);
    await browser.submit(await browser.get(paths.endSession), "sign-out");
    expect(pageOf(await browser.open(consent.url))).toBe("sign-in");
  });

  test("S-03-lifetime, 6749-5.1-commit: it outlives a restart", async () => {
    let own = await startTestServer();
    const person = await createPerson(own);
    const browser = await signedIn(person, own);
    const cookies = new Map(browser.cookies);
    own = await own.restart();
    const after = new TestBrowser(own);
    for (const [name, value] of cookies) after.cookies.set(name, value);
    expect(await isSignedIn(after)).toBe(true);
    await own.stop();
  });
});

describe("the start page", () => {
  test("S-08-no-autofill-leak: it names who is signed in, and says what to do where nobody is", async () => {
    const { body } = await (await signedIn()).get(paths.home);
    expect(body).toContain("Welcome, ");
    expect(body).toContain("Alice Liddell");
    expect(body).toContain('href="/auth/logout"');
    const anyone = await new TestBrowser(server).get(paths.home);
    expect(anyone.body).not.toContain("Alice");
    expect(anyone.body).toContain("postern setup-link");
  });

  test("S-02-fixation: who is signed in already is not asked again without a reason", async () => {
    const browser = await signedIn();
    expect((await browser.get(paths.signIn)).location).toBe(`${server.issuer}/`);
    await approve(browser, await authorize(browser, app));
    const { location = "" } = await authorize(browser, app, { prompt: "consent" });
    const handle = new URL(location).searchParams.get("handle");
    expect((await browser.get(`${paths.signIn}?handle=${handle}`)).location).toContain("/auth/authorize/continue");
  });
});

describe("assets", () => {
  test("9700-4.2.4-referrer: styles and scripts come from here, are cached, and asked for by their tag", async () => {
    for (const [path, type] of [
      ["/assets/postern.css", "text/css; charset=utf-8"],
      ["/assets/form-post.js", "text/javascript; charset=utf-8"],
      ["/assets/icon.svg", "image/svg+xml"],
    ] as const) {
      const answer = await fetch(server.issuer + path);
      expect([answer.status, answer.headers.get("content-type"), answer.headers.get("x-content-type-options")]).toEqual(
        [200, type, "nosniff"],
      );
      expect(answer.headers.get("cache-control")).toBe("public, no-cache");
      expect((await answer.text()).length).toBeGreaterThan(10);
      const tag = answer.headers.get("etag") ?? "";
      const again = await fetch(server.issuer + path, { headers: { "if-none-match": tag } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    }
    expect((await fetch(`${server.issuer}/assets/nothing.css`)).status).toBe(404);
  });
});
