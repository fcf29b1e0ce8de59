import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  clientCredentialsGrant,
  fetchUserInfo,
} from "openid-client";
import type { Page } from "playwright-core";
import { asClientId } from "../../src/brand.ts";
import { type ApprovingPerson, createApprovingPerson } from "../interop/approving-person.ts";
import { configure, newChecks } from "../interop/openid-client.ts";
import { closeChromium, newPage } from "../support/chromium.ts";
import { basicHeader, createClient, type TestClient } from "../support/clients.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { registered } from "../support/registration.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { complaintsOf, faultsOf } from "./page-faults.ts";

setDefaultTimeout(120_000);

let server: TestServer;
let root: TestPerson;
let alice: ApprovingPerson;
let page: Page;
let complaints: string[];
let things: Things | undefined;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_REGISTRATION: "approval", POSTERN_SCOPES: '{"mail":"Read your mail"}' });
  root = await createPerson(server, { username: "root", role: "admin" });
  alice = await createApprovingPerson(server);
});
afterAll(async () => {
  await closeChromium();
  await server.stop();
});
beforeEach(async () => {
  // A colour on its way from light to dark has the contrast of neither.
  page = await newPage({ reducedMotion: "reduce" });
  complaints = complaintsOf(page);
  await page.goto(`${server.issuer}/admin/clients`);
  await page.fill("#username", root.username);
  await page.fill("#password", root.password);
  await page.click("#sign-in-button");
  await page.waitForSelector("#add-client");
});

const open = (path: string) => page.goto(server.issuer + path);
const shown = async (id: string): Promise<string> => (await page.locator(`#${id}`).textContent()) ?? "";

/** The client whose id and secret stand on the page. */
async function clientShown(): Promise<TestClient> {
  const id = await shown("client-id");
  const secret = await shown("client-secret");
  const client = await server.context.store.clients.find(asClientId(id));
  if (client === undefined) throw new Error(`there is no client ${id}`);
  return { client, id, secret, basic: basicHeader(id, secret) };
}

test("from the guided form to a working client: openid-client signs somebody in with what the page shows", async () => {
  await page.click("#add-client");
  await page.check("#kind-web");
  await page.click("#choose-kind-button");
  await page.fill("#client_name", "Family wiki");
  await page.fill("#redirect_uris", "https://wiki.example/callback\nhttps://wiki.example/*");
  await page.click("#create-client");
  expect(await page.textContent("[role=alert]")).toContain("Redirect URIs, line 2");
  await page.fill("#redirect_uris", "https://wiki.example/callback");
  await page.click("summary");
  await page.fill("#client_id", "family-wiki");
  await page.click("#create-client");
  await page.waitForSelector("#client-secret");
  expect(await faultsOf(page)).toEqual([]);
  const wiki = await clientShown();
  expect(await shown("endpoint-discovery")).toBe(`${server.issuer}/.well-known/openid-configuration`);

  const config = await configure(server, wiki);
  const { checks, parameters } = await newChecks();
  const redirect = "https://wiki.example/callback";
  const url = buildAuthorizationUrl(config, { redirect_uri: redirect, scope: "openid email", ...parameters });
  const tokens = await authorizationCodeGrant(config, await alice.callback(url), checks);
  const subject = tokens.claims()?.sub ?? "";
  expect(await fetchUserInfo(config, tokens.access_token, subject)).toMatchObject({ email: "alice@example.org" });

  await open("/admin/clients/family-wiki");
  expect(await page.textContent("#access")).toContain("Alice Liddell");
  expect(complaints).toEqual([]);
});

test("the copy button of a recipe copies its lines with the real values", async () => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await open("/admin/clients/new");
  await page.click("#recipe-grafana");
  await page.fill("#app", "https://grafana.example");
  await page.click("#create-client");
  await page.click(".copyable:has(#grafana-1) .copy-button");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`client_secret = ${await shown("client-secret")}`);
  expect(copied).toBe(await shown("grafana-1"));
});

