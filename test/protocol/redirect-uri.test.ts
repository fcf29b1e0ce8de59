import { afterAll, beforeAll, expect, test } from "bun:test";
import { approve, authorize, outcomeOf } from "../support/authorization.ts";
import { answerParameters, type TestBrowser } from "../support/browser.ts";
import { createClient, type TestClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let app: TestClient;
let browser: TestBrowser;

beforeAll(async () => {
  server = await startTestServer();
  app = await createClient(server, { redirect_uris: ["https://app.example/cb"] });
  browser = await signedInBrowser(server, await createUser(server));
});
afterAll(() => server.stop());

const outcome = async (redirect_uri: string, client = app) =>
  outcomeOf(await approve(browser, await authorize(browser, client, { redirect_uri })));

/** Each of them is refused on a page, and nobody is sent anywhere. */
async function expectRefused(uris: readonly string[], client = app): Promise<void> {
  const outcomes = await Promise.all(uris.map(async (uri) => [uri, await outcome(uri, client)]));
  expect(outcomes).toEqual(uris.map((uri) => [uri, "400 page"]));
}

test("6749-3.1.2.3-match, 9700-2.1-exact, 2.1-redirect-exact: the registered string itself is accepted", async () => {
  expect(await outcome("https://app.example/cb")).toBe("303 code");
});

test("6749-3.1.2.3-match, 9700-2.1-exact, 2.1-redirect-exact, RU-01, RU-02, RU-07: what only looks like it is not", () =>
  expectRefused([
    "https://evil.example/cb",
    "https://app.example/cb/",
    "https://app.example/CB",
    "https://APP.example/cb",
    "HTTPS://app.example/cb",
    "https://app.example:443/cb",
    "https://app.example./cb",
    "https://app.example",
    "https://app.example/",
    "http://app.example/cb",
    "https://app.example.evil.example/cb",
    "https://evilapp.example/cb",
    "https://app.example\u0000.evil.example/cb",
    " https://app.example/cb",
    "https://app.example/cb ",
  ]));

test("6749-3.1.2.3-match, RU-03: a query more is another URI", () =>
  expectRefused(["https://app.example/cb?x=1", "https://app.example/cb?", "https://app.example/cb&x=1"]));

test("6749-3.1.2-fragment, RU-04: nor is one with a fragment", () =>
  expectRefused(["https://app.example/cb#f", "https://app.example/cb#", "https://app.example/cb%23f"]));

test("6749-3.1.2.3-match, RU-05, RU-06: nor what a parser would make of it", () =>
  expectRefused([
    "https://app.example/cb/../evil",
    "https://app.example/cb/%2e%2e/evil",
    "https://app.example/cb/..;/evil",
    "https://app.example/cb%2f..%2fevil",
    "https://app.example@evil.example/cb",
    "https://app.example%40evil.example/cb",
    "https://evil.example\\@app.example/cb",
    "https://app.example\\.evil.example/cb",
  ]));

test("6749-4.1.2.1-redirect, RU-08, RU-22: schemes that run code and line breaks lead nowhere", () =>
  expectRefused([
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "about:blank",
    "https://app.example/cb\r\nSet-Cookie:x=y",
    "https://app.example/cb%0d%0aSet-Cookie:x=y",
  ]));

test("6749-4.1.2.1-redirect, RU-09: one that is sent twice is refused, in either order", async () => {
  const good = encodeURIComponent("https://app.example/cb");
  const evil = encodeURIComponent("https://evil.example/cb");
  for (const [first, second] of [
    [good, evil],
    [evil, good],
    [good, good],
    [good, ""],
    ["", good],
  ] as const) {
    const answer = await browser.get(
      `/auth/authorize?client_id=${app.id}&response_type=code&redirect_uri=${first}&redirect_uri=${second}`,
    );
    expect(outcomeOf(answer)).toBe("400 page");
  }
});

test("6749-3.1.2-query, RU-16: a registered query stays byte for byte and the answer is added to it", async () => {
  for (const uri of ["https://app.example/cb?a=b%20c&d", "https://app.example/cb?", "https://app.example?x=%C3%BC+y"]) {
    const client = await createClient(server, { redirect_uris: [uri] });
    const { location = "" } = await approve(browser, await authorize(browser, client));
    expect(location).toStartWith(uri.endsWith("?") ? `${uri}code=` : `${uri}&code=`);
    expect(location).toMatch(/code=pst_ac_[\w-]+&state=af0ifjsldkj&iss=http%3A%2F%2Flocalhost%3A\d+$/);
  }
});

test("6749-3.1.2.3-match, RU-18: another client's redirect URI is nobody else's", async () => {
  await createClient(server, { redirect_uris: ["https://other.example/cb"] });
  await expectRefused(["https://other.example/cb"]);
});

test("6749-3.1.2.3-match: of several registered URIs each is itself", async () => {
  const client = await createClient(server, { redirect_uris: ["https://app.example/a", "https://app.example/b"] });
  for (const uri of ["https://app.example/a", "https://app.example/b"]) {
    const answer = await approve(browser, await authorize(browser, client, { redirect_uri: uri }));
    expect(answer.location).toStartWith(`${uri}?`);
    expect(answerParameters(answer)).toHaveProperty("code");
  }
  await expectRefused(["https://app.example/", "https://app.example/ab"], client);
});
