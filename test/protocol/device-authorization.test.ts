import { Database } from "bun:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { deviceCodeGrantType } from "../../src/model/client.ts";
import { databasePath } from "../../src/server/instance.ts";
import { hours, minutes, seconds } from "../../src/time.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { createDeviceClient, deviceAuthorization, poll, startDevice, storedDevice } from "../support/devices.ts";
import { bodyOf, post, refusalOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const proxied = (address: string) => ({ "x-forwarded-for": address });

let server: TestServer;
let tv: TestClient;
let confidential: TestClient;

beforeAll(async () => {
  server = await startTestServer({
    POSTERN_SCOPES: '{"mail.read":"Read your mail"}',
    POSTERN_TRUSTED_PROXIES: "127.0.0.1/32",
  });
  tv = await createDeviceClient(server);
  confidential = await createDeviceClient(server, { token_endpoint_auth_method: "client_secret_basic" });
});
afterAll(() => server.stop());

const storedScope = async (client: TestClient, fields: Readonly<Record<string, string>>) => {
  const { deviceCode } = await startDevice(server, client, fields);
  return (await findDevice(deviceCode))?.scope;
};

const findDevice = (deviceCode: string) => storedDevice(server, { deviceCode });

describe("the request", () => {
  test("8628-3.1-request: client_id and scope are enough, and parameters of other flows are ignored", async () => {
    const answer = await deviceAuthorization(server, tv, {
      scope: "openid profile",
      redirect_uri: "https://evil.example/cb",
      response_type: "code",
      state: "xyz",
    });
    expect(answer.status).toBe(200);
    expect(await storedScope(tv, { scope: "openid profile" })).toEqual(["openid", "profile"]);
  });

  test("8628-3.1-auth, 8628-3.2-err: a confidential client must authenticate, and failures are those of the token endpoint", async () => {
    expect((await deviceAuthorization(server, confidential)).status).toBe(200);
    const at = (fields: Readonly<Record<string, string>>, headers = {}) =>
      post(server, paths.deviceAuthorization, fields, headers);
    const unauthenticated = [
      at({ client_id: confidential.id }),
      at({ client_id: confidential.id, client_secret: "wrong" }),
      at({ client_id: "nobody" }),
      at({}),
      at({}, { authorization: "Basic !" }),
    ];
    for (const answer of await Promise.all(unauthenticated)) {
      expect(answer.headers.get("www-authenticate")).toStartWith("Basic ");
      expect(answer.headers.get("cache-control")).toBe("no-store");
      expect(await refusalOf(answer)).toBe("401 invalid_client");
    }
  });

  test("8628-3.1-grant: a client that is not registered for the device grant is unauthorized_client", async () => {
    const other = await createClient(server, { token_endpoint_auth_method: "none" });
    expect(await refusalOf(deviceAuthorization(server, other))).toBe("400 unauthorized_client");
    expect(await refusalOf(poll(server, { client: other, deviceCode: "pst_dc_x" }))).toBe("400 unauthorized_client");
  });

  test("8628-3.1-empty-unknown-dup: empty is absent, unknown is ignored, repeated is invalid_request", async () => {
    const at = (body: string) => post(server, paths.deviceAuthorization, body);
    const empty = await at(`client_id=${tv.id}&scope=&client_secret=`);
    expect(empty.status).toBe(200);
    const device = await findDevice(String((await bodyOf(empty)).device_code));
    expect(device?.scope).toEqual([]);
    expect((await at(`client_id=${tv.id}&color=blue&color=red&SCOPE=openid`)).status).toBe(200);
    expect(await refusalOf(at(`client_id=${tv.id}&client_id=${tv.id}`))).toBe("400 invalid_request");
    expect(await refusalOf(at(`client_id=${tv.id}&scope=openid&scope=openid`))).toBe("400 invalid_request");
  });

  test("8628-3.1-scope: scopes are filtered as for a browser, and nothing left is invalid_scope", async () => {
    const narrow = await createDeviceClient(server, { scope: "openid mail.read", grant_types: [deviceCodeGrantType] });
    expect(await storedScope(narrow, { scope: "mail.read unknown profile" })).toEqual(["mail.read"]);
    expect(await storedScope(narrow, {})).toEqual(["openid", "mail.read"]);
    expect(await storedScope(tv, { scope: "openid offline_access postern:admin" })).toEqual([
      "openid",
      "offline_access",
    ]);
    // Without refresh tokens there is no offline access to give.
    const noRefresh = await createDeviceClient(server, { grant_types: [deviceCodeGrantType] });
    expect(await storedScope(noRefresh, { scope: "openid offline_access" })).toEqual(["openid"]);
    for (const scope of ["profile", "nonsense", "postern:admin", 'a"b', "openid\u00e9"]) {
      expect(await refusalOf(deviceAuthorization(server, narrow, { scope }))).toBe("400 invalid_scope");
    }
  });

  test("8628-3.2-err: the wrong method, type or place of a parameter is refused in JSON", async () => {
    const url = server.address + paths.deviceAuthorization;
    const wrongMethod = await fetch(url);
    expect(wrongMethod.headers.get("allow")).toBe("POST, OPTIONS");
    expect(await refusalOf(wrongMethod)).toBe("405 invalid_request");
    const headers = { "content-type": "application/json" };
    const json = fetch(url, { method: "POST", headers, body: JSON.stringify({ client_id: tv.id }) });
    expect(await refusalOf(json)).toBe("400 invalid_request");
    expect(await refusalOf(post(server, `${paths.deviceAuthorization}?client_id=${tv.id}`, {}))).toBe(
      "400 invalid_request",
    );
  });
});

describe("the answer", () => {
  test("8628-3.2-ok, 8628-3.2-interval: 200 in JSON, not stored, with both codes, both addresses, lifetime and interval", async () => {
    const answer = await deviceAuthorization(server, tv, { scope: "openid" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("pragma")).toBe("no-cache");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    const body = await bodyOf(answer);
    expect(Object.keys(body).sort()).toEqual([
      "device_code",
      "expires_in",
      "interval",
      "user_code",
      "verification_uri",
      "verification_uri_complete",
    ]);
    expect(body).toMatchObject({ expires_in: 1800, interval: 5 });
  });

  test("8628-3.2-interval, 8628-3.2-lifetime: lifetime and interval are the operator's, in whole seconds", async () => {
    const other = await startTestServer({ POSTERN_DEVICE_CODE_TTL: "90s", POSTERN_DEVICE_POLL_INTERVAL: "7s" });
    try {
      const client = await createDeviceClient(other);
      expect(await bodyOf(deviceAuthorization(other, client))).toMatchObject({ expires_in: 90, interval: 7 });
    } finally {
      await other.stop();
    }
  });

  test("8628-3.2-device-code: a device code is 256 random bits, for one client, and is not in the database", async () => {
    const codes = await Promise.all(Array.from({ length: 50 }, () => startDevice(server, tv)));
    for (const { deviceCode } of codes) expect(deviceCode).toMatch(/^pst_dc_[A-Za-z0-9_-]{43}$/);
    expect(new Set(codes.map(({ deviceCode }) => deviceCode)).size).toBe(50);
    const [{ deviceCode, userCode } = { deviceCode: "", userCode: "" }] = codes;
    expect((await findDevice(deviceCode))?.clientId).toBe(tv.client.id);
    using database = new Database(databasePath(server.directory), { readonly: true });
    const rows = JSON.stringify(database.query("select * from device_codes").all());
    expect(rows).toContain(tv.id);
    for (const secret of [deviceCode, userCode, userCode.replace("-", "")]) expect(rows).not.toContain(secret);
  });

  test("8628-3.2-user-code, DV-19: a user code is eight consonants with a dash, and no two are alike", async () => {
    const codes = await Promise.all(Array.from({ length: 100 }, () => startDevice(server, tv)));
    for (const { userCode } of codes) expect(userCode).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(new Set(codes.map(({ userCode }) => userCode)).size).toBe(100);
  });

  test("8628-3.2-user-code: a code that is taken, expired though it be, is not given again", async () => {
    const { random } = server.context;
    const { bytes } = random;
    // The generator gives the letters of one code twice.
    const repeated = [0, 0];
    Object.assign(random, {
      bytes: (length: number) => (length === 8 && repeated.pop() !== undefined ? new Uint8Array(8) : bytes(length)),
    });
    try {
      expect((await startDevice(server, tv)).userCode).toBe("BBBB-BBBB");
      server.advance(hours(20));
      expect((await startDevice(server, tv)).userCode).not.toBe("BBBB-BBBB");
      expect(repeated).toEqual([]);
    } finally {
      Object.assign(random, { bytes });
    }
  });

  test("8628-3.2-uri: the verification address is the issuer's and short, and does not hold the code", async () => {
    const body = await bodyOf(deviceAuthorization(server, tv));
    expect(body.verification_uri).toBe(`${server.issuer}/device`);
    const below = await startTestServer({ POSTERN_ISSUER: "https://nas.example/sso" });
    try {
      const client = await createDeviceClient(below);
      const answer = await fetch(`${below.address}/sso/auth/device`, {
        method: "POST",
        body: new URLSearchParams({ client_id: client.id }),
        headers: { host: "nas.example" },
      });
      expect(await bodyOf(answer)).toMatchObject({ verification_uri: "https://nas.example/sso/device" });
    } finally {
      await below.stop();
    }
  });

  test("8628-3.2-complete: the complete address carries the user code as it is shown", async () => {
    const body = await bodyOf(deviceAuthorization(server, tv));
    expect(body.verification_uri_complete).toBe(`${server.issuer}/device?user_code=${String(body.user_code)}`);
  });

  test("8628-3.2-lifetime: after expires_in the device code is expired", async () => {
    const device = await startDevice(server, tv);
    server.advance(seconds(1799));
    expect(await refusalOf(poll(server, device))).toBe("400 authorization_pending");
    server.advance(seconds(1));
    expect(await refusalOf(poll(server, device))).toBe("400 expired_token");
  });

  test("8628-5.4-confirm, XS-12: the request's address and its User-Agent, cut to 120 characters, are kept for the page", async () => {
    const headers = { "user-agent": `<b>TV</b>${"x".repeat(300)}`, ...proxied("192.0.2.7") };
    const { deviceCode } = await startDevice(server, tv, {}, headers);
    expect(await findDevice(deviceCode)).toMatchObject({
      address: "192.0.2.7",
      userAgent: `<b>TV</b>${"x".repeat(111)}`,
    });
  });

  test("8628-4-metadata: metadata names the endpoint and the grant type", async () => {
    const metadata = await bodyOf(fetch(server.address + paths.authorizationServerMetadata));
    expect(metadata.device_authorization_endpoint).toBe(server.issuer + paths.deviceAuthorization);
    expect(metadata.grant_types_supported).toContain(deviceCodeGrantType);
  });
});

describe("limits", () => {
  const statuses = async (count: number, client: TestClient, headers = {}) => {
    const counts = new Map<number, number>();
    for (let sent = 0; sent < count; sent += 50) {
      const length = Math.min(50, count - sent);
      const answers = await Promise.all(Array.from({ length }, () => deviceAuthorization(server, client, {}, headers)));
      for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    return Object.fromEntries(counts);
  };

  test("8628-3.2-limit, DV-19: from one address a public client has fifty codes that wait, not more", async () => {
    const client = await createDeviceClient(server);
    expect(await statuses(60, client, proxied("192.0.2.1"))).toEqual({ 200: 50, 429: 10 });
    const refused = await deviceAuthorization(server, client, {}, proxied("192.0.2.1"));
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refusalOf(refused)).toBe("429 temporarily_unavailable");
    // Another address, another client and the box itself are not affected.
    expect((await deviceAuthorization(server, client, {}, proxied("192.0.2.2"))).status).toBe(200);
    const neighbour = await createDeviceClient(server);
    expect((await deviceAuthorization(server, neighbour, {}, proxied("192.0.2.1"))).status).toBe(200);
    expect((await deviceAuthorization(server, client)).status).toBe(200);
    // What has expired waits no more.
    server.advance(minutes(30));
    expect((await deviceAuthorization(server, client, {}, proxied("192.0.2.1"))).status).toBe(200);
  });

  test("8628-3.2-limit: the limit by address holds neither for a client that authenticates nor for local requests", async () => {
    const authenticated = await createDeviceClient(server, { token_endpoint_auth_method: "client_secret_basic" });
    expect(await statuses(51, authenticated, proxied("192.0.2.1"))).toEqual({ 200: 51 });
    expect(await statuses(51, await createDeviceClient(server))).toEqual({ 200: 51 });
  });

  test("8628-3.2-limit, DV-19: a client has a thousand codes that wait, not more, wherever they come from", async () => {
    const client = await createDeviceClient(server, { token_endpoint_auth_method: "client_secret_basic" });
    expect(await statuses(1020, client)).toEqual({ 200: 1000, 429: 20 });
  });
});
