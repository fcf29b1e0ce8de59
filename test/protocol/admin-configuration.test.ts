import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allSettings } from "../../src/config/known-names.ts";
import { german } from "../../src/languages/operation/de.ts";
import { english } from "../../src/languages/operation/en.ts";
import type { TestBrowser } from "../support/browser.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const path = "/admin/configuration";
const secret = "an instance secret that is nobody else's business";
const password = "the password of the very first administrator";

let directory: string;
let server: TestServer;
let browser: TestBrowser;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "postern-secret-"));
  writeFileSync(join(directory, "secret"), secret);
  server = await startTestServer({
    POSTERN_SECRET_FILE: join(directory, "secret"),
    POSTERN_ADMIN_USERNAME: "root",
    POSTERN_ADMIN_PASSWORD: password,
    POSTERN_ACCESS_TOKEN_TTL: "15m",
    POSTERN_BRAND_NAME: "<script>alert(1)</script>",
    POSTERN_REFRESH_TOKEN_TTL: "60d",
    POSTERN_REFRESH_TOKEN_MAX_TTL: "30d",
  });
  browser = await signedInBrowser(server, (await createPerson(server, { username: "root", role: "admin" })).user);
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** The row of a setting, without its tags. */
function row(body: string, name: string): string {
  const [, cells = ""] = body.split(`<tr id="${name}">`);
  return (cells.split("</tr>")[0] ?? "").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

test("every setting is there, with its value and where it comes from", async () => {
  const { body } = await browser.get(path);
  for (const { name } of allSettings) expect(body).toContain(`id="${name}"`);
  expect(row(body, "POSTERN_ACCESS_TOKEN_TTL")).toContain("15m The environment");
  expect(row(body, "POSTERN_ID_TOKEN_TTL")).toContain("15m The default");
  expect(row(body, "POSTERN_CLIENTS_FILE")).toContain("Not set The default");
  expect(row(body, "POSTERN_ISSUER")).toContain(server.issuer);
});

test("secrets are hidden, wherever they come from", async () => {
  const { body } = await browser.get(path);
  expect(row(body, "POSTERN_SECRET")).toContain("Hidden A file");
  expect(row(body, "POSTERN_ADMIN_PASSWORD")).toContain("Hidden The environment");
  expect(body).not.toContain(secret);
  expect(body).not.toContain(password);
  expect(JSON.stringify(server.context.config.settings)).not.toContain(secret);
});

test("what is doubtful is said", async () => {
  expect((await browser.get(path)).body).toContain("POSTERN_REFRESH_TOKEN_TTL is longer than");
});

test("only what is set", async () => {
  const { body } = await browser.get(`${path}?show=set`);
  expect(body).toContain('id="POSTERN_ACCESS_TOKEN_TTL"');
  expect(body).not.toContain('id="POSTERN_ID_TOKEN_TTL"');
});

test("a value is text, whatever stands in it", async () => {
  const { body } = await browser.get(path);
  expect(body).not.toContain("<script>alert");
  expect(row(body, "POSTERN_BRAND_NAME")).toContain("&lt;script");
});

test("every setting is explained in every language", () => {
  const names: readonly string[] = allSettings.map(({ name }) => name).sort();
  expect(Object.keys(english.settings).sort()).toEqual([...names]);
  expect(Object.keys(german.settings).sort()).toEqual([...names]);
});

test("only administrators", async () => {
  const alice = await signedInBrowser(server, (await createPerson(server)).user);
  expect((await alice.get(path)).status).toBe(403);
});
