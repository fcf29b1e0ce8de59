import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { days, minutes, seconds } from "../../src/time.ts";
import { appearanceOf } from "../support/appearance.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { hostPassword as password, startHost, startServerAt, type TestHost } from "../support/host.ts";
import { createPerson } from "../support/people.ts";
import type { TestServer } from "../support/server.ts";

const wrongWords = "The username or the password is not right.";

let host: TestHost;
let server: TestServer;
let count = 0;

beforeAll(async () => {
  host = startHost();
  server = await startServerAt(host);
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});
beforeEach(() => {
  // No failures of an earlier test count.
  server.advance(days(2));
  host.instead = undefined;
  host.asked.length = 0;
});

/** One more user of the host, whom Postern has not met. */
function newUser(told: Partial<Parameters<TestHost["users"]["set"]>[1]> = {}) {
  const name = `person${++count}`;
  const user = { subject: `uid-${count}`, password, ...told };
  host.users.set(name, user);
  return { name, ...user };
}

async function signIn(username: string, typed = password, browser = new TestBrowser(server)): Promise<Answer> {
  return browser.signIn(await browser.get(paths.signIn), { username, password: typed });
}

const accountOf = (name: string) => server.context.store.users.findByName(name);
/** The newest first. */
const eventsNamed = async (name: string) =>
  (await server.context.store.events.list(30)).filter((event) => event.name === name);
const traceOf = async (answer: Answer) => server.context.traces.find(answer.headers.get("x-request-id") ?? "");

describe("a user of the host signs in", () => {
  test("the first time makes the account, with all that the host says", async () => {
    const { name } = newUser({
      display_name: "Ann Otter",
      email: "ann@example.net",
      email_verified: true,
      groups: ["family", "media"],
    });
    expect((await signIn(name)).status).toBe(303);
    expect(await accountOf(name)).toMatchObject({
      username: name,
      hostSubject: `uid-${count}`,
      displayName: "Ann Otter",
      email: "ann@example.net",
      emailVerified: true,
      groups: ["family", "media"],
      role: "user",
      passwordHash: undefined,
    });
    const created = await eventsNamed("user.created");
    expect(created[0]).toMatchObject({ actor: { kind: "system" }, detail: { from_host: true } });
  });

  test("the question holds version, name, password and address, and nothing else", async () => {
    const { name } = newUser();
    await signIn(`  ${name.toUpperCase()} `);
    expect(host.asked).toEqual([{ version: 1, check: "password", username: name, password, address: "127.0.0.1" }]);
  });

  test("a short password is the host's own business", async () => {
    const { name } = newUser({ password: "1234" });
    expect((await signIn(name, "1234")).status).toBe(303);
  });

  test("the same subject under another name is the same person, who now goes by that name", async () => {
    const { name, ...user } = newUser();
    await signIn(name);
    const before = await accountOf(name);
    host.users.delete(name);
    host.users.set(`${name}-married`, user);
    expect((await signIn(`${name}-married`)).status).toBe(303);
    expect((await accountOf(`${name}-married`))?.id).toBe(before?.id as never);
    expect(await accountOf(name)).toBeUndefined();
  });

  test("an alias leads to the account under its own name", async () => {
    const { name, ...user } = newUser();
    host.users.set(`${name}@example.net`, { ...user, username: name.toUpperCase() });
    expect((await signIn(`${name}@example.net`)).status).toBe(303);
    expect(await accountOf(name)).toBeDefined();
    expect(await accountOf(`${name}@example.net`)).toBeUndefined();
  });

  test("each sign-in takes over what has changed, and what the host no longer says is gone", async () => {
    const { name, ...user } = newUser({
      display_name: "Ann",
      email: "ann@example.net",
      groups: ["a", "b"],
      role: "admin",
    });
    await signIn(name);
    expect((await accountOf(name))?.role).toBe("admin");
    host.users.set(name, { subject: user.subject, password, groups: ["b"] });
    await signIn(name);
    expect(await accountOf(name)).toMatchObject({
      role: "user",
      groups: ["b"],
      displayName: undefined,
      email: undefined,
      emailVerified: false,
    });
    const [updated] = await eventsNamed("user.updated");
    expect(updated).toMatchObject({
      actor: { kind: "system" },
      detail: { from_host: true, changed: "displayName email groups role" },
    });
  });

  test("what is as it was is not written again", async () => {
    const { name } = newUser({ groups: ["a"] });
    await signIn(name);
    const before = await eventsNamed("user.updated");
    await signIn(name);
    expect(await eventsNamed("user.updated")).toEqual(before);
  });

  test("an account that is switched off here stays out, whatever the host says", async () => {
    const { name } = newUser();
    await signIn(name);
    const user = await accountOf(name);
    if (user === undefined) throw new Error("nobody has signed in");
    const event = { at: server.context.clock.now(), name: "user.disabled", actor: { kind: "cli" } } as const;
    await server.context.store.users.setDisabled({ id: user.id, at: event.at, event });
    const answer = await signIn(name);
    expect(answer.body).toContain(wrongWords);
    expect((await traceOf(answer))?.checks.at(-1)).toEqual({ rule: "the account is enabled here", isMet: false });
  });
});

