import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { asClientId } from "../../src/brand.ts";
import { hours, seconds } from "../../src/time.ts";
import type { TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import { copied } from "../support/copied.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { bearer, register, registered, webClient } from "../support/registration.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const path = "/admin/registrations";
const script = '"><script>alert(1)</script>';

let server: TestServer;
let admin: TestPerson;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_REGISTRATION: "approval" });
  admin = await createPerson(server, { username: "root", role: "admin" });
});
afterAll(() => server.stop());
beforeEach(async () => {
  browser = await signedInBrowser(server, admin.user);
});

const stored = (id: unknown) => server.context.store.clients.find(asClientId(String(id)));

test("an app that waits is shown with all that it says, and let in", async () => {
  const { client_id: id } = await registered(server, {
    ...webClient,
    client_name: "Waiting one",
    "client_name#de": "Verwaltung",
    client_uri: "https://waiting.example/",
    "client_uri#fr": "https://attente.example/",
    logo_uri: "https://waiting.example/logo.png",
    post_logout_redirect_uris: ["https://app.example/gone"],
    initiate_login_uri: "https://app.example/begin",
    contacts: ["owner@waiting.example"],
    software_id: "waiter",
  });
  const page = await browser.get(path);
  for (const words of [
    "Waiting one",
    "Verwaltung (de)",
    "https://attente.example/ (fr)",
    "https://waiting.example/logo.png",
    "https://app.example/gone",
    "https://app.example/begin",
    "https://app.example/cb",
    "owner@waiting.example",
    "waiter",
    "you let each one in",
  ]) {
    expect(page.body).toContain(words);
  }
  const done = await browser.submit(page, `approve-${id}`);
  expect(done.location).toEndWith(`${path}?done=approved`);
  expect(await stored(id)).toMatchObject({ approval: "approved" });
  expect((await stored(id))?.disabledAt).toBeUndefined();
  expect((await browser.get(path)).body).not.toContain("Waiting one");
});

test("an app that waits and is used meanwhile: an administrator reads why it was refused", async () => {
  const { client_id: id } = await registered(server, webClient);
  const answer = await browser.get(`/auth/authorize?${new URLSearchParams({ client_id: String(id) })}`);
  expect(await server.context.traces.find(answer.headers.get("x-request-id") ?? "")).toMatchObject({
    clientId: id,
    checks: [{ isMet: false, expected: "a client that an administrator has approved" }],
  });
});

test("an app that is rejected is gone", async () => {
  const { client_id: id } = await registered(server, { ...webClient, client_name: "Unwanted" });
  const page = await browser.get(path);
  expect(page.body).toContain(
    `href="${new URL(server.issuer).pathname.replace(/\/$/, "")}/admin/clients/${id}/delete"`,
  );
  await browser.submit(await browser.get(`/admin/clients/${id}/delete`), "delete");
  expect(await stored(id)).toBeUndefined();
});

test("one that works unverified can be verified", async () => {
  const { id } = await createClient(server, { client_name: "Unlooked" }, { origin: "registration" });
  const page = await browser.get(path);
  expect(page.body).toContain("Unlooked");
  await browser.submit(page, `approve-${id}`);
  expect(await stored(id)).toMatchObject({ approval: "approved" });
});

test("an approval is for what was shown: not for what the app has become since, nor over another decision", async () => {
  const { store, clock } = server.context;
  const { client } = await createClient(server, { client_name: "Turncoat" }, { origin: "registration" });
  const { id, metadata } = client;
  const shown = await browser.get(path);
  const event = { at: clock.now(), name: "client.updated", actor: { kind: "client", clientId: id } } as const;
  const evil = { ...metadata, redirect_uris: ["https://evil.example/cb"] };
  await store.clients.update({ id, metadata: evil, forgetConsents: true, event });
  expect((await browser.submit(shown, `approve-${id}`)).status).toBe(403);
  expect(await stored(id)).toMatchObject({ approval: "none" });
  const again = await browser.get(path);
  expect(again.body).toContain("https://evil.example/cb");
  await store.clients.setDisabled({ id, at: clock.now(), event: { ...event, name: "client.disabled" } });
  expect((await browser.submit(again, `approve-${id}`)).status).toBe(403);
  expect(await stored(id)).toMatchObject({ approval: "none", disabledAt: clock.now() });
  expect((await browser.submit(await browser.get(path), `approve-${id}`)).status).toBe(303);
});

