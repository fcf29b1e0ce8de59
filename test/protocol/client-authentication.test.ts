import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { asClientId } from "../../src/brand.ts";
import { clientSecretFailures } from "../../src/throttle/limits.ts";
import { minutes } from "../../src/time.ts";
import { basicHeader, createClient, type TestClient } from "../support/clients.ts";
import { post } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let client: TestClient;
let secret: string;
beforeAll(async () => {
  server = await startTestServer();
  client = await createClient(server, { grant_types: ["client_credentials"] });
  secret = client.secret ?? "";
});
afterAll(() => server.stop());

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** A request for the client's own token, with these credentials. */
const ask = (fields: Record<string, string> = {}, headers: Record<string, string> = {}, at = server) =>
  post(at, "/auth/token", { grant_type: "client_credentials", ...fields }, headers);
const askWith = (authorization: string, fields: Record<string, string> = {}) => ask(fields, { authorization });
const statusOf = async (response: Promise<Response>) => (await response).status;

const refusal = '{"error":"invalid_client","error_description":"client authentication failed"}';

/** 401 in the same words, with the same challenge, and nothing kept. */
async function expectRefused(response: Response, at = server): Promise<void> {
  expect(response.status).toBe(401);
  expect(await response.text()).toBe(refusal);
  expect(response.headers.get("www-authenticate")).toBe(`Basic realm="${at.issuer}"`);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("pragma")).toBe("no-cache");
}

async function expectInvalid(response: Response): Promise<void> {
  expect([response.status, (await response.json()).error]).toEqual([400, "invalid_request"]);
}

describe("a secret in the Authorization header", () => {
  test("6749-2.3.1-basic, CA-06: the scheme has no case, and spaces around the credentials do no harm", async () => {
    const encoded = base64(`${client.id}:${secret}`);
    for (const header of [
      `Basic ${encoded}`,
      `basic ${encoded}`,
      `BASIC ${encoded}`,
      `Basic  ${encoded}`,
      `Basic ${encoded} `,
    ]) {
      expect(await statusOf(askWith(header))).toBe(200);
    }
  });

  test("6749-2.3.1-basic, CA-04: each half is form-decoded after the split at the first colon", async () => {
    const odd = await createClient(
      server,
      { grant_types: ["client_credentials"] },
      { id: "a:b", secret: "p+q r:s%c3%a9\u00e9" },
    );
    expect(odd.basic).toBe(`Basic ${base64("a%3Ab:p%2Bq+r%3As%25c3%25a9%C3%A9")}`);
    expect(await statusOf(askWith(odd.basic))).toBe(200);
    await expectRefused(await askWith(`Basic ${base64("a%3Ab:p+q r:s%c3%a9\u00e9")}`));
    await expectRefused(await askWith(`Basic ${base64(`a:b:${odd.secret}`)}`));
    // Ids and secrets that Postern makes are the same encoded and not.
    expect(encodeURIComponent(`${client.id}${secret}`)).toBe(`${client.id}${secret}`);
  });

  test("6749-2.3.1-basic-broken, 6749-2.3-401-header, CA-05, CA-07: a header that cannot be read is 401", async () => {
    const encoded = base64(`${client.id}:${secret}`);
    const headers = [
      "Bearer x",
      `Bearer ${encoded}`,
      `Digest ${encoded}`,
      "Basic",
      "Basic !!!",
      `Basic ${encoded}!`,
      `Basic ${encoded.slice(0, -1)}-`,
      `Basic ${base64(client.id)}`,
      `Basic ${base64(`:${secret}`)}`,
      `Basic ${base64(`${client.id}:%zz`)}`,
      `Basic ${base64(`${client.id}:%`)}`,
      `Basic ${base64(`${client.id}:${secret}%00`)}`,
      `Basic ${base64(`${client.id}\n:${secret}`)}`,
      `Basic ${base64(`${client.id}:%ff`)}`,
      encoded,
      `Basic${encoded}`,
      `Basic\u00a0${encoded}`,
    ];
    for (const header of headers) await expectRefused(await askWith(header));
    // Not even with the right credentials beside it.
    await expectRefused(await askWith("Bearer x", { client_id: client.id, client_secret: secret }));
  });

  test("6749-2.3.1-basic-two: two headers, or a list in one, are invalid_request", async () => {
    await expectInvalid(await askWith(`${client.basic}, ${client.basic}`));
    const headers = new Headers([
      ["authorization", client.basic],
      ["authorization", client.basic],
    ]);
    const body = new URLSearchParams({ grant_type: "client_credentials" });
    await expectInvalid(await fetch(`${server.address}/auth/token`, { method: "POST", headers, body }));
  });
});

