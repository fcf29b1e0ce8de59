import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { approveClient } from "../../src/administration/clients.ts";
import { asClientId } from "../../src/brand.ts";
import { type Client, deviceCodeGrantType } from "../../src/model/client.ts";
import * as a from "../store/things.ts";
import { type Changes, openAuthorization, outcomeOf, redeem } from "../support/authorization.ts";
import { type Answer, answerParameters } from "../support/browser.ts";
import { basicHeader, createClient } from "../support/clients.ts";
import { decide, poll, signedInBrowser, startDevice } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import {
  bearer,
  initialAccessToken,
  type Json,
  outcome,
  registered,
  sendJson,
  webClient,
} from "../support/registration.ts";
import { bodyOf, refusalOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ POSTERN_REGISTRATION: "open", POSTERN_SCOPES: '{"mail.read":"Read your mail"}' });
});
afterAll(() => server.stop());

interface Registered {
  readonly body: Json;
  readonly id: string;
  readonly uri: string;
  readonly auth: Record<string, string>;
}

async function newClient(metadata: Json = webClient, headers: Record<string, string> = {}): Promise<Registered> {
  const body = await registered(server, metadata, headers);
  return {
    body,
    id: String(body.client_id),
    uri: String(body.registration_client_uri),
    auth: bearer(body.registration_access_token),
  };
}

const get = ({ uri, auth }: Registered) => fetch(uri, { headers: auth });
const put = ({ uri, auth, id }: Registered, metadata: unknown) =>
  sendJson("PUT", uri, typeof metadata === "object" ? { client_id: id, ...metadata } : metadata, auth);
const remove = ({ uri, auth }: Registered) => fetch(uri, { method: "DELETE", headers: auth });
const stored = ({ id }: Registered) => server.context.store.clients.find(asClientId(id));
async function storedClient(of: Registered): Promise<Client> {
  const client = await stored(of);
  if (client === undefined) throw new Error("the client is not there");
  return client;
}

/** Every method, by somebody. */
const everyMethod = (uri: string, headers: Record<string, string>) => [
  fetch(uri, { headers }),
  sendJson("PUT", uri, { client_id: "x", ...webClient }, headers),
  sendJson("PUT", uri, "{", headers),
  fetch(uri, { method: "DELETE", headers }),
];

