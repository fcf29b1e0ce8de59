import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { makeSetupLink } from "../../src/administration/setup.ts";
import { paths } from "../../src/http/paths.ts";
import { authorizePath, redeem } from "../support/authorization.ts";
import { closeChromium, newPage } from "../support/chromium.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

setDefaultTimeout(60_000);

let server: TestServer;
let alice: TestPerson;
/** A client's site: what comes to it, by path. */
let site: ReturnType<typeof Bun.serve>;
let received: {
  readonly method: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly referrer: string | null;
}[];
let app: TestClient;
let page: Page;
/** What the browser refused to do. */
let refusals: string[];

beforeAll(async () => {
  server = await startTestServer();
  alice = await createPerson(server, { displayName: "Alice Liddell" });
  site = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/favicon.ico") return new Response(null, { status: 404 });
      const parameters = request.method === "POST" ? new URLSearchParams(await request.text()) : searchParams;
      received.push({ method: request.method, path: pathname, parameters, referrer: request.headers.get("referer") });
      if (pathname === "/to-app") return new Response(null, { status: 302, headers: { location: "client://done" } });
      return new Response("<!doctype html><html lang=en><title>Client</title><h1>Received</h1>", {
        headers: { "content-type": "text/html" },
      });
    },
  });
});
afterAll(async () => {
  await closeChromium();
  await site.stop(true);
  await server.stop();
});

const siteUrl = (path: string) => `http://127.0.0.1:${site.port}${path}`;

async function open(options: Parameters<typeof newPage>[0] = {}): Promise<void> {
  page = await newPage(options);
  refusals = [];
  page.on("console", (message) => {
    if (/Content Security Policy|Refused/i.test(message.text())) refusals.push(message.text());
  });
}

beforeEach(async () => {
  received = [];
  app = await createClient(server, { client_name: "Notes", redirect_uris: [siteUrl("/cb"), siteUrl("/to-app")] });
  await open();
});

const goToClient = (changes: Readonly<Record<string, string>> = {}, client = app) =>
  page.goto(server.issuer + authorizePath(client, changes));

async function signIn(person = alice): Promise<void> {
  await page.fill("#username", person.username);
  await page.fill("#password", person.password);
  await page.click("#sign-in-button");
}

/** What a machine can see of accessibility, by WCAG 2.2 A and AA. */
async function expectAccessible(): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
}

test("6749-3.1-get, 6749-4.1.2-success, G-20-page-headers: setup, sign-in, consent, callback, each page accessible and nothing refused by its policy", async () => {
  const fresh = await startTestServer();
  const link = (await makeSetupLink(fresh.context, { kind: "cli" })).reveal();
  const client = await createClient(fresh, { client_name: "Notes", redirect_uris: [siteUrl("/cb")] });
  await page.goto(`${fresh.issuer}${paths.setup}?token=${link}`);
  await expectAccessible();
  await page.fill("#username", "root");
  await page.fill("#password", "correct horse battery staple");
  await page.click("#create-admin");
  await page.waitForURL(`${fresh.issuer}/`);
  await expectAccessible();

  await page.context().clearCookies();
  await page.goto(fresh.issuer + authorizePath(client, { scope: "openid email" }));
  await expectAccessible();
  await signIn({ ...alice, username: "root", password: "wrong wrong wrong" });
  await page.waitForSelector("[role=alert]");
  await expectAccessible();
  await signIn({ ...alice, username: "root", password: "correct horse battery staple" });
  await page.waitForSelector("#approve");
  expect(await page.textContent("main")).toContain("See your email address");
  await expectAccessible();
  await page.click("#approve");
  await page.waitForURL(siteUrl("/cb?**"));
  const [answer] = received;
  expect(answer?.parameters.get("state")).toBe("af0ifjsldkj");
  expect((await redeem(fresh, client, answer?.parameters.get("code") ?? "")).status).toBe(200);
  expect(refusals).toEqual([]);
  await fresh.stop();
});

test("6749-4.1.2.1-denied: who denies comes back with access_denied", async () => {
  await goToClient();
  await signIn();
  await page.click("#deny");
  await page.waitForURL(siteUrl("/cb?**"));
  expect(received[0]?.parameters.get("error")).toBe("access_denied");
});

test("9700-4.2.4-referrer, US-13: neither the client nor its privacy policy learns where the person came from", async () => {
  app = await createClient(server, {
    client_name: "Notes",
    redirect_uris: [siteUrl("/cb")],
    policy_uri: siteUrl("/privacy"),
  });
  await goToClient();
  await signIn();
  const [policy] = await Promise.all([
    page.context().waitForEvent("page"),
    page.click(`a[href="${siteUrl("/privacy")}"]`),
  ]);
  await policy.waitForLoadState();
  await page.click("#approve");
  await page.waitForURL(siteUrl("/cb?**"));
  expect(received.map(({ path, referrer }) => [path, referrer])).toEqual([
    ["/privacy", null],
    ["/cb", null],
  ]);
});

