import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { seconds } from "../../src/time.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { bodyOf, introspection, introspectionByBearer, ownToken, post, refusalOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { startWithIntrospection } from "../support/starting-points.ts";

let server: TestServer;
let app: TestClient;
let resourceServer: TestClient;
let machine: TestClient;

const formats = ["opaque", "jwt"] as const;
const inactive = { active: false };

beforeAll(async () => {
  ({ server, app, resourceServer, machine } = await startWithIntrospection());
});
afterAll(() => server.stop());

const seen = (token: string, by: TestClient = resourceServer) => bodyOf(introspection(server, by, token));

describe("the caller", () => {
  test("7662-2.1-post, IN-05: introspection is a form POST; GET is 405 and the token in it is not logged", async () => {
    const { accessToken } = await grantTokens(server, { client: app.client });
    const answer = await fetch(`${server.address}${paths.introspection}?token=${accessToken}`);
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("POST, OPTIONS");
    expect(server.logged.join("")).not.toContain(accessToken);
    const asJson = await fetch(server.address + paths.introspection, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: resourceServer.basic },
      body: JSON.stringify({ token: accessToken }),
    });
    expect(await refusalOf(asJson)).toBe("400 invalid_request");
  });

  test("7662-2.1-auth, IN-01: without credentials it is 401 with both challenges", async () => {
    const answer = await post(server, paths.introspection, { token: "x" });
    expect(answer.headers.get("www-authenticate")).toBe(
      `Basic realm="${server.issuer}", Bearer realm="${server.issuer}"`,
    );
    expect(await refusalOf(answer)).toBe("401 invalid_client");
  });

  test("7662-2.1-auth, IN-02: a public client, a wrong secret and a lone client_id are 401", async () => {
    const publicClient = await createClient(server, { token_endpoint_auth_method: "none" });
    const fields = [
      { client_id: publicClient.id },
      { client_id: publicClient.id, client_secret: "x" },
      { client_id: resourceServer.id },
      { client_id: resourceServer.id, client_secret: "wrong" },
    ];
    for (const credentials of fields) {
      expect(await refusalOf(post(server, paths.introspection, { token: "x", ...credentials }))).toBe(
        "401 invalid_client",
      );
    }
    const byBasic = post(server, paths.introspection, { token: "x" }, { authorization: publicClient.basic });
    expect(await refusalOf(byBasic)).toBe("401 invalid_client");
  });

  test("7662-2.1-auth: a client authenticates by Basic or in the body", async () => {
    const { accessToken } = await grantTokens(server, { client: app.client });
    const inBody = { token: accessToken, client_id: resourceServer.id, client_secret: resourceServer.secret };
    expect((await bodyOf(post(server, paths.introspection, inBody))).active).toBe(true);
    expect((await seen(accessToken)).active).toBe(true);
  });

  test("7662-2.1-auth: a bearer token with the scope for it is as good, one without it is insufficient_scope", async () => {
    const { accessToken } = await grantTokens(server, { client: app.client });
    const bearer = await ownToken(server, machine, "postern:introspect");
    expect((await bodyOf(introspectionByBearer(server, bearer, { token: accessToken }))).active).toBe(true);
    const lacking = await introspectionByBearer(server, await ownToken(server, machine, "mail.read"), {
      token: accessToken,
    });
    expect(lacking.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
    expect(lacking.headers.get("www-authenticate")).toContain('scope="postern:introspect"');
    expect(await refusalOf(lacking)).toBe("403 insufficient_scope");
    const dead = await introspectionByBearer(server, "pst_at_nonsense", { token: accessToken });
    expect(dead.headers.get("www-authenticate")).toContain('Bearer realm="');
    expect(await refusalOf(dead)).toBe("401 invalid_token");
    const twice = await introspectionByBearer(server, bearer, {
      token: accessToken,
      client_id: app.id,
      client_secret: app.secret ?? "",
    });
    expect(await refusalOf(twice)).toBe("400 invalid_request");
  });

  test("7662-2.1-authorized: a client that is no resource server learns of its own tokens alone", async () => {
    const stranger = await createClient(server);
    for (const access_token_format of formats) {
      const client = await createClient(server, { access_token_format });
      const { accessToken } = await grantTokens(server, { client: client.client });
      expect(await seen(accessToken, stranger)).toEqual(inactive);
      expect(await seen(accessToken, client)).toMatchObject({ active: true, client_id: client.id });
      expect(await seen(accessToken, client)).not.toHaveProperty("username");
    }
  });

  test("7662-2.1-aud: a token that names no resource is active to every resource server", async () => {
    const other = await createClient(server, { grant_types: [], resource_server: true });
    const { accessToken } = await grantTokens(server, { client: app.client });
    for (const caller of [resourceServer, other]) expect((await seen(accessToken, caller)).active).toBe(true);
  });

  test("7662-2.2-scope-filter, IN-03: a resource server sees the scopes it accepts, and no token without one", async () => {
    const mail = await createClient(server, { grant_types: [], resource_server: true, accepts: "mail.read mail.send" });
    const both = await grantTokens(server, { client: app.client, scope: ["openid", "files", "mail.read"] });
    const files = await grantTokens(server, { client: app.client, scope: ["openid", "files"] });
    const none = await grantTokens(server, { client: app.client, scope: [] });
    expect(await seen(both.accessToken, mail)).toMatchObject({ active: true, scope: "mail.read" });
    expect(await seen(files.accessToken, mail)).toEqual(inactive);
    expect(await seen(none.accessToken, mail)).toEqual(inactive);
    expect(await seen(both.accessToken)).toMatchObject({ scope: "openid files mail.read" });
  });

  test("7662-2.1-authorized: a token over Postern itself is inactive to everybody, whoever asks", async () => {
    const bearer = await ownToken(server, machine, "postern:introspect");
    for (const caller of [resourceServer, machine]) expect(await seen(bearer, caller)).toEqual(inactive);
    expect(await bodyOf(introspectionByBearer(server, bearer, { token: bearer }))).toEqual(inactive);
  });
});

test("7662-4-throttle, IN-04, G-12-rate: inactive answers are limited by caller, active ones are not", async () => {
  const own = await startTestServer();
  const scanner = await createClient(own, { grant_types: [], resource_server: true });
  const other = await createClient(own, { grant_types: [], resource_server: true });
  const holder = await createClient(own);
  const { accessToken } = await grantTokens(own, { client: holder.client });
  for (let batch = 0; batch < 10; batch++) {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => introspection(own, scanner, `pst_at_${batch}${index}`)),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  }
  const limited = await introspection(own, scanner, "pst_at_x");
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refusalOf(limited)).toBe("429 temporarily_unavailable");
  expect((await bodyOf(introspection(own, scanner, accessToken))).active).toBe(true);
  expect((await introspection(own, other, "pst_at_x")).status).toBe(200);
  own.advance(seconds(11));
  expect((await introspection(own, scanner, "pst_at_x")).status).toBe(200);
  await own.stop();
});