describe("who may manage a client", () => {
  test("7592-2-auth: without a token the answer is the bare challenge", async () => {
    const client = await newClient();
    for (const response of await Promise.all(everyMethod(client.uri, {}))) {
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe(`Bearer realm="${server.issuer}"`);
    }
  });

  test("7592-2-auth, RG-11: a wrong token, another client's, an initial access token and a client secret are invalid_token", async () => {
    const client = await newClient();
    const other = await newClient();
    const initial = await initialAccessToken(server);
    for (const token of [
      "x",
      `${client.body.registration_access_token}x`,
      other.body.registration_access_token,
      initial,
      client.body.client_secret,
    ]) {
      for (const response of await Promise.all(everyMethod(client.uri, bearer(token)))) {
        expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
        expect(await outcome(response)).toEqual([401, "invalid_token"]);
      }
    }
    expect((await get(client)).status).toBe(200);
    expect((await get(other)).status).toBe(200);
  });

  test("7592-2-nonexistent, REG-4.4-no404, RG-12: for an id that never was, one of an administrator and a wrong token the answers are the same", async () => {
    const client = await newClient();
    const { id } = await createClient(server);
    const answers = new Set<string>();
    for (const uri of [
      client.uri,
      `${server.address}/auth/register/${id}`,
      `${server.address}/auth/register/nobody`,
      `${server.address}/auth/register/%00`,
      `${server.address}/auth/register/'%20OR%201=1--`,
    ]) {
      for (const response of await Promise.all(everyMethod(uri, bearer("pst_ra_wrong")))) {
        answers.add(`${response.status} ${response.headers.get("www-authenticate")} ${await response.text()}`);
      }
    }
    expect([...answers]).toEqual([expect.stringMatching(/^401 Bearer .*invalid_token/)]);
  });

  test("7592-2-method, G-10-method: other methods are 405 with Allow, and a browser may ask for those that there are", async () => {
    const { uri, auth } = await newClient();
    for (const method of ["POST", "PATCH"]) {
      const response = await fetch(uri, { method, headers: auth });
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe("GET, HEAD, PUT, DELETE, OPTIONS");
    }
    const preflight = await fetch(uri, { method: "OPTIONS" });
    expect([preflight.status, preflight.headers.get("access-control-allow-methods")]).toEqual([
      204,
      "GET, HEAD, PUT, DELETE, OPTIONS",
    ]);
  });

  test("7592-2-forbid: a client that the operator has stopped may read, but not change or delete itself", async () => {
    const client = await newClient();
    const at = server.context.clock.now();
    const event = { at, name: "client.disabled", actor: { kind: "cli" } } as const;
    await server.context.store.clients.setDisabled({ id: asClientId(client.id), at, event });
    expect((await get(client)).status).toBe(200);
    expect(await outcome(put(client, webClient))).toEqual([403, "access_denied"]);
    expect(await outcome(remove(client))).toEqual([403, "access_denied"]);
    expect(await stored(client)).toBeDefined();
  });

  test("7592-2-forbid: a body that was held back until the operator has stopped the client changes nothing", async () => {
    const client = await newClient();
    const body = JSON.stringify({ client_id: client.id, redirect_uris: ["https://late.example/cb"] });
    const isStopped = Promise.withResolvers<void>();
    const held = new ReadableStream({
      start: async (controller) => {
        controller.enqueue(new TextEncoder().encode(body.slice(0, 5)));
        await isStopped.promise;
        controller.enqueue(new TextEncoder().encode(body.slice(5)));
        controller.close();
      },
    });
    const headers = { ...client.auth, "content-type": "application/json" };
    const answer = fetch(client.uri, { method: "PUT", headers, body: held });
    // The server answers others meanwhile: it has seen the head of the one that waits.
    for (let asking = 0; asking < 3; asking++) expect((await get(client)).status).toBe(200);
    const at = server.context.clock.now();
    const event = { at, name: "client.disabled", actor: { kind: "cli" } } as const;
    await server.context.store.clients.setDisabled({ id: asClientId(client.id), at, event });
    isStopped.resolve();
    expect(await outcome(answer)).toEqual([403, "access_denied"]);
    expect(await stored(client)).toMatchObject({ metadata: { redirect_uris: webClient.redirect_uris } });
  });
});

describe("reading", () => {
  test("7592-2.1-get, 7592-3-rat-echo, 7592-3-secret-read, REG-4-read, 7592-2-uri: GET answers what registration did, but for the secret", async () => {
    const client = await newClient({ ...webClient, client_name: "Mail", "client_name#de": "Post" });
    expect(client.uri).toBe(`${server.issuer}/auth/register/${client.id}`);
    const { client_secret: _, ...expected } = client.body;
    for (let count = 0; count < 2; count++) {
      const response = await get(client);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("pragma")).toBe("no-cache");
      expect(await response.json()).toEqual(expected);
    }
  });

  test("7592-2.1-get: registration turned off takes nothing from who is registered", async () => {
    const first = await startTestServer({ POSTERN_REGISTRATION: "off" });
    expect((await fetch(`${first.address}/auth/register/x`)).status).toBe(401);
    await first.stop();
  });
});

