import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { asUserId } from "../../src/brand.ts";
import { instant, minutes } from "../../src/time.ts";
import { type Api, administratorApi, listed, problemOf, text } from "../support/api.ts";
import type { TestClient } from "../support/clients.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let api: Api & { readonly client: TestClient };
beforeAll(async () => {
  server = await startTestServer();
  api = await administratorApi(server);
});
afterAll(() => server.stop());

const password = "correct horse battery staple";
const nobody = "AAAAAAAAAAAAAAAAAAAAAA";
let serial = 0;
const newName = () => `person${++serial}`;
const created = async (changes: object = {}) => api.send("POST", "/users", { username: newName(), ...changes });

const failure = {
  now: instant(0),
  free: 5,
  first: minutes(1),
  longest: minutes(1),
  event: { at: instant(0), name: "sign-in.failed", actor: { kind: "anonymous" } },
} as const;

/** The newest event. */
const lastEvent = async () => (await server.context.store.events.list(1))[0];
const byClient = () => ({ kind: "client", clientId: api.client.id });

describe("creating", () => {
  test("a person is made with all that was said, and is there at the address of the header Location", async () => {
    const answer = await created({
      username: "Ann.Example",
      password,
      display_name: "Ann Example",
      email: "ann@example.net",
      email_verified: true,
      role: "admin",
      groups: ["staff", "ops"],
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/),
      username: "ann.example",
      display_name: "Ann Example",
      email: "ann@example.net",
      email_verified: true,
      role: "admin",
      groups: ["staff", "ops"],
      origin: "administrator",
      declared: [],
      disabled: false,
      has_password: true,
      failed_sign_ins: 0,
      factors: { passkeys: 0, totp: false, recovery_codes_left: 0 },
      created_at: "2030-01-01T00:00:00Z",
      updated_at: "2030-01-01T00:00:00Z",
    });
    const location = answer.headers.get("location") ?? "";
    expect(location).toBe(`${server.issuer}/api/v1/users/${answer.body.id}`);
    expect((await api.get(`/users/${answer.body.id}`)).body).toEqual(answer.body);
    expect(await lastEvent()).toMatchObject({ name: "user.created", userId: answer.body.id, actor: byClient() });
    expect(answer.text).not.toContain(password);
  });

  test("without a password it is somebody who has yet to be invited; without a role it is a user", async () => {
    expect((await created()).body).toMatchObject({ has_password: false, role: "user", email_verified: false });
  });

  test("a name that is taken is a conflict, whatever its spelling", async () => {
    await created({ username: "carol" });
    expect(problemOf(await created({ username: "CAROL" }))).toBe("409 taken username");
  });

  test.each([
    [{ username: "" }, "400 invalid_value username"],
    [{ username: "two words" }, "400 invalid_value username"],
    [{ username: 5 }, "400 invalid_request username"],
    [{ username: undefined }, "400 invalid_request username"],
    [{ password: "short" }, "400 invalid_value password"],
    [{ email: "nobody" }, "400 invalid_value email"],
    [{ email_verified: "true" }, "400 invalid_request email_verified"],
    [{ role: "root" }, "400 invalid_request role"],
    [{ groups: "staff" }, "400 invalid_request groups"],
    [{ groups: [1] }, "400 invalid_request groups"],
    [{ groups: [""] }, "400 invalid_value groups"],
    [{ display_name: null }, "400 invalid_request display_name"],
    [{ display_name: "\u202eevil" }, "400 invalid_value display_name"],
    [{ is_admin: true }, "400 unknown_member"],
    [{ claims: {} }, "400 unknown_member"],
  ])("%j is refused by name", async (changes, problem) => {
    const before = await server.context.store.users.list();
    expect(problemOf(await created({ username: newName(), ...changes }))).toBe(problem);
    expect(await server.context.store.users.list()).toHaveLength(before.length);
  });
});

