import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { asUserId } from "../../src/brand.ts";
import type { AuditEvent } from "../../src/model/event.ts";
import { days, instant } from "../../src/time.ts";
import { type Api, administratorApi, listed, problemOf, text } from "../support/api.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let api: Api;
let ann: TestPerson;
let wiki: TestClient;
const start = instant(Date.UTC(2030, 0, 1));
beforeAll(async () => {
  server = await startTestServer();
  api = await administratorApi(server);
  ann = await createPerson(server, { username: "ann" });
  wiki = await createClient(server, { client_name: '=HYPERLINK("https://evil.example","Wiki")' });
});
afterAll(() => server.stop());

const record = (event: Partial<AuditEvent>) =>
  server.context.store.events.record({ at: start, name: "sign-in.failed", actor: { kind: "anonymous" }, ...event });
const lines = (text: string) => text.split("\n").filter((line) => line !== "");

describe("reading", () => {
  test("an event says who did what to whom, with names as they are now", async () => {
    await record({
      name: "consent.given",
      actor: { kind: "user", userId: ann.user.id },
      userId: ann.user.id,
      clientId: wiki.client.id,
      address: "192.0.2.1",
      detail: { scope: "openid" },
    });
    const answer = await api.get("/events?limit=1");
    expect(answer.body.items).toEqual([
      {
        id: expect.any(Number),
        time: "2030-01-01T00:00:00Z",
        name: "consent.given",
        actor: { kind: "user", id: ann.user.id, name: "ann" },
        user_id: ann.user.id,
        username: "ann",
        client_id: wiki.id,
        client_name: '=HYPERLINK("https://evil.example","Wiki")',
        address: "192.0.2.1",
        detail: { scope: "openid" },
      },
    ]);
  });

  test("who is gone has no name any more, and is there all the same", async () => {
    await record({ userId: asUserId("gone"), actor: { kind: "user", userId: asUserId("gone") } });
    expect((await api.get("/events?limit=1")).body.items).toMatchObject([{ user_id: "gone", actor: { id: "gone" } }]);
    expect(listed(await api.get("/events?limit=1"), "username")).toEqual([undefined]);
  });

  test("it goes back in time, each event once, though new ones come meanwhile", async () => {
    for (let count = 0; count < 7; count++) await record({});
    const all = listed(await api.get("/events?limit=200"), "id");
    const seen: unknown[] = [];
    let next: string | null = "/api/v1/events?limit=3";
    while (next !== null) {
      const part = await api.get(next.slice("/api/v1".length));
      seen.push(...listed(part, "id"));
      next = part.body.next === null ? null : text(part, "next");
      expect(part.headers.get("link")).toBe(next === null ? null : `<${next}>; rel="next"`);
      await record({});
    }
    expect(seen).toEqual([...all]);
    expect(seen).toEqual([...seen].sort((a, b) => Number(b) - Number(a)));
  });

  test("a page that ends exactly with the last event has none after it", async () => {
    const total = listed(await api.get("/events?limit=200"), "id").length;
    expect((await api.get(`/events?limit=${total}`)).body.next).toBeNull();
    expect((await api.get(`/events?limit=${total - 1}`)).body.next).toBeString();
    expect((await api.get("/events?before=1")).body).toEqual({ items: [], next: null });
  });

  test("it is narrowed by name, person, client and time; what is named together all holds", async () => {
    await record({ name: "key.rotated", at: instant(start + days(3)) });
    await record({ name: "client.updated", clientId: wiki.client.id, at: instant(start + days(2)) });
    const names = async (query: string) => [...new Set(listed(await api.get(`/events?limit=200&${query}`), "name"))];
    expect(await names("name=key.rotated")).toEqual(["key.rotated"]);
    expect(await names("name=client")).toEqual(["client.updated", "client.created"]);
    expect(await names(`user_id=${ann.user.id}`)).toEqual(["consent.given", "user.created"]);
    expect(await names(`client_id=${wiki.id}&name=client`)).toEqual(["client.updated", "client.created"]);
    expect(await names("from=2030-01-03")).toEqual(["client.updated", "key.rotated"]);
    expect(await names("from=2030-01-03T00:00:00Z&to=2030-01-04T00:00:00Z")).toEqual(["client.updated"]);
    expect(await names("from=2030-01-03T01:00:00%2B01:00&to=2030-01-04")).toEqual(["client.updated"]);
    expect(await names("user_id=nobody")).toEqual([]);
    const first = await api.get("/events?name=sign-in&limit=2");
    expect(text(first, "next")).toContain("name=sign-in&limit=2&before=");
  });

  test.each([
    ["name=nothing", "400 invalid_request name"],
    ["name=client.nothing", "400 invalid_request name"],
    ["name=cli", "400 invalid_request name"],
    ["from=yesterday", "400 invalid_request from"],
    ["from=2030-13-01", "400 invalid_request from"],
    ["to=1893456000", "400 invalid_request to"],
    ["before=0", "400 invalid_request before"],
    ["before=x", "400 invalid_request before"],
    ["offset=1", "400 unknown_member"],
    ["name=client&name=user", "400 invalid_request"],
  ])("?%s is refused", async (query, problem) => {
    expect(problemOf(await api.get(`/events?${query}`))).toBe(problem);
    if (!/before|offset/.test(query))
      expect(problemOf(await api.get(`/events/export?format=csv&${query}`))).toBe(problem);
  });
});

