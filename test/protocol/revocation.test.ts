import { afterAll, beforeAll, expect, test } from "bun:test";
import { hash } from "../../src/crypto/hash.ts";
import { newSecret } from "../../src/crypto/secret.ts";
import { paths } from "../../src/http/paths.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { hours } from "../../src/time.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import {
  bodyOf,
  introspection,
  post,
  refresh,
  refusalOf,
  revocation,
  textOf,
  tokenRequest,
  userinfo,
} from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;
let publicApp: TestClient;
let resourceServer: TestClient;

beforeAll(async () => {
  server = await startTestServer();
  app = await createClient(server, mayRefresh);
  publicApp = await createClient(server, { ...mayRefresh, token_endpoint_auth_method: "none" });
  resourceServer = await createClient(server, { grant_types: [], resource_server: true });
});
afterAll(() => server.stop());

const isActive = async (token: string) => (await bodyOf(introspection(server, resourceServer, token))).active === true;
const eventNames = async () => (await server.context.store.events.list(5)).map(({ name }) => name);

test("7009-2.1-post, IN-10: revocation is a form POST; GET is 405 and a callback is ignored", async () => {
  const { accessToken } = await grantTokens(server, { client: app.client });
  const got = await fetch(`${server.address}${paths.revocation}?token=${accessToken}&callback=evil`);
  expect(got.status).toBe(405);
  expect(got.headers.get("allow")).toBe("POST, OPTIONS");
  expect(await isActive(accessToken)).toBe(true);
  const posted = await revocation(server, app, accessToken, { callback: "evil" });
  expect([posted.status, await posted.text()]).toEqual([200, ""]);
});

test("7009-2.1-auth: bad credentials are 401 and revoke nothing", async () => {
  const { accessToken } = await grantTokens(server, { client: app.client });
  const wrong = [{ client_id: app.id, client_secret: "wrong" }, { client_id: app.id }, {}, { client_id: "nobody" }];
  for (const credentials of wrong) {
    expect(await refusalOf(post(server, paths.revocation, { token: accessToken, ...credentials }))).toBe(
      "401 invalid_client",
    );
  }
  expect(await isActive(accessToken)).toBe(true);
});

test("7009-2.1-missing, IN-08: token missing or empty is invalid_request", async () => {
  for (const fields of [{}, { token: "" }]) {
    expect(await refusalOf(post(server, paths.revocation, fields, { authorization: app.basic }))).toBe(
      "400 invalid_request",
    );
  }
});

test("7009-2.2-200, 7009-2-immediate, 7009-2.1-at: an access token, opaque or JWT, ends at once and alone", async () => {
  for (const access_token_format of ["opaque", "jwt"] as const) {
    const client = await createClient(server, { ...mayRefresh, access_token_format });
    const { accessToken, refreshToken } = await grantTokens(server, { client: client.client });
    const second = await textOf(refresh(server, client, refreshToken), "access_token");
    const answer = await revocation(server, client, accessToken);
    expect([answer.status, await answer.text(), answer.headers.get("cache-control")]).toEqual([200, "", "no-store"]);
    expect(await isActive(accessToken)).toBe(false);
    expect(await refusalOf(userinfo(server, accessToken))).toBe("401 invalid_token");
    expect(await isActive(second)).toBe(true);
    expect((await userinfo(server, second)).status).toBe(200);
    expect((await refresh(server, client, refreshToken)).status).toBe(200);
    expect(await eventNames()).toContain("token.revoked");
  }
});

test("7009-2.1-rt, 7009-2-immediate, IN-09, RT-13: a refresh token takes its grant and every access token with it", async () => {
  for (const client of [app, publicApp]) {
    const { accessToken, refreshToken } = await grantTokens(server, { client: client.client });
    const second = await textOf(refresh(server, client, refreshToken), "access_token");
    const unharmed = await grantTokens(server, { client: client.client });
    expect((await revocation(server, client, refreshToken)).status).toBe(200);
    expect([await isActive(accessToken), await isActive(second)]).toEqual([false, false]);
    expect(await refusalOf(userinfo(server, second))).toBe("401 invalid_token");
    expect(await refusalOf(refresh(server, client, refreshToken))).toBe("400 invalid_grant");
    expect(await isActive(unharmed.accessToken)).toBe(true);
    expect(await eventNames()).toContain("grant.ended");
  }
});

