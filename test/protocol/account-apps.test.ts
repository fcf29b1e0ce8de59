import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { GrantId } from "../../src/brand.ts";
import { paths } from "../../src/http/paths.ts";
import { deviceCodeGrantType } from "../../src/model/client.ts";
import { days, hours, minutes } from "../../src/time.ts";
import { doneBy, expectForgeryRefused, rowOf, wordsOf } from "../support/account.ts";
import { newestEvents } from "../support/administrators.ts";
import { approve, authorize, flowTokens, openAuthorization, pageOf } from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { createDeviceClient, decide, poll, signedInBrowser, startDevice } from "../support/devices.ts";
import { type Granted, grantTokens } from "../support/grants.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { isActive, post, refresh, refusalOf, textOf } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const path = `${paths.account}/apps`;
const tvAgent = "LivingRoomTV/4.2 (webOS)";

let server: TestServer;
let app: TestClient;
let tv: TestClient;
/** A resource server: it may ask about any token. */
let checker: TestClient;
let alice: TestPerson;
let browser: TestBrowser;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({
    POSTERN_SESSION_TTL: "30d",
    POSTERN_TRUSTED_PROXIES: "127.0.0.1/32",
    POSTERN_SCOPES: '{"mail.read":"Read your mail"}',
  });
  checker = await createClient(server, { grant_types: [], resource_server: true });
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.advance(days(1));
  app = await createClient(server, { ...mayRefresh, client_name: "Notes" });
  tv = await createDeviceClient(server);
  alice = await createPerson(server, { username: `alice${++count}` });
  browser = await signedInBrowser(server, alice.user);
});

const give = (scope = ["openid", "profile"], client = app): Promise<Granted> =>
  grantTokens(server, { client: client.client, user: alice.user, scope });
const find = (id: GrantId) => server.context.store.grants.find(id);
const consent = (client = app) => server.context.store.consents.find(alice.user.id, client.client.id);

/** A device of the person's that was approved at an address, and its tokens. */
async function connectedTv(address = "192.168.178.44") {
  const headers = { "user-agent": tvAgent, "x-forwarded-for": address };
  const device = await startDevice(server, tv, { scope: "openid offline_access" }, headers);
  await decide(browser, device.userCode, "approve");
  const answer = await post(
    server,
    paths.token,
    { grant_type: deviceCodeGrantType, device_code: device.deviceCode, client_id: tv.id },
    headers,
  );
  const tokens = await answer.json();
  const [grant] = await server.context.store.grants.list({ userId: alice.user.id, clientId: tv.client.id });
  if (grant === undefined) throw new Error("there is no grant");
  return { grant, accessToken: String(tokens.access_token), refreshToken: String(tokens.refresh_token) };
}

