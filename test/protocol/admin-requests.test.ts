import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Trace } from "../../src/model/trace.ts";
import type { TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const path = "/admin/requests";
const script = '"><script>alert(1)</script>';

let server: TestServer;
let alice: TestPerson;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer();
  alice = await createPerson(server, { displayName: "Alice Liddell" });
  browser = await signedInBrowser(server, (await createPerson(server, { username: "root", role: "admin" })).user);
});
afterAll(() => server.stop());

const trace = (changes: Partial<Trace>): Trace => ({
  requestId: "request-one",
  at: server.context.clock.now(),
  method: "GET",
  path: "/auth/authorize",
  error: "invalid_request",
  description: "redirect_uri is not registered",
  checks: [],
  ...changes,
});

test("a number leads to what was checked, expected and received", async () => {
  const { id } = await createClient(server, { client_name: "Photo frame" });
  server.context.traces.add(
    trace({
      clientId: id,
      userId: alice.user.id,
      address: "192.0.2.7",
      checks: [
        { rule: "client_id is known (RFC 6749 §4.1.2.1)", isMet: true },
        {
          rule: "redirect_uri is one that the client registered (RFC 6749 §3.1.2.4)",
          isMet: false,
          expected: "https://app.example/cb",
          received: "https://app.example/cb/",
        },
      ],
    }),
  );
  const list = await browser.get(path);
  expect(list.body).toContain("request-one");
  expect(list.body).toContain("Photo frame");
  const found = await browser.get(`${path}?id=%20request-one%20`);
  expect(found.location).toEndWith(`${path}/request-one`);
  const { body } = await browser.follow(found);
  for (const words of [
    "GET /auth/authorize",
    "192.0.2.7",
    "Photo frame",
    "Alice Liddell",
    "redirect_uri is not registered",
    "RFC 6749 §3.1.2.4",
    "https://app.example/cb/",
  ]) {
    expect(body).toContain(words);
  }
});

test("a number that nobody knows is said to be unknown, and stays in the field", async () => {
  for (const address of [`${path}?id=nothing`, `${path}/nothing`]) {
    const { body, forms } = await browser.get(address);
    expect(body).toContain("No refused request has this number");
    expect(forms.find(({ id }) => id === "find-request")?.fields.id).toBe("nothing");
  }
});

test("what was written to the database is found as well", async () => {
  server.context.traces.add(trace({ requestId: "request-kept" }));
  await server.context.traces.write();
  const { body } = await browser.get(`${path}/request-kept`);
  expect(body).toContain("Nothing more is known than the answer");
  expect(body).toContain('<dt>App</dt><dd><span class="quiet">Unknown</span>');
});

test("what strangers sent is text", async () => {
  server.context.traces.add(
    trace({
      requestId: `id${script}`,
      clientId: script,
      userId: script,
      method: "GET",
      path: `/${script}`,
      description: script,
      checks: [{ rule: "a rule", isMet: false, expected: script, received: script }],
    }),
  );
  for (const address of [
    path,
    `${path}/${encodeURIComponent(`id${script}`)}`,
    `${path}?id=${encodeURIComponent(script)}`,
  ]) {
    const { body, status } = await browser.get(address);
    expect([address, status]).toEqual([address, 200]);
    expect(body).not.toContain("<script>alert");
  }
});

test("only administrators", async () => {
  const own = await signedInBrowser(server, alice.user);
  expect((await own.get(path)).status).toBe(403);
  expect((await own.get(`${path}/request-one`)).status).toBe(403);
});
