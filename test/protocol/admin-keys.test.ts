import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { days, hours } from "../../src/time.ts";
import type { TestBrowser } from "../support/browser.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const keysPath = "/admin/keys";

let server: TestServer;
let admin: TestPerson;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
  admin = await createPerson(server, { username: "root", role: "admin" });
});
afterAll(() => server.stop());
beforeEach(async () => {
  browser = await signedInBrowser(server, admin.user);
});

const published = async (): Promise<readonly string[]> => {
  const { keys }: { readonly keys: readonly { readonly kid: string }[] } = await (
    await fetch(server.address + paths.jwks)
  ).json();
  return keys.map(({ kid }) => kid);
};

test("every key is there with its purpose, and no secret part of it", async () => {
  const { body } = await browser.get(keysPath);
  for (const word of ["EdDSA", "ES256", "RS256", "A256GCM", "HS256", "In use", "Makes refresh tokens"]) {
    expect(body).toContain(word);
  }
  for (const kid of await published()) expect(body).toContain(kid);
  for (const { sealed } of await server.context.store.keys.list()) expect(body).not.toContain(sealed);
});

test("new keys are made after it was asked once more; the new are published, the old kept until nothing needs them", async () => {
  const before = await published();
  server.advance(days(3));
  browser = await signedInBrowser(server, admin.user);
  const ask = await browser.get(`${keysPath}/rotate`);
  expect(ask.body).toContain("Make new keys of every kind?");
  for (const algorithm of ["EdDSA", "ES256", "RS256", "A256GCM", "HS256"]) expect(ask.body).toContain(algorithm);
  const done = await browser.submit(ask, "rotate-keys");
  expect(done.location).toEndWith(`${keysPath}?done=rotated`);
  expect((await published()).length).toBe(before.length * 2);
  const page = await browser.follow(done);
  expect(page.body).toContain("Published");
  expect(page.body).toContain("in use from");
  expect(page.body).toContain("3 days ago");
  server.advance(days(2));
  browser = await signedInBrowser(server, admin.user);
  const later = await browser.get(keysPath);
  expect(later.body).toContain("Kept");
  expect(later.body).toContain("until");
});

test("who signed in long ago does so again first, and comes back", async () => {
  const ask = await browser.get(`${keysPath}/rotate`);
  const count = (await server.context.store.keys.list()).length;
  server.advance(hours(1));
  expect((await browser.submit(ask, "rotate-keys")).location).toContain("/login?");
  expect((await server.context.store.keys.list()).length).toBe(count);
  const signIn = await browser.open(`${keysPath}/rotate`);
  const back = await browser.follow(await browser.signIn(signIn, admin));
  expect(back.forms[0]?.id).toBe("rotate-keys");
});

test("only administrators, and only with a form of ours", async () => {
  const count = (await server.context.store.keys.list()).length;
  expect((await browser.post(`${keysPath}/rotate`, {})).status).toBe(403);
  const alice = await signedInBrowser(server, (await createPerson(server)).user);
  expect((await alice.get(keysPath)).status).toBe(403);
  expect((await alice.post(`${keysPath}/rotate`, {})).status).toBe(403);
  expect((await server.context.store.keys.list()).length).toBe(count);
});