describe("a secret in the body", () => {
  test("6749-2.3.1-post: id and secret may stand in the form", async () => {
    const own = await createClient(server, {
      grant_types: ["client_credentials"],
      token_endpoint_auth_method: "client_secret_post",
    });
    expect(await statusOf(ask({ client_id: own.id, client_secret: own.secret ?? "" }))).toBe(200);
  });

  test("6749-2.3.1-basic-vs-post: a secret is as good in either place", async () => {
    const own = await createClient(server, {
      grant_types: ["client_credentials"],
      token_endpoint_auth_method: "client_secret_post",
    });
    expect(await statusOf(askWith(own.basic))).toBe(200);
    expect(await statusOf(ask({ client_id: client.id, client_secret: secret }))).toBe(200);
  });

  test("CA-08: credentials in the query are refused, right as they may be", async () => {
    const query = new URLSearchParams({ client_id: client.id, client_secret: secret });
    const response = await post(server, `/auth/token?${query}`, { grant_type: "client_credentials" });
    await expectInvalid(response);
    for (const line of server.logged) expect(line).not.toContain(secret);
  });
});

describe("which way", () => {
  test("6749-2.3-one-method, CA-02: a secret in both places is invalid_request, even twice the same", async () => {
    await expectInvalid(await askWith(client.basic, { client_id: client.id, client_secret: secret }));
    await expectInvalid(await askWith(client.basic, { client_secret: "another" }));
  });

  test("6749-2.3-id-mismatch: client_id beside the header is that of the header", async () => {
    const other = await createClient(server, { grant_types: ["client_credentials"] });
    expect(await statusOf(askWith(client.basic, { client_id: client.id }))).toBe(200);
    await expectInvalid(await askWith(client.basic, { client_id: other.id }));
    await expectInvalid(await askWith(client.basic, { client_id: client.id.toLowerCase() }));
  });

  test("6749-2.3-missing, CA-10: who is not public needs a secret, and everybody a name", async () => {
    await expectRefused(await ask({ client_id: client.id }));
    await expectRefused(await ask({ client_id: client.id, client_secret: "" }));
    await expectRefused(await askWith(basicHeader(client.id, "")));
    await expectRefused(await ask({ client_secret: secret }));
    await expectRefused(await ask());
    for (const path of ["/auth/introspect", "/auth/revoke", "/auth/device"]) {
      const response = await post(server, path, { token: "x", client_id: client.id });
      expect([path, response.status, (await response.json()).error]).toEqual([path, 401, "invalid_client"]);
    }
  });

  test("6749-2.3-public-secret, CA-09, 6749-2.1-types: a public client has a name, and no secret that could be right", async () => {
    const device = "urn:ietf:params:oauth:grant-type:device_code";
    const own = await createClient(server, {
      grant_types: [device],
      token_endpoint_auth_method: "none",
      application_type: "native",
    });
    const poll = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      post(server, "/auth/token", { grant_type: device, device_code: "x", ...fields }, headers);
    expect(await (await poll({ client_id: own.id })).json()).toMatchObject({ error: "invalid_grant" });
    expect(await (await poll({ client_id: own.id, client_secret: "" })).json()).toMatchObject({
      error: "invalid_grant",
    });
    await expectRefused(await poll({ client_id: own.id, client_secret: "x" }));
    await expectRefused(await poll({}, { authorization: basicHeader(own.id, "x") }));
  });

  test("6749-2.3-grant-allowed: an authenticated client uses the grant types that it has", async () => {
    const own = await createClient(server, { grant_types: ["authorization_code"] });
    const response = await askWith(own.basic);
    expect([response.status, (await response.json()).error]).toEqual([400, "unauthorized_client"]);
  });
});

describe("what a refusal tells", () => {
  test("6749-2.3-unknown, 6749-2.3-401-always, CA-01, CA-12: an unknown client and every kind of wrong secret are answered alike", async () => {
    const own = await createClient(server, { grant_types: ["client_credentials"] });
    const right = own.secret ?? "";
    const wrongs = [
      "x",
      right.toUpperCase(),
      right.slice(0, -1),
      `${right}x`,
      ` ${right}`,
      `${right} `,
      right.repeat(400),
    ];
    const bodies = new Set<string>();
    for (const wrong of wrongs) {
      const answers = [
        await ask({ client_id: own.id, client_secret: wrong }),
        await ask({ client_id: "nobody", client_secret: wrong }),
        await ask({ client_id: "' OR 1=1--", client_secret: wrong }),
      ];
      for (const answer of answers) {
        const kept = [...answer.headers].filter(([name]) => name !== "date" && name !== "x-request-id");
        bodies.add(JSON.stringify([answer.status, kept, await answer.text()]));
      }
    }
    expect(bodies.size).toBe(1);
    await expectRefused(await askWith(basicHeader("nobody", right)));
    await expectRefused(await askWith(basicHeader(own.id, `${right}\n`)));
    await expectRefused(await askWith(basicHeader(own.id, `${right}\0`)));
  });

  test("6749-2.3-disabled: a client that is disabled, or gone, is as if it had never been", async () => {
    const disabled = await createClient(server, { grant_types: ["client_credentials"] }, { disabled: true });
    await expectRefused(await askWith(disabled.basic));
    const publicOne = await createClient(server, { token_endpoint_auth_method: "none" }, { disabled: true });
    await expectRefused(await ask({ client_id: publicOne.id }));
    const gone = await createClient(server, { grant_types: ["client_credentials"] });
    expect(await statusOf(askWith(gone.basic))).toBe(200);
    const at = server.context.clock.now();
    await server.context.store.clients.delete({
      id: asClientId(gone.id),
      event: { at, name: "client.deleted", actor: { kind: "cli" } },
    });
    await expectRefused(await askWith(gone.basic));
  });
});