test("7009-2.2-unknown, IN-08: a token that is unknown, dead or malformed is 200 all the same", async () => {
  const { accessToken, refreshToken } = await grantTokens(server, { client: app.client });
  const expired = await grantTokens(server, { client: app.client });
  await revocation(server, app, accessToken);
  await revocation(server, app, refreshToken);
  server.advance(hours(2));
  for (const token of [
    accessToken,
    refreshToken,
    expired.accessToken,
    "x",
    "pst_at_x",
    "pst_rt_x",
    "pst_ac_x",
    "eyJ.eyJ.x",
    "ü",
    "x".repeat(50_000),
  ]) {
    const answer = await revocation(server, app, token);
    expect([token, answer.status, await answer.text()]).toEqual([token, 200, ""]);
  }
});

test("7009-2.1-foreign, IN-07: another client's token stays, with an error to a confidential caller alone", async () => {
  const { accessToken, refreshToken } = await grantTokens(server, { client: app.client });
  const other = await createClient(server, mayRefresh);
  for (const token of [accessToken, refreshToken]) {
    expect(await refusalOf(revocation(server, other, token))).toBe("400 invalid_request");
    const silent = await revocation(server, publicApp, token);
    const unknown = await revocation(server, publicApp, "pst_at_unknown");
    const shown = async (answer: Response) => [answer.status, await answer.text(), [...answer.headers.keys()]];
    expect(await shown(silent)).toEqual(await shown(unknown));
  }
  expect(await isActive(accessToken)).toBe(true);
  expect((await refresh(server, app, refreshToken)).status).toBe(200);
  expect(server.logged.filter((line) => line.includes("another client's token"))).toHaveLength(4);
});

test("7009-2.1-hint: a wrong or unknown hint is ignored", async () => {
  for (const hint of ["refresh_token", "access_token", "nonsense"]) {
    const { accessToken, refreshToken, tokens } = await grantTokens(server, { client: app.client });
    await revocation(server, app, accessToken, { token_type_hint: hint });
    expect(await isActive(accessToken)).toBe(false);
    await revocation(server, app, refreshToken, { token_type_hint: hint });
    expect(await refusalOf(refresh(server, app, refreshToken))).toBe("400 invalid_grant");
    expect(tokens.token_type).toBe("Bearer");
  }
});

test("7009-2.1-at: a client ends its own client_credentials token and gets a fresh one", async () => {
  const machine = await createClient(server, { grant_types: ["client_credentials"] });
  const next = () => textOf(tokenRequest(server, machine, { grant_type: "client_credentials" }), "access_token");
  const [first, second] = [await next(), await next()];
  await revocation(server, machine, first);
  expect([await isActive(first), await isActive(second), await isActive(await next())]).toEqual([false, true, true]);
});

test("7009-2.2.1-type: an ID token, a code or a secret is unsupported_token_type", async () => {
  const { tokens } = await grantTokens(server, { client: app.client });
  const code = newSecret(server.context.random, "authorization-code");
  expect(hash(code)).not.toBe("");
  for (const token of [tokens.id_token ?? "", code.reveal(), app.secret ?? ""]) {
    expect(await refusalOf(revocation(server, app, token))).toBe("400 unsupported_token_type");
  }
});

test("7009-2-503, G-13-unavail: where nothing can be written the answer is 503, never 200, and the token lives", async () => {
  const { accessToken, refreshToken } = await grantTokens(server, { client: app.client });
  const { grants } = server.context.store;
  const { end, revokeAccessToken } = grants;
  const full = () => Promise.reject(new StoreUnavailable("database or disk is full"));
  Object.assign(grants, { end: full, revokeAccessToken: full });
  for (const token of [accessToken, refreshToken]) {
    const answer = await revocation(server, app, token);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refusalOf(answer)).toBe("503 server_error");
  }
  Object.assign(grants, { end, revokeAccessToken });
  expect(await isActive(accessToken)).toBe(true);
});

test("7009-2.3-cors: any origin may revoke", async () => {
  const preflight = await fetch(server.address + paths.revocation, {
    method: "OPTIONS",
    headers: { origin: "https://spa.example", "access-control-request-method": "POST" },
  });
  expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([204, "*"]);
  expect((await revocation(server, app, "x")).headers.get("access-control-allow-origin")).toBe("*");
});
