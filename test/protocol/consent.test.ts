import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { hours, minutes } from "../../src/time.ts";
import {
  approve,
  authorizationCode,
  authorize,
  openAuthorization,
  outcomeOf,
  pageOf,
  redeem,
  refusalIn,
} from "../support/authorization.ts";
import { type Answer, answerParameters, TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { bodyOf, textOf, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;
let alice: TestPerson;
let bob: TestPerson;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SCOPES: '{"mail.read":"Read your <i>mail</i>"}' });
  alice = await createPerson(server, { displayName: "Alice <Liddell>" });
  bob = await createPerson(server, { username: "bob" });
});
afterAll(() => server.stop());
beforeEach(async () => {
  app = await createClient(server, { client_name: "Notes" });
  browser = await signedInBrowser(server, alice.user);
  server.advance(minutes(1));
});

const say = (page: Answer, button: "approve" | "deny", more: Parameters<TestBrowser["submit"]>[2] = {}) =>
  browser.submit(page, "consent", { button, ...more });

test("6749-10.2-consent, OIDC-3.1.2.4-consent: no code before somebody is signed in and has agreed", async () => {
  const stranger = new TestBrowser(server);
  const signIn = await openAuthorization(stranger, app);
  expect(pageOf(signIn)).toBe("sign-in");
  const { handle = "" } = signIn.forms[0]?.fields ?? {};
  expect(pageOf(await stranger.open(`${paths.consent}?handle=${handle}`))).toBe("sign-in");
  const consent = await stranger.follow(await stranger.signIn(signIn, alice));
  expect(pageOf(consent)).toBe("consent");
  expect(pageOf(await stranger.open(`${paths.authorizeContinue}?handle=${handle}`))).toBe("consent");
  expect(outcomeOf(await stranger.submit(consent, "consent", { button: "approve" }))).toBe("303 code");
});

test("6749-10.2-auto: what was allowed once is not asked again, and one scope more is asked for, marked as new", async () => {
  await approve(browser, await authorize(browser, app, { scope: "openid profile" }));
  for (const scope of ["openid profile", "profile", "openid"]) {
    expect(outcomeOf(await authorize(browser, app, { scope }))).toBe("303 code");
  }
  const page = await openAuthorization(browser, app, { scope: "openid mail.read" });
  expect(pageOf(page)).toBe("consent");
  expect(page.body.indexOf('data-scope="mail.read"')).toBeLessThan(page.body.indexOf('class="scopes scopes-before"'));
  expect(page.body.indexOf('data-scope="openid"')).toBeGreaterThan(page.body.indexOf('class="scopes scopes-before"'));
  await say(page, "approve");
  expect(outcomeOf(await authorize(browser, app, { scope: "openid profile mail.read" }))).toBe("303 code");
});

test("6749-10.2-auto: it is remembered for this person and this client, for public clients at https too", async () => {
  const spa = await createClient(server, { token_endpoint_auth_method: "none" });
  await approve(browser, await authorize(browser, spa));
  expect(outcomeOf(await authorize(browser, spa))).toBe("303 code");
  expect(pageOf(await openAuthorization(browser, app))).toBe("consent");
  expect(pageOf(await openAuthorization(await signedInBrowser(server, bob.user), spa))).toBe("consent");
  const { store, clock } = server.context;
  const event = { at: clock.now(), name: "consent.withdrawn", actor: { kind: "system" } } as const;
  await store.consents.withdraw({ userId: alice.user.id, clientId: spa.client.id, event });
  expect(pageOf(await openAuthorization(browser, spa))).toBe("consent");
});

test("6749-10.2-auto: an administrator's own client is not asked about, unless it wants to be", async () => {
  const trusted = await createClient(server, { first_party: true });
  expect(outcomeOf(await authorize(browser, trusted))).toBe("303 code");
  expect(pageOf(await openAuthorization(browser, trusted, { prompt: "consent" }))).toBe("consent");
});

test("6749-10.2-consent: a denial is not remembered, and allows nothing", async () => {
  expect(refusalIn(await say(await openAuthorization(browser, app), "deny")).error).toBe("access_denied");
  expect(pageOf(await openAuthorization(browser, app))).toBe("consent");
  const names = (await server.context.store.events.list(5)).map(({ name }) => name);
  expect(names).not.toContain("consent.given");
});