describe("Postern's own accounts", () => {
  test("who has a password here is not asked about at the host", async () => {
    const local = await createPerson(server, { username: `local${++count}`, password: "a password of Postern's" });
    host.users.set(local.username, { subject: "taker", password });
    expect((await signIn(local.username, local.password)).status).toBe(303);
    const refused = await signIn(local.username, password);
    expect(refused.body).toContain(wrongWords);
    expect(host.asked).toEqual([]);
    expect((await traceOf(refused))?.checks[0]?.rule).toBe(
      "an account of Postern's own with a password has the name: the host is not asked",
    );
  });

  test("a user of the host takes over no account that has no password yet, and the clash is recorded", async () => {
    const { user } = await createPerson(server, { username: `invited${++count}` });
    const invited = { ...user, id: `${user.id}x` as typeof user.id, username: `${user.username}x` };
    await server.context.store.users.create({
      user: { ...invited, passwordHash: undefined },
      event: { at: server.context.clock.now(), name: "user.created", actor: { kind: "cli" } },
    });
    host.users.set(invited.username, { subject: "taker", password });
    const answer = await signIn(invited.username);
    expect(answer.body).toContain(wrongWords);
    expect((await server.context.store.users.find(invited.id))?.hostSubject).toBeUndefined();
    expect(await server.context.store.users.findByHostSubject("taker")).toBeUndefined();
    expect((await eventsNamed("user.name-clash"))[0]).toMatchObject({
      userId: invited.id,
      detail: { username: invited.username, host_subject: "taker" },
    });
    expect((await traceOf(answer))?.checks.at(-1)).toEqual({
      rule: "the host's name for the person is no other account's",
      isMet: false,
    });
  });

  test("a user of the host cannot rename themselves onto another account", async () => {
    const local = await createPerson(server, { username: `victim${++count}` });
    const other = newUser();
    await signIn(other.name);
    for (const target of [local.username, other.name]) {
      const attacker = newUser();
      await signIn(attacker.name);
      const before = await accountOf(attacker.name);
      host.users.set(attacker.name, { subject: attacker.subject, password, username: target, role: "admin" });
      expect((await signIn(attacker.name)).body).toContain(wrongWords);
      expect(await accountOf(attacker.name)).toEqual(before);
      expect((await eventsNamed("user.name-clash"))[0]?.detail).toEqual({
        username: target,
        host_subject: attacker.subject,
      });
    }
  });

  test("of a name that the host has given to another, the first account stays its owner's", async () => {
    const first = newUser();
    await signIn(first.name);
    const before = await accountOf(first.name);
    host.users.set(first.name, { subject: "somebody-else", password: "other otters" });
    expect((await signIn(first.name, "other otters")).body).toContain(wrongWords);
    expect(await accountOf(first.name)).toEqual(before);
  });
});

describe("who is not let in", () => {
  test("an unknown name, a wrong password, a lockout at the host and a local account's wrong password look the same", async () => {
    const known = newUser();
    await signIn(known.name);
    const fresh = newUser();
    const locked = newUser({ reason: "locked" });
    const local = await createPerson(server, { username: `local${++count}` });
    const answers = [
      await signIn("nobody-of-this-name"),
      await signIn(known.name, "wrong wrong"),
      await signIn(fresh.name, "wrong wrong"),
      await signIn(locked.name),
      await signIn(local.username, "wrong wrong"),
    ];
    const shown = answers.map(({ status, body, headers }) => [
      status,
      headers.getSetCookie().length,
      appearanceOf(body),
    ]);
    expect(new Set(shown.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]?.body).toContain(wrongWords);
  });

  test("the trace names what the host said, and never what was typed", async () => {
    const { name } = newUser({ reason: "expired" });
    const answer = await signIn(name, "planted-password-1");
    const trace = await traceOf(answer);
    expect(trace?.checks).toEqual([
      { rule: "no account of Postern's own with a password has the name: the host is asked", isMet: true },
      { rule: "the host lets the person in", isMet: false, received: "expired" },
    ]);
    expect(JSON.stringify(trace)).not.toContain("planted-password-1");
    expect(JSON.stringify(trace)).not.toContain(name);
  });

  test("wrong passwords lock a known user of the host out like anybody, and the host is not asked meanwhile", async () => {
    const { name } = newUser();
    await signIn(name);
    for (let failure = 0; failure < 5; failure++) expect((await signIn(name, "wrong wrong")).status).toBe(200);
    host.asked.length = 0;
    const waiting = await signIn(name);
    expect([waiting.status, host.asked.length]).toEqual([429, 0]);
    server.advance(seconds(6));
    expect((await signIn(name)).status).toBe(303);
  });

  test("so does a name that Postern has not met", async () => {
    const { name } = newUser();
    for (let failure = 0; failure < 5; failure++) expect((await signIn(name, "wrong wrong")).status).toBe(200);
    expect((await signIn(name)).status).toBe(429);
    server.advance(minutes(1));
    expect((await signIn(name)).status).toBe(303);
  });

  test("of many guesses at once no more are judged than one by one", async () => {
    const { name } = newUser();
    const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => signIn(name, `guess number ${index}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(5).fill(200), ...Array(7).fill(429)]);
  });

  test("an unknown name and a wrong password take the same time, and so does the password of Postern's own account", async () => {
    const { name } = newUser();
    await signIn(name);
    const local = await createPerson(server, { username: `local${++count}` });
    host.instead = async () => {
      await Bun.sleep(400);
      return Response.json({ version: 1, allowed: false });
    };
    const timed = async (username: string) => {
      const browser = new TestBrowser(server);
      const page = await browser.get(paths.signIn);
      const start = performance.now();
      await browser.signIn(page, { username, password: "wrong wrong" });
      return performance.now() - start;
    };
    // It is remembered of sixteen refusals how long they took: none of an earlier test is left among them.
    const question = { check: "password", username: "x", password: "y", address: "unix" } as const;
    await Promise.all(Array.from({ length: 16 }, () => server.context.verifier?.ask(question)));
    for (const one of ["nobody", name, local.username]) {
      const took = await timed(one);
      expect(took).toBeGreaterThan(390);
      expect(took).toBeLessThan(2000);
    }
  });
});
