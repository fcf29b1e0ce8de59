import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { updateClient } from "../../src/administration/clients.ts";
import { asClientId } from "../../src/brand.ts";
import type { Client } from "../../src/model/client.ts";
import { hours } from "../../src/time.ts";
import { wordsOf } from "../support/account.ts";
import { authorizationCode, redeem } from "../support/authorization.ts";
import type { TestBrowser } from "../support/browser.ts";
import { basicHeader, createClient } from "../support/clients.ts";
import { copied } from "../support/copied.ts";
import { signedInBrowser } from "../support/devices.ts";
import { grantTokens } from "../support/grants.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { isActive, ownToken, tokenRequest } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const clientsPath = "/admin/clients";

let server: TestServer;
let admin: TestPerson;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SCOPES: '{"mail":"Read your mail"}' });
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

describe("one app", () => {
  test("shows what is known of it, the addresses to paste, and who gave it access", async () => {
    const app = await createClient(server, { client_name: "Seen" });
    const { user } = await grantTokens(server, { client: app.client });
    const page = await browser.get(`${clientsPath}/${app.id}`);
    expect(copied(page, "endpoint-discovery")).toBe(`${server.issuer}/.well-known/openid-configuration`);
    expect(copied(page, "endpoint-token")).toBe(`${server.issuer}/auth/token`);
    expect(page.body).toContain(user.username);
    expect(page.body).toContain("https://app.example/cb");
    expect((await browser.get(`${clientsPath}/nobody`)).status).toBe(404);
  });

  test("everything that an administrator may set is edited, and what the form does not show stays", async () => {
    const app = await createClient(server, {
      client_name: "Before",
      localized: { "client_name#de": "Vorher" },
      scope: "openid odd-one",
      subject_type: "public",
    });
    const page = await browser.get(`${clientsPath}/${app.id}/edit`);
    const answer = await browser.submit(page, "edit-client", {
      fields: {
        client_name: "After",
        client_uri: "https://app.example/",
        contacts: "one@example.org\r\ntwo@example.org",
        redirect_uris: "https://app.example/new",
        "grant_types:refresh_token": "on",
        rotate_refresh_tokens: "on",
        access_token_format: "jwt",
        id_token_signed_response_alg: "ES256",
        default_max_age: "600",
        require_mfa: "on",
      },
      without: ["require_pkce"],
    });
    expect(answer.location).toEndWith(`${clientsPath}/${app.id}?done=saved`);
    expect((await stored(app.id)).metadata).toEqual({
      client_name: "After",
      client_uri: "https://app.example/",
      contacts: ["one@example.org", "two@example.org"],
      localized: { "client_name#de": "Vorher" },
      redirect_uris: ["https://app.example/new"],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      scope: "openid odd-one",
      subject_type: "public",
      application_type: "web",
      token_endpoint_auth_method: "client_secret_basic",
      access_token_format: "jwt",
      id_token_signed_response_alg: "ES256",
      rotate_refresh_tokens: true,
      require_pkce: false,
      require_mfa: true,
      default_max_age: 600,
    });
  });

  test("saving what was not changed changes nothing", async () => {
    const metadata = { client_name: "Same", scope: "openid profile", id_token_signed_response_alg: "RS256" } as const;
    const contacts = ["Ann Other, ann@app.example", "bob@app.example"];
    const app = await createClient(server, { ...metadata, access_token_format: "opaque", contacts });
    const page = await browser.get(`${clientsPath}/${app.id}/edit`);
    await browser.submit(page, "edit-client");
    expect((await stored(app.id)).metadata).toEqual(app.client.metadata);
  });

  test("what somebody else has changed since the form was opened is not overwritten, and shown", async () => {
    const app = await createClient(server, { client_name: "Then" });
    const page = await browser.get(`${clientsPath}/${app.id}/edit`);
    const theirs = { ...(await stored(app.id)).metadata, client_name: "Theirs" };
    await updateClient(server.context, { kind: "cli" }, asClientId(app.id), theirs);
    const answer = await browser.submit(page, "edit-client", { fields: { client_name: "Mine" } });
    expect([answer.status, wordsOf(answer).includes("Somebody else has changed this app")]).toEqual([200, true]);
    expect(answer.forms[0]?.fields.client_name).toBe("Theirs");
    expect((await stored(app.id)).metadata).toEqual(theirs);
    await browser.submit(answer, "edit-client", { fields: { client_name: "Mine" } });
    expect((await stored(app.id)).metadata.client_name).toBe("Mine");
  });

  test("an app that comes to use a secret gets one, shown once", async () => {
    const app = await createClient(server, { application_type: "web", token_endpoint_auth_method: "none" });
    const page = await browser.get(`${clientsPath}/${app.id}/edit`);
    const answer = await browser.submit(page, "edit-client", {
      fields: { token_endpoint_auth_method: "client_secret_basic" },
    });
    const secret = copied(answer, "client-secret");
    const changed = { client: await stored(app.id), id: app.id, secret, basic: basicHeader(app.id, secret) };
    expect((await redeem(server, changed, await authorizationCode(browser, changed))).status).toBe(200);
  });

  test("keys are JSON, checked as at registration", async () => {
    const app = await createClient(server);
    const page = await browser.get(`${clientsPath}/${app.id}/edit`);
    const send = (jwks: string) => browser.submit(page, "edit-client", { fields: { jwks } });
    expect((await send("{not json")).body).toContain("The public keys are not a JSON object");
    expect((await send('{"keys":\r\n[]}')).body).toContain("does not have 1 to 10 keys");
    expect((await stored(app.id)).metadata.jwks).toBeUndefined();
  });

  test("switched off, it gets no tokens; switched on, it does", async () => {
    const app = await createClient(server, { grant_types: ["client_credentials"], scope: "mail" });
    const token = await ownToken(server, app, "mail");
    await browser.submit(await browser.get(`${clientsPath}/${app.id}/switch-off`), "switch-off");
    expect((await tokenRequest(server, app, { grant_type: "client_credentials" })).status).toBe(401);
    const page = await browser.get(`${clientsPath}/${app.id}`);
    expect((await browser.submit(page, "switch-on")).location).toContain("done=switched-on");
    expect(await isActive(server, app, token)).toBe(true);
  });

  test("deleting asks first, and ends everything", async () => {
    const app = await createClient(server);
    const { grant } = await grantTokens(server, { client: app.client });
    const page = await browser.get(`${clientsPath}/${app.id}/delete`);
    expect(page.body).toContain("This cannot be undone");
    expect(page.body).toContain(`<dt>Client ID</dt><dd><code>${app.id}</code>`);
    expect(page.body).toContain("<dt>Access</dt><dd>1</dd>");
    expect((await browser.submit(page, "delete")).location).toEndWith(`${clientsPath}?done=deleted`);
    expect(await server.context.store.clients.find(asClientId(app.id))).toBeUndefined();
    expect((await server.context.store.grants.find(grant.id))?.endedAt).toBeDefined();
  });

  test("all its access ends at once", async () => {
    const app = await createClient(server);
    const other = await createClient(server);
    const grants = [
      await grantTokens(server, { client: app.client }),
      await grantTokens(server, { client: app.client }),
    ];
    const kept = await grantTokens(server, { client: other.client });
    await browser.submit(await browser.get(`${clientsPath}/${app.id}/end-access`), "end-access");
    for (const { grant } of grants) {
      expect((await server.context.store.grants.find(grant.id))?.endedBecause).toBe("revoked");
    }
    expect((await server.context.store.grants.find(kept.grant.id))?.endedAt).toBeUndefined();
  });
});