test("6749-4.1-consent-content, 2.1-consent-phishing, S-08-no-autofill-leak, XS-01, XS-06: client, host, scopes in words, the account and another one, all escaped", async () => {
  const markup = '"><script>alert(1)</script>{{7*7}}';
  const client = await createClient(server, {
    client_name: markup,
    policy_uri: "https://app.example/privacy",
    redirect_uris: ["https://app.example/cb"],
    scope: "openid email mail.read <b>",
  });
  const page = await openAuthorization(browser, client, { scope: "openid email mail.read" });
  expect(page.body).not.toContain("<script>alert");
  expect(page.body).toContain("&quot;>&lt;script");
  expect(page.body).toContain("{{7*7}}");
  for (const text of [
    "app.example",
    "See your email address",
    "Read your &lt;i>mail&lt;/i>",
    "Alice &lt;Liddell",
    ">alice<",
    "Verified",
  ]) {
    expect(page.body).toContain(text);
  }
  expect(page.body).toMatch(/id="use-another-account" href="\/login\?handle=[\w-]+&(amp;)?again=1"/);
  expect(page.body).toMatch(/<a href="https:\/\/app\.example\/privacy"[^>]*rel="noopener noreferrer nofollow"/);
});

test("6749-4.1-consent-content: a client that registered itself is marked, and its links are not shown", async () => {
  const client = await createClient(
    server,
    { client_name: "Shop", client_uri: "https://bank.example", policy_uri: "https://bank.example/p" },
    { origin: "registration" },
  );
  const { body } = await openAuthorization(browser, client);
  expect(body).toContain("Unverified");
  expect(body).toContain("app.example");
  expect(body).not.toContain("bank.example");
});

test("7591-2-self-asserted: all that a registered client says of itself is unverified: the host of the redirect URI is shown, no link, no logo", async () => {
  const words = {
    client_name: "Your bank",
    client_uri: "https://bank.example",
    logo_uri: "https://bank.example/logo.png",
    policy_uri: "https://bank.example/policy",
    tos_uri: "https://bank.example/terms",
  };
  const client = await createClient(server, words, { origin: "registration" });
  const { body } = await openAuthorization(browser, client);
  expect(body).toContain("tag tag-unverified");
  expect(body).not.toContain("tag tag-verified");
  expect(body).toMatch(/class="client-host"><bdi>app\.example</);
  expect(body).not.toContain("bank.example");
  expect(body).not.toContain("<img");
  // After a private-use scheme anything may stand: it is no host that anybody would be led to.
  const native = await createClient(
    server,
    {
      ...words,
      application_type: "native",
      token_endpoint_auth_method: "none",
      redirect_uris: ["com.evil.app://bank.example/cb"],
    },
    { origin: "registration" },
  );
  const page = await openAuthorization(browser, native);
  expect(page.body).toMatch(/class="client-host"><bdi>com\.evil\.app:</);
  expect(page.body).not.toContain("bank.example");
});

test("6749-4.1-consent-csrf, OIDC-3.1.2.3-csrf, UI-03: without the form's own token nothing happens, and the form stays good", async () => {
  const page = await openAuthorization(browser, app);
  const another = await openAuthorization(browser, app, { state: "another" });
  const foreign = another.forms[0]?.fields.csrf ?? "";
  for (const more of [
    { without: ["csrf"] },
    { fields: { csrf: "x" } },
    { fields: { csrf: foreign } },
    { headers: { origin: "https://evil.example" } },
    { headers: { "sec-fetch-site": "cross-site" } },
    { headers: { "sec-fetch-site": "same-site" } },
  ]) {
    expect(outcomeOf(await say(page, "approve", more))).toBe("403 page");
  }
  const fromHere = { headers: { origin: server.issuer, "sec-fetch-site": "same-origin" } };
  expect(outcomeOf(await say(page, "approve", fromHere))).toBe("303 code");
});

test("6749-4.1-consent-csrf, UI-04, UI-17: the token dies with the account that it was made for", async () => {
  const page = await openAuthorization(browser, app);
  server.advance(minutes(1));
  await browser.signIn(await browser.get(`${paths.signIn}?handle=${page.forms[0]?.fields.handle}&again=1`), bob);
  expect(outcomeOf(await say(page, "approve"))).toBe("403 page");
  expect(outcomeOf(await say(page, "deny"))).toBe("403 page");
});

