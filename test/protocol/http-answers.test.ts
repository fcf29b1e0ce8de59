import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { paths } from "../../src/http/paths.ts";
import { databasePath } from "../../src/server/instance.ts";
import { milliseconds, minutes, seconds } from "../../src/time.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import {
  bodyOf,
  formEndpoints,
  formText,
  introspection,
  post,
  refresh,
  revocation,
  textOf,
  tokenRequest,
  userinfo,
} from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { startWithPrograms } from "../support/starting-points.ts";

let server: TestServer;
let machine: TestClient;
let resourceServer: TestClient;

beforeAll(async () => {
  ({ server, machine, resourceServer } = await startWithPrograms());
});
afterAll(() => server.stop());

/** A token request of the machine, its credentials in the body, with these parameters after them. */
const fields = (more: Readonly<Record<string, string>> = {}) =>
  formText({ grant_type: "client_credentials", client_id: machine.id, client_secret: machine.secret, ...more });
const token = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  post(server, paths.token, body, headers);
const everywhere = [...formEndpoints, paths.registration, paths.userinfo];

describe("methods and addresses", () => {
  test("G-10-method, HT-18: a wrong method is 405 with Allow, in JSON", async () => {
    for (const path of everywhere) {
      for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
        if (path === paths.userinfo && method === "GET") continue;
        const answer = await fetch(server.address + path, { method });
        const allow = path === paths.userinfo ? "GET, HEAD, POST, OPTIONS" : "POST, OPTIONS";
        expect([path, method, answer.status, answer.headers.get("allow")]).toEqual([path, method, 405, allow]);
        expect(await bodyOf(answer)).toMatchObject({ error: "invalid_request" });
      }
    }
    const posted = await fetch(server.address + paths.jwks, { method: "POST" });
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });

  test("G-10-method: HEAD is answered wherever GET is, without a body", async () => {
    for (const path of [
      paths.authorizationServerMetadata,
      paths.openidConfiguration,
      paths.jwks,
      paths.healthz,
      paths.metrics,
    ]) {
      const head = await fetch(server.address + path, { method: "HEAD" });
      expect([path, head.status, await head.text()]).toEqual([path, 200, ""]);
    }
    const { accessToken } = await grantTokens(server, { client: (await createClient(server)).client });
    expect((await userinfo(server, accessToken, { method: "HEAD" })).status).toBe(200);
  });

  test("G-10-method: an unknown path is 404, in JSON to a program", async () => {
    for (const path of ["/auth", "/auth/", "/auth/tokens", "/nothing", "/auth/jwks", "/.well-known/nothing"]) {
      const answer = await fetch(server.address + path);
      expect([path, answer.status, (await bodyOf(answer)).error]).toEqual([path, 404, "invalid_request"]);
    }
  });

  test("HT-16: a method is not overridden", async () => {
    const answer = await token(`${fields()}&_method=DELETE`, {
      "x-http-method-override": "DELETE",
      "x-method-override": "PUT",
    });
    expect(answer.status).toBe(200);
  });

  test("HT-20, HT-21: a foreign origin and cookies change nothing, and no cookie is set", async () => {
    for (const origin of ["null", "https://evil.example"]) {
      const answer = await token(fields(), { origin, cookie: "__Host-postern=stolen; postern=stolen" });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
      expect(answer.headers.get("set-cookie")).toBeNull();
    }
  });

  test("HT-15, G-23-proxy: X-Forwarded-For of a stranger does not dodge a limit", async () => {
    const guess = (attempt: number) =>
      post(
        server,
        paths.token,
        { grant_type: "client_credentials", client_id: resourceServer.id, client_secret: "wrong" },
        { "x-forwarded-for": `192.0.2.${attempt}`, forwarded: `for=192.0.2.${attempt}` },
      );
    const answers = [];
    for (let attempt = 1; attempt <= 11; attempt++) answers.push((await guess(attempt)).status);
    expect(answers).toEqual([...Array(10).fill(401), 429]);
    server.advance(minutes(10));
  });
});

