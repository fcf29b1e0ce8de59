import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { asClientId } from "../../src/brand.ts";
import type { AuditEvent } from "../../src/model/event.ts";
import { days, isoTime } from "../../src/time.ts";
import type { TestBrowser } from "../support/browser.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const path = "/admin/audit";
const formula = '=cmd|" /C calc"!A0';

let server: TestServer;
let alice: TestPerson;
let browser: TestBrowser;

const record = (changes: Partial<AuditEvent>): Promise<void> =>
  server.context.store.events.record({
    at: server.context.clock.now(),
    name: "token.revoked",
    actor: { kind: "system" },
    ...changes,
  });

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
  alice = await createPerson(server, { username: "alice", displayName: "Alice" });
  browser = await signedInBrowser(server, (await createPerson(server, { username: "root", role: "admin" })).user);
  await record({ name: "passkey.added", actor: { kind: "user", userId: alice.user.id }, userId: alice.user.id });
  await record({ name: "client.updated", clientId: asClientId("wiki"), detail: { secret: "abc", note: formula } });
  server.advance(days(1));
  await record({ name: "sign-in.failed", actor: { kind: "anonymous" }, userId: alice.user.id, address: "192.0.2.9" });
});
afterAll(() => server.stop());

/** The stable names of the events on the page, in their order. */
const namesIn = (body: string): readonly string[] =>
  [...body.matchAll(/<th scope="row">.*?<code>([a-z.-]+)<\/code>/g)].flatMap(([, name]) => name ?? []);

describe("the page", () => {
  test("tells what happened in plain words, with the names that scripts know, the newest first", async () => {
    const { body } = await browser.get(path);
    expect(namesIn(body).slice(0, 1)).toEqual(["sign-in.failed"]);
    for (const words of [
      "Sign-in failed",
      "Passkey added",
      "App changed",
      "192.0.2.9",
      "Somebody unknown",
      "secret: abc",
    ]) {
      expect(body).toContain(words);
    }
  });

  test.each([
    ["name=client", ["client.updated"]],
    ["name=passkey.added", ["passkey.added"]],
    ["client=wiki", ["client.updated"]],
    ["person=ALICE&name=sign-in", ["sign-in.failed"]],
    ["person=root&name=sign-in", []],
    ["from=2030-01-01T12:00&name=sign-in", ["sign-in.failed"]],
    ["to=2030-01-01T12:00&name=sign-in", []],
    ["person=alice&to=2030-01-01T12:00&name=passkey", ["passkey.added"]],
  ])("filters by %s", async (query, names) => {
    expect(namesIn((await browser.get(`${path}?${query}`)).body)).toEqual(names);
  });

  test("a filter that makes no sense is said to, and shows nothing", async () => {
    const nobody = await browser.get(`${path}?person=nobody-of-this-name`);
    expect(nobody.body).toContain("Nobody has this username");
    expect(namesIn(nobody.body)).toEqual([]);
    expect((await browser.get(`${path}?from=yesterday`)).body).toContain("A time reads like");
  });

  test("older events are on the next page, with the filter", async () => {
    for (let index = 0; index < 60; index++) await record({ name: "grant.ended", detail: { index } });
    const first = await browser.get(`${path}?name=grant`);
    expect(namesIn(first.body)).toHaveLength(50);
    const [, next = ""] = /href="[^"]*(\/admin\/audit\?[^"]*before=\d+)"/.exec(first.body) ?? [];
    const second = await browser.get(next.replaceAll("&amp;", "&"));
    expect(namesIn(second.body)).toEqual(Array.from({ length: 10 }, () => "grant.ended"));
    expect(second.body).toContain("index: 0");
    expect(second.body).not.toContain("index: 10<");
  });

  test("what people and programs chose is text", async () => {
    await record({
      name: "user.updated",
      address: "<script>alert(1)</script>",
      detail: { "<script>alert(2)": "<img src=x>" },
    });
    const { body } = await browser.get(`${path}?client=%22%3E%3Cscript%3Ealert(3)`);
    expect(body + (await browser.get(path)).body).not.toMatch(/<script>alert|<img src=x/);
  });
});

describe("saving", () => {
  test("CSV holds what is shown, of all pages, and no cell is a formula", async () => {
    const answer = await browser.get(`${path}/export.csv?name=client`);
    expect(answer.headers.get("content-type")).toStartWith("text/csv");
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="postern-events-.*\.csv"$/);
    const [heads, line] = answer.body.split("\r\n");
    expect(heads).toStartWith("id,time,name");
    expect(line).toContain("client.updated");
    expect(line).not.toMatch(/(^|,)=/);
    const all = await browser.get(`${path}/export.csv?name=grant`);
    expect(all.body.trim().split("\r\n")).toHaveLength(61);
  });

  test("JSON lines hold one event each", async () => {
    const { body, headers } = await browser.get(`${path}/export.jsonl?person=alice&name=sign-in`);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    const lines = body.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { name: "sign-in.failed", username: "alice", time: isoTime(server.context.clock.now()), address: "192.0.2.9" },
    ]);
  });

  test("nothing else is there", async () => {
    expect((await browser.get(`${path}/export.exe`)).status).toBe(404);
    expect((await browser.get(`${path}/constructor`)).status).toBe(404);
    expect((await browser.get(`${path}/export.csv?person=nobody`)).status).toBe(404);
  });
});

test("only administrators", async () => {
  const own = await signedInBrowser(server, alice.user);
  for (const address of [path, `${path}/export.csv`, `${path}/export.jsonl`]) {
    expect((await own.get(address)).status).toBe(403);
  }
});

test("a session that goes on under a new cookie is no sign-in", async () => {
  await record({ name: "session.started", userId: alice.user.id, detail: { renewed: true } });
  const { body } = await browser.get(`${path}?name=session.started`);
  expect(body).toContain('<th scope="row">Session renewed<');
});