describe("replacing", () => {
  test("7592-2.2-put: what is left out gets its default", async () => {
    const client = await newClient({
      ...webClient,
      client_name: "Mail",
      "client_name#de": "Post",
      contacts: ["a@a.example"],
      scope: "openid",
      default_max_age: 5,
      grant_types: ["authorization_code", "refresh_token"],
    });
    const response = await put(client, { redirect_uris: ["https://new.example/cb"] });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const { client_secret: _, ...plain } = (await newClient()).body;
    const expected = {
      ...plain,
      client_id: client.id,
      client_id_issued_at: client.body.client_id_issued_at,
      redirect_uris: ["https://new.example/cb"],
      registration_client_uri: client.uri,
      registration_access_token: client.body.registration_access_token,
    };
    expect(await response.json()).toEqual(expected);
    expect(await (await get(client)).json()).toEqual(expected);
  });

  test("7592-2.2-put: what a client reads it may send back, less what the server alone sets", async () => {
    const client = await newClient({
      redirect_uris: ["https://app.example/cb", "http://127.0.0.1/cb", "com.example.app:/cb"],
      token_endpoint_auth_method: "none",
      client_name: "Mail",
      "client_name#de": "Post",
    });
    const {
      registration_access_token,
      registration_client_uri,
      client_id_issued_at,
      client_secret_expires_at,
      ...metadata
    } = await (await get(client)).json();
    const response = await put(client, metadata);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(client.body);
  });

  test("7592-2.2-client-id: an update names its client", async () => {
    const client = await newClient();
    for (const client_id of [undefined, null, "", "other", 5, [client.id]]) {
      expect(await outcome(put(client, { ...webClient, client_id }))).toEqual([400, "invalid_client_metadata"]);
    }
  });

  test("7592-2.2-forbidden: an update must not hold what the server alone sets", async () => {
    const client = await newClient();
    for (const name of [
      "registration_access_token",
      "registration_client_uri",
      "client_secret_expires_at",
      "client_id_issued_at",
    ]) {
      expect(await outcome(put(client, { ...webClient, [name]: client.body[name] }))).toEqual([
        400,
        "invalid_client_metadata",
      ]);
    }
  });

  test("7592-2.2-secret: a secret in an update is the current one or the update is refused", async () => {
    const client = await newClient();
    const { client_secret } = client.body;
    for (const wrong of ["a secret of its own choice, long enough", `${client_secret} `, 5, [client_secret]]) {
      expect(await outcome(put(client, { ...webClient, client_secret: wrong }))).toEqual([
        400,
        "invalid_client_metadata",
      ]);
    }
    expect((await put(client, { ...webClient, client_secret })).status).toBe(200);
    const publicClient = await newClient({ ...webClient, token_endpoint_auth_method: "none" });
    expect(await outcome(put(publicClient, { ...webClient, client_secret }))).toEqual([400, "invalid_client_metadata"]);
  });

  test("7592-2.2-validate, RG-04: an update is checked like a registration, and a refused one changes nothing", async () => {
    const client = await newClient();
    const refused: readonly (readonly [unknown, string])[] = [
      [{}, "invalid_redirect_uri"],
      [{ redirect_uris: ["http://app.example/cb"] }, "invalid_redirect_uri"],
      [{ ...webClient, grant_types: ["password"] }, "invalid_client_metadata"],
      [{ ...webClient, grant_types: ["client_credentials"], response_types: [] }, "invalid_client_metadata"],
      [{ ...webClient, client_uri: "http://a.example" }, "invalid_client_metadata"],
      ["{", "invalid_client_metadata"],
      ["[]", "invalid_client_metadata"],
    ];
    for (const [metadata, error] of refused) expect(await outcome(put(client, metadata))).toEqual([400, error]);
    const { client_secret: _, ...unchanged } = client.body;
    expect(await (await get(client)).json()).toEqual(unchanged);
  });

  test("7592-2.2-validate: a change to a method with a secret makes one, a change away from it ends the old one", async () => {
    const client = await newClient();
    const isAccepted = async (secret: unknown) => {
      const body = new URLSearchParams({ grant_type: "x", client_id: client.id, client_secret: String(secret) });
      const { error } = await (await fetch(`${server.address}/auth/token`, { method: "POST", body })).json();
      return error === "unsupported_grant_type";
    };
    expect(await isAccepted(client.body.client_secret)).toBe(true);
    const kept = await (await put(client, { ...webClient, token_endpoint_auth_method: "client_secret_post" })).json();
    expect(kept).not.toHaveProperty("client_secret");
    expect(await isAccepted(client.body.client_secret)).toBe(true);
    const without = await (await put(client, { ...webClient, token_endpoint_auth_method: "none" })).json();
    expect(Object.keys(without).filter((name) => name.startsWith("client_secret"))).toEqual([]);
    expect(await isAccepted(client.body.client_secret)).toBe(false);
    const { client_secret: fresh, client_secret_expires_at: end } = await (await put(client, webClient)).json();
    expect([fresh, end]).toEqual([expect.stringMatching(/^pst_cs_/), 0]);
    expect(fresh).not.toBe(client.body.client_secret);
    expect(await isAccepted(client.body.client_secret)).toBe(false);
    expect(await isAccepted(fresh)).toBe(true);
  });

  test("RG-04: who was vouched for keeps client_credentials, and gets its new scopes", async () => {
    const metadata = { grant_types: ["client_credentials"], scope: "openid" };
    const client = await newClient(metadata, bearer(await initialAccessToken(server)));
    expect((await put(client, { ...metadata, scope: "mail.read" })).status).toBe(200);
    const credentials = { client_id: client.id, client_secret: String(client.body.client_secret) };
    const body = new URLSearchParams({ grant_type: "client_credentials", ...credentials });
    const answer = await fetch(`${server.address}/auth/token`, { method: "POST", body });
    expect(await answer.json()).toMatchObject({ scope: "mail.read" });
  });

  test("7592-2.2-effects, RU-19: what is taken away ends the authorizations that wait for it, and narrows the others", async () => {
    const metadata = {
      redirect_uris: ["https://one.example/cb", "https://two.example/cb"],
      grant_types: ["authorization_code", "refresh_token", deviceCodeGrantType],
      scope: "openid profile",
    };
    const client = await newClient(metadata);
    const secret = String(client.body.client_secret);
    const test = { client: await storedClient(client), id: client.id, secret, basic: basicHeader(client.id, secret) };
    const browser = await signedInBrowser(server, await createUser(server));
    const waiting = (changes: Changes) => openAuthorization(browser, test, { scope: "openid profile", ...changes });
    const approved = (page: Answer) => browser.submit(page, "consent", { button: "approve" });
    const [one, two, three] = [
      await waiting({ redirect_uri: "https://one.example/cb" }),
      await waiting({ redirect_uri: "https://two.example/cb" }),
      await waiting({ redirect_uri: "https://two.example/cb", prompt: "consent" }),
    ];
    const device = await startDevice(server, test);
    await decide(browser, device.userCode, "approve");

    const less = { ...metadata, redirect_uris: ["https://two.example/cb"], scope: "openid" };
    expect((await put(client, less)).status).toBe(200);
    expect(outcomeOf(await approved(one))).toBe("400 page");
    const { code = "" } = answerParameters(await approved(two));
    const tokens = redeem(server, test, code, { redirect_uri: "https://two.example/cb" });
    expect(await bodyOf(tokens)).toMatchObject({ scope: "openid" });

    await put(client, { redirect_uris: less.redirect_uris, grant_types: ["refresh_token"], response_types: [] });
    // An unverified client's error waits for the person to send it on.
    const stopped = await approved(three);
    expect([stopped.status, stopped.location]).toEqual([400, undefined]);
    expect(stopped.body).toContain("https://two.example/cb?error=unauthorized_client");
    expect(await refusalOf(poll(server, device))).toBe("400 unauthorized_client");
  });

  test("RG-10: other redirect URIs make people agree again", async () => {
    const client = await newClient();
    const { store, clock } = server.context;
    const consents = await consentTo(client);
    await put(client, { ...webClient, client_name: "New name" });
    expect(await consents()).toBe(1);
    await put(client, { redirect_uris: ["https://evil.example/cb"] });
    expect(await consents()).toBe(0);
    const [event] = await store.events.list(1);
    expect(event).toMatchObject({
      at: clock.now(),
      name: "client.updated",
      actor: { kind: "client", clientId: client.id },
    });
  });

  test("RG-10: where nobody has to wait, who was verified and becomes another client is unverified again", async () => {
    const client = await newClient();
    const approve = () => approveClient(server.context, { kind: "cli" }, asClientId(client.id));
    await approve();
    await put(client, { ...webClient, software_version: "2" });
    expect(await stored(client)).toMatchObject({ approval: "approved" });
    await put(client, { ...webClient, client_uri: "https://bank.example/" });
    expect(await stored(client)).toMatchObject({ approval: "none", disabledAt: undefined });
    await put(client, webClient);
    expect(await stored(client)).toMatchObject({ approval: "none" });
  });

  test("7592-2.2-put: what an administrator has set stays, but not what was allowed for other redirect URIs", async () => {
    const client = await newClient();
    const now = await stored(client);
    if (now === undefined) throw new Error("no client");
    const { store, clock } = server.context;
    await store.clients.update({
      id: now.id,
      metadata: {
        ...now.metadata,
        rotate_refresh_tokens: true,
        access_token_format: "jwt",
        require_mfa: true,
        first_party: true,
        require_pkce: false,
      },
      forgetConsents: false,
      event: { at: clock.now(), name: "client.updated", actor: { kind: "cli" } },
    });
    const loosened = { rotate_refresh_tokens: false, require_mfa: false, require_pkce: false };
    expect((await put(client, { ...webClient, ...loosened })).status).toBe(200);
    const { metadata } = (await stored(client)) ?? now;
    expect(metadata).toMatchObject({ rotate_refresh_tokens: true, access_token_format: "jwt", require_mfa: true });
    expect(metadata).not.toContainAnyKeys(["first_party", "require_pkce"]);
  });

  test("7591-4-dup-names: an update cannot take the name of a client of the operator", async () => {
    await createClient(server, { client_name: "Backup" });
    const client = await newClient();
    expect(await outcome(put(client, { ...webClient, client_name: "backup" }))).toEqual([
      400,
      "invalid_client_metadata",
    ]);
  });
});

