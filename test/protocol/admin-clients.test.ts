import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { asClientId } from "../../src/brand.ts";
import type { Client } from "../../src/model/client.ts";
import { deviceCodeGrantType } from "../../src/model/client.ts";
import { minutes } from "../../src/time.ts";
import { authorizationCode, redeem } from "../support/authorization.ts";
import type { Answer, TestBrowser } from "../support/browser.ts";
import { basicHeader, createClient, type TestClient } from "../support/clients.ts";
import { copied, findCopied } from "../support/copied.ts";
import { decide, signedInBrowser, startDevice } from "../support/devices.ts";
import { grantTokens } from "../support/grants.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { bodyOf, ownToken, post, tokenRequest } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const clientsPath = "/admin/clients";

let server: TestServer;
let admin: TestPerson;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SCOPES: JSON.stringify({ mail: "Read your mail", "it's$(id)": "Odd" }) });
  admin = await createPerson(server, { username: "root", role: "admin" });
});
afterAll(() => server.stop());
beforeEach(async () => {
  browser = await signedInBrowser(server, admin.user);
});

const stored = async (id: string): Promise<Client> => {
  const client = await server.context.store.clients.find(asClientId(id));
  if (client === undefined) throw new Error(`there is no client ${id}`);
  return client;
};

/** The client that the answer to the guided form tells of, as its owner would use it. */
async function made(answer: Answer): Promise<TestClient> {
  expect(answer.status).toBe(200);
  const id = copied(answer, "client-id");
  const client = await stored(id);
  const secret = client.secrets.length === 0 ? undefined : copied(answer, "client-secret");
  return { client, id, secret, basic: basicHeader(id, secret ?? "") };
}

type Fields = Readonly<Record<string, string>>;

const fill = async (query: string, fields: Fields, without: readonly string[] = []): Promise<Answer> =>
  browser.submit(await browser.get(`${clientsPath}/new?${query}`), "new-client", { fields, without });

describe("the list", () => {
  test("shows kind, state and last use of each app, and finds them by name", async () => {
    await createClient(server, { client_name: "Listed wiki" }, { id: "listed-wiki" });
    await createClient(server, { client_name: "Declared one" }, { id: "declared-one", origin: "file" });
    await createClient(server, { client_name: "Stranger" }, { id: "stranger", origin: "registration" });
    await createClient(server, { client_name: "Gone" }, { id: "gone", disabled: true });
    const { body } = await browser.get(clientsPath);
    for (const words of ["Web app", "Verified", "Unverified", "From the clients file", "Switched off", "Never"]) {
      expect(body).toContain(words);
    }
    const found = await browser.get(`${clientsPath}?q=listed`);
    expect(found.body).toContain("Listed wiki");
    expect(found.body).not.toContain("Stranger");
    expect((await browser.get(`${clientsPath}?q=nothing-like-it`)).body).toContain("No app fits this search");
  });

  test("is paged", async () => {
    for (let index = 0; index < 30; index++) await createClient(server, { client_name: `Paged ${index}` });
    const first = await browser.get(`${clientsPath}?q=paged`);
    expect(first.body).toContain("1 to 25 of 30");
    expect((await browser.get(`${clientsPath}?q=paged&offset=25`)).body).toContain("26 to 30 of 30");
  });
});