describe("exporting", () => {
  test("JSON lines are the events of the list, one a line", async () => {
    const answer = await api.get("/events/export?format=jsonl");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/jsonl; charset=utf-8");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="postern-events-2030-01-01.jsonl"');
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const { items } = (await api.get("/events?limit=200")).body;
    expect(lines(answer.text).map((line) => JSON.parse(line))).toEqual(Array.isArray(items) ? items : []);
  });

  test("CSV has a row of names, is quoted by RFC 4180, and begins no formula", async () => {
    await record({
      name: "session.ended",
      actor: { kind: "user", userId: asUserId("-1+1") },
      userId: asUserId("=cmd|' /C calc'!A0"),
      clientId: wiki.client.id,
      address: '@SUM(1),"quoted"\r\nnext',
      detail: { reason: "a, b" },
    });
    const answer = await api.get("/events/export?format=csv&name=session.ended");
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8; header=present");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="postern-events-2030-01-01.csv"');
    const id = listed(await api.get("/events?name=session.ended"), "id")[0];
    expect(answer.text).toBe(
      [
        "id,time,name,actor,actor_id,actor_name,user_id,username,client_id,client_name,grant_id,address,detail",
        `${id},2030-01-01T00:00:00Z,session.ended,user,"'-1+1",,"'=cmd|' /C calc'!A0",,${wiki.id},"'=HYPERLINK(""https://evil.example"",""Wiki"")",,"'@SUM(1),""quoted""\r\nnext","{""reason"":""a, b""}"`,
        "",
      ].join("\r\n"),
    );
  });

  test("a long log comes whole, in one order, each event once", async () => {
    for (let count = 0; count < 1100; count += 1) void record({ name: "token.revoked" });
    await record({ name: "token.revoked" });
    const { text: whole } = await api.get("/events/export?format=jsonl&name=token.revoked");
    const ids = lines(whole).map((line): number => JSON.parse(line).id);
    expect(ids).toHaveLength(1101);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
    expect(lines((await api.get("/events/export?format=csv&name=token.revoked")).text)).toHaveLength(1102);
  });

  test("an empty one is a row of names, or nothing", async () => {
    expect(lines((await api.get("/events/export?format=csv&user_id=nobody")).text)).toHaveLength(1);
    expect((await api.get("/events/export?format=jsonl&user_id=nobody")).text).toBe("");
  });

  test("the format must be named", async () => {
    expect(problemOf(await api.get("/events/export"))).toBe("400 invalid_request format");
    expect(problemOf(await api.get("/events/export?format=xlsx"))).toBe("400 invalid_request format");
  });
});
