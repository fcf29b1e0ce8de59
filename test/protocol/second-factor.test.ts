import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { paths } from "../../src/http/paths.ts";
import { days, minutes, seconds } from "../../src/time.ts";
import { appearanceOf } from "../support/appearance.ts";
import { approve, authorize, openAuthorization, outcomeOf, pageOf, redeemedIdToken } from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { createPersonWithTotp, enrolTotp, sendCode, signInWithTotp } from "../support/totp.ts";

let server: TestServer;
let app: TestClient;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
  app = await createClient(server);
});
afterAll(() => server.stop());
beforeEach(() => {
  // No failures of an earlier test count.
  server.advance(days(2));
});

const newPerson = () => createPersonWithTotp(server, { username: `person${++count}` });
type Person = Awaited<ReturnType<typeof newPerson>>;

/** Up to the page that asks for the factor. */
async function showPassword(person: Person, browser = new TestBrowser(server), path: string = paths.signIn) {
  const page = await browser.open(path);
  return { browser, page: await browser.follow(await browser.signIn(page, person)) };
}

const isSignedIn = async (browser: TestBrowser) => (await browser.get(paths.home)).body.includes('href="/auth/logout"');

const sessionCookies = (answer: Answer) =>
  answer.headers.getSetCookie().filter((cookie) => cookie.startsWith("postern="));

describe("after the password", () => {
  test("S-09-second-factor: a right password starts no session, and leads to the page of the factor", async () => {
    const { user, ...person } = await newPerson();
    const browser = new TestBrowser(server);
    const answer = await browser.signIn(await browser.get(paths.signIn), person);
    expect(answer.status).toBe(303);
    expect(answer.location).toStartWith(`${server.issuer}${paths.secondFactor}?shown=`);
    expect(sessionCookies(answer)).toEqual([]);
    expect(await server.context.store.sessions.list(user.id)).toEqual([]);
    const page = await browser.follow(answer);
    expect(pageOf(page)).toBe("second-factor");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(await isSignedIn(browser)).toBe(false);
  });

  test("S-09-second-factor, IDT-acr-amr: the code starts it, and the ID token says how", async () => {
    const person = await newPerson();
    const browser = new TestBrowser(server);
    const answer = await signInWithTotp(browser, await openAuthorization(browser, app), person);
    expect(answer.location).toStartWith(`${server.issuer}/auth/authorize/continue?handle=`);
    const idToken = await redeemedIdToken(server, app, await approve(browser, answer));
    expect(decodeJwt(idToken)).toMatchObject({ sub: person.user.id, acr: "mfa", amr: ["pwd", "otp", "mfa"] });
  });

  test("S-09-second-factor, OIDC-3.1.2.1-max_age-auth_time: the time of the authentication is that of the password", async () => {
    const person = await newPerson();
    const { browser, page } = await showPassword(person);
    const shownAt = server.context.clock.now();
    server.advance(minutes(5));
    await sendCode(browser, page, person.app.code());
    const [session] = await server.context.store.sessions.list(person.user.id);
    expect(session?.authTime).toBe(shownAt);
  });

  test("S-09-second-factor: that the password was shown holds for ten minutes, in this browser, for this goal and this password", async () => {
    const person = await newPerson();
    const { browser, page } = await showPassword(person);
    const shown = new URL(page.url).searchParams.get("shown") ?? "";
    const opened = async (other: TestBrowser, query: Readonly<Record<string, string>>) =>
      pageOf(await other.open(`${paths.secondFactor}?${new URLSearchParams(query)}`));
    expect(await opened(browser, { shown })).toBe("second-factor");
    expect(await opened(new TestBrowser(server), { shown })).toBe("sign-in");
    const { location = "" } = await authorize(browser, app);
    const handle = new URL(location).searchParams.get("handle") ?? "";
    expect(await opened(browser, { shown, handle })).toBe("sign-in");
    expect(await opened(browser, { shown: `${shown.slice(0, -2)}AA` })).toBe("sign-in");
    server.advance(minutes(10));
    expect(await opened(browser, { shown })).toBe("sign-in");
    const late = await browser.follow(await sendCode(browser, page, person.app.code()));
    expect(late.body).toContain("This page was open for too long.");
    expect(await isSignedIn(browser)).toBe(false);

    const again = await showPassword(person);
    await server.context.store.users.setPassword({
      id: person.user.id,
      passwordHash: await server.context.passwords.hash("another password"),
      event: { at: server.context.clock.now(), name: "user.password-changed", actor: { kind: "system" } },
    });
    expect(pageOf(await again.browser.open(again.page.url))).toBe("sign-in");
  });

  test("S-04-login-csrf: the code's form without this browser's token is 403 and starts nothing", async () => {
    const person = await newPerson();
    const { browser, page } = await showPassword(person);
    const fields = { code: person.app.nextCode() };
    for (const answer of [
      await browser.submit(page, "second-factor", { fields, without: ["csrf"] }),
      await browser.submit(page, "second-factor", { fields, headers: { origin: "https://evil.example" } }),
      await new TestBrowser(server).post(paths.secondFactor, { ...page.forms[0]?.fields, ...fields }),
    ]) {
      expect(outcomeOf(answer)).toBe("403 page");
      expect(sessionCookies(answer)).toEqual([]);
    }
    expect((await sendCode(browser, page, fields.code)).status).toBe(303);
  });

  test("S-02-fixation: another person's session in the browser ends when the code is shown, not before", async () => {
    const before = await createPerson(server, { username: `before${++count}` });
    const browser = await signedInBrowser(server, before.user);
    const { page } = await showPassword(await newPerson(), browser, `${paths.signIn}?again=1`);
    expect(pageOf(page)).toBe("second-factor");
    expect((await server.context.store.sessions.list(before.user.id)).length).toBe(1);
    const after = await newPerson();
    const other = await showPassword(after, browser, `${paths.signIn}?again=1`);
    await sendCode(browser, other.page, after.app.nextCode());
    expect(await server.context.store.sessions.list(before.user.id)).toEqual([]);
  });

  test("S-05-enumeration, US-01: wrong passwords look the same whether there is a factor or not", async () => {
    const attempt = async (username: string) => {
      const browser = new TestBrowser(server);
      const page = await browser.get(paths.signIn);
      return appearanceOf((await browser.signIn(page, { username, password: "wrong wrong wrong" })).body);
    };
    const plain = await createPerson(server, { username: `plain${++count}` });
    const { username } = await newPerson();
    const looks = await Promise.all(["nobody-of-this-name", plain.username, username].map(attempt));
    expect(
      new Set(
        looks.map((look, index) => look.replaceAll(["nobody-of-this-name", plain.username, username][index] ?? "", "")),
      ).size,
    ).toBe(1);
  });
});

