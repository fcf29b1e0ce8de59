import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { english } from "../../src/languages/account/en.ts";
import { type AuditEvent, type EventName, eventNames } from "../../src/model/event.ts";
import { days } from "../../src/time.ts";
import { wordsOf } from "../support/account.ts";
import type { Answer, TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const path = `${paths.account}/activity`;

let server: TestServer;
let alice: TestPerson;
let browser: TestBrowser;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.advance(days(1));
  alice = await createPerson(server, { username: `alice${++count}` });
  browser = await signedInBrowser(server, alice.user);
});

const record = (name: EventName, changes: Partial<AuditEvent> = {}) =>
  server.context.store.events.record({
    at: server.context.clock.now(),
    name,
    actor: { kind: "user", userId: alice.user.id },
    userId: alice.user.id,
    ...changes,
  });

/** What happened and from where, the newest first. */
const linesOf = (page: Pick<Answer, "body">): readonly string[] =>
  page.body
    .split('<tr id="event-')
    .slice(1)
    .map((row) => wordsOf({ body: `<main ${row.split("</tr>")[0]}</main>` }).replace(/ Jan .* UTC/, " |"));

const newest = async () => linesOf(await browser.get(path))[0];

describe("in plain words", () => {
  test("every event that can concern a person has a sentence; those of clients and keys have none", () => {
    const impersonal = /^(?:backup|client|database|key|registration-token|scope|secret)\.|^setup\.link-created$/;
    expect(Object.keys(english.events).sort()).toEqual(eventNames.filter((name) => !impersonal.test(name)).sort());
  });

  test("what, when and from where", async () => {
    await record("user.password-changed", { address: "192.168.1.7" });
    expect(await newest()).toBe("Your password was changed. | your home network");
    await record("session.started", { address: "203.0.113.9" });
    expect(await newest()).toBe("You signed in. | 203.0.113.9");
    await record("passkey.added", { address: "::1", detail: { passkey: "Blue key" } });
    expect(await newest()).toBe("The passkey “ Blue key ” was added. | this server itself");
  });

  test("apps by their names, also when they are gone", async () => {
    const app = await createClient(server, { client_name: "Notes" });
    const clientId = app.client.id;
    await record("grant.created", { clientId, actor: { kind: "client", clientId }, address: "203.0.113.9" });
    expect(await newest()).toBe("Notes was connected. | 203.0.113.9 by the app itself");
    const at = server.context.clock.now();
    const event = { at, name: "client.deleted", actor: { kind: "cli" } } as const;
    await server.context.store.clients.delete({ id: clientId, event });
    expect(await newest()).toBe("an app that is gone was connected. | 203.0.113.9 by the app itself");
  });

  test("what somebody else did says who, and tells nothing of where an administrator sits", async () => {
    const root = await createPerson(server, { username: `root${count}`, role: "admin" });
    const byRoot = { actor: { kind: "user", userId: root.user.id }, address: "203.0.113.99" } as const;
    await record("user.disabled", byRoot);
    expect(await newest()).toBe("Your account was switched off. | by an administrator");
    const robot = (await createClient(server, { client_name: "Robot" })).client.id;
    await record("user.enabled", { actor: { kind: "client", clientId: robot }, address: "203.0.113.99" });
    expect(await newest()).toBe("Your account was switched on. | by an administrator");
    await record("user.recovered", { actor: { kind: "cli" } });
    expect(await newest()).toBe("Your account was recovered. Check this | on the server itself");
    await record("factors.reset", { actor: { kind: "system" } });
    expect(await newest()).toContain("| by the server");
    expect((await browser.get(path)).body).not.toContain("203.0.113.99");
  });

  test("a failed sign-in says what was wrong, and asks to be looked at", async () => {
    const failed = (factor: string) =>
      record("sign-in.failed", { actor: { kind: "anonymous" }, address: "203.0.113.9", detail: { factor } });
    await failed("password");
    expect(await newest()).toBe("A sign-in failed: the password was wrong. Check this | 203.0.113.9");
    await failed("code");
    expect(await newest()).toStartWith("A sign-in failed: the password was right, the code after it was wrong.");
    await failed("something new");
    expect(await newest()).toStartWith("A sign-in failed. Check this");
  });

  test("a session that goes on under a new cookie is no sign-in", async () => {
    const before = await newest();
    await record("session.started", { detail: { renewed: true } });
    expect(await newest()).toBe(before ?? "");
  });

  test("names with markup come out as text", async () => {
    await record("passkey.added", { detail: { passkey: "<script>alert(1)</script>" } });
    for (const at of [path, paths.account]) expect((await browser.get(at)).body).not.toContain("<script>alert");
  });
});

describe("pages", () => {
  test("older events follow, and the last page ends", async () => {
    for (let made = 1; made <= 60; made++) await record("passkey.added", { detail: { passkey: `No. ${made}` } });
    const numbers = (page: Answer) =>
      linesOf(page).flatMap((line) => (/No\. (\d+)/.exec(line) ?? []).slice(1).map(Number));
    const older = (page: Answer) => /rel="next" href="([^"]*)"/.exec(page.body)?.[1];
    const first = await browser.get(path);
    expect(numbers(first)).toEqual(Array.from({ length: 25 }, (_, index) => 60 - index));
    expect(first.body).not.toContain("Back to the newest");
    const second = await browser.get(older(first) ?? "");
    expect(numbers(second)).toEqual(Array.from({ length: 25 }, (_, index) => 35 - index));
    const third = await browser.get(older(second) ?? "");
    expect(numbers(third)).toEqual(Array.from({ length: 10 }, (_, index) => 10 - index));
    expect(older(third)).toBeUndefined();
    expect(third.body).toContain("Back to the newest");
  });

  test("nonsense in the address is the beginning", async () => {
    for (const before of ["x", "-1", "1e9", "9".repeat(40)])
      expect(await newest()).toBe(linesOf(await browser.get(`${path}?before=${before}`))[0] ?? "");
  });

  test("S-15-own-things: what happened to others is nowhere in it", async () => {
    const bob = await createPerson(server, { username: `bob${count}` });
    await record("passkey.added", { userId: bob.user.id, detail: { passkey: "of Bob" } });
    expect((await browser.get(path)).body).not.toContain("of Bob");
    expect((await browser.get(`${path}?before=999999999`)).body).not.toContain("of Bob");
  });
});