describe("the guided form", () => {
  test("a web app made by it gets tokens by the code flow", async () => {
    const app = await made(await fill("kind=web", { client_name: "Wiki", redirect_uris: "https://app.example/cb" }));
    expect(app.client.metadata).toMatchObject({
      client_name: "Wiki",
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: ["authorization_code", "refresh_token"],
      scope: "openid profile email",
    });
    const code = await authorizationCode(browser, app, { scope: "openid email" });
    expect((await redeem(server, app, code)).status).toBe(200);
  });

  test("single-page and native apps are public", async () => {
    const page = await made(
      await fill("kind=single-page", { client_name: "Page", redirect_uris: "https://app.example/cb" }),
    );
    const native = await made(
      await fill("kind=native", {
        client_name: "Phone",
        redirect_uris: "com.example.phone:/cb\r\nhttp://127.0.0.1/cb",
      }),
    );
    expect([page.secret, native.secret]).toEqual([undefined, undefined]);
    expect(page.client.metadata.application_type).toBe("web");
    expect(native.client.metadata.redirect_uris).toEqual(["com.example.phone:/cb", "http://127.0.0.1/cb"]);
    expect((await redeem(server, native, await authorizationCode(browser, native))).status).toBe(200);
  });

  test("a service gets tokens for itself, with the permissions that were ticked", async () => {
    const service = await made(await fill("kind=service", { client_name: "Cron", "scope:mail": "on" }));
    expect(await ownToken(server, service, "mail")).toStartWith("pst_at_");
    const { body } = await browser.get(`${clientsPath}/new?kind=service`);
    expect(body).not.toContain('id="scope:openid"');
  });

  test("of a scope with odd characters the box works as of any other", async () => {
    const service = await made(await fill("kind=service", { client_name: "Odd", "scope:it's$(id)": "on" }));
    expect(service.client.metadata.scope).toBe("it's$(id)");
  });

  test("a kind gets what it is asked for and nothing else", async () => {
    const device = await made(
      await fill("kind=device", { client_name: "TV", redirect_uris: "https://app.example/cb", first_party: "on" }),
    );
    expect(device.client.metadata.redirect_uris).toBeUndefined();
    expect(device.client.metadata.first_party).toBeUndefined();
  });

  test("more settings: second factor, consent, PKCE and an identifier of one's own", async () => {
    const app = await made(
      await fill("kind=web", {
        client_name: "Own",
        redirect_uris: "https://app.example/cb",
        post_logout_redirect_uris: "https://app.example/bye",
        first_party: "on",
        require_mfa: "on",
        without_pkce: "on",
        client_id: "own-app",
      }),
    );
    expect(app.id).toBe("own-app");
    expect(app.client.metadata).toMatchObject({
      first_party: true,
      require_mfa: true,
      require_pkce: false,
      post_logout_redirect_uris: ["https://app.example/bye"],
    });
    const again = await fill("kind=web", {
      client_name: "Other",
      redirect_uris: "https://app.example/cb",
      client_id: "own-app",
    });
    expect(again.body).toContain("There is an app with this identifier already");
  });

  test("what is wrong is said beside the field, in the reader's language, and nothing is lost", async () => {
    const answer = await fill("kind=web", {
      client_name: "Wiki",
      redirect_uris: "https://app.example/cb\r\nhttps://app.example/*",
    });
    expect(answer.body).toContain("Redirect URIs, line 2: it has a *");
    expect(answer.forms.find(({ id }) => id === "new-client")?.fields.redirect_uris).toBe(
      "https://app.example/cb\nhttps://app.example/*",
    );
    const german = await browser.submit(
      await browser.get(`${clientsPath}/new?kind=web`, { headers: { "accept-language": "de" } }),
      "new-client",
      { fields: { client_name: "Wiki", redirect_uris: "http://x.example/cb" }, headers: { "accept-language": "de" } },
    );
    expect(german.body).toContain("Redirect-URIs, Zeile 1: muss mit https:// beginnen");
    expect((await fill("kind=web", { client_name: " ", redirect_uris: "https://a.example/cb" })).body).toContain(
      "Give the app a name",
    );
  });

  test("without a kind the form leads to the choice", async () => {
    const page = await browser.get(`${clientsPath}/new?kind=nonsense`);
    expect(page.forms.map(({ id }) => id)).toEqual(["choose-kind"]);
    expect((await browser.post(`${clientsPath}/new`, { client_name: "x" })).forms[0]?.id).toBe("choose-kind");
  });

  test("the secret is in the answer alone, which nobody keeps", async () => {
    const answer = await fill("kind=web", { client_name: "Once", redirect_uris: "https://app.example/cb" });
    const { id, secret = "" } = await made(answer);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    for (const path of [clientsPath, `${clientsPath}/${id}`, `${clientsPath}/${id}/recipes/grafana`, "/admin/audit"]) {
      expect((await browser.get(path)).body).not.toContain(secret);
    }
    expect(server.logged.join("\n")).not.toContain(secret);
  });
});