describe("headers of answers", () => {
  test("G-18-cors: endpoints for programs allow any origin without credentials and answer preflights with 204", async () => {
    const all = [
      ...everywhere,
      paths.jwks,
      paths.authorizationServerMetadata,
      paths.openidConfiguration,
      paths.protectedResourceMetadata,
    ];
    for (const path of all) {
      const headers = {
        origin: "https://spa.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      };
      const preflight = await fetch(server.address + path, { method: "OPTIONS", headers });
      expect([path, preflight.status, await preflight.text()]).toEqual([path, 204, ""]);
      expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
      expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization, content-type, dpop");
      expect(preflight.headers.get("access-control-max-age")).toBe("600");
      expect(preflight.headers.get("access-control-allow-credentials")).toBeNull();
      const answer = await fetch(server.address + path, {
        method: everywhere.includes(path as (typeof everywhere)[number]) ? "POST" : "GET",
      });
      expect([path, answer.headers.get("access-control-allow-origin")]).toEqual([path, "*"]);
      expect(answer.headers.get("access-control-expose-headers")).toBe("WWW-Authenticate, Retry-After");
    }
  });

  test("G-16-cache, HT-30, 2.1-pragma: every answer, good or bad, says no-store and no-cache", async () => {
    const client = await createClient(server, { grant_types: ["authorization_code", "refresh_token"] });
    const { accessToken, refreshToken } = await grantTokens(server, { client: client.client });
    const answers = [
      token(fields()),
      token(""),
      token(fields(), { "content-type": "text/plain" }),
      fetch(server.address + paths.token),
      refresh(server, client, refreshToken),
      refresh(server, client, "x"),
      introspection(server, resourceServer, accessToken),
      introspection(server, machine, accessToken),
      post(server, paths.introspection, {}),
      userinfo(server, accessToken),
      userinfo(server, "x"),
      revocation(server, client, accessToken),
      post(server, paths.revocation, {}),
      fetch(server.address + paths.introspection),
    ];
    for (const { headers, status, url } of await Promise.all(answers)) {
      expect([url, status, headers.get("cache-control"), headers.get("pragma")]).toEqual([
        url,
        status,
        "no-store",
        "no-cache",
      ]);
    }
  });

  test("G-17-errdesc, HT-22: error texts keep to the permitted characters and repeat nothing that was sent", async () => {
    const marker = "ZX9";
    const bodies = [
      `grant_type=${marker}%22%5C%C3%BC`,
      fields({ scope: `${marker} "\\` }),
      `${fields()}&code=${marker}%00`,
      `${fields()}&scope=${marker}&scope=${marker}`,
      `client_id=${marker}&client_secret=${marker}`,
      `${fields()}&${marker.repeat(60)}=1`,
      fields({ scope: marker.repeat(2000) }),
    ];
    for (const body of bodies) {
      const answer = await token(body);
      const text = await answer.clone().text();
      expect(text + JSON.stringify([...answer.headers])).not.toContain(marker);
      const { error, error_description, ...others } = await bodyOf(answer);
      expect(String(error)).toMatch(/^[a-z_]+$/);
      expect(String(error_description)).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
      expect(others).toEqual({});
    }
  });
});

describe("secrets", () => {
  test("G-26-secrets-at-rest, G-29-log-redaction, CR-23: no secret that was handed out or sent stands in the log or in the database", async () => {
    const client = await createClient(server, { grant_types: ["authorization_code", "refresh_token"] });
    const { accessToken, refreshToken, tokens } = await grantTokens(server, { client: client.client });
    const own = await textOf(tokenRequest(server, machine, { grant_type: "client_credentials" }), "access_token");
    await refresh(server, client, refreshToken);
    await introspection(server, client, refreshToken);
    await introspection(server, resourceServer, accessToken);
    await userinfo(server, accessToken);
    await fetch(`${server.address}${paths.userinfo}?access_token=${accessToken}`);
    await fetch(`${server.address}/nothing?code=${refreshToken}`);
    await post(server, `${paths.token}?client_secret=${client.secret}`, {});
    await revocation(server, machine, accessToken);
    const secrets = [accessToken, refreshToken, own, tokens.id_token ?? "", client.secret ?? "", machine.secret ?? ""];
    const path = databasePath(server.directory);
    const stored = readFileSync(path, "latin1") + readFileSync(`${path}-wal`, "latin1");
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(40);
      expect(server.logged.join("").includes(secret)).toBe(false);
      expect(stored.includes(secret)).toBe(false);
    }
  });
});

test("G-13-unavail, CR-11: while the file of the database cannot be read, 503 with Retry-After; keys and metadata are told", async () => {
  const broken = await startTestServer();
  const client = await createClient(broken, { grant_types: ["client_credentials"] });
  expect((await fetch(broken.address + paths.jwks)).status).toBe(200);
  const path = databasePath(broken.directory);
  const database = new Database(path);
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  const size = database
    .query<{ bytes: number }, []>("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size")
    .get();
  database.close();
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(size?.bytes ?? 0, "Z"));
  closeSync(file);
  for (const open of [paths.jwks, paths.openidConfiguration, paths.healthz])
    expect([open, (await fetch(broken.address + open)).status]).toEqual([open, 200]);
  const refused = await tokenRequest(broken, client, { grant_type: "client_credentials" });
  expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([503, true]);
  expect(await bodyOf(refused)).toMatchObject({ error: "server_error" });
  expect((await fetch(broken.address + paths.readyz)).status).toBe(503);
  // Each reason is logged once a minute, however many requests fail for it.
  const told = () => broken.logged.filter((line) => line.includes('"error","message":"a request failed"')).length;
  const before = told();
  expect(before).toBeGreaterThan(0);
  for (let each = 0; each < 10; each++) await tokenRequest(broken, client, { grant_type: "client_credentials" });
  expect(told()).toBe(before);
  broken.advance(minutes(2));
  for (let each = 0; each < 10; each++) await tokenRequest(broken, client, { grant_type: "client_credentials" });
  expect(told()).toBe(before + 1);
  await broken.stop();
});

test("DV-19, G-13-unavail: what anybody may ask costs no commit each time: refusals none, readiness one a second", async () => {
  const path = databasePath(server.directory);
  const lastCommit = () => {
    const database = new Database(path, { readonly: true });
    const row = database.query<{ at: number }, []>("SELECT last_commit AS at FROM instance").get();
    database.close();
    return row?.at;
  };
  const { store, clock } = server.context;
  const ready = () => fetch(server.address + paths.readyz);
  const handle = { id: "a handle", expiresAt: clock.now() };
  await store.codes.spend(handle);
  const first = lastCommit();
  server.advance(seconds(2));
  expect(await store.codes.spend(handle)).toBe("spent");
  expect(lastCommit()).toBe(first);
  await ready();
  const second = lastCommit();
  expect(second).toBe(clock.now());
  server.advance(milliseconds(900));
  await ready();
  expect(lastCommit()).toBe(second);
  server.advance(milliseconds(200));
  await ready();
  expect(lastCommit()).toBe(clock.now());
});