describe("how often, and over what", () => {
  test("6749-2.3-bruteforce, CA-11, G-12-rate: ten wrong secrets from one address stop that pair for ten minutes, and nobody else", async () => {
    const proxied = await startTestServer({ POSTERN_TRUSTED_PROXIES: "127.0.0.1" });
    const [own, other] = [
      await createClient(proxied, { grant_types: ["client_credentials"] }),
      await createClient(proxied, { grant_types: ["client_credentials"] }),
    ];
    const from = (address: string, authorization: string) =>
      ask({}, { authorization, "x-forwarded-for": address }, proxied);
    const wrong = basicHeader(own.id, "wrong");
    for (let count = 0; count < 10; count++) await expectRefused(await from("192.0.2.1", wrong), proxied);
    for (const header of [wrong, own.basic]) {
      const response = await from("192.0.2.1", header);
      expect([response.status, (await response.json()).error]).toEqual([429, "temporarily_unavailable"]);
      expect(Number(response.headers.get("retry-after"))).toBeWithin(590, 602);
    }
    expect(await statusOf(from("192.0.2.2", own.basic))).toBe(200);
    expect(await statusOf(from("192.0.2.1", other.basic))).toBe(200);
    proxied.advance(minutes(10));
    expect(await statusOf(from("192.0.2.1", own.basic))).toBe(200);
    await proxied.stop();
  });

  test("6749-2.3-bruteforce: a hundred wrong secrets for one client from many addresses are told to the operator once, and lock nobody out", async () => {
    const proxied = await startTestServer({ POSTERN_TRUSTED_PROXIES: "127.0.0.1" });
    const own = await createClient(proxied, { grant_types: ["client_credentials"] });
    const from = (address: string, authorization: string) =>
      ask({}, { authorization, "x-forwarded-for": address }, proxied);
    const alerts = () => proxied.logged.filter((line) => line.includes("many wrong secrets"));
    for (let count = 0; count < 99; count++) await from(`192.0.2.${count}`, basicHeader(own.id, "wrong"));
    expect(alerts()).toEqual([]);
    for (let count = 100; count < 110; count++) await from(`192.0.2.${count}`, basicHeader(own.id, "wrong"));
    expect(alerts()).toHaveLength(1);
    expect(alerts()[0]).toContain(own.id);
    expect(await statusOf(from("192.0.2.200", own.basic))).toBe(200);
    await proxied.stop();
  });

  test("6749-2.3-bruteforce: addresses of one IPv6 network of 64 bits count as one, those of another do not", async () => {
    const proxied = await startTestServer({ POSTERN_TRUSTED_PROXIES: "127.0.0.1" });
    const own = await createClient(proxied, { grant_types: ["client_credentials"] });
    const from = (address: string, authorization: string) =>
      statusOf(ask({}, { authorization, "x-forwarded-for": address }, proxied));
    for (let count = 1; count <= 10; count++) await from(`2001:db8:0:1::${count}`, basicHeader(own.id, "wrong"));
    expect(await from("2001:db8:0:1:ffff::1", own.basic)).toBe(429);
    expect(await from("2001:db8:0:2::1", own.basic)).toBe(200);
    await proxied.stop();
  });

  test("6749-2.3-bruteforce: unknown clients are counted like those that there are", async () => {
    const answers: number[] = [];
    for (let count = 0; count < 11; count++) answers.push(await statusOf(askWith(basicHeader("counted", "wrong"))));
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  });

  test("6749-2.3-bruteforce, CR-18: made-up names, however many and long, push out no other limit and take little memory", () => {
    const { throttle } = server.context;
    const full = { name: "a limit of the test", most: 1, per: minutes(10) };
    throttle.count(full, "somebody");
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < 20_000; count++) throttle.count(clientSecretFailures, `${count}${"x".repeat(10_000)}`);
    Bun.gc(true);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
    expect(throttle.exceeded(full, "somebody")).toBeGreaterThan(0);
  });

  test("6749-2.3-tls: over plain http from another host credentials are refused, and not sent elsewhere", async () => {
    const https = await startTestServer({
      POSTERN_ISSUER: "https://sso.example",
      POSTERN_TRUSTED_PROXIES: "127.0.0.1",
    });
    const own = await createClient(https, { grant_types: ["client_credentials"] });
    const request = (headers: Record<string, string>) =>
      ask({}, { authorization: own.basic, host: "sso.example", ...headers }, https);
    const plain = await request({ "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "http" });
    expect([plain.status, (await plain.json()).error]).toEqual([403, "invalid_request"]);
    expect(await statusOf(request({ "x-forwarded-for": "192.0.2.1" }))).toBe(403);
    expect(await statusOf(request({ "x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https" }))).toBe(200);
    // From this machine nothing crosses a network.
    expect(await statusOf(request({}))).toBe(200);
    await https.stop();
  });
});
