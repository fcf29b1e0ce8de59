import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { standingScopes } from "../../src/clients/scopes.ts";
import { paths } from "../../src/http/paths.ts";
import { databasePath } from "../../src/server/instance.ts";
import { newStandingGrant } from "../../src/tokens/new-grant.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { bodyOf, introspection, post, refusalOf, textOf, tokenRequest } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let machine: TestClient;
let resourceServer: TestClient;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SCOPES: '{"mail.read":"Read your mail","mail.send":"Send mail"}' });
  machine = await createClient(server, { grant_types: ["client_credentials"], scope: "mail.read mail.send" });
  resourceServer = await createClient(server, { grant_types: [], resource_server: true });
});
afterAll(() => server.stop());

const request = (client: TestClient, fields: Readonly<Record<string, string>> = {}) =>
  tokenRequest(server, client, { grant_type: "client_credentials", ...fields });

test("6749-5.1-success, 6749-4.4.3-no-rt, 2.1-scope-recommended: the answer has exactly these members, in their JSON types", async () => {
  const answer = await request(machine);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/json"]);
  expect(await bodyOf(answer)).toEqual({
    access_token: expect.stringMatching(/^pst_at_/),
    token_type: "Bearer",
    expires_in: 3600,
    scope: "mail.read mail.send",
  });
});

test("6749-3.3-default: a client registered for no scope gets a token without one, and no scope member", async () => {
  const plain = await createClient(server, { grant_types: ["client_credentials"] });
  expect(await bodyOf(request(plain))).not.toHaveProperty("scope");
});

test("6749-4.4.2-scope: a scope beyond the client's allowance is invalid_scope, a part of it is given", async () => {
  expect(await bodyOf(request(machine, { scope: "mail.send" }))).toMatchObject({ scope: "mail.send" });
  for (const scope of [
    "profile",
    "mail.read unheard.of",
    "openid",
    "offline_access mail.read",
    "MAIL.READ",
    "postern:introspect",
  ]) {
    expect([scope, await refusalOf(request(machine, { scope }))]).toEqual([scope, "400 invalid_scope"]);
  }
});

test("6749-3.3-scope-grammar, MX-01: characters outside the grammar and over a hundred tokens are invalid_scope, spaces are tolerated", async () => {
  const many = Array.from({ length: 101 }, (_, index) => `s${index}`).join(" ");
  for (const scope of ['"', "mail.read\\", "mail.read\tmail.send", "mail.read\nmail.send", "é", many]) {
    expect([scope, await refusalOf(request(machine, { scope }))]).toEqual([scope, "400 invalid_scope"]);
  }
  expect(await bodyOf(request(machine, { scope: "  mail.send   mail.read mail.send " }))).toMatchObject({
    scope: "mail.send mail.read",
  });
});

test("6749-4.4-cc: it is for confidential clients that are registered for it", async () => {
  const publicClient = await createClient(server, {
    grant_types: ["client_credentials"],
    token_endpoint_auth_method: "none",
  });
  const other = await createClient(server);
  for (const client of [publicClient, other]) expect(await refusalOf(request(client))).toBe("400 unauthorized_client");
});

test("6749-4.4-sub, MX-11: the subject is the client_id", async () => {
  const token = await textOf(request(machine), "access_token");
  expect(await bodyOf(introspection(server, resourceServer, token))).toMatchObject({
    sub: machine.id,
    client_id: machine.id,
  });
});

test("scopes over Postern stand alone in a token, and only by name", async () => {
  const operator = await createClient(server, {
    grant_types: ["client_credentials"],
    scope: "mail.read postern:admin",
  });
  expect(await bodyOf(request(operator))).toMatchObject({ scope: "mail.read" });
  expect(await bodyOf(request(operator, { scope: "postern:admin" }))).toMatchObject({ scope: "postern:admin" });
  expect(await refusalOf(request(operator, { scope: "postern:admin mail.read" }))).toBe("400 invalid_scope");
});

test("6749-3.2-post-only, HT-18: the token endpoint answers POST alone", async () => {
  for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
    const answer = await fetch(server.address + paths.token, { method });
    expect([method, answer.status, answer.headers.get("allow")]).toEqual([method, 405, "POST, OPTIONS"]);
  }
});