test("a secret is replaced without downtime: both work, then the old one is removed and refused", async () => {
  const service = await createClient(server, { client_name: "Backup", grant_types: ["client_credentials"] });
  const works = async (config: Configuration): Promise<boolean> => {
    try {
      return (await clientCredentialsGrant(config)).access_token !== "";
    } catch {
      return false;
    }
  };
  const old = await configure(server, service);
  await open(`/admin/clients/${service.id}`);
  await page.click("#add-secret-button");
  await page.waitForSelector("#client-secret");
  expect(await faultsOf(page)).toEqual([]);
  const fresh = await configure(server, await clientShown());
  expect([await works(old), await works(fresh)]).toEqual([true, true]);
  await page.click("#to-client");
  expect(await page.locator("#add-secret").count()).toBe(0);
  await page.click(`#remove-${service.client.secrets[0]?.id}`);
  await page.click("#remove-secret-button");
  expect(await page.textContent("[role=status]")).toContain("The secret has been removed");
  expect([await works(old), await works(fresh)]).toEqual([false, true]);
});

test("without a script: an app is added, and its page and recipes are there", async () => {
  const plain = await newPage({ javaScriptEnabled: false });
  await plain.goto(`${server.issuer}/admin/clients/new`);
  await plain.fill("#username", root.username);
  await plain.fill("#password", root.password);
  await plain.click("#sign-in-button");
  await plain.click("#recipe-dovecot");
  await plain.fill("#client_name", "Mail");
  await plain.click("#create-client");
  expect(await plain.textContent("#dovecot-1")).toContain((await plain.textContent("#client-secret")) ?? "?");
  await plain.click("#to-client");
  await plain.click("#recipe-dovecot");
  expect(await plain.textContent("#dovecot-1")).toContain("PUT_CLIENT_SECRET_HERE");
});

/** What the pages below are about. */
interface Things {
  readonly app: TestClient;
  readonly declared: string;
  readonly waiting: unknown;
  readonly requestId: string | null;
}

async function makeThings(): Promise<Things> {
  const app = await createClient(server, {
    client_name: "A very long name of an app that nobody would want to read aloud, not even once, truly",
    redirect_uris: [`https://app.example/${"a-long-path/".repeat(10)}cb`],
    scope: "openid profile email mail",
  });
  const declared = await createClient(server, { client_name: "Declared" }, { origin: "file" });
  await createClient(server, { client_name: "Stranger" }, { origin: "registration" });
  const waiting = await registered(server, { client_name: "Waiting", redirect_uris: ["https://waiting.example/cb"] });
  const refused = await fetch(`${server.issuer}/auth/authorize?client_id=nobody`);
  return { app, declared: declared.id, waiting: waiting.client_id, requestId: refused.headers.get("x-request-id") };
}

test.each<readonly [string, (things: Things) => readonly string[]]>([
  ["the list and the choice", () => ["", "/new"]],
  ["the guided form", () => ["/new?kind=web", "/new?kind=service", "/new?kind=resource-server", "/new?recipe=gitea"]],
  ["an app", ({ app, declared, waiting }) => [`/${app.id}`, `/${declared}`, `/${waiting}`]],
  ["changing an app", ({ app }) => [`/${app.id}/edit`, `/${app.id}/delete`]],
  ["a secret", ({ app }) => [`/${app.id}/remove-secret?secret=${app.client.secrets[0]?.id}`]],
  ["a recipe", ({ app }) => [`/${app.id}/recipes/nginx`]],
  ["registrations", () => ["/../registrations"]],
  ["keys", () => ["/../keys", "/../keys/rotate"]],
  ["the audit log", () => ["/../audit", "/../audit?person=nobody&from=then"]],
  ["refused requests", ({ requestId }) => ["/../requests?id=nothing", `/../requests/${requestId}`]],
  ["the configuration", () => ["/../configuration"]],
])("%s: axe, headings, contrast in light and dark, and 320 px", async (_, pathsOf) => {
  things ??= await makeThings();
  for (const path of pathsOf(things)) {
    await open(`/admin/clients${path}`);
    // What is folded away is looked at, too.
    for (const summary of await page.locator("summary").all()) await summary.click();
    expect([path, await faultsOf(page)]).toEqual([path, []]);
  }
  expect(complaints).toEqual([]);
});
