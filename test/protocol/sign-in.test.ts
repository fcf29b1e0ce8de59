import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { atPage } from "../../src/pages/page-visit.ts";
import { signInsInAll, signInsOfAddress } from "../../src/throttle/limits.ts";
import type { Limit } from "../../src/throttle/throttle.ts";
import { days, minutes, seconds } from "../../src/time.ts";
import { appearanceOf } from "../support/appearance.ts";
import { openAuthorization, outcomeOf } from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import { createPerson, disablePerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_TRUSTED_PROXIES: "127.0.0.1/32" });
});
afterAll(() => server.stop());
beforeEach(() => {
  // No failures of an earlier test count.
  server.advance(days(2));
});

const newPerson = (password = "correct horse battery staple") =>
  createPerson(server, { username: `person${++count}`, password });
const wrong = "wrong wrong wrong";
const wrongWords = "The username or the password is not right.";

/** Signs in from an address, in a browser of its own. */
async function attempt(username: string, password: string, address = "127.0.0.1"): Promise<Answer> {
  const browser = new TestBrowser(server, { "x-forwarded-for": address });
  return browser.signIn(await browser.get(paths.signIn), { username, password });
}

describe("the form", () => {
  test("S-01-cookie, 9700-2.1-credentials-forward, 9700-4.12-307: the right password starts a session and is answered by 303", async () => {
    const { username, password } = await newPerson();
    const answer = await attempt(username, password);
    expect([answer.status, answer.location, answer.body]).toEqual([303, `${server.issuer}/`, ""]);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^postern=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
      expect.stringMatching(/^postern-known=[\w.-]{39}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=31536000$/),
    ]);
  });

  test("S-04-login-csrf, UI-09, OIDC-3.1.2.3-csrf: a form without this browser's token is 403 and starts nothing", async () => {
    const { username, password } = await newPerson();
    const browser = new TestBrowser(server);
    const page = await browser.get(paths.signIn);
    const foreign = (await new TestBrowser(server).get(paths.signIn)).forms[0]?.fields.csrf ?? "";
    const fields = { username, password };
    for (const answer of [
      await browser.submit(page, "sign-in", { fields, without: ["csrf"] }),
      await browser.submit(page, "sign-in", { fields: { ...fields, csrf: foreign } }),
      await browser.submit(page, "sign-in", { fields, headers: { origin: "https://evil.example" } }),
      await browser.submit(page, "sign-in", { fields, headers: { "sec-fetch-site": "cross-site" } }),
      await new TestBrowser(server).post(paths.signIn, { ...page.forms[0]?.fields, ...fields }),
    ]) {
      expect(outcomeOf(answer)).toBe("403 page");
      expect(answer.headers.getSetCookie().filter((cookie) => cookie.startsWith("postern="))).toEqual([]);
    }
  });

  test("S-04-login-csrf: its token is the browser's own, which gets its cookie at the first visit and keeps it", async () => {
    const browser = new TestBrowser(server);
    const page = await browser.get(paths.signIn);
    expect(page.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^postern-browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    expect((await browser.get(paths.signIn)).headers.getSetCookie()).toEqual([]);
  });

  test("G-05-dup, G-01-form-type, XS-10: a form of another type, or with a field twice, is a 400 page; the log stays one line an event", async () => {
    const browser = new TestBrowser(server);
    const page = await browser.get(paths.signIn);
    const sent = new URLSearchParams({ ...page.forms[0]?.fields, username: "a", password: wrong });
    expect(outcomeOf(await browser.post(paths.signIn, `${sent}&username=b`))).toBe("400 page");
    expect(outcomeOf(await browser.post(paths.signIn, `${sent}`, { headers: { "content-type": "text/plain" } }))).toBe(
      "400 page",
    );
    expect(outcomeOf(await browser.post(`${paths.signIn}?username=a`, `${sent}`))).toBe("400 page");
    await browser.submit(page, "sign-in", { fields: { username: "a\u001b[31m'; DROP TABLE users", password: wrong } });
    for (const line of server.logged) expect(line.indexOf("\n")).toBe(line.length - 1);
  });

  test("S-05-enumeration: what is missing is asked for, by name", async () => {
    const browser = new TestBrowser(server);
    const page = await browser.submit(await browser.get(paths.signIn), "sign-in", {
      fields: { username: "", password: "" },
    });
    expect(page.body).toContain("Enter your username.");
    expect(page.body).toContain("Enter your password.");
    expect(page.body.match(/aria-invalid="true"/g)).toHaveLength(2);
  });
});