test("6749-4.1-consent-csrf, UI-05: a form works once", async () => {
  const page = await openAuthorization(browser, app);
  expect(outcomeOf(await say(page, "approve"))).toBe("303 code");
  for (const button of ["approve", "deny"] as const) expect(outcomeOf(await say(page, button))).toBe("400 page");
  expect(outcomeOf(await browser.open(`${paths.authorizeContinue}?handle=${page.forms[0]?.fields.handle}`))).toBe(
    "400 page",
  );
  const denied = await openAuthorization(browser, app, { prompt: "consent" });
  expect(outcomeOf(await say(denied, "deny"))).toBe("303 access_denied");
  for (const button of ["approve", "deny"] as const) expect(outcomeOf(await say(denied, button))).toBe("400 page");
});

test("6749-4.1-consent-csrf, UI-05: of many clicks at once one gets a code", async () => {
  const page = await openAuthorization(browser, app);
  const outcomes = await Promise.all([...Array(10)].map(async () => outcomeOf(await say(page, "approve"))));
  expect(outcomes.sort()).toEqual(["303 code", ...Array(9).fill("400 page")]);
});

test("UI-06, UI-07: what a form adds or leaves out changes nothing", async () => {
  const other = await createClient(server, { redirect_uris: ["https://evil.example/cb"] });
  const page = await openAuthorization(browser, app, { scope: "openid" });
  const answer = await say(page, "approve", {
    fields: { scope: "openid email", client_id: other.id, redirect_uri: "https://evil.example/cb" },
  });
  expect(answer.location).toStartWith("https://app.example/cb?code=");
  expect(await textOf(redeem(server, app, answerParameters(answer).code ?? ""), "scope")).toBe("openid");
  const undecided = await openAuthorization(browser, app, { prompt: "consent" });
  for (const decision of ["", "maybe", "APPROVE"]) {
    expect(outcomeOf(await browser.submit(undecided, "consent", { fields: { decision } }))).toBe("400 page");
  }
  expect(
    outcomeOf(
      await browser.post(
        paths.consent,
        `${new URLSearchParams(undecided.forms[0]?.fields)}&decision=deny&decision=approve`,
      ),
    ),
  ).toBe("400 page");
  expect(outcomeOf(await say(undecided, "approve"))).toBe("303 code");
});

test("UI-13: a session that ends while the page is open means a new sign-in, and consent again", async () => {
  const person = await createPerson(server, { username: "late" });
  const visitor = await signedInBrowser(server, person.user);
  const page = await openAuthorization(visitor, app);
  const [session] = await server.context.store.sessions.list(person.user.id);
  if (session === undefined) throw new Error("no session");
  const event = { at: server.context.clock.now(), name: "session.ended", actor: { kind: "system" } } as const;
  await server.context.store.sessions.end({ id: session.id, event });
  const signIn = await visitor.follow(await visitor.submit(page, "consent", { button: "approve" }));
  expect(pageOf(signIn)).toBe("sign-in");
  const consent = await visitor.follow(await visitor.signIn(signIn, person));
  expect(pageOf(consent)).toBe("consent");
  expect(outcomeOf(await visitor.submit(consent, "consent", { button: "approve" }))).toBe("303 code");
});

test("S-08-no-autofill-leak: another account can be used, and then decides for itself", async () => {
  const page = await openAuthorization(browser, app);
  const href = /id="use-another-account" href="([^"]+)"/.exec(page.body)?.[1]?.replaceAll("&amp;", "&") ?? "";
  const signIn = await browser.get(server.issuer + href);
  expect(signIn.forms[0]?.fields.username).toBe("");
  const consent = await browser.follow(await browser.signIn(signIn, bob));
  expect(consent.body).toContain("bob");
  const tokens = await bodyOf(redeem(server, app, answerParameters(await say(consent, "approve")).code ?? ""));
  expect((await bodyOf(userinfo(server, String(tokens.access_token)))).sub).toBe(bob.user.id);
});