describe("changing", () => {
  test("what is named changes, null takes away, and the rest stays", async () => {
    const { body } = await created({ display_name: "Dan", email: "dan@example.net", email_verified: true, password });
    const path = `/users/${body.id}`;
    const renamed = await api.send("PATCH", path, { username: "dan", groups: ["staff"] });
    expect(renamed.status).toBe(200);
    expect(renamed.body).toMatchObject({
      username: "dan",
      groups: ["staff"],
      display_name: "Dan",
      email: "dan@example.net",
      email_verified: true,
      has_password: true,
    });
    expect(await lastEvent()).toMatchObject({ name: "user.updated", userId: body.id, actor: byClient() });
    const emptied = await api.send("PATCH", path, { display_name: null, email: null, groups: [] });
    expect(emptied.body).not.toHaveProperty("display_name");
    expect(emptied.body).not.toHaveProperty("email");
    expect(emptied.body).toMatchObject({ groups: [], email_verified: false });
    expect((await api.send("PATCH", path, {})).status).toBe(200);
  });

  test("an address that is not there is not verified: 400, by whichever way", async () => {
    const refused = "400 invalid_value email_verified";
    expect(problemOf(await created({ email_verified: true }))).toBe(refused);
    const { body } = await created();
    const path = `/users/${body.id}`;
    expect(problemOf(await api.send("PATCH", path, { email_verified: true }))).toBe(refused);
    expect(problemOf(await api.send("PATCH", path, { email: null, email_verified: true }))).toBe(refused);
    expect((await api.send("PATCH", path, { email: "h@example.net" })).status).toBe(200);
    expect((await api.send("PATCH", path, { email_verified: true })).body.email_verified).toBe(true);
  });

  test("RFC 9110 §13.1.1: with If-Match only what was seen is changed; otherwise 412, and nothing is", async () => {
    const path = `/users/${(await created({ display_name: "Then" })).body.id}`;
    const tag = (await api.get(path)).headers.get("etag") ?? "";
    const change = (display_name: string, match: string) =>
      api.send("PATCH", path, { display_name }, { "if-match": match });
    const changed = await change("One", `"other", ${tag}`);
    expect([changed.status, changed.body.display_name]).toEqual([200, "One"]);
    for (const match of [tag, `W/${tag}`, '"other"', ""])
      expect([match, problemOf(await change("Two", match))]).toEqual([match, "412 outdated"]);
    expect((await api.get(path)).body.display_name).toBe("One");
    expect((await change("Three", changed.headers.get("etag") ?? "")).status).toBe(200);
    expect((await change("Four", "*")).status).toBe(200);
    // A wrong password is no change of what others edit.
    const { etag } = (await api.get(path)).headers.toJSON();
    await server.context.store.users.recordFailure({ ...failure, id: asUserId(path.slice("/users/".length)) });
    expect((await change("Five", String(etag))).status).toBe(200);
  });

  test("a new e-mail address is unverified unless it is said to be verified", async () => {
    const { body } = await created({ email: "e@example.net", email_verified: true });
    const path = `/users/${body.id}`;
    expect((await api.send("PATCH", path, { email: "f@example.net" })).body.email_verified).toBe(false);
    expect((await api.send("PATCH", path, { email: "g@example.net", email_verified: true })).body.email_verified).toBe(
      true,
    );
  });

  test("the last administrator stays one, enabled and there", async () => {
    const { items } = await server.context.store.users.page({ role: "admin", offset: 0, limit: 10 });
    const [only, ...others] = items;
    expect(others).toEqual([]);
    const path = `/users/${only?.id}`;
    expect(problemOf(await api.send("PATCH", path, { role: "user" }))).toBe("409 last_administrator");
    expect(problemOf(await api.send("PUT", `${path}/disabled`, { disabled: true }))).toBe("409 last_administrator");
    expect(problemOf(await api.send("DELETE", path))).toBe("409 last_administrator");
  });

  test("disabling may be said twice, and enabling too", async () => {
    const { body } = await created();
    const path = `/users/${body.id}/disabled`;
    for (const disabled of [true, true, false, false]) {
      const answer = await api.send("PUT", path, { disabled });
      expect([answer.status, answer.body.disabled]).toEqual([200, disabled]);
    }
    expect(problemOf(await api.send("PUT", path, { disabled: "yes" }))).toBe("400 invalid_request disabled");
    expect(problemOf(await api.send("PUT", path, {}))).toBe("400 invalid_request disabled");
  });

  test("a password that is set replaces the one before", async () => {
    const { user } = await createPerson(server, { username: newName() });
    const answer = await api.send("PUT", `/users/${user.id}/password`, { password: "another one entirely" });
    expect([answer.status, answer.text]).toEqual([204, ""]);
    const after = await server.context.store.users.find(user.id);
    const { passwords } = server.context;
    expect(await passwords.verify("another one entirely", after?.passwordHash)).toBe(true);
    expect(await passwords.verify(password, after?.passwordHash)).toBe(false);
    expect(await lastEvent()).toMatchObject({ name: "user.password-changed", userId: user.id, actor: byClient() });
    expect(problemOf(await api.send("PUT", `/users/${user.id}/password`, { password: "x" }))).toBe(
      "400 invalid_value password",
    );
  });

  test("who is locked out may try again at once", async () => {
    const { body } = await created({ password });
    const { store, clock } = server.context;
    const user = (await store.users.list()).find(({ id }) => id === body.id);
    if (user === undefined) throw new Error("nobody was made");
    const event = { at: clock.now(), name: "sign-in.failed", actor: { kind: "anonymous" } } as const;
    const wait = { free: 1, first: minutes(1), longest: minutes(5) };
    for (let tries = 0; tries < 3; tries++)
      await store.users.recordFailure({ id: user.id, now: clock.now(), ...wait, event });
    expect((await api.get(`/users/${user.id}`)).body).toMatchObject({
      failed_sign_ins: 3,
      locked_until: expect.stringMatching(/^2030-01-01T00:0\d:00Z$/),
    });
    expect((await api.send("DELETE", `/users/${user.id}/lockout`)).status).toBe(204);
    expect((await api.get(`/users/${user.id}`)).body).not.toHaveProperty("locked_until");
  });
});

