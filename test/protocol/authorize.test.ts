import { Database } from "bun:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import type { User } from "../../src/model/user.ts";
import { databasePath } from "../../src/server/instance.ts";
import { minutes } from "../../src/time.ts";
import {
  approve,
  authorizationCode,
  authorize,
  authorizePath,
  openAuthorization,
  outcomeOf,
  pageOf,
  redeem,
  refusalIn,
  type requestOf,
} from "../support/authorization.ts";
import { answerParameters, TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import { createPerson } from "../support/people.ts";
import { bodyOf, textOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { startWithRedirects } from "../support/starting-points.ts";

let server: TestServer;
let app: TestClient;
let alice: User;
let browser: TestBrowser;

beforeAll(async () => {
  ({ server, app, alice } = await startWithRedirects());
});
afterAll(() => server.stop());
beforeEach(async () => {
  browser = await signedInBrowser(server, alice);
});

const answered = async (changes: Parameters<typeof requestOf>[1], client = app) =>
  approve(browser, await authorize(browser, client, changes));

describe("the answer", () => {
  test("6749-3.1-get, 6749-4.1.2-success, 6749-4.1.2-status, OIDC-16.22-307, 9700-4.12-307, 9700-2.1.2-implicit: a 303 to the redirect URI with code, state and iss, each once, and nothing else", async () => {
    const { status, location = "" } = await answered({});
    expect(status).toBe(303);
    const url = new URL(location);
    expect(url.origin + url.pathname + url.hash).toBe("https://app.example/cb");
    expect([...url.searchParams.keys()]).toEqual(["code", "state", "iss"]);
    expect(url.searchParams.get("code")).toMatch(/^pst_ac_[\w-]{43}$/);
    expect(url.searchParams.get("state")).toBe("af0ifjsldkj");
  });

  test("9207-2-always, 9207-2-value, 9700-4.4-mixup, UI-01: iss stands once in success and in error and is the issuer of the metadata", async () => {
    const metadata = await fetch(`${server.issuer}/.well-known/oauth-authorization-server`);
    const issuer = await textOf(metadata, "issuer");
    for (const answer of [await answered({}), await answered({ response_type: "token" })]) {
      expect(new URL(answer.location ?? "").searchParams.getAll("iss")).toEqual([issuer]);
    }
    const form = await answered({ response_mode: "form_post", scope: "nothing-known" });
    expect(answerParameters(form)).toMatchObject({ error: "invalid_scope", iss: issuer });
  });

  test("9207-2.4-idtoken: it is the iss of the ID token", async () => {
    const idToken = await textOf(redeem(server, app, await authorizationCode(browser, app)), "id_token");
    const claims: unknown = JSON.parse(Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString());
    expect(claims).toMatchObject({ iss: answerParameters(await answered({})).iss ?? "" });
  });

  test("OIDC-3.1.2.6-params, OIDC-3.1.2.6-no-code, 9207-1-not-elsewhere: an error has error, error_description, state and iss alone; a page has none of them", async () => {
    expect(Object.keys(refusalIn(await answered({ response_type: "token" })))).toEqual([
      "error",
      "error_description",
      "state",
      "iss",
    ]);
    const page = await answered({ redirect_uri: "https://evil.example/cb" });
    expect(page.location).toBeUndefined();
    expect(page.body).not.toContain("iss=");
  });

  test("6749-4.1.2.1-denied: who denies sends access_denied to the client", async () => {
    const consent = await openAuthorization(browser, app, { prompt: "consent" });
    expect(refusalIn(await browser.submit(consent, "consent", { button: "deny" }))).toMatchObject({
      error: "access_denied",
      state: "af0ifjsldkj",
    });
  });
});

describe("a pending authorization", () => {
  test("6749-4.1-handle-cookie, UI-12: it goes on in the browser that began it, and nowhere else", async () => {
    const { location = "" } = await authorize(browser, app, { prompt: "consent" });
    const handle = new URL(location).searchParams.get("handle") ?? "";
    expect(pageOf(await browser.get(location))).toBe("consent");
    for (const other of [new TestBrowser(server), await signedInBrowser(server, alice)]) {
      for (const path of [paths.consent, paths.signIn, paths.authorizeContinue]) {
        expect(outcomeOf(await other.get(`${path}?handle=${handle}`))).toBe("400 page");
      }
    }
    for (const broken of ["", "x", handle.slice(0, -1), `${handle}A`, handle.replace(/.$/, "!")]) {
      expect(outcomeOf(await browser.get(`${paths.authorizeContinue}?handle=${broken}`))).toBe("400 page");
    }
  });

  test("6749-4.1-handle-cookie: it lives for half an hour and survives the sign-in", async () => {
    const person = await createPerson(server, { username: "patient" });
    const stranger = new TestBrowser(server);
    const signIn = await openAuthorization(stranger, app);
    server.advance(minutes(29));
    const consent = await stranger.follow(await stranger.signIn(signIn, person));
    expect(pageOf(consent)).toBe("consent");
    server.advance(minutes(1));
    expect(outcomeOf(await stranger.submit(consent, "consent", { button: "approve" }))).toBe("400 page");
  });

  test("6749-4.1-two-tabs, UI-16: two at once, interleaved, each come to their own end", async () => {
    const other = await createClient(server, { redirect_uris: ["https://other.example/cb"] });
    const first = await openAuthorization(browser, app, { prompt: "consent", state: "one" });
    const second = await openAuthorization(browser, other, { state: "two", scope: "profile" });
    const [one, two] = [
      await browser.submit(first, "consent", { button: "approve" }),
      await browser.submit(second, "consent", { button: "approve" }),
    ];
    expect(one.location).toStartWith("https://app.example/cb?code=");
    expect(two.location).toStartWith("https://other.example/cb?code=");
    expect([answerParameters(one).state, answerParameters(two).state]).toEqual(["one", "two"]);
    expect(await textOf(redeem(server, app, answerParameters(one).code ?? ""), "scope")).toBe("openid");
    expect(await textOf(redeem(server, other, answerParameters(two).code ?? ""), "scope")).toBe("profile");
  });

  test("RU-19: a client that changes meanwhile is looked at anew", async () => {
    const client = await createClient(server, { redirect_uris: ["https://gone.example/cb"] });
    const consent = await openAuthorization(browser, client);
    const metadata = { ...client.client.metadata, redirect_uris: ["https://new.example/cb"] };
    const at = server.context.clock.now();
    const event = { at, name: "client.updated", actor: { kind: "system" } } as const;
    await server.context.store.clients.update({ id: client.client.id, metadata, forgetConsents: true, event });
    expect(outcomeOf(await browser.submit(consent, "consent", { button: "approve" }))).toBe("400 page");
    await server.context.store.clients.update({
      id: client.client.id,
      metadata: client.client.metadata,
      forgetConsents: true,
      event,
    });
    await server.context.store.clients.setDisabled({ id: client.client.id, at, event });
    expect(outcomeOf(await browser.submit(consent, "consent", { button: "approve" }))).toBe("400 page");
  });

  test("6749-4.1-handle-cookie: who only looks makes the server write nothing", async () => {
    const file = new Database(databasePath(server.directory), { readonly: true });
    const dataVersion = () => file.query("PRAGMA data_version").get();
    const before = dataVersion();
    const stranger = new TestBrowser(server);
    expect(pageOf(await openAuthorization(stranger, app))).toBe("sign-in");
    expect(dataVersion()).toEqual(before);
    file.close();
  });
});

describe("an unverified client", () => {
  let stranger: TestClient;
  beforeAll(async () => {
    stranger = await createClient(server, { client_name: "<b>Shop</b>" }, { origin: "registration" });
  });

  test("9700-4.11.2-as-redirect, RU-21: its mistakes stop on a page that names where it would lead", async () => {
    const page = await answered({ scope: '"' }, stranger);
    expect(outcomeOf(page)).toBe("400 page");
    expect(page.body).toContain("app.example");
    expect(page.body).toContain('href="https://app.example/cb?error=invalid_scope');
  });

  test("9700-4.11.2-as-redirect: who was asked is sent on, and so is prompt=none", async () => {
    const consent = await openAuthorization(browser, stranger);
    expect(refusalIn(await browser.submit(consent, "consent", { button: "deny" })).error).toBe("access_denied");
    expect(refusalIn(await authorize(new TestBrowser(server), stranger, { prompt: "none" })).error).toBe(
      "login_required",
    );
  });
});

describe("elsewhere", () => {
  test("G-19-cors-authz, 9700-2.6-cors, 2.1-cors-authz: no page allows another origin, preflights included", async () => {
    for (const path of [authorizePath(app), paths.signIn, paths.consent, paths.device, paths.endSession, paths.home]) {
      for (const method of ["GET", "OPTIONS"]) {
        const answer = await fetch(server.issuer + path, {
          method,
          redirect: "manual",
          headers: { origin: "https://app.example", "access-control-request-method": "POST" },
        });
        expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
        if (method === "OPTIONS") expect(answer.status).toBe(405);
      }
    }
  });

  test("9700-2.1-no-open-redirector, RU-20: no parameter makes a page lead elsewhere", async () => {
    const evil = "https://evil.example/";
    for (const path of [
      `/login?next=${evil}`,
      `/login?return_to=//evil.example`,
      `/auth/logout?post_logout_redirect_uri=${evil}`,
      `/device?continue=${evil}`,
      `/?url=${evil}`,
      `/consent?redirect_uri=${evil}`,
      `/auth/authorize/continue?redirect_uri=${evil}`,
    ]) {
      const { location, body } = await browser.get(path);
      if (location !== undefined) expect(location).toStartWith(server.issuer);
      expect(body).not.toContain("evil.example");
    }
    const person = await createPerson(server, { username: "redirected" });
    for (const name of ["next", "return_to"]) {
      const stranger = new TestBrowser(server);
      const answer = await stranger.signIn(await stranger.get(`/login?${name}=${evil}`), person);
      expect(answer.location).toBe(`${server.issuer}/`);
    }
  });

  test("XS-05, XS-08, XS-14: markup and SQL in parameters come back nowhere", async () => {
    const markup = '"><script>alert(1)</script>';
    for (const path of [
      authorizePath(app, { client_id: markup }),
      authorizePath(app, { redirect_uri: markup }),
      authorizePath(app, { ui_locales: markup, display: markup, acr_values: markup, prompt: "login" }),
      authorizePath(app, { client_id: "' OR 1=1--" }),
      `/consent?handle=${encodeURIComponent(markup)}`,
      `/${encodeURIComponent(markup)}`,
    ]) {
      const page = await browser.open(path, { headers: { accept: "text/html" } });
      expect(page.status).toBeLessThan(500);
      expect(page.body).not.toContain("<script>alert");
    }
    const page = await new TestBrowser(server).open(authorizePath(app, { login_hint: markup }));
    expect(page.body).not.toContain("<script>alert");
    expect(page.forms[0]?.fields.username).toBe(markup);
  });

  test("6749-3.1-frag-endpoint: no endpoint has a query or a fragment", async () => {
    const metadata = await bodyOf(fetch(`${server.issuer}/.well-known/openid-configuration`));
    const endpoints = Object.entries(metadata).filter(([name]) => name.endsWith("_endpoint"));
    expect(endpoints.map(([name]) => name)).toContain("authorization_endpoint");
    for (const [, url] of endpoints) expect(String(url)).toMatch(/^[^?#]+$/);
  });
});

test("6749-3.1-get, 9207-2-value, FP-2-form: below a path everything stands under it, the issuer's own address too", async () => {
  const below = await startTestServer({ POSTERN_ISSUER: "https://nas.example/sso" });
  const client = await createClient(below);
  const person = await createPerson(below);
  const visitor = new TestBrowser(below);
  const answer = await approve(visitor, await authorize(visitor, client, { response_mode: "form_post" }), person);
  expect(answerParameters(answer)).toMatchObject({ iss: "https://nas.example/sso", code: expect.any(String) });
  expect(answer.body).toContain('src="/sso/assets/form-post.js"');
  expect((await visitor.get("")).location).toBe("https://nas.example/sso/");
  expect((await visitor.get("/")).body).toContain("Signed in as");
  await below.stop();
});

describe("trouble of our own", () => {
  test("6749-4.1.2.1-server, G-13-unavail: the client is told, and the log knows why", async () => {
    const broken = await startTestServer();
    const client = await createClient(broken);
    const visitor = await signedInBrowser(broken, await createUser(broken));
    const consent = await openAuthorization(visitor, client);
    const file = new Database(databasePath(broken.directory));
    file.run("ALTER TABLE consents RENAME TO consents_hidden");
    const answer = await visitor.submit(consent, "consent", { button: "approve" });
    expect(refusalIn(answer)).toMatchObject({ error: "server_error", state: "af0ifjsldkj", iss: broken.issuer });
    expect(answer.location).not.toContain("consents");
    expect(broken.logged.filter((line) => line.includes('"level":"error"')).join()).toContain("consents");
    file.close();
    await broken.stop();
  });
});
