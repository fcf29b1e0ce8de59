import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { asClientId } from "../../src/brand.ts";
import { hours, minutes } from "../../src/time.ts";
import { createClient } from "../support/clients.ts";
import { bearer, initialAccessToken, outcome, register, registered, webClient } from "../support/registration.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const forwardedFor = (address: string) => ({ "x-forwarded-for": address, "x-forwarded-proto": "https" });
const behindProxy = { POSTERN_REGISTRATION: "open", POSTERN_TRUSTED_PROXIES: "127.0.0.1" };

/** Anybody may register here. */
let open: TestServer;
/** The default: with a token. */
let closed: TestServer;
beforeAll(async () => {
  open = await startTestServer({ POSTERN_REGISTRATION: "open", POSTERN_SCOPES: '{"mail.read":"Read your mail"}' });
  closed = await startTestServer();
});
afterAll(async () => {
  await open.stop();
  await closed.stop();
});

describe("who may register", () => {
  test("7591-3-mode: with registration off there is no endpoint", async () => {
    const server = await startTestServer({ POSTERN_REGISTRATION: "off" });
    const token = await initialAccessToken(server);
    expect((await register(server, webClient, bearer(token))).status).toBe(404);
    await server.stop();
  });

  test("7591-3-mode, RG-15: an initial access token registers as many clients as it has uses", async () => {
    const token = await initialAccessToken(closed, { uses: 2 });
    expect((await register(closed, webClient, bearer(token))).status).toBe(201);
    // A refused registration costs no use.
    expect((await register(closed, {}, bearer(token))).status).toBe(400);
    const last = await Promise.all([1, 2, 3].map(() => register(closed, webClient, bearer(token))));
    expect(last.map(({ status }) => status).sort()).toEqual([201, 401, 401]);
    const response = await register(closed, webClient, bearer(token));
    expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(await outcome(response)).toEqual([401, "invalid_token"]);
  });

  test("7591-3-iat-missing: without a token the answer is the bare challenge, whatever was sent", async () => {
    for (const body of [webClient, "{", {}]) {
      const response = await register(closed, body);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe(`Bearer realm="${closed.issuer}"`);
    }
  });

  test("7591-3-iat-missing: a wrong, malformed or expired token is invalid_token", async () => {
    const token = await initialAccessToken(closed, { lifetime: minutes(5) });
    for (const wrong of [`${token}x`, token.slice(0, -1), token.toUpperCase(), "x"]) {
      expect(await outcome(register(closed, webClient, bearer(wrong)))).toEqual([401, "invalid_token"]);
      // A token that is sent counts where none is needed too.
      expect(await outcome(register(open, webClient, bearer(wrong)))).toEqual([401, "invalid_token"]);
    }
    expect(await outcome(register(closed, webClient, { authorization: "Bearer a b" }))).toEqual([401, "invalid_token"]);
    closed.advance(minutes(5));
    expect(await outcome(register(closed, webClient, bearer(token)))).toEqual([401, "invalid_token"]);
  });

  test("7591-3-iat-missing: an access token has no right to register", async () => {
    const { basic } = await createClient(closed, { grant_types: ["client_credentials"] });
    const answer = await fetch(`${closed.address}/auth/token`, {
      method: "POST",
      headers: { authorization: basic },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    const { access_token: token } = await answer.json();
    const response = await register(closed, webClient, bearer(token));
    expect(response.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
    expect(await outcome(response)).toEqual([403, "insufficient_scope"]);
  });

  test("7591-3-rate, RG-01: one address registers ten clients an hour", async () => {
    const server = await startTestServer(behindProxy);
    const from = (address: string) => register(server, webClient, forwardedFor(address));
    for (let count = 0; count < 10; count++) expect((await from("192.0.2.1")).status).toBe(201);
    const refused = await from("192.0.2.1");
    expect(refused.headers.get("retry-after")).toMatch(/^3[56]\d\d$/);
    expect(await outcome(refused)).toEqual([429, "temporarily_unavailable"]);
    // Nor are its metadata looked at any more: that takes time.
    expect((await register(server, { redirect_uris: [] }, forwardedFor("192.0.2.1"))).status).toBe(429);
    expect((await from("192.0.2.2")).status).toBe(201);
    // Who holds a token is not counted.
    const token = await initialAccessToken(server);
    expect((await register(server, webClient, { ...forwardedFor("192.0.2.1"), ...bearer(token) })).status).toBe(201);
    expect((await server.context.store.clients.list()).length).toBe(12);
    server.advance(hours(1));
    expect((await from("192.0.2.1")).status).toBe(201);
    await server.stop();
  });

  test("7591-3-rate, RG-01: a thousand clients a day register in all", async () => {
    const server = await startTestServer(behindProxy);
    for (let batch = 0; batch < 100; batch++) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => register(server, webClient, forwardedFor(`198.51.100.${batch}`))),
      );
      expect(answers.every(({ status }) => status === 201)).toBe(true);
    }
    expect(await outcome(register(server, webClient, forwardedFor("198.51.100.200")))).toEqual([
      429,
      "temporarily_unavailable",
    ]);
    await server.stop();
  }, 20_000);
});