describe("deleting", () => {
  test("a person is gone, and gone twice is not there", async () => {
    const { body } = await created();
    const path = `/users/${body.id}`;
    const answer = await api.send("DELETE", path);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(await lastEvent()).toMatchObject({
      name: "user.deleted",
      userId: body.id,
      actor: byClient(),
      address: expect.stringMatching(/^(?:127\.0\.0\.1|::1)$/),
      detail: { username: body.username },
    });
    expect(problemOf(await api.send("DELETE", path))).toBe("404 not_found user_id");
    expect(problemOf(await api.get(path))).toStartWith("404 not_found");
  });

  test.each([
    ["GET", "", undefined],
    ["PATCH", "", { display_name: "X" }],
    ["DELETE", "", undefined],
    ["PUT", "/disabled", { disabled: true }],
    ["PUT", "/password", { password }],
    ["DELETE", "/lockout", undefined],
    ["DELETE", "/factors", undefined],
    ["DELETE", "/sessions", undefined],
    ["DELETE", "/grants", undefined],
    ["POST", "/links", { kind: "reset" }],
  ])("%s %s of somebody who is not there is 404", async (method, below, body) => {
    for (const id of [nobody, "ann.example", "..%2fusers", "%00"]) {
      expect(problemOf(await api.send(method, `/users/${id}${below}`, body))).toStartWith("404 not_found");
    }
  });
});

describe("listing", () => {
  test("it goes through all, part by part, by user name, each once", async () => {
    const whole = await api.get("/users?limit=200");
    const names = listed(whole, "username");
    expect(names.length).toBeGreaterThan(5);
    expect(whole.body).toMatchObject({ total: names.length, next: null });
    expect(whole.headers.get("link")).toBeNull();
    expect(names).toEqual([...names].sort());
    const seen: unknown[] = [];
    let next: string | null = "/api/v1/users?limit=2";
    while (next !== null) {
      const part = await api.get(next.slice("/api/v1".length));
      expect(part.body.total).toBe(names.length);
      seen.push(...listed(part, "username"));
      next = part.body.next === null ? null : text(part, "next");
      expect(part.headers.get("link")).toBe(next === null ? null : `<${next}>; rel="next"`);
    }
    expect(seen).toEqual([...names]);
  });

  test("text and role narrow it, and the next part keeps them", async () => {
    for (const name of ["zoe1", "zoe2", "zoe3"]) await created({ username: name, role: "admin" });
    await created({ username: "zoe4" });
    const first = await api.get("/users?text=ZOE&role=admin&limit=2");
    expect(listed(first, "username")).toEqual(["zoe1", "zoe2"]);
    expect(first.body).toMatchObject({ total: 3, next: "/api/v1/users?text=ZOE&role=admin&limit=2&offset=2" });
    const second = await api.get(text(first, "next").slice("/api/v1".length));
    expect(listed(second, "username")).toEqual(["zoe3"]);
    expect(second.body.next).toBeNull();
    // A percent sign is a sign, not a wildcard.
    expect(listed(await api.get("/users?text=%25"), "username")).toEqual([]);
  });

  test("beyond the end there is nothing, and nothing after it", async () => {
    const beyond = await api.get("/users?offset=1000000000");
    expect(beyond.body).toMatchObject({ items: [], next: null });
  });

  test.each([
    ["limit=0", "400 invalid_request limit"],
    ["limit=201", "400 invalid_request limit"],
    ["limit=-1", "400 invalid_request limit"],
    ["limit=1.5", "400 invalid_request limit"],
    ["limit=ten", "400 invalid_request limit"],
    ["limit=", "400 invalid_request limit"],
    ["offset=-1", "400 invalid_request offset"],
    ["offset=1e99", "400 invalid_request offset"],
    ["role=root", "400 invalid_request role"],
    ["limit=1&limit=2", "400 invalid_request"],
    ["text=a&text=a", "400 invalid_request"],
    ["colour=red", "400 unknown_member"],
    [`text=${"x".repeat(201)}`, "400 invalid_request text"],
  ])("?%s is refused", async (query, problem) => {
    expect(problemOf(await api.get(`/users?${query}`))).toBe(problem);
  });
});