test("9700-4.16-form-action, 8252-7.1-redirect, UI-14: the browser follows from the form to a callback that leads on to an app, to the app itself, and to this machine", async () => {
  const requested: string[] = [];
  page.on("request", (request) => requested.push(request.url()));
  await goToClient({ redirect_uri: siteUrl("/to-app") });
  await signIn();
  await page.click("#approve");
  await page.waitForTimeout(500);
  expect(received.map(({ path }) => path)).toEqual(["/to-app"]);
  expect(requested.filter((url) => url.startsWith("client://"))).toEqual(["client://done"]);

  const native = await createClient(server, {
    application_type: "native",
    token_endpoint_auth_method: "none",
    redirect_uris: ["com.example.app:/cb", "http://127.0.0.1/loopback"],
  });
  await goToClient({}, native);
  await page.click("#approve");
  await page.waitForTimeout(500);
  expect(requested.filter((url) => url.startsWith("com.example.app:/cb?code="))).toHaveLength(1);

  await goToClient({ redirect_uri: siteUrl("/loopback") }, native);
  await page.click("#approve");
  await page.waitForURL(siteUrl("/loopback?**"));
  expect(refusals).toEqual([]);
});

test("FP-2-form, FP-csp: form_post sends itself, under its own policy", async () => {
  await goToClient({ response_mode: "form_post" });
  await signIn();
  await page.click("#approve");
  await page.waitForURL(siteUrl("/cb"));
  expect([received[0]?.method, received[0]?.parameters.has("code"), refusals]).toEqual(["POST", true, []]);
});

test("FP-2-form, 6749-10.2-consent: all of it works without scripts", async () => {
  await open({ javaScriptEnabled: false });
  await goToClient({ response_mode: "form_post" });
  await signIn();
  await page.click("#approve");
  await page.waitForSelector("#form-post");
  await page.click("#form-post button");
  await page.waitForURL(siteUrl("/cb"));
  expect(received[0]?.parameters.has("code")).toBe(true);
});

test("6749-4.1-consent-content: all of it works by keyboard, and the first key does not approve", async () => {
  await goToClient();
  // The caret stands where the typing begins.
  await page.waitForFunction(() => document.activeElement?.id === "username");
  await page.keyboard.type(alice.username);
  await page.keyboard.press("Tab");
  await page.keyboard.type(alice.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#approve");
  const reached: (string | null)[] = [];
  for (let tabs = 0; tabs < 10 && reached.at(-1) !== "approve"; tabs++) {
    await page.keyboard.press("Tab");
    reached.push(await page.evaluate(() => document.activeElement?.id ?? null));
  }
  expect(reached.slice(-3)).toEqual(["use-another-account", "deny", "approve"]);
  await page.keyboard.press("Enter");
  await page.waitForURL(siteUrl("/cb?**"));
  expect(received[0]?.parameters.has("code")).toBe(true);
});

test("6749-3.1-post, S-01-cookie: a form from the client's own site finds the person signed in", async () => {
  await goToClient();
  await signIn();
  await page.click("#approve");
  await page.waitForURL(siteUrl("/cb?**"));
  const fields = new URL(server.issuer + authorizePath(app)).searchParams;
  await page.setContent(
    `<form method="post" action="${server.issuer}${paths.authorize}">${[...fields].map(([name, value]) => `<input name="${name}" value="${value}">`).join("")}<button>go</button></form>`,
  );
  await page.click("button");
  await page.waitForURL(siteUrl("/cb?**"));
  await page.waitForSelector("h1");
  expect(received.map(({ parameters }) => parameters.has("code"))).toEqual([true, true]);
});

test("9700-4.16-clickjack, UI-08: no page can be framed", async () => {
  await page.goto(siteUrl("/frame"));
  await page.setContent(`<iframe src="${server.issuer}${paths.signIn}"></iframe>`);
  await page.waitForTimeout(500);
  expect(
    await page
      .frames()[1]
      ?.$("#sign-in")
      .catch(() => null),
  ).toBeNull();
});

test("RPL-2-must-ask, UI-17: sign-out asks, and pages of another account are out of date", async () => {
  await page.goto(server.issuer + paths.signIn);
  await signIn();
  await page.waitForURL(`${server.issuer}/`);
  await goToClient();
  const other = await page.context().newPage();
  await other.goto(server.issuer + paths.endSession);
  await other.click("#confirm");
  await other.waitForSelector("h1:has-text('You are signed out')");
  const signedOut = page;
  page = other;
  await expectAccessible();
  await signedOut.click("#approve");
  await signedOut.waitForSelector("#sign-in");
});

test("S-08-no-autofill-leak: a narrow dark screen in German shows everything too", async () => {
  await open({ locale: "de-DE", colorScheme: "dark", viewport: { width: 320, height: 640 } });
  await goToClient();
  expect(await page.getAttribute("html", "lang")).toBe("de");
  await expectAccessible();
  await signIn();
  await page.waitForSelector("#approve");
  await expectAccessible();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
});