describe("who is let in", () => {
  test("S-05-enumeration, US-01: an unknown name, a wrong password and a disabled account look the same", async () => {
    const known = await newPerson();
    const disabled = await newPerson();
    await disablePerson(server, disabled);
    const answers = await Promise.all([
      attempt("nobody-of-this-name", wrong),
      attempt(known.username, wrong),
      attempt(disabled.username, disabled.password),
      attempt("not a name", wrong),
      attempt(known.username, "short"),
    ]);
    const shown = answers.map(({ status, body, headers }) => [
      status,
      headers.getSetCookie().length,
      appearanceOf(body),
    ]);
    expect(new Set(shown.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]?.body).toContain(wrongWords);
    expect(answers[0]?.status).toBe(200);
  });

  test("S-05-enumeration, US-01: and take the same time", async () => {
    const costly = await startTestServer({}, { isCostly: true });
    const known = await createPerson(costly, { username: "known" });
    const timed = async (username: string, password: string) => {
      const browser = new TestBrowser(costly);
      const page = await browser.get(paths.signIn);
      const start = performance.now();
      await browser.signIn(page, { username, password });
      return performance.now() - start;
    };
    const unknown: number[] = [];
    const wrongPassword: number[] = [];
    for (let round = 0; round < 5; round++) {
      unknown.push(await timed(`nobody${round}`, wrong));
      wrongPassword.push(await timed(known.username, wrong));
      costly.advance(minutes(30));
    }
    await costly.stop();
    const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[2] ?? 0;
    // A hash takes some 70 ms here; without one an answer takes 2. What is left between them is noise.
    expect(median(unknown)).toBeGreaterThan(median(wrongPassword) * 0.6);
    expect(median(wrongPassword)).toBeGreaterThan(median(unknown) * 0.6);
  });

  test("S-07-password-store, US-10: eight emoji are a password, both spellings of an umlaut are one, and NUL is none", async () => {
    const emoji = await newPerson("😀😁😂🤣😃😄😅😆");
    expect((await attempt(emoji.username, emoji.password)).status).toBe(303);
    const composed = await newPerson("Müller\u00a0und Söhne".normalize("NFC"));
    expect((await attempt(composed.username, "Müller und Söhne".normalize("NFD"))).status).toBe(303);
    expect((await attempt(composed.username, "müller und söhne")).status).toBe(200);
    expect((await attempt(composed.username, "with\u0000nul-inside")).status).toBe(400);
    const browser = new TestBrowser(server);
    const page = await browser.get(paths.signIn);
    const huge = browser.submit(page, "sign-in", { fields: { username: "a", password: "x".repeat(1_000_000) } });
    expect((await huge.catch(() => undefined))?.status ?? 413).toBe(413);
    expect((await attempt("a", "x".repeat(50_000))).status).toBe(200);
  });

  test("S-07-password-store: passwords are kept as argon2id, at the cost that suits the machine", async () => {
    const costly = await startTestServer({}, { isCostly: true });
    const { user } = await createPerson(costly);
    const stored = await costly.context.store.users.find(user.id);
    expect(stored?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=\d{5,},t=[23],p=1\$/);
    await costly.stop();
  });

  test("US-11: one name, whatever its case, its width and the spaces around it", async () => {
    const { user, password } = await createPerson(server, { username: "Alice" });
    for (const username of ["alice", "Alice", "alice ", " ALICE", "ａｌｉｃｅ"]) {
      expect((await attempt(username, password)).status).toBe(303);
    }
    expect((await server.context.store.sessions.list(user.id)).length).toBe(5);
    expect((await attempt("alicé", password)).status).toBe(200);
  });
});

