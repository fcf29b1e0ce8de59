import { afterEach, beforeEach, expect, test } from "bun:test";
import { makeSetupLink } from "../../src/administration/setup.ts";
import { paths } from "../../src/http/paths.ts";
import { minutes } from "../../src/time.ts";
import { outcomeOf } from "../support/authorization.ts";
import { TestBrowser } from "../support/browser.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let browser: TestBrowser;
let token: string;

beforeEach(async () => {
  server = await startTestServer();
  browser = new TestBrowser(server);
  token = (await makeSetupLink(server.context, { kind: "cli" })).reveal();
});
afterEach(() => server.stop());

const open = (link = token) => browser.get(`${paths.setup}?token=${link}`);
const root = { username: "Root", password: "correct horse battery staple" };
const administrators = async () =>
  (await server.context.store.users.list()).map(({ username, role }) => `${username} ${role}`);

test("S-07-password-store: the link makes the first administrator, who is then signed in", async () => {
  const page = await open();
  expect(page.body).toContain(server.issuer);
  const answer = await browser.submit(page, "setup", { fields: root });
  expect([answer.status, answer.location]).toEqual([303, `${server.issuer}/`]);
  expect(await administrators()).toEqual(["root admin"]);
  expect((await browser.get(paths.home)).body).toContain("Signed in as");
  const elsewhere = new TestBrowser(server);
  expect((await elsewhere.signIn(await elsewhere.get(paths.signIn), root)).status).toBe(303);
  expect((await server.context.store.events.list(3)).map(({ name }) => name)).toContain("setup.completed");
});

test("S-04-login-csrf: a link is good once, for an hour, and until the next one is printed", async () => {
  const page = await open();
  for (const wrong of ["", "x", token.slice(1), `${token}A`]) expect(outcomeOf(await open(wrong))).toBe("403 page");
  const next = (await makeSetupLink(server.context, { kind: "cli" })).reveal();
  expect(outcomeOf(await open())).toBe("403 page");
  expect(outcomeOf(await browser.submit(page, "setup", { fields: root }))).toBe("403 page");
  server.advance(minutes(59));
  const fresh = await open(next);
  expect(fresh.status).toBe(200);
  server.advance(minutes(1));
  expect(outcomeOf(await open(next))).toBe("403 page");
  expect(outcomeOf(await browser.submit(fresh, "setup", { fields: root }))).toBe("403 page");
  expect(await administrators()).toEqual([]);
});

test("S-04-login-csrf: a link is worth nothing once there is an administrator, made in whatever way", async () => {
  const page = await open();
  await createPerson(server, { username: "made-otherwise", role: "admin" });
  expect(outcomeOf(await open())).toBe("403 page");
  expect(outcomeOf(await browser.submit(page, "setup", { fields: root }))).toBe("403 page");
  expect(await administrators()).toEqual(["made-otherwise admin"]);
});

test("S-04-login-csrf: of two who use it at once one becomes administrator", async () => {
  const page = await open();
  const answers = await Promise.all(
    ["one", "two"].map((username) => browser.submit(page, "setup", { fields: { ...root, username } })),
  );
  expect(answers.map(outcomeOf).sort()).toEqual(["303 /", "403 page"]);
  expect(await administrators()).toHaveLength(1);
  expect(outcomeOf(await open())).toBe("403 page");
});

test("S-04-login-csrf, OIDC-3.1.2.3-csrf: the form needs this browser's token", async () => {
  const page = await open();
  for (const more of [
    { without: ["csrf"] },
    { headers: { origin: "https://evil.example" } },
    { headers: { "sec-fetch-site": "cross-site" } },
  ]) {
    expect(outcomeOf(await browser.submit(page, "setup", { fields: root, ...more }))).toBe("403 page");
  }
  expect(await administrators()).toEqual([]);
});

test("S-07-password-store, US-10: what cannot be a name or a password is explained, and the link stays good", async () => {
  await createPerson(server, { username: "taken" });
  let page = await open();
  for (const [fields, words] of [
    [{ username: "", password: "" }, "Choose a username."],
    [{ username: "a b", password: root.password }, "This username cannot be used."],
    [{ username: "taken", password: root.password }, "This username is already taken."],
    [{ username: "root", password: "short" }, "The password is too short."],
    [{ username: "root", password: "x".repeat(1025) }, "The password is too long."],
  ] as const) {
    page = await browser.submit(page, "setup", { fields });
    expect(page.body).toContain(words);
    expect(page.forms[0]?.fields.username).toBe(fields.username);
  }
  expect((await browser.submit(page, "setup", { fields: root })).status).toBe(303);
});

test("9700-4.2.4-referrer, G-16-cache: the page with the link gives away no referrer, is not kept, and posts only here", async () => {
  const { headers } = await open();
  expect([headers.get("referrer-policy"), headers.get("cache-control")]).toEqual(["no-referrer", "no-store"]);
  expect(headers.get("content-security-policy")).toContain("form-action 'self'");
});