test("both lists are paged, each by itself", async () => {
  const many = await startTestServer();
  for (let index = 0; index < 26; index++) {
    await createClient(many, { client_name: `Stranger ${index}` }, { origin: "registration" });
    many.advance(seconds(1));
  }
  const visitor = await signedInBrowser(many, (await createPerson(many, { role: "admin" })).user);
  expect((await visitor.get(path)).body).toContain("1 to 25 of 26");
  const second = await visitor.get(`${path}?unverified=25`);
  expect(second.body).toContain("26 to 26 of 26");
  expect(second.body).toContain("Stranger 0");
  await many.stop();
});

test("a token lets others register, as often as was said; it is shown once", async () => {
  const answer = await browser.submit(await browser.get(path), "new-token", { fields: { uses: "2", lifetime: "1d" } });
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.body).toContain("Good 2 times");
  const token = copied(answer, "registration-token");
  expect(copied(answer, "registration-address")).toBe(`${server.issuer}/auth/register`);
  const tries = [1, 2, 3].map(
    () => () => register(server, { ...webClient, grant_types: ["client_credentials"] }, bearer(token)),
  );
  const statuses: number[] = [];
  for (const attempt of tries) statuses.push((await attempt()).status);
  expect(statuses).toEqual([201, 201, 401]);
  expect((await browser.get(path)).body).not.toContain(token);
});

test.each(["0", "1001", "-1", "1e3", "", "one"])("a token for %p uses is not made", async (uses) => {
  const answer = await browser.submit(await browser.get(path), "new-token", { fields: { uses } });
  expect(answer.body).toContain("Enter a number from 1 to 1000");
});

test("what apps say of themselves is text, and leads nowhere", async () => {
  await createClient(
    server,
    {
      client_name: script,
      client_uri: "javascript:alert(1)",
      policy_uri: "javascript:alert(2)",
      tos_uri: `https://evil.example/${script}`,
      logo_uri: "https://evil.example/logo.png",
      contacts: [script],
      redirect_uris: ["https://evil.example/cb"],
      software_version: script,
    },
    { origin: "registration" },
  );
  const { body } = await browser.get(path);
  expect(body).not.toContain("<script>alert");
  expect(body).not.toContain('href="javascript:');
  expect(body).not.toContain('="https://evil.example');
});

test("only administrators, lately signed in, and only with a form of ours", async () => {
  const { id } = await createClient(server, {}, { origin: "registration" });
  const page = await browser.get(path);
  const other = page.forms.find((form) => form.id.startsWith("approve-") && form.id !== `approve-${id}`);
  for (const csrf of ["", other?.fields.csrf ?? ""]) {
    expect((await browser.post(`${path}/${id}/approve`, { csrf })).status).toBe(403);
    expect((await browser.post(`${path}/tokens`, { csrf, uses: "1", lifetime: "1h" })).status).toBe(403);
  }
  const alice = await signedInBrowser(server, (await createPerson(server)).user);
  expect((await alice.get(path)).status).toBe(403);
  expect((await alice.post(`${path}/${id}/approve`, {})).status).toBe(403);
  server.advance(hours(1));
  expect((await browser.submit(page, `approve-${id}`)).location).toContain("/login?");
  expect((await browser.submit(page, "new-token")).location).toContain("/login?");
  expect(await stored(id)).toMatchObject({ approval: "none" });
});

test("an app that an administrator made is not approved", async () => {
  const { id } = await createClient(server);
  const page = await browser.get(path);
  expect(page.body).not.toContain(`approve-${id}`);
});