describe("the list", () => {
  test("a device: its app, what it may do, the program, from where, since when and when last", async () => {
    const { grant } = await connectedTv();
    server.advance(hours(3));
    const page = await browser.get(path);
    const words = wordsOf(page);
    expect(words).toContain("Living room TV Verified It can");
    expect(words).toContain("Recognise you when you sign in");
    expect(words).toContain("Keep its access while you are away, until you take it back");
    expect(rowOf(page, `connection-${grant.id}`)).toMatch(
      /^LivingRoomTV on TV Device your home network Jan .* UTC 3 hours ago Rename Disconnect$/,
    );
  });

  test("a web app: the address and program that fetched the tokens, own scopes in the operator's words", async () => {
    const allowed = await createClient(server, {
      ...mayRefresh,
      client_name: "Mailer",
      token_endpoint_auth_method: "none",
      scope: "openid mail.read",
    });
    await flowTokens(server, browser, allowed, { scope: "openid mail.read" });
    const page = await browser.get(path);
    expect(wordsOf(page)).toContain("Mailer Verified It can Recognise you when you sign in Read your mail");
    const [grant] = await server.context.store.grants.list({ userId: alice.user.id, clientId: allowed.client.id });
    expect(grant).toMatchObject({ address: "127.0.0.1" });
    expect(rowOf(page, `connection-${grant?.id}`)).toContain("Browser this server itself");
  });

  test("a refreshed token says from where, and the time of use is the newest", async () => {
    const { grant, refreshToken } = await connectedTv();
    server.advance(hours(5));
    const moved = { "x-forwarded-for": "203.0.113.9" };
    await post(
      server,
      paths.token,
      { grant_type: "refresh_token", refresh_token: refreshToken, client_id: tv.id },
      moved,
    );
    await server.context.lastUsed.write();
    expect(await find(grant.id)).toMatchObject({ address: "203.0.113.9", userAgent: tvAgent });
    expect(rowOf(await browser.get(path), `connection-${grant.id}`)).toContain("203.0.113.9");
    expect(rowOf(await browser.get(path), `connection-${grant.id}`)).toContain("just now");
  });

  test("a client that authenticates: the address of its refresh is kept, too", async () => {
    const { grant, refreshToken } = await give(["openid", "offline_access"]);
    const headers = { authorization: app.basic, "x-forwarded-for": "203.0.113.10" };
    await post(server, paths.token, { grant_type: "refresh_token", refresh_token: refreshToken }, headers);
    await server.context.lastUsed.write();
    expect((await find(grant.id))?.address).toBe("203.0.113.10");
  });

  test("unverified apps are marked, and names with markup come out as text", async () => {
    const evil = "<script>alert(1)</script>";
    const client = await createClient(server, { ...mayRefresh, client_name: evil }, { origin: "registration" });
    await give(["openid"], client);
    const page = await browser.get(path);
    expect(wordsOf(page)).toContain(`${evil} Unverified`);
    expect(page.body).not.toContain("<script>alert");
  });

  test("what has expired is not there, nor what is another person's", async () => {
    const bob = await createPerson(server, { username: `bob${count}` });
    await grantTokens(server, { client: app.client, user: bob.user });
    expect(wordsOf(await browser.get(path))).toContain("No app and no device is connected to your account.");
    const short = await createClient(server, { client_name: "Short" });
    const { grant } = await give(["openid"], short);
    expect(wordsOf(await browser.get(path))).toContain("Short");
    server.advance(hours(2));
    expect(wordsOf(await browser.get(path))).not.toContain("Short");
    expect((await browser.get(`${path}/connections/${grant.id}`)).status).toBe(404);
  });

  test("an app that is not connected, but would be let in again without a question, is there to be revoked", async () => {
    await approve(browser, await authorize(browser, app, { scope: "openid profile" }));
    const page = await browser.get(path);
    expect(wordsOf(page)).toContain("It is not connected now, but would not have to ask you again.");
    expect((await doneBy(browser, browser.submit(page, `revoke-${app.id}`)))[0]).toBe("app-revoked");
    expect(await consent()).toBeUndefined();
  });

  test("an app that is not connected, and would ask again all the same, is not there", async () => {
    const redirect_uris = ["http://127.0.0.1/cb"];
    const native = { application_type: "native", token_endpoint_auth_method: "none" } as const;
    const command = await createClient(server, { ...native, redirect_uris, client_name: "Command" });
    await approve(browser, await authorize(browser, command, { scope: "openid" }));
    expect(await consent(command)).toBeDefined();
    expect(wordsOf(await browser.get(path))).toContain("No app and no device is connected to your account.");
    await give(["openid"], command);
    expect(wordsOf(await browser.get(path))).toContain("Command");
  });

  test("of very many connections the newest are shown, and the rest counted", async () => {
    const one = await createClient(server, { client_name: "Busy" });
    for (let made = 0; made < 22; made++) {
      server.advance(minutes(1));
      await give(["openid"], one);
    }
    const page = await browser.get(path);
    expect([...page.body.matchAll(/<tr id="connection-/g)]).toHaveLength(20);
    expect(wordsOf(page)).toContain("And 2 older connections.");
  });
});

describe("disconnecting", () => {
  test("S-16-disconnect: a device's tokens end at once, and with its last connection the consent", async () => {
    const { grant, accessToken, refreshToken } = await connectedTv();
    expect(await isActive(server, checker, accessToken)).toBe(true);
    const [done, page] = await doneBy(browser, browser.submit(await browser.get(path), `disconnect-${grant.id}`));
    expect(done).toBe("grant-ended");
    expect(await isActive(server, checker, accessToken)).toBe(false);
    expect(await refusalOf(refresh(server, tv, refreshToken))).toBe("400 invalid_grant");
    expect(wordsOf(page)).toContain("No app and no device is connected to your account.");
    expect(await find(grant.id)).toMatchObject({ endedBecause: "revoked" });
    expect((await server.context.store.events.list(1))[0]).toMatchObject({
      name: "consent.withdrawn",
      actor: { kind: "user", userId: alice.user.id },
      clientId: tv.id,
      address: "127.0.0.1",
    });
  });

  test("S-16-disconnect: one of several ends alone; what was allowed stays until the last", async () => {
    await approve(browser, await authorize(browser, app, { scope: "openid profile" }));
    const [first, second] = [await give(), await give()];
    const [done] = await doneBy(browser, browser.submit(await browser.get(path), `disconnect-${first.grant.id}`));
    expect(done).toBe("grant-ended");
    expect(await isActive(server, app, first.accessToken)).toBe(false);
    expect(await isActive(server, app, second.accessToken)).toBe(true);
    expect(await consent()).toBeDefined();
    expect(await newestEvents(server, 1)).toEqual([`grant.ended by ${alice.user.id}`]);
    expect((await server.context.store.events.list(1))[0]?.address).toBe("127.0.0.1");
    await browser.submit(await browser.get(path), `disconnect-${second.grant.id}`);
    expect(await consent()).toBeUndefined();
  });

  test("pressed twice, it is as good as once; and nothing else ends by it", async () => {
    const [first, second] = [await give(), await give()];
    const page = await browser.get(path);
    for (let presses = 0; presses < 2; presses++) {
      const [done] = await doneBy(browser, browser.submit(page, `disconnect-${first.grant.id}`));
      expect(done).toBe("grant-ended");
    }
    expect(await isActive(server, app, second.accessToken)).toBe(true);
  });

  test("of a connection that has expired meanwhile nothing is left to end, and what was allowed stays", async () => {
    const short = await createClient(server, { client_name: "Short" });
    await approve(browser, await authorize(browser, short));
    const { grant } = await give(["openid"], short);
    const page = await browser.get(path);
    server.advance(hours(2));
    const [done] = await doneBy(browser, browser.submit(page, `disconnect-${grant.id}`));
    expect(done).toBe("grant-ended");
    expect(await consent(short)).toBeDefined();
  });

  test("S-16-disconnect: revoking the app ends every connection, and it asks again", async () => {
    await approve(browser, await authorize(browser, app, { scope: "openid profile" }));
    const [first, second] = [await give(), await give()];
    const [done, page] = await doneBy(browser, browser.submit(await browser.get(path), `revoke-${app.id}`));
    expect(done).toBe("app-revoked");
    expect(wordsOf(page)).toContain("The app has no access any more.");
    for (const { accessToken } of [first, second]) expect(await isActive(server, app, accessToken)).toBe(false);
    expect(await newestEvents(server, 1)).toEqual([`consent.withdrawn by ${alice.user.id}`]);
    expect(pageOf(await openAuthorization(browser, app, { scope: "openid profile" }))).toBe("consent");
  });

  test("S-15-own-things: another person's connection is as good as none, and goes on", async () => {
    const bob = await createPerson(server, { username: `bob${count}` });
    const theirs = await grantTokens(server, { client: app.client, user: bob.user });
    const own = await give();
    const page = await browser.get(path);
    const { csrf = "" } = formOf(page, `disconnect-${own.grant.id}`);
    const answers = [
      await browser.get(`${path}/connections/${theirs.grant.id}`),
      await browser.post(`${path}/connections/${theirs.grant.id}`, { csrf, name: "Mine" }),
      await browser.post(`${path}/connections/${theirs.grant.id}/disconnect`, { csrf }),
      await browser.post(`${path}/connections/nothing/disconnect`, { csrf }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect(await isActive(server, app, theirs.accessToken)).toBe(true);
    expect((await find(theirs.grant.id))?.name).toBeUndefined();
    // Revoking an app is about one's own connections alone.
    await browser.submit(page, `revoke-${app.id}`);
    expect(await isActive(server, app, theirs.accessToken)).toBe(true);
    // Where nothing is one's own, there is nothing.
    expect((await browser.submit(page, `revoke-${app.id}`)).status).toBe(404);
  });

  test("forms from elsewhere, and the token of another connection, are refused", async () => {
    const [first, second] = [await give(), await give()];
    const page = await browser.get(path);
    for (const form of [`disconnect-${first.grant.id}`, `revoke-${app.id}`])
      await expectForgeryRefused(browser, page, form);
    const { csrf = "" } = formOf(page, `disconnect-${second.grant.id}`);
    expect((await browser.submit(page, `disconnect-${first.grant.id}`, { fields: { csrf } })).status).toBe(403);
    expect(await isActive(server, app, first.accessToken)).toBe(true);
  });
});

describe("renaming", () => {
  const rename = async (id: GrantId, name: string) =>
    browser.submit(await browser.get(`${path}/connections/${id}`), "rename-connection", { fields: { name } });

  test("a device has the name that its person gives it, until it is taken away again", async () => {
    const { grant } = await connectedTv();
    const [done, page] = await doneBy(browser, rename(grant.id, " Bedroom "));
    expect(done).toBe("grant-renamed");
    expect(rowOf(page, `connection-${grant.id}`)).toStartWith("Bedroom LivingRoomTV on TV , Device");
    expect(await newestEvents(server, 1)).toEqual([`grant.renamed by ${alice.user.id}`]);
    await rename(grant.id, "");
    expect((await find(grant.id))?.name).toBeUndefined();
  });

  test("a name that cannot be one is refused in a sentence; markup comes out as text", async () => {
    const { grant } = await give();
    for (const name of ["x".repeat(101), "a\u202eb"]) {
      const page = await rename(grant.id, name);
      expect(wordsOf(page)).toContain("This name cannot be used.");
      expect(formOf(page, "rename-connection").name).toBe(name);
    }
    expect((await find(grant.id))?.name).toBeUndefined();
    const [, page] = await doneBy(browser, rename(grant.id, "<script>alert(1)</script>"));
    expect(page.body).not.toContain("<script>alert");
  });

  test("a form from elsewhere is refused", async () => {
    const { grant } = await give();
    await expectForgeryRefused(browser, await browser.get(`${path}/connections/${grant.id}`), "rename-connection");
  });
});

test("what a device says of itself is cut short and cannot hide anything", async () => {
  const agent = `TV\u200e/1 ${"x".repeat(500)}`;
  const device = await startDevice(server, tv, {}, { "user-agent": Buffer.from(agent).toString("latin1") });
  await decide(browser, device.userCode, "approve");
  await textOf(poll(server, device), "access_token");
  const [grant] = await server.context.store.grants.list({ userId: alice.user.id, clientId: tv.client.id });
  expect(grant?.userAgent).toStartWith("TV");
  expect([...(grant?.userAgent ?? "")]).toHaveLength(120);
});

test("who is not signed in sees nothing", async () => {
  const answer = await new TestBrowser(server).get(path);
  expect(answer.location).toStartWith(`${server.issuer}${paths.signIn}?next=`);
});

const formOf = ({ forms }: Answer, id: string): Readonly<Record<string, string>> =>
  forms.find((form) => form.id === id)?.fields ?? {};