describe("secrets", () => {
  const works = async (id: string, secret: string): Promise<boolean> => {
    const client = { id, secret, basic: basicHeader(id, secret) };
    return (await tokenRequest(server, client, { grant_type: "client_credentials" })).status === 200;
  };

  test("a second one is added, both work, the first is removed and refused: nothing stood still", async () => {
    const { id, secret: old = "", client } = await createClient(server, { grant_types: ["client_credentials"] });
    const [first] = client.secrets;
    const answer = await browser.submit(await browser.get(`${clientsPath}/${id}`), "add-secret");
    const fresh = copied(answer, "client-secret");
    expect([await works(id, old), await works(id, fresh)]).toEqual([true, true]);
    const ask = await browser.get(`${clientsPath}/${id}/remove-secret?secret=${first?.id}`);
    expect(ask.body).toMatch(/<dt>Last used<\/dt><dd><time[^>]*>just now</);
    await browser.submit(ask, "remove-secret");
    expect([await works(id, old), await works(id, fresh)]).toEqual([false, true]);
  });

  test("a third is not added: it would push out the one in use", async () => {
    const { id } = await createClient(server, { grant_types: ["client_credentials"] });
    const page = await browser.get(`${clientsPath}/${id}`);
    await browser.submit(page, "add-secret");
    expect((await browser.get(`${clientsPath}/${id}`)).forms.map((form) => form.id)).not.toContain("add-secret");
    const answer = await browser.submit(page, "add-secret");
    expect(answer.body).toContain("The app has two secrets already");
    expect((await stored(id)).secrets).toHaveLength(2);
  });

  test("of the last one it is said that nothing works without it", async () => {
    const { id, client } = await createClient(server);
    const ask = await browser.get(`${clientsPath}/${id}/remove-secret?secret=${client.secrets[0]?.id}`);
    expect(ask.body).toContain("It is the only secret");
    expect(ask.body).toContain(`<dt>Secret</dt><dd><code>${client.secrets[0]?.id}</code>`);
  });

  test("a secret of another app is not there", async () => {
    const one = await createClient(server);
    const other = await createClient(server);
    const address = `${clientsPath}/${one.id}/remove-secret?secret=${other.client.secrets[0]?.id}`;
    expect((await browser.get(address)).status).toBe(404);
    expect((await browser.post(address, {})).status).toBe(404);
    expect((await stored(other.id)).secrets).toHaveLength(1);
  });
});