describe("deleting", () => {
  test("7592-2.3-delete, REG-delete, 7592-2-nonexistent, RG-11: DELETE is an empty 204, and the client, its secret and its tokens are dead at once", async () => {
    const metadata = { grant_types: ["client_credentials"], scope: "mail.read" };
    const client = await newClient(metadata, bearer(await initialAccessToken(server)));
    const credentials = { client_id: client.id, client_secret: String(client.body.client_secret) };
    const post = (path: string, parameters: Record<string, string>) =>
      fetch(`${server.address}${path}`, { method: "POST", body: new URLSearchParams(parameters) });
    const request = { grant_type: "client_credentials", ...credentials };
    const { access_token: token } = await (await post("/auth/token", request)).json();
    const api = await createClient(server, { grant_types: [], resource_server: true });
    const isActive = async () => {
      const caller = { client_id: api.id, client_secret: api.secret ?? "" };
      return (await (await post("/auth/introspect", { token, ...caller })).json()).active;
    };
    expect(await isActive()).toBe(true);

    const response = await remove(client);
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("pragma")).toBe("no-cache");

    expect(await isActive()).toBe(false);
    expect(await outcome(post("/auth/token", request))).toEqual([401, "invalid_client"]);
    for (const answer of everyMethod(client.uri, client.auth))
      expect(await outcome(answer)).toEqual([401, "invalid_token"]);
    const events = await server.context.store.events.list(50);
    expect(events.find(({ name }) => name === "client.deleted")).toMatchObject({
      actor: { kind: "client", clientId: client.id },
    });
  });
});

/** A person agrees to the client; the answer counts such consents. */
async function consentTo({ id }: Registered): Promise<() => Promise<number>> {
  const { store, clock } = server.context;
  const client = a.client({ id: asClientId(id) });
  const person = await a.addUser(store);
  const consent = a.consent(person, client, { scope: ["openid"], grantedAt: clock.now() });
  await store.codes.save({ code: a.code(client, person), spend: a.handle(), consent });
  return async () => (await store.consents.list(person.id)).length;
}
