import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { minutes } from "../../src/time.ts";
import {
  authorizationCode,
  authorize,
  openAuthorization,
  outcomeOf,
  pageOf,
  redeem,
  refusalIn,
} from "../support/authorization.ts";
import { type Answer, answerParameters, type TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { bodyOf, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;
let alice: TestPerson;
let browser: TestBrowser;

const own = { "mail.read": "Read your mail", "mail.send": { description: "Send mail in your name", optional: true } };

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SCOPES: JSON.stringify(own) });
  alice = await createPerson(server, { displayName: "Alice", email: "alice@example.org", emailVerified: true });
});
afterAll(() => server.stop());
beforeEach(async () => {
  app = await createClient(server, { grant_types: ["authorization_code", "refresh_token"] });
  browser = await signedInBrowser(server, alice.user);
  server.advance(minutes(1));
});

const box = (scope: string) => `allow:${scope}`;
const boxesOf = (page: Answer) => [...page.body.matchAll(/<input type="checkbox"[^>]*name="allow:([^"]+)"[^>]*>/g)];
const ticked = (page: Answer) =>
  boxesOf(page)
    .filter(([tag]) => tag.includes(" checked"))
    .map(([, scope]) => scope);
/** Approves with these boxes cleared. */
const approveWithout = (page: Answer, ...cleared: readonly string[]) =>
  browser.submit(page, "consent", { button: "approve", without: cleared.map(box) });
const tokensFrom = async (answer: Answer) => bodyOf(redeem(server, app, answerParameters(answer).code ?? ""));
const consented = () => server.context.store.consents.find(alice.user.id, app.client.id);

describe("optional scopes", () => {
  test("6749-3.3-narrowed: what is cleared is not given, and the answer names what was", async () => {
    const page = await openAuthorization(browser, app, { scope: "openid profile email mail.read mail.send" });
    expect(ticked(page)).toEqual(["profile", "email", "mail.send"]);
    const tokens = await tokensFrom(await approveWithout(page, "email", "mail.send"));
    expect(tokens.scope).toBe("openid profile mail.read");
    const claims = await bodyOf(userinfo(server, String(tokens.access_token)));
    expect(claims).toMatchObject({ name: "Alice" });
    expect(claims).not.toHaveProperty("email");
    expect(await consented()).toMatchObject({
      scope: ["openid", "profile", "mail.read"],
      declined: ["email", "mail.send"],
    });
  });

  test("what was cleared is neither given nor asked for again, until something new is asked or the client wants to ask", async () => {
    await approveWithout(await openAuthorization(browser, app, { scope: "openid email" }), "email");
    const silent = await authorize(browser, app, { scope: "openid email", prompt: "none" });
    expect((await tokensFrom(silent)).scope).toBe("openid");
    expect(outcomeOf(await authorize(browser, app, { scope: "openid" }))).toBe("303 code");

    const more = await openAuthorization(browser, app, { scope: "openid email profile" });
    expect([pageOf(more), ticked(more)]).toEqual(["consent", ["profile"]]);
    expect((await tokensFrom(await approveWithout(more))).scope).toBe("openid profile");

    const again = await openAuthorization(browser, app, { scope: "openid email profile", prompt: "consent" });
    expect(ticked(again)).toEqual(["profile"]);
    const all = { [box("email")]: "yes", [box("profile")]: "yes" };
    const answer = await browser.submit(again, "consent", { button: "approve", fields: all });
    expect((await tokensFrom(answer)).scope).toBe("openid email profile");
    expect(await consented()).toMatchObject({ declined: [] });
  });

  test("what was allowed can be taken back on the page that asks for more", async () => {
    await approveWithout(await openAuthorization(browser, app, { scope: "openid email" }));
    const page = await openAuthorization(browser, app, { scope: "openid email profile" });
    expect(ticked(page)).toEqual(["profile", "email"]);
    await approveWithout(page, "email");
    expect(await consented()).toMatchObject({ scope: ["openid", "profile"], declined: ["email"] });
  });

  test("who keeps everything back has allowed nothing, and is asked again", async () => {
    const page = await openAuthorization(browser, app, { scope: "profile email" });
    expect(refusalIn(await approveWithout(page, "profile", "email")).error).toBe("access_denied");
    expect(await consented()).toBeUndefined();
    expect(pageOf(await openAuthorization(browser, app, { scope: "profile email" }))).toBe("consent");

    await approveWithout(await openAuthorization(browser, app, { scope: "openid email" }), "email");
    expect(pageOf(await openAuthorization(browser, app, { scope: "email" }))).toBe("consent");
  });

  test("OIDC-3.1.2.4-consent: offline access can be cleared, too", async () => {
    const page = await openAuthorization(browser, app, { scope: "openid offline_access", prompt: "consent" });
    expect((await tokensFrom(await approveWithout(page, "offline_access"))).scope).toBe("openid");
  });

  test("a claim that is asked for by name is asked about, and kept back, like its scope", async () => {
    const claims = JSON.stringify({ id_token: { email: null, name: null }, userinfo: { email: { essential: true } } });
    const page = await openAuthorization(browser, app, { scope: "openid", claims });
    expect(page.body).toContain("See your email address");
    expect(ticked(page)).toEqual(["profile", "email"]);
    const tokens = await tokensFrom(await approveWithout(page, "email"));
    expect(tokens.scope).toBe("openid");
    expect(decodeJwt(String(tokens.id_token))).toMatchObject({ name: "Alice" });
    expect(decodeJwt(String(tokens.id_token))).not.toHaveProperty("email");
    expect(await bodyOf(userinfo(server, String(tokens.access_token)))).toEqual({ sub: alice.user.id });
    const silent = await tokensFrom(await authorize(browser, app, { scope: "openid", claims, prompt: "none" }));
    expect(decodeJwt(String(silent.id_token))).not.toHaveProperty("email");
  });
});