test("6749-5.2-grant-missing: a missing or empty grant_type is invalid_request", async () => {
  for (const grant of [undefined, ""])
    expect(await refusalOf(tokenRequest(server, machine, { grant_type: grant }))).toBe("400 invalid_request");
});

test("6749-5.2-grant-unknown, 6749-4.3-ropc, 2.1-no-ropc, 2.1-no-implicit, MX-10: a grant type that is not offered is unsupported_grant_type, after authentication", async () => {
  const notOffered = [
    "password",
    "implicit",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "CLIENT_CREDENTIALS",
    "client_credentials ",
    "__proto__",
  ];
  for (const grant_type of notOffered) {
    expect([grant_type, await refusalOf(tokenRequest(server, machine, { grant_type }))]).toEqual([
      grant_type,
      "400 unsupported_grant_type",
    ]);
    const unauthenticated = post(server, paths.token, { grant_type, client_id: machine.id, client_secret: "wrong" });
    expect(await refusalOf(unauthenticated)).toBe("401 invalid_client");
  }
});

test("6749-5.2-status, 6749-5.2-codes: refusals are 400 with a registered code, a failed authentication is 401", async () => {
  const answers = [
    request(machine, { scope: "unheard.of" }),
    tokenRequest(server, machine, {}),
    tokenRequest(server, machine, { grant_type: "x" }),
    tokenRequest(server, machine, { grant_type: "refresh_token", refresh_token: "x" }),
    post(server, paths.token, { grant_type: "client_credentials" }),
  ];
  expect(await Promise.all(answers.map(refusalOf))).toEqual([
    "400 invalid_scope",
    "400 invalid_request",
    "400 unsupported_grant_type",
    "400 unauthorized_client",
    "401 invalid_client",
  ]);
});

test("a thousand tokens write nothing: neither the database nor its log changes", async () => {
  const path = databasePath(server.directory);
  const other = new Database(path, { readonly: true });
  const state = () => ({
    version: other.query("PRAGMA data_version").get(),
    files: [path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.size),
    modified: statSync(`${path}-wal`).mtimeMs,
  });
  // The RSA key is written when it is made.
  await server.context.keys.jwks();
  await request(machine);
  const before = state();
  for (let batch = 0; batch < 10; batch++) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => request(machine)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  }
  expect(state()).toEqual(before);
  other.close();
});

test("6749-4.4.2-scope: a token does not grow when its client is allowed more", async () => {
  const { store, clock, config } = server.context;
  const client = await createClient(server, { grant_types: ["client_credentials"], scope: "mail.read" });
  const token = await textOf(request(client), "access_token");
  const metadata = { ...client.client.metadata, scope: "mail.read mail.send postern:introspect" };
  const at = clock.now();
  await store.clients.update({
    id: client.client.id,
    metadata,
    standingGrant: newStandingGrant(server.context, client.client, standingScopes(config.scopes, metadata)),
    forgetConsents: false,
    event: { at, name: "client.updated", actor: { kind: "system" }, clientId: client.client.id },
  });
  expect(await bodyOf(introspection(server, resourceServer, token))).toMatchObject({
    active: true,
    scope: "mail.read",
  });
  const asBearer = post(server, paths.introspection, { token }, { authorization: `Bearer ${token}` });
  expect(await refusalOf(asBearer)).toBe("403 insufficient_scope");
});

test("6749-2.3-grant-allowed: what a client got for itself dies when it may no longer ask for it", async () => {
  const { store, clock } = server.context;
  const client = await createClient(server, { grant_types: ["client_credentials"], scope: "mail.read" });
  const token = await textOf(request(client), "access_token");
  const at = clock.now();
  await store.clients.update({
    id: client.client.id,
    metadata: { ...client.client.metadata, grant_types: [] },
    forgetConsents: false,
    event: { at, name: "client.updated", actor: { kind: "system" }, clientId: client.client.id },
  });
  expect(await bodyOf(introspection(server, resourceServer, token))).toEqual({ active: false });
});
