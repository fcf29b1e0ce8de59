import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { paths } from "../../src/http/paths.ts";
import { deviceCodeGrantType } from "../../src/model/client.ts";
import { seconds } from "../../src/time.ts";
import release from "../store/fixtures/release-0.1.0.json" with { type: "json" };
import { verifier } from "../support/authorization.ts";
import { TestBrowser } from "../support/browser.ts";
import { bodyOf, introspection, isActive, refresh, refusalOf, textOf, tokenRequest } from "../support/requests.ts";
import { startTestServer, type TestServer, testSecret } from "../support/server.ts";

// A database that release 0.1.0 made itself, over HTTP, at the moment at which test servers start; and what it handed
// out. Whatever an upgrade does to the database, all of this goes on.

const { clients, live, dead, people } = release;
const client = (id: keyof typeof clients) => ({ secret: undefined, ...clients[id] });

let server: TestServer;
beforeAll(async () => {
  expect(release.instanceSecret).toBe(testSecret);
  const database = join(import.meta.dir, "../store/fixtures/release-0.1.0.sqlite");
  const environment = { POSTERN_ISSUER: release.issuer, POSTERN_SCOPES: '{"mail.read":"Read your mail"}' };
  server = await startTestServer(environment, { database });
  expect(server.context.clock.now()).toBe(release.at as typeof server.context.startedAt);
});
afterAll(() => server.stop());

describe("from release 0.1.0", () => {
  test("access tokens are as alive or dead as they were", async () => {
    const answers = (tokens: readonly string[]) =>
      Promise.all(tokens.map((token) => isActive(server, client("dovecot"), token)));
    expect(await answers(live.access)).toEqual(live.access.map(() => true));
    expect(await answers(dead.access)).toEqual(dead.access.map(() => false));
    const [first = ""] = live.access;
    expect(await bodyOf(introspection(server, client("dovecot"), first))).toMatchObject({
      client_id: "wiki",
      username: "ada",
      scope: "openid profile",
    });
  });

  for (const [id, token] of Object.entries(live.refresh) as [keyof typeof clients, string][]) {
    test(`the refresh token of ${id} refreshes, and what comes of it is alive`, async () => {
      const accessToken = await textOf(refresh(server, client(id), token), "access_token");
      expect(await isActive(server, client("dovecot"), accessToken)).toBe(true);
    });
  }

  for (const person of Object.values(people)) {
    test(`${person.username} signs in with the old password, and with no other`, async () => {
      const browser = new TestBrowser(server);
      const page = await browser.open(paths.signIn);
      const wrong = await browser.signIn(page, { ...person, password: `${person.password}!` });
      expect([wrong.status, wrong.location]).toEqual([200, undefined]);
      // After a wrong password there is a wait.
      server.advance(seconds(5));
      const right = await browser.signIn(await browser.open(paths.signIn), person);
      expect(right.location).toBeDefined();
      expect(browser.cookies.get("postern")).toBeDefined();
    });
  }

  test("a browser that was signed in still is", async () => {
    const browser = new TestBrowser(server);
    browser.cookies.set("postern", release.sessionCookie);
    expect((await browser.open(paths.account)).body).toContain("Ada Lovelace");
  });

  test("a code that was under way is redeemed, once", async () => {
    const redeem = () =>
      tokenRequest(server, client("wiki"), {
        grant_type: "authorization_code",
        code: release.code,
        redirect_uri: "https://app.example/cb",
        code_verifier: verifier,
      });
    expect((await redeem()).status).toBe(200);
    expect(await refusalOf(redeem())).toBe("400 invalid_grant");
  });

  test("a device that was approved gets its tokens, one that was not goes on waiting", async () => {
    const poll = (device_code: string) =>
      tokenRequest(server, client("tv"), { grant_type: deviceCodeGrantType, device_code });
    expect((await poll(release.approvedDevice)).status).toBe(200);
    expect(await refusalOf(poll(release.waitingDevice.deviceCode))).toBe("400 authorization_pending");
  });

  test("clients authenticate with their old secrets, and with no other", async () => {
    const own = (secret: string) => {
      const basic = `Basic ${btoa(`service:${secret}`)}`;
      return tokenRequest(server, { id: "service", secret, basic }, { grant_type: "client_credentials" });
    };
    expect((await own(clients.service.secret)).status).toBe(200);
    expect(await refusalOf(own(clients.wiki.secret))).toBe("401 invalid_client");
  });
});