describe("software that is known", () => {
  test("Grafana: its address gives the redirect URI, and the answer all lines with the real secret", async () => {
    const answer = await fill("recipe=grafana", { app: "https://grafana.example/" });
    const app = await made(answer);
    expect(app.client.metadata.redirect_uris).toEqual(["https://grafana.example/login/generic_oauth"]);
    const lines = copied(answer, "grafana-1");
    expect(lines).toContain(`client_id = ${app.id}`);
    expect(lines).toContain(`client_secret = ${app.secret}`);
    expect(lines).toContain(`auth_url = ${server.issuer}/auth/authorize`);
    expect(lines).toContain("root_url = https://grafana.example/");
  });

  test("a host alone is taken for https, and what is no address is refused", async () => {
    const app = await made(await fill("recipe=proxmox", { app: "pve.lan:8006" }));
    expect(app.client.metadata.redirect_uris).toEqual(["https://pve.lan:8006"]);
    for (const wrong of ["http://pve.lan", "javascript:alert(1)", "https://user@pve.lan", ""]) {
      expect((await fill("recipe=proxmox", { app: wrong })).body).toContain("not an address that begins with https://");
    }
  });

  test("Gitea is registered without PKCE, which it does not know", async () => {
    const app = await made(await fill("recipe=gitea", { app: "https://git.example" }));
    expect(app.client.metadata.require_pkce).toBe(false);
    const code = await authorizationCode(browser, app, { code_challenge: undefined, code_challenge_method: undefined });
    expect((await redeem(server, app, code, { code_verifier: undefined })).status).toBe(200);
  });

  test("Dovecot: tokens are checked by the very request that it makes", async () => {
    const answer = await fill("recipe=dovecot", { client_name: "Mail server" });
    const mail = await made(answer);
    expect(mail.client.metadata).toMatchObject({ resource_server: true, accepts: "mail", grant_types: [] });
    const url = new URL(/introspection_url = (\S+)/.exec(copied(answer, "dovecot-1"))?.[1] ?? "");
    const program = await createClient(server, { scope: "openid mail" });
    const { accessToken, user } = await grantTokens(server, { client: program.client, scope: ["openid", "mail"] });
    // dovecot/core src/lib-oauth2/oauth2-request.c: the token alone in the form, the credentials of the URL as Basic.
    const ask = (token: string) =>
      bodyOf(post(server, url.pathname, { token }, { authorization: basicHeader(url.username, url.password) }));
    expect(await ask(accessToken)).toMatchObject({ active: true, username: user.username, scope: "mail" });
    const other = await grantTokens(server, { client: program.client, scope: ["openid"] });
    expect(await ask(other.accessToken)).toEqual({ active: false });
  });

  test("oauth2-proxy: the code flow with its redirect URI and PKCE gives tokens and userinfo", async () => {
    const answer = await fill("recipe=oauth2-proxy", { app: "https://app.example" });
    const proxy = await made(answer);
    const config = copied(answer, "oauth2-proxy-1");
    const setting = (name: string): string =>
      JSON.parse(new RegExp(`^${name} = (".*")$`, "m").exec(config)?.[1] ?? '""');
    expect([setting("client_id"), setting("client_secret")]).toEqual([proxy.id, proxy.secret ?? ""]);
    const redirect = setting("redirect_url");
    const code = await authorizationCode(browser, proxy, { redirect_uri: redirect, scope: setting("scope") });
    expect((await redeem(server, proxy, code, { redirect_uri: redirect })).status).toBe(200);
    expect(setting("oidc_issuer_url")).toBe(server.issuer);
  });

  test("a command line gets tokens by the device flow", async () => {
    const answer = await fill("recipe=cli", { client_name: "Terminal" });
    const terminal = await made(answer);
    expect(copied(answer, "cli-1")).toContain(`client_id=${terminal.id}`);
    const device = await startDevice(server, terminal, { scope: "openid profile offline_access" });
    await decide(browser, device.userCode, "approve");
    server.advance(minutes(1));
    const tokens = await tokenRequest(server, terminal, {
      grant_type: deviceCodeGrantType,
      device_code: device.deviceCode,
    });
    expect(tokens.status).toBe(200);
  });

  test("the page of a recipe says what the app is not registered for, and what to add", async () => {
    const app = await createClient(server, { scope: "openid" });
    const page = await browser.get(`${clientsPath}/${app.id}/recipes/gitea`);
    const lacks = [1, 2, 3, 4].flatMap((index) => findCopied(page, `gitea-lack-${index}`) ?? []);
    expect(lacks).toContain("https://app.example/user/oauth2/postern/callback");
    expect(lacks).toContain("refresh_token");
    expect(page.body).toContain("knows no PKCE");
    expect(page.body).toContain("PUT_CLIENT_SECRET_HERE");
    expect((await browser.get(`${clientsPath}/${app.id}/recipes/nonsense`)).status).toBe(404);
  });
});
