import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ClientMetadata } from "../../src/model/client.ts";
import { approve, authorize, openAuthorization, outcomeOf, pageOf, refusalIn } from "../support/authorization.ts";
import { TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer();
  browser = await signedInBrowser(server, await createUser(server));
});
afterAll(() => server.stop());

const native = (redirect_uris: readonly string[], more: Partial<ClientMetadata> = {}): Promise<TestClient> =>
  createClient(server, { application_type: "native", token_endpoint_auth_method: "none", redirect_uris, ...more });

const outcome = async (client: TestClient, redirect_uri: string) => {
  const answer = await approve(browser, await authorize(browser, client, { redirect_uri }));
  if (answer.status === 303) expect(answer.location).toStartWith(`${redirect_uri}?`);
  return outcomeOf(answer);
};

async function expectRefused(client: TestClient, uris: readonly string[]): Promise<void> {
  const outcomes = await Promise.all(uris.map(async (uri) => [uri, await outcome(client, uri)]));
  expect(outcomes).toEqual(uris.map((uri) => [uri, "400 page"]));
}

test("8252-7-three, 8252-7.1-scheme: private-use schemes in both forms, claimed https and loopback, each exactly", async () => {
  const uris = [
    "com.example.app:/cb",
    "com.example.app://host/cb",
    "https://app.example/claimed",
    "http://127.0.0.1/cb",
    "cursor://anysphere.cursor-mcp/oauth/callback",
  ];
  const client = await native(uris);
  for (const uri of uris) expect(await outcome(client, uri)).toBe("303 code");
  await expectRefused(client, [
    "com.example.app:/",
    "com.example.app:/cb/",
    "com.example.app:/CB",
    "com.example.app:cb",
    "com.example:/cb",
    "cursor://anysphere.cursor-mcp/",
  ]);
});

test("8252-7.3-port, RU-12: a loopback address matches with any port, and with none", async () => {
  for (const [registered, host] of [
    ["http://127.0.0.1/cb?a=1", "127.0.0.1"],
    ["http://[::1]:7000/cb?a=1", "[::1]"],
  ] as const) {
    const client = await native([registered]);
    for (const port of ["", ":1", ":51004", ":65535"]) {
      const redirect_uri = `http://${host}${port}/cb?a=1`;
      const answer = await approve(browser, await authorize(browser, client, { redirect_uri }));
      expect(answer.location).toStartWith(`${redirect_uri}&code=`);
    }
  }
});

test("8252-7.3-port, 8252-7.3-literal, 8252-8.4-register, 9700-2.1-exact, RU-12: everything but the port is exact", async () => {
  const client = await native(["http://127.0.0.1/cb"]);
  await expectRefused(client, [
    "http://127.0.0.1:51004/cb2",
    "http://127.0.0.1:51004/",
    "http://127.0.0.1:51004/cb?x=1",
    "http://localhost:51004/cb",
    "http://[::1]:51004/cb",
    "http://127.0.0.2:51004/cb",
    "http://127.1/cb",
    "http://2130706433/cb",
    "http://0x7f000001/cb",
    "http://0.0.0.0:51004/cb",
    "http://[::ffff:127.0.0.1]:51004/cb",
    "http://127.0.0.1.:51004/cb",
    "http://127.0.0.1:0/cb",
    "http://127.0.0.1:99999/cb",
    "http://127.0.0.1:051/cb",
    "http://127.0.0.1:/cb",
    "http://127.0.0.1:51004@evil.example/cb",
    "http://127.0.0.1.evil.example/cb",
    "https://127.0.0.1:51004/cb",
    "HTTP://127.0.0.1:51004/cb",
  ]);
});

test("8252-8.3-localhost: localhost matches localhost with any port, and is no loopback address", async () => {
  const client = await native(["http://localhost/cb"]);
  expect(await outcome(client, "http://localhost:51004/cb")).toBe("303 code");
  await expectRefused(client, ["http://127.0.0.1:51004/cb", "http://[::1]:51004/cb", "http://LOCALHOST:1/cb"]);
  const consent = await openAuthorization(browser, client, { redirect_uri: "http://localhost:51004/cb" });
  expect(consent.body).toContain("localhost:51004");
});

test("8252-7.3-https-loopback: the free port is for http alone", async () => {
  const client = await native(["https://127.0.0.1:8443/cb"]);
  expect(await outcome(client, "https://127.0.0.1:8443/cb")).toBe("303 code");
  await expectRefused(client, ["https://127.0.0.1:8444/cb", "https://127.0.0.1/cb"]);
});

test("8252-7.3-web: a web client has none", async () => {
  const client = await createClient(server, { redirect_uris: ["http://127.0.0.1:5000/cb"] });
  await expectRefused(client, ["http://127.0.0.1:5001/cb", "http://127.0.0.1/cb"]);
});

test("8252-7.1-redirect: the answer to the person's own form is a 303 to the scheme, from a page without form-action", async () => {
  const client = await native(["com.example.app:/cb"]);
  const consent = await openAuthorization(browser, client);
  expect(consent.headers.get("content-security-policy")).not.toContain("form-action");
  const answer = await browser.submit(consent, "consent", { button: "approve" });
  expect([answer.status, answer.body]).toEqual([303, ""]);
  expect(answer.location).toStartWith("com.example.app:/cb?code=");
});

test("8252-8.1-pkce, 8252-8.5-secret: without PKCE a native app is refused, though it has a secret and an administrator made PKCE optional", async () => {
  for (const method of ["none", "client_secret_basic"] as const) {
    const client = await native(["com.example.app:/cb"], { token_endpoint_auth_method: method, require_pkce: false });
    const answer = await authorize(browser, client, { code_challenge: undefined, code_challenge_method: undefined });
    expect(refusalIn(answer).error).toBe("invalid_request");
  }
});

test("8252-8.6-consent, 8252-8.5-secret, 6749-10.2-auto, UI-10: who cannot be told from an impostor asks every time", async () => {
  for (const client of [
    await native(["com.example.app:/cb"]),
    await native(["http://127.0.0.1/cb"]),
    await native(["com.example.app:/cb"], { token_endpoint_auth_method: "client_secret_basic" }),
    await native(["com.example.app:/cb"], { token_endpoint_auth_method: "client_secret_basic", first_party: true }),
    await createClient(server, { token_endpoint_auth_method: "none" }, { origin: "registration" }),
  ]) {
    await approve(browser, await authorize(browser, client));
    expect(pageOf(await openAuthorization(browser, client))).toBe("consent");
    expect(refusalIn(await authorize(browser, client, { prompt: "none" })).error).toBe("consent_required");
  }
});

test("8252-8.12-webview: no User-Agent is turned away", async () => {
  const client = await native(["com.example.app:/cb"]);
  const webview =
    "Mozilla/5.0 (Linux; Android 16; wv) AppleWebKit/537.36 Version/4.0 Chrome/150.0 Mobile Safari/537.36";
  expect(pageOf(await openAuthorization(new TestBrowser(server, { "user-agent": webview }), client))).toBe("sign-in");
});