describe("who may do that", () => {
  test("every change asks for a token of its own form", async () => {
    const app = await createClient(server, { grant_types: ["client_credentials"] });
    const secret = app.client.secrets[0]?.id;
    const page = await browser.get(`${clientsPath}/${app.id}`);
    const csrf = page.forms.find(({ id }) => id === "add-secret")?.fields.csrf ?? "";
    for (const path of [
      `${clientsPath}/new?kind=web`,
      `${clientsPath}/${app.id}/edit`,
      `${clientsPath}/${app.id}/switch-on`,
      `${clientsPath}/${app.id}/switch-off`,
      `${clientsPath}/${app.id}/delete`,
      `${clientsPath}/${app.id}/end-access`,
      `${clientsPath}/${app.id}/remove-secret?secret=${secret}`,
    ]) {
      const answers = [await browser.post(path, {}), await browser.post(path, { csrf })];
      expect([path, ...answers.map(({ status }) => status)]).toEqual([path, 403, 403]);
    }
    const others = await createClient(server);
    expect((await browser.post(`${clientsPath}/${others.id}/secrets`, { csrf })).status).toBe(403);
    expect(await stored(app.id)).toEqual(app.client);
  });

  test("people who do not administer see none of it", async () => {
    const alice = await signedInBrowser(server, (await createPerson(server)).user);
    const app = await createClient(server);
    for (const path of [
      clientsPath,
      `${clientsPath}/new`,
      `${clientsPath}/${app.id}`,
      `${clientsPath}/${app.id}/edit`,
    ]) {
      expect([path, (await alice.get(path)).status]).toEqual([path, 403]);
    }
    expect((await alice.post(`${clientsPath}/${app.id}/delete`, {})).status).toBe(403);
  });

  test("who signed in long ago does so again before anything that lets somebody in, and comes back", async () => {
    const app = await createClient(server);
    const page = await browser.get(`${clientsPath}/${app.id}`);
    server.advance(hours(1));
    const refused = await browser.submit(page, "add-secret");
    expect(refused.location).toContain("/login?");
    expect((await stored(app.id)).secrets).toHaveLength(1);
    for (const path of ["new?kind=web", `${app.id}/edit`, `${app.id}/delete`]) {
      expect((await browser.get(`${clientsPath}/${path}`)).location).toContain("/login?");
    }
    const back = await browser.follow(await browser.signIn(await browser.open(`${clientsPath}/${app.id}/edit`), admin));
    expect(back.url).toEndWith(`${clientsPath}/${app.id}/edit`);
  });

  test("an app from the clients file is not changed here, whatever is sent", async () => {
    const app = await createClient(server, { grant_types: ["client_credentials"] }, { origin: "file" });
    const page = await browser.get(`${clientsPath}/${app.id}`);
    expect(page.body).toContain("changed only in the clients file");
    expect(page.forms.map(({ id }) => id).filter((id) => !id.startsWith("revoke-"))).toEqual([]);
    expect((await browser.get(`${clientsPath}/${app.id}/edit`)).location).toEndWith(`${clientsPath}/${app.id}`);
    for (const [path, form] of [
      [`${app.id}/switch-off`, "switch-off"],
      [`${app.id}/delete`, "delete"],
      [`${app.id}/remove-secret?secret=${app.client.secrets[0]?.id}`, "remove-secret"],
    ] as const) {
      const answer = await browser.submit(await browser.get(`${clientsPath}/${path}`), form);
      expect([form, answer.status]).toEqual([form, 403]);
    }
    expect(await stored(app.id)).toEqual(app.client);
  });
});

describe("what apps say of themselves", () => {
  const script = '"><script>alert(1)</script><img src=x onerror=alert(1)>';

  test("runs nowhere: names, addresses, contacts and versions are text", async () => {
    const app = await createClient(server, {
      client_name: script,
      client_uri: "javascript:alert(1)",
      logo_uri: `https://evil.example/${script}`,
      policy_uri: "javascript:alert(2)",
      contacts: [script],
      redirect_uris: [`https://app.example/${script}`],
      scope: "openid",
      software_id: script,
      software_version: script,
    });
    for (const path of ["", `/${app.id}`, `/${app.id}/edit`, `/${app.id}/delete`, `/${app.id}/recipes/grafana`]) {
      const { body, status } = await browser.get(clientsPath + path);
      expect([path, status]).toEqual([path, 200]);
      expect(body).not.toContain("<script>alert");
      expect(body).not.toContain("<img src=x");
      expect(body).not.toContain('href="javascript:');
    }
  });
});