describe("what a form cannot do", () => {
  test("6749-10.2-consent: a box that nobody was shown adds no scope", async () => {
    const page = await openAuthorization(browser, app, { scope: "openid mail.read" });
    expect(boxesOf(page)).toEqual([]);
    const fields = Object.fromEntries(["email", "mail.send", "postern:admin"].map((scope) => [box(scope), "yes"]));
    const answer = await browser.submit(page, "consent", { button: "approve", fields });
    expect((await tokensFrom(answer)).scope).toBe("openid mail.read");
  });

  test("what is not optional stays, whatever the form leaves out", async () => {
    const page = await openAuthorization(browser, app, { scope: "openid mail.read email" });
    const answer = await approveWithout(page, "openid", "mail.read", "email");
    expect((await tokensFrom(answer)).scope).toBe("openid mail.read");
  });

  test("a script that sends the controls of every consent form allows what was asked for", async () => {
    const page = await openAuthorization(browser, app, { scope: "openid email" });
    const { csrf = "", handle = "" } = page.forms.find(({ id }) => id === "consent")?.fields ?? {};
    const answer = await browser.post("/consent", { csrf, handle, decision: "approve" });
    expect((await tokensFrom(answer)).scope).toBe("openid email");
  });
});

describe("groups", () => {
  const scope = "openid groups";

  test("the scope groups gives the groups, at userinfo and in the ID token, to who may see them", async () => {
    const { context } = server;
    const event = { at: context.clock.now(), name: "user.updated", actor: { kind: "system" } } as const;
    await context.store.users.update({ id: alice.user.id, changes: { groups: ["staff", "media"] }, event });
    const page = await openAuthorization(browser, app, { scope });
    expect(page.body).toContain("See which groups you belong to");
    const tokens = await tokensFrom(await approveWithout(page));
    expect(decodeJwt(String(tokens.id_token)).groups).toEqual(["staff", "media"]);
    expect(await bodyOf(userinfo(server, String(tokens.access_token)))).toMatchObject({ groups: ["staff", "media"] });

    const without = await tokensFrom(await authorize(browser, app, { scope: "openid" }));
    expect(decodeJwt(String(without.id_token))).not.toHaveProperty("groups");
    expect(await bodyOf(userinfo(server, String(without.access_token)))).toEqual({ sub: alice.user.id });
  });

  test("UI-claims-param: the claim can be asked for by name; it is an empty list for who is in none", async () => {
    const bob = await createPerson(server, { username: "bob" });
    browser = await signedInBrowser(server, bob.user);
    const claims = JSON.stringify({ userinfo: { groups: null } });
    const code = await authorizationCode(browser, app, { scope: "openid", claims });
    const tokens = await bodyOf(redeem(server, app, code));
    expect(decodeJwt(String(tokens.id_token))).not.toHaveProperty("groups");
    expect(await bodyOf(userinfo(server, String(tokens.access_token)))).toEqual({ sub: bob.user.id, groups: [] });
  });
});
