import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { asUserId } from "../../src/brand.ts";
import { passwords } from "../../src/crypto/password.ts";
import { paths } from "../../src/http/paths.ts";
import { TestBrowser } from "../support/browser.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ POSTERN_TRUSTED_PROXIES: "127.0.0.1" }, { isCostly: true });
});
afterAll(() => server.stop());

const signIn = async (person: Pick<TestPerson, "username" | "password">, address = "192.0.2.1") => {
  const browser = new TestBrowser(server, { "x-forwarded-for": address });
  const answer = await browser.signIn(await browser.get(paths.signIn), person);
  return { browser, answer };
};
const isSignedIn = async (browser: TestBrowser) => (await browser.get(paths.home)).body.includes("Signed in as");
const hashOf = async ({ user }: TestPerson) => (await server.context.store.users.find(user.id))?.passwordHash ?? "none";

/** A person whose password was set on a machine that afforded less. */
async function personOfOldBox(username: string): Promise<TestPerson> {
  const person = await createPerson(server, { username });
  const { store, clock } = server.context;
  const weak = await passwords({ memory: 64 * 1024 ** 2, cores: 1 }).hash(person.password);
  const event = { at: clock.now(), name: "user.password-changed", actor: { kind: "system" } } as const;
  await store.users.setPassword({ id: person.user.id, passwordHash: weak, event });
  return person;
}

describe("S-07-password-store: a password that was set on a smaller machine", () => {
  test("is hashed anew at the next sign-in, which ends nothing and is no event", async () => {
    const person = await personOfOldBox("carol");
    const weak = await hashOf(person);
    const events = async () => (await server.context.store.events.list(1000)).length;
    const { browser } = await signIn(person);
    const fresh = await hashOf(person);
    expect(server.context.passwords.isOutdated(weak)).toBe(true);
    expect(server.context.passwords.isOutdated(fresh)).toBe(false);
    const before = await events();
    const again = await signIn(person);
    expect(await hashOf(person)).toBe(fresh);
    expect([await isSignedIn(browser), await isSignedIn(again.browser)]).toEqual([true, true]);
    expect(await events()).toBe(before + 1);
    const wrong = await signIn({ ...person, password: "another" });
    expect(await isSignedIn(wrong.browser)).toBe(false);
  });

  test("lets in whoever signs in twice at the same time", async () => {
    const person = await personOfOldBox("dave");
    const twice = await Promise.all([signIn(person), signIn(person)]);
    expect(await Promise.all(twice.map(({ browser }) => isSignedIn(browser)))).toEqual([true, true]);
  });

  test("stays as it is after a wrong one", async () => {
    const person = await personOfOldBox("erin");
    const weak = await hashOf(person);
    await signIn({ ...person, password: "wrong" });
    expect(await hashOf(person)).toBe(weak);
  });

  test("is not put over one that was chosen meanwhile", async () => {
    const person = await personOfOldBox("frank");
    const { store } = server.context;
    const renewed = { id: person.user.id, before: "$other", passwordHash: "$new" };
    expect(await store.users.renewPasswordHash(renewed)).toBe("outdated");
    expect(await store.users.renewPasswordHash({ ...renewed, id: asUserId("nobody") })).toBe("outdated");
    expect(await hashOf(person)).toStartWith("$argon2id$");
  });
});

test("CR-20: of two hundred wrong passwords at once most are put off with words for people, and another address gets in", async () => {
  const person = await createPerson(server, { username: "grace" });
  const flood = Array.from({ length: 200 }, (_, number) =>
    signIn({ username: `nobody${number}`, password: "wrong" }, "198.51.100.7"),
  );
  // Some of them are in the line by then.
  await Promise.race(flood);
  const { browser } = await signIn(person, "203.0.113.5");
  expect(await isSignedIn(browser)).toBe(true);
  const putOff = (await Promise.all(flood)).map(({ answer }) => answer).filter(({ status }) => status === 503);
  expect(putOff.length).toBeGreaterThan(100);
  for (const { headers, body, forms } of putOff) {
    expect(headers.get("retry-after")).toMatch(/^[1-9]\d?$/);
    expect(body).toContain("Wait a few seconds and try again.");
    expect(forms.some(({ id, fields }) => id === "sign-in" && fields.username?.startsWith("nobody"))).toBe(true);
  }
  // A flood is no fault of the server: it has no lines of its own in the log.
  expect(server.logged.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