describe("what is answered", () => {
  test("7591-3.2-201, REG-3.2-201: success is 201 JSON that is not kept", async () => {
    const response = await register(open, webClient);
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("pragma")).toBe("no-cache");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("7591-3.2.1-body, 7592-2-uri: the answer holds identifiers, every default and both management members", async () => {
    const body = await registered(open, webClient);
    expect(body).toEqual({
      client_id: expect.stringMatching(/^[\w-]{22}$/),
      client_id_issued_at: Math.floor(open.context.clock.now() / 1000),
      client_secret: expect.stringMatching(/^pst_cs_[\w-]{43}$/),
      client_secret_expires_at: 0,
      redirect_uris: ["https://app.example/cb"],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_basic",
      application_type: "web",
      id_token_signed_response_alg: "RS256",
      registration_client_uri: `${open.issuer}/auth/register/${body.client_id}`,
      registration_access_token: expect.stringMatching(/^pst_ra_[\w-]{43}$/),
    });
  });

  test("7591-3.2.1-body, 7591-member-software_id, REG-2-contacts, REG-2-no-subst-redirect: every member that was sent and is known comes back as it was sent", async () => {
    const sent = {
      redirect_uris: ["https://b.example/cb?x=1", "https://a.example/cb", "https://A.example/%7Ecb"],
      grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_post",
      application_type: "web",
      client_name: "Mail",
      client_uri: "https://a.example/",
      logo_uri: "https://a.example/logo.png",
      policy_uri: "https://a.example/policy",
      tos_uri: "https://a.example/tos",
      contacts: ["admin@a.example"],
      scope: "openid mail.read",
      software_id: "4NRB1-0XZABZI9E6-5SM3R",
      software_version: "2.0",
      subject_type: "public",
      id_token_signed_response_alg: "ES256",
      default_max_age: 0,
      require_auth_time: true,
      default_acr_values: ["urn:a"],
      initiate_login_uri: "https://a.example/login",
      request_uris: ["https://a.example/request#1"],
      post_logout_redirect_uris: ["https://a.example/bye"],
      "client_name#de-DE": "Post",
    };
    expect(await registered(open, sent)).toMatchObject(sent);
  });

  test("7591-3.2.1-secret: a secret is made for methods that use one alone, and is another each time", async () => {
    const secrets = new Set<unknown>();
    for (const method of ["client_secret_basic", "client_secret_post"]) {
      for (let count = 0; count < 3; count++) {
        const body = await registered(open, { ...webClient, token_endpoint_auth_method: method });
        secrets.add(body.client_secret);
      }
    }
    expect(secrets.size).toBe(6);
    for (const method of [
      { token_endpoint_auth_method: "none" },
      { token_endpoint_auth_method: "private_key_jwt", jwks_uri: "https://a.example/jwks" },
    ]) {
      const body = await registered(open, { ...webClient, ...method });
      expect(Object.keys(body).filter((name) => name.startsWith("client_secret"))).toEqual([]);
    }
  });

  test("6749-2.2-client-id, 6749-2.1-types: ids are random and chosen by the server, and the type is what was registered", async () => {
    const bodies = await Promise.all(Array.from({ length: 5 }, () => registered(open, webClient)));
    expect(new Set(bodies.map((body) => body.client_id)).size).toBe(5);
    const { client_id: id } = await registered(open, { ...webClient, token_endpoint_auth_method: "none" });
    const client = await open.context.store.clients.find(asClientId(String(id)));
    expect(client?.metadata.token_endpoint_auth_method).toBe("none");
    expect(client?.secrets).toEqual([]);
  });

  test("RG-03, 7591-member-client_id: identifiers and secrets in the request mean nothing", async () => {
    const chosen = {
      client_id: "mine",
      client_secret: "a secret that the client would like to have",
      registration_access_token: "pst_ra_mine",
      registration_client_uri: "https://evil.example/",
      client_id_issued_at: 1,
      client_secret_expires_at: 1,
    };
    const body = await registered(open, { ...webClient, ...chosen });
    for (const [name, value] of Object.entries(chosen)) expect(body[name]).not.toBe(value);
    expect(await open.context.store.clients.find(asClientId("mine"))).toBeUndefined();
  });

  test("G-26-secrets-at-rest: the database and the log hold no secret of the client", async () => {
    const body = await registered(open, webClient);
    const stored = JSON.stringify(await open.context.store.clients.find(asClientId(String(body.client_id))));
    const events = JSON.stringify(await open.context.store.events.list(10));
    for (const secret of [body.client_secret, body.registration_access_token]) {
      for (const text of [stored, events, ...open.logged]) expect(text).not.toContain(String(secret).slice(7));
    }
  });

  test("a registration is in the audit log", async () => {
    const { client_id: id } = await registered(open, webClient);
    const [event] = await open.context.store.events.list(1);
    expect(event).toMatchObject({ name: "client.registered", actor: { kind: "anonymous" }, clientId: id });
  });
});

describe("the request as a whole", () => {
  test("7591-3-post-json: what is not one JSON object in UTF-8 is invalid_client_metadata", async () => {
    const good = JSON.stringify(webClient);
    const deep = `{"a":${"[".repeat(8)}${"]".repeat(8)},"redirect_uris":["https://app.example/cb"]}`;
    const bodies = ["", "{", "[]", `[${good}]`, '"text"', "null", `${good}${good}`, `\uFEFF${good}`, deep];
    const repeated = '{"redirect_uris":["https://app.example/cb"],"redirect_uris":["https://app.example/cb"]}';
    for (const body of [...bodies, repeated, '{"a":1,"a":1,"redirect_uris":["https://app.example/cb"]}']) {
      expect(await outcome(register(open, body))).toEqual([400, "invalid_client_metadata"]);
    }
    const broken = Buffer.from(`{"client_name":"\xff","redirect_uris":["https://app.example/cb"]}`, "latin1");
    const response = await fetch(`${open.address}/auth/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: broken,
    });
    expect(await outcome(response)).toEqual([400, "invalid_client_metadata"]);
  });

  test("7591-3-post-json: another content type is refused, JSON with a charset of UTF-8 is not", async () => {
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/json; charset=latin1",
      "application/jsonx",
    ]) {
      expect(await outcome(register(open, webClient, { "content-type": type }))).toEqual([
        400,
        "invalid_client_metadata",
      ]);
    }
    for (const type of ["application/json; charset=utf-8", "Application/JSON"]) {
      expect((await register(open, webClient, { "content-type": type })).status).toBe(201);
    }
    const compressed = await fetch(`${open.address}/auth/register`, {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body: Bun.gzipSync(JSON.stringify(webClient)),
    });
    expect(await outcome(compressed)).toEqual([400, "invalid_client_metadata"]);
  });

  test("RG-02: a body over 64 KiB is 413", async () => {
    expect((await register(open, { ...webClient, x: "a".repeat(65_536) })).status).toBe(413);
  });

  test("7591-2-unknown: unknown members are left out, whatever their names, and those that only an administrator sets", async () => {
    const unknown = `"unknown":{"a":1},"__proto__":{"application_type":"native"},"constructor":1,"prototype":{},"toString":"x"`;
    const own = `"require_pkce":false,"rotate_refresh_tokens":true,"access_token_format":"jwt","first_party":true,"resource_server":true,"accepts":"a"`;
    const body = await registered(open, `{"redirect_uris":["https://app.example/cb"],${unknown},${own}}`);
    expect(Object.keys(body).sort()).toEqual(Object.keys(await registered(open, webClient)).sort());
    expect(body.application_type).toBe("web");
    const client = await open.context.store.clients.find(asClientId(String(body.client_id)));
    expect(client?.metadata).not.toContainAnyKeys(["require_pkce", "first_party", "resource_server", "accepts"]);
  });

  test("7591-2-null: null and an empty text count as left out", async () => {
    const names = [
      "client_name",
      "client_uri",
      "scope",
      "token_endpoint_auth_method",
      "jwks",
      "jwks_uri",
      "software_id",
      "grant_types",
      "default_max_age",
      "userinfo_encrypted_response_alg",
      "client_name#de",
    ];
    const plain = Object.keys(await registered(open, webClient)).sort();
    for (const value of [null, ""]) {
      const body = await registered(open, { ...webClient, ...Object.fromEntries(names.map((name) => [name, value])) });
      expect(Object.keys(body).sort()).toEqual(plain);
    }
  });

  test("7591-3.2.2-error, G-17-errdesc: a refusal is 400 JSON whose description repeats nothing that was sent", async () => {
    const response = await register(open, { ...webClient, client_uri: "javascript:alert(1)" });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toEqual({
      error: "invalid_client_metadata",
      error_description: "client_uri is not an https address",
    });
  });

  test("7591-4-dup-names, REG-impersonation, RG-09: the name of a client of the operator is not to be had, nor one that looks like it", async () => {
    await createClient(open, { client_name: "Postern Admin" });
    const taken = [
      "Postern Admin",
      "postern admin",
      " POSTERN-ADMIN ",
      "Роstеrn Аdmin",
      "P0stern Adm1n",
      "Postem 4drnin™",
      "Pᴏsᴛern Admın",
      "Pöstern Admin",
      "ＰＯＳＴＥＲＮ　ＡＤＭＩＮ",
    ];
    for (const name of taken) {
      expect(await outcome(register(open, { ...webClient, client_name: name }))).toEqual([
        400,
        "invalid_client_metadata",
      ]);
      expect((await register(open, { ...webClient, "client_name#de": name })).status).toBe(400);
    }
    const own = { ...webClient, client_name: "Google" };
    const [first, second] = [await registered(open, own), await registered(open, own)];
    expect(first.client_id).not.toBe(second.client_id);
  });
});