describe("a session that began before the factor", () => {
  /** Signed in by a password; then, elsewhere, an app is enrolled. */
  async function halfSignedIn() {
    const person = await createPerson(server, { username: `early${++count}` });
    const browser = await signedInBrowser(server, person.user);
    expect(await isSignedIn(browser)).toBe(true);
    return { browser, ...person, app: await enrolTotp(server, person) };
  }

  test("S-09-second-factor: it counts for nothing, wherever it goes, before the factor is shown in it", async () => {
    const { browser, app: authenticator } = await halfSignedIn();
    expect(await isSignedIn(browser)).toBe(false);
    for (const path of [paths.signIn, paths.device, paths.account, paths.enrolment]) {
      expect([path, pageOf(await browser.open(path))]).toEqual([path, "second-factor"]);
    }
    const page = await browser.open(paths.device);
    const before = browser.cookies.get("postern");
    expect(pageOf(await browser.follow(await sendCode(browser, page, authenticator.nextCode())))).toBe("device");
    expect(browser.cookies.get("postern")).not.toBe(before);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test("S-09-second-factor, OIDC-3.1.2.1-prompt-none: an authorization asks for the factor alone, and auth_time stays; without a page it is login_required", async () => {
    const { browser, user, app: authenticator } = await halfSignedIn();
    const [session] = await server.context.store.sessions.list(user.id);
    server.advance(minutes(1));
    expect(outcomeOf(await authorize(browser, app, { prompt: "none" }))).toBe("303 login_required");
    const page = await openAuthorization(browser, app);
    expect(pageOf(page)).toBe("second-factor");
    const answer = await approve(browser, await sendCode(browser, page, authenticator.nextCode()));
    const claims = decodeJwt(await redeemedIdToken(server, app, answer));
    expect(claims).toMatchObject({ acr: "mfa", amr: ["pwd", "otp", "mfa"], sid: session?.id });
    expect(claims.auth_time).toBe((session?.authTime ?? 0) / 1000);
  });

  test("S-09-second-factor, OIDC-3.1.2.1-prompt-login: prompt=login asks for the password first, and the factor after it", async () => {
    const { browser, ...person } = await halfSignedIn();
    server.advance(seconds(1));
    const page = await openAuthorization(browser, app, { prompt: "login" });
    expect(pageOf(page)).toBe("sign-in");
    expect(page.forms[0]?.fields.username).toBe(person.username);
    const answer = await signInWithTotp(browser, page, person);
    expect(outcomeOf(await approve(browser, answer))).toBe("303 code");
  });

  test("S-09-second-factor: consent that is shown already is not given by it", async () => {
    const person = await createPerson(server, { username: `early${++count}` });
    const browser = await signedInBrowser(server, person.user);
    const consent = await openAuthorization(browser, app);
    expect(pageOf(consent)).toBe("consent");
    await enrolTotp(server, person);
    const answer = await browser.submit(consent, "consent", { button: "approve" });
    expect(pageOf(await browser.follow(answer))).toBe("second-factor");
  });

  test("S-02-fixation: it can be ended, or left for another account", async () => {
    const { browser, user } = await halfSignedIn();
    const page = await browser.open(paths.signIn);
    expect(page.body).toContain("/login?again=1");
    expect(pageOf(await browser.get(`${paths.signIn}?again=1`))).toBe("sign-in");
    await browser.submit(await browser.get(paths.endSession), "sign-out");
    expect(await server.context.store.sessions.list(user.id)).toEqual([]);
  });
});

describe("wrong codes", () => {
  test("US-17, S-06-throttle, S-10-totp: after five there is a wait, which a right password does not end", async () => {
    const person = await newPerson();
    const { browser, page } = await showPassword(person);
    for (let n = 0; n < 5; n++) {
      const answer = await sendCode(browser, page, "000000");
      expect([answer.status, answer.body.includes("This code is not right")]).toEqual([200, true]);
    }
    const refused = await sendCode(browser, page, person.app.code(1));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "6"]);
    const elsewhere = new TestBrowser(server);
    const withPassword = await elsewhere.signIn(await elsewhere.get(paths.signIn), person);
    expect(withPassword.status).toBe(429);
    server.advance(seconds(6));
    const once = await showPassword(person);
    expect((await sendCode(once.browser, once.page, "000000")).status).toBe(200);
    const twice = await sendCode(once.browser, once.page, "000000");
    expect([twice.status, twice.headers.get("retry-after")]).toEqual([429, "11"]);
  });

  test("US-17, S-06-throttle: who guesses many at once learns no more than one by one", async () => {
    const person = await newPerson();
    const { browser, page } = await showPassword(person);
    const answers = await Promise.all([...Array(12)].map(() => sendCode(browser, page, "000000")));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(5).fill(200), ...Array(7).fill(429)]);
  });

  test("S-06-throttle: right codes end the count, and each failure is recorded", async () => {
    const person = await newPerson();
    const { browser, page } = await showPassword(person);
    for (let n = 0; n < 4; n++) await sendCode(browser, page, "000000");
    await sendCode(browser, page, person.app.nextCode());
    expect((await server.context.store.users.find(person.user.id))?.failures).toBe(0);
    const events = (await server.context.store.events.list(20)).filter(({ userId }) => userId === person.user.id);
    expect(events.slice(0, 5).map(({ name, detail }) => `${name} ${detail?.factor ?? ""}`)).toEqual([
      "session.started ",
      ...Array(4).fill("sign-in.failed code"),
    ]);
  });

  test("S-10-totp: nothing typed is asked for, and another kind of text is a wrong code", async () => {
    const person = await newPerson();
    const { browser, page } = await showPassword(person);
    expect((await sendCode(browser, page, "")).body).toContain("Enter a code.");
    for (const code of ["12345", "1234567", "abcdef", "x".repeat(10_000)])
      expect((await sendCode(browser, page, code)).status).toBe(200);
  });
});

