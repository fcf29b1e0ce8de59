import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { signInsOfAddress } from "../../src/throttle/limits.ts";
import { days, seconds } from "../../src/time.ts";
import { TestBrowser } from "../support/browser.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { createPersonWithTotp, sendCode, signInWithTotp } from "../support/totp.ts";

let server: TestServer;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_TRUSTED_PROXIES: "127.0.0.1/32" });
});
afterAll(() => server.stop());
beforeEach(() => {
  server.advance(days(2));
});

const newPerson = () => createPerson(server, { username: `person${++count}` });
const wrong = "wrong wrong wrong";
const address = { "x-forwarded-for": "203.0.113.5" };

const attempt = async (browser: TestBrowser, { username }: TestPerson, password: string) =>
  (await browser.signIn(await browser.get(`${paths.signIn}?again=1`), { username, password })).status;

/** A browser in which the person has signed in before, and is signed in no more. */
async function knownBrowser(person: TestPerson): Promise<TestBrowser> {
  const browser = new TestBrowser(server, address);
  expect(await attempt(browser, person, person.password)).toBe(303);
  browser.cookies.delete("postern");
  return browser;
}

/** Somebody fails on purpose, from here and there. */
async function besiege(person: TestPerson): Promise<void> {
  for (let n = 0; n < 6; n++) await attempt(new TestBrowser(server, address), person, wrong);
}

describe("a browser that the person has signed in from before", () => {
  test("S-06-throttle, US-03: strangers who fail on purpose keep its owner out of it in no way", async () => {
    const person = await newPerson();
    const browser = await knownBrowser(person);
    await besiege(person);
    // As if the address they share with the owner had failed with other names, too: each real failure costs a hash.
    for (let n = 0; n < 30; n++) server.context.throttle.count(signInsOfAddress, address["x-forwarded-for"]);
    expect(await attempt(new TestBrowser(server, address), person, person.password)).toBe(429);
    expect(await attempt(browser, person, person.password)).toBe(303);
  });

  test("S-06-throttle: it is known with the other password, too, that the person has chosen in it", async () => {
    const person = await newPerson();
    const browser = await knownBrowser(person);
    await attempt(browser, person, person.password);
    const password = "seven other noisy otters";
    const page = await browser.get(`${paths.account}/password`);
    const fields = { current_password: person.password, new_password: password };
    expect((await browser.submit(page, "change-password", { fields })).status).toBe(303);
    browser.cookies.delete("postern");
    await besiege(person);
    expect(await attempt(browser, person, password)).toBe(303);
  });

  test("S-06-throttle: it has a count of its own, with the same waits, and its failures keep nobody else out", async () => {
    const person = await newPerson();
    const browser = await knownBrowser(person);
    for (let n = 0; n < 5; n++) expect(await attempt(browser, person, wrong)).toBe(200);
    expect(await attempt(browser, person, person.password)).toBe(429);
    expect((await server.context.store.users.find(person.user.id))?.failures).toBe(0);
    expect(await attempt(new TestBrowser(server), person, person.password)).toBe(303);
    server.advance(seconds(6));
    expect(await attempt(browser, person, wrong)).toBe(200);
    server.advance(seconds(6));
    expect(await attempt(browser, person, person.password)).toBe(429);
    server.advance(seconds(5));
    expect(await attempt(browser, person, person.password)).toBe(303);
    for (let n = 0; n < 5; n++) expect(await attempt(browser, person, wrong)).toBe(200);
    const events = (await server.context.store.events.list(30)).filter(({ userId }) => userId === person.user.id);
    expect(events.filter(({ name }) => name === "sign-in.failed")).toHaveLength(11);
  });

  test("S-06-throttle: who guesses many at once there learns no more than one by one", async () => {
    const person = await newPerson();
    const browser = await knownBrowser(person);
    const page = await browser.get(paths.signIn);
    const answers = await Promise.all(
      [...Array(12)].map(() => browser.signIn(page, { username: person.username, password: wrong })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(5).fill(200), ...Array(7).fill(429)]);
  });

  test("S-06-throttle: the mark is of one person; another's, a forged or a changed one, is worth nothing", async () => {
    const [alice, mallory] = [await newPerson(), await newPerson()];
    const mark = (await knownBrowser(alice)).cookies.get("postern-known") ?? "";
    const other = (await knownBrowser(mallory)).cookies.get("postern-known") ?? "";
    await besiege(alice);
    for (const forged of [other, `${mark.slice(0, 17)}${other.slice(17)}`, `${mark}x`, "x", ""]) {
      const browser = new TestBrowser(server, address);
      browser.cookies.set("postern-known", forged);
      expect([forged, await attempt(browser, alice, alice.password)]).toEqual([forged, 429]);
    }
    const browser = new TestBrowser(server, address);
    browser.cookies.set("postern-known", mark);
    expect(await attempt(browser, alice, alice.password)).toBe(303);
  });

  test("S-06-throttle: a browser of five people knows them all; of a sixth, the oldest is forgotten", async () => {
    const people = await Promise.all([...Array(6)].map(newPerson));
    const browser = new TestBrowser(server, address);
    for (const person of people) expect(await attempt(browser, person, person.password)).toBe(303);
    const [first, second] = people;
    if (first === undefined || second === undefined) throw new Error("there is nobody");
    await Promise.all([besiege(first), besiege(second)]);
    expect([await attempt(browser, first, first.password), await attempt(browser, second, second.password)]).toEqual([
      429, 303,
    ]);
  });

  test("S-06-throttle, US-17: codes are counted there, too: a besieged owner shows one, and only the whole sign-in makes it known", async () => {
    const person = await createPersonWithTotp(server, { username: `person${++count}` });
    const browser = new TestBrowser(server, address);
    const half = await browser.signIn(await browser.get(paths.signIn), person);
    expect([half.status, browser.cookies.has("postern-known")]).toEqual([303, false]);
    await signInWithTotp(browser, await browser.get(paths.signIn), person);
    expect(browser.cookies.has("postern-known")).toBe(true);
    browser.cookies.delete("postern");
    await besiege(person);
    const page = await browser.follow(await browser.signIn(await browser.get(paths.signIn), person));
    for (let n = 0; n < 5; n++) expect((await sendCode(browser, page, "000000")).status).toBe(200);
    expect((await sendCode(browser, page, person.app.code(1))).status).toBe(429);
    server.advance(seconds(6));
    expect((await sendCode(browser, page, person.app.nextCode())).status).toBe(303);
  });
});