test("6749-3.3-narrowed: scopes that the client has lost meanwhile are not granted", async () => {
  const client = await createClient(server, { scope: "openid profile email" });
  const page = await openAuthorization(browser, client, { scope: "openid profile email" });
  const { store, clock } = server.context;
  const event = { at: clock.now(), name: "client.updated", actor: { kind: "system" } } as const;
  await store.clients.update({
    id: client.client.id,
    metadata: { ...client.client.metadata, scope: "openid email" },
    forgetConsents: false,
    event,
  });
  expect(await textOf(redeem(server, client, answerParameters(await say(page, "approve")).code ?? ""), "scope")).toBe(
    "openid email",
  );
});

test("6749-10.2-consent, 6749-3.3-narrowed: a yes covers the scopes that were shown, though the client has got others back since", async () => {
  const client = await createClient(server, { scope: "openid profile mail.read" }, { origin: "registration" });
  const { store, clock } = server.context;
  const allow = (scope: string) =>
    store.clients.update({
      id: client.client.id,
      metadata: { ...client.client.metadata, scope },
      forgetConsents: false,
      event: { at: clock.now(), name: "client.updated", actor: { kind: "client", clientId: client.client.id } },
    });
  const stranger = new TestBrowser(server);
  const signIn = await openAuthorization(stranger, client, { scope: "openid profile mail.read" });
  await allow("openid");
  const page = await stranger.follow(await stranger.signIn(signIn, alice));
  expect([...page.body.matchAll(/data-scope="([^"]+)"/g)].map(([, scope]) => scope)).toEqual(["openid"]);
  await allow("openid profile mail.read");
  const { code = "" } = answerParameters(await stranger.submit(page, "consent", { button: "approve" }));
  expect(await textOf(redeem(server, client, code), "scope")).toBe("openid");
});

test("9700-4.16-form-action, 9700-4.16-clickjack, OIDC-3.1.2.3-csrf, G-20-page-headers, UI-08, 9700-4.2.4-referrer, US-13: what ends at a client has no form-action; nothing is framed, cached or loaded from elsewhere", async () => {
  const own = server.issuer;
  const stranger = new TestBrowser(server);
  const pages = {
    signIn: await openAuthorization(stranger, app),
    consent: await openAuthorization(browser, app),
    signOut: await browser.get(paths.endSession),
    formPost: await approve(browser, await authorize(browser, app, { response_mode: "form_post" })),
    home: await browser.get(paths.home),
    error: await authorize(browser, app, { client_id: "nobody" }),
    device: await browser.get(paths.device),
  };
  const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";
  for (const [name, { headers, body }] of Object.entries(pages)) {
    const leadsAway = ["signIn", "consent", "signOut", "formPost"].includes(name);
    expect(headers.get("content-security-policy")).toBe(leadsAway ? policy : `${policy}; form-action 'self'`);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      pragma: "no-cache",
      "cross-origin-opener-policy": "same-origin",
    });
    const loaded = [...body.matchAll(/(?:src|<link[^>]* href)="([^"]+)"/g)].map(([, url = ""]) => url);
    expect(loaded.filter((url) => !url.startsWith("/assets/") && !url.startsWith(own))).toEqual([]);
    expect(body).not.toMatch(/<style|\sstyle=|<script>|\son[a-z]+="/);
  }
});

test("G-16-cache, 6749-4.1-consent-csrf: redirects with a code or a handle are not cached and give away no referrer", async () => {
  for (const answer of [
    await authorize(browser, app),
    await authorize(new TestBrowser(server), app),
    await say(await openAuthorization(browser, app), "approve"),
  ]) {
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
  }
});

test("6749-4.1.2.1-denied: what was denied is in the audit log, once, with who denied it", async () => {
  const page = await openAuthorization(browser, app, { prompt: "consent" });
  for (let times = 0; times < 2; times += 1) await say(page, "deny");
  const denied = (await server.context.store.events.list(5)).filter(({ name }) => name === "consent.denied");
  expect(denied).toMatchObject([
    { actor: { kind: "user", userId: alice.user.id }, userId: alice.user.id, clientId: app.client.id },
  ]);
  expect(denied[0]?.address).toMatch(/^(?:::1|127\.0\.0\.1)$/);
});

test("6749-10.2-consent: what was allowed is in the audit log", async () => {
  await authorizationCode(browser, app, { scope: "openid email" });
  const given = (await server.context.store.events.list(20)).find(({ name }) => name === "consent.given");
  expect(given).toMatchObject({ userId: alice.user.id, clientId: app.client.id, detail: { scope: "openid email" } });
  server.advance(hours(1));
});