describe("why it failed", () => {
  const traceOf = async (answer: Answer) => {
    const requestId = answer.headers.get("x-request-id") ?? "";
    expect(answer.body).toContain(`<code>${requestId}</code>`);
    return server.context.traces.find(requestId);
  };
  const unmet = (trace: Awaited<ReturnType<typeof traceOf>>) =>
    trace?.checks.filter(({ isMet }) => !isMet).map(({ rule }) => rule);

  test("S-05-enumeration: the page shows a number by which an administrator finds which check failed, and nothing that was typed", async () => {
    const person = await newPerson();
    const wrong = { username: person.username, password: "wrong wrong wrong" };
    const browser = new TestBrowser(server);
    const page = await browser.get(paths.signIn);
    const trace = await traceOf(await browser.signIn(page, wrong));
    expect(trace).toMatchObject({ path: "/login", userId: person.user.id, error: "access_denied" });
    expect(unmet(trace)).toEqual(["the password is the one of the account"]);
    const nobody = await traceOf(await browser.signIn(page, { username: "hunter2-is-my-password", password: "x" }));
    expect(unmet(nobody)).toEqual(["an account has the name"]);
    const second = await showPassword(person);
    const code = await traceOf(await sendCode(second.browser, second.page, "123456"));
    expect([code?.path, unmet(code)]).toEqual([
      "/login/second-factor",
      ["the code is the authenticator app's, not used before, or a recovery code that is left"],
    ]);
    const all = JSON.stringify([trace, nobody, code]);
    for (const typed of ["wrong wrong", "hunter2", "123456"]) expect(all).not.toContain(typed);
  });
});