describe("guessing", () => {
  test("S-06-throttle, US-03: after five wrong passwords there is a wait, longer each time and never for good", async () => {
    const { username, password } = await newPerson();
    for (let n = 0; n < 5; n++) expect((await attempt(username, wrong)).status).toBe(200);
    const waits: number[] = [];
    for (let round = 0; round < 9; round++) {
      // Right or wrong: nothing is tried while the wait lasts.
      const refused = await attempt(username, round % 2 === 0 ? password : wrong);
      expect(refused.status).toBe(429);
      expect(refused.body).toContain("Too many attempts.");
      expect(refused.forms.map(({ id }) => id)).toEqual(["sign-in", "passkey-sign-in"]);
      const wait = Number(refused.headers.get("retry-after"));
      waits.push(wait);
      server.advance(seconds(wait));
      expect((await attempt(username, wrong)).status).toBe(200);
    }
    expect(waits).toEqual([6, 11, 21, 41, 81, 161, 321, 641, 901]);
    server.advance(minutes(16));
    expect((await attempt(username, password)).status).toBe(303);
    expect((await attempt(username, wrong)).status).toBe(200);
    expect((await attempt(username, password)).status).toBe(303);
  });

  test("S-06-throttle, S-05-enumeration, US-03: a name that nobody has waits just as long", async () => {
    const { username } = await newPerson();
    const waitsOf = async (name: string) => {
      const seen: string[] = [];
      for (let n = 0; n < 8; n++) {
        const { status, headers } = await attempt(name, wrong);
        const wait = headers.get("retry-after");
        seen.push(`${status} ${wait}`);
        if (wait !== null) server.advance(seconds(Number(wait)));
      }
      return seen;
    };
    expect(await waitsOf("nobody-at-all")).toEqual(await waitsOf(username));
  });

  test("S-05-enumeration, US-01: nor is it forgotten sooner: days later both wait again after one more failure", async () => {
    const { username } = await newPerson();
    const failLater = async (name: string) => {
      for (let n = 0; n < 5; n++) await attempt(name, wrong);
      server.advance(days(2));
      return [(await attempt(name, wrong)).status, (await attempt(name, wrong)).status];
    };
    expect(await failLater("nobody-for-days")).toEqual(await failLater(username));
  });

  test("S-06-throttle: a clock that is set back by years keeps nobody out", async () => {
    const { username, password } = await newPerson();
    for (let n = 0; n < 5; n++) await attempt(username, wrong);
    expect((await attempt(username, password)).status).toBe(429);
    server.advance(days(-1000));
    expect((await attempt(username, password)).status).toBe(303);
    server.advance(days(1000));
  });

  test("S-06-throttle: who guesses many at once learns no more than one by one", async () => {
    const { username, password } = await newPerson();
    const answers = await Promise.all([...Array(12)].map(() => attempt(username, wrong)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(5).fill(200), ...Array(7).fill(429)]);
    expect((await attempt(username, password)).status).toBe(429);
  });

  /** As if so many sign-ins had failed already: each real one costs a hash. */
  const failBefore = (limit: Limit, key: string, times: number) => {
    for (let n = 0; n < times; n++) server.context.throttle.count(limit, key);
  };

  test("S-06-throttle: an address that fails thirty times must wait; others need not, and this box itself never", async () => {
    const person = await newPerson();
    failBefore(signInsOfAddress, "203.0.113.5", 28);
    for (const n of [1, 2]) expect((await attempt(`stranger${n}`, wrong, "203.0.113.5")).status).toBe(200);
    const refused = await attempt(person.username, person.password, "203.0.113.5");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, expect.stringMatching(/^\d+$/)]);
    expect((await attempt(person.username, person.password, "203.0.113.6")).status).toBe(303);
    failBefore(signInsOfAddress, "127.0.0.1", 30);
    expect((await attempt(person.username, person.password)).status).toBe(303);
    server.advance(minutes(10));
    expect((await attempt("stranger3", wrong, "203.0.113.5")).status).toBe(200);
  });

  test("S-06-throttle: accounts that fail again and again stand still themselves, and shut out nobody else behind their address", async () => {
    const [parent, ...children] = [await newPerson(), await newPerson(), await newPerson(), await newPerson()];
    const home = "203.0.113.77";
    // Apps with old passwords: each time the wait of their account is over, they try again.
    for (let tries = 0; tries < 36; tries += 1) {
      for (const child of children) await attempt(child.username, wrong, home);
      if (tries >= 5) server.advance(seconds(16));
    }
    for (const { username, password } of children) expect((await attempt(username, password, home)).status).toBe(429);
    expect((await attempt(parent?.username ?? "", parent?.password ?? "", home)).status).toBe(303);
    // More names are no family that forgets: somebody guesses.
    failBefore(signInsOfAddress, home, 15);
    expect((await attempt(parent?.username ?? "", parent?.password ?? "", home)).status).toBe(429);
    const metrics = await (await fetch(server.address + paths.metrics)).text();
    expect(metrics).toMatch(/postern_throttled_total\{limit="sign-in [a-z ]+"\} [1-9]/);
  });

  test("S-06-throttle, US-04: one password tried on everybody is noticed; who has not failed is not shut out", async () => {
    const person = await newPerson();
    const spray = async (n: number) =>
      (await attempt(`victim${n}`, "Summer2030!", `203.0.113.${100 + (n % 3)}`)).status;
    // The same person failing again is no spraying.
    for (const _ of [1, 2, 3]) expect(await spray(0)).toBe(200);
    failBefore(signInsInAll, "", 96);
    expect([await spray(1), await spray(2), await spray(3)]).toEqual([200, 200, 200]);
    expect([await spray(4), await spray(5), await spray(6)]).toEqual([429, 429, 429]);
    expect((await attempt(person.username, person.password, "198.51.100.1")).status).toBe(303);
    server.advance(minutes(1));
    expect(await spray(7)).toBe(200);
  });

  test("S-06-throttle: who goes away while waiting for a turn is counted with the address of the connection", async () => {
    let isGone = false;
    const peer = { requestIP: () => (isGone ? null : { address: "203.0.113.9" }) };
    const answer = atPage(server.context, new Request(server.address + paths.signIn), peer, async ({ browser }) =>
      Response.json(browser.origin),
    );
    isGone = true;
    expect(await (await answer).json()).toMatchObject({ address: "203.0.113.9" });
  });

  test("S-06-throttle: failures and successes are counted for the operator", async () => {
    const { user, username, password } = await newPerson();
    await attempt(username, wrong);
    await attempt(username, password);
    const events = (await server.context.store.events.list(10))
      .filter(({ userId }) => userId === user.id)
      .map(({ name }) => name);
    expect(events).toEqual(["session.started", "sign-in.failed", "user.created"]);
    const metrics = server.context.metrics.render([]);
    for (const result of ["signed-in", "refused", "wait"])
      expect(metrics).toMatch(new RegExp(`postern_sign_ins_total\\{factor="password",result="${result}"\\} [1-9]`));
    expect(server.logged.join()).not.toContain(password);
    expect(server.logged.join()).not.toContain(wrong);
  });
});

test("S-04-login-csrf, 6749-4.1-handle-cookie: a sign-in for an authorization goes back to it", async () => {
  const app = await createClient(server, { client_name: "Notes" });
  const person = await newPerson();
  const browser = new TestBrowser(server);
  const page = await openAuthorization(browser, app);
  expect(page.body).toContain("Notes");
  const again = await browser.signIn(page, { ...person, password: wrong });
  expect(again.body).toContain(wrongWords);
  expect(again.forms[0]?.fields.username).toBe(person.username);
  const answer = await browser.signIn(again, person);
  expect(answer.location).toStartWith(`${server.issuer}/auth/authorize/continue?handle=`);
});
