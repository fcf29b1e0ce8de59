import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { days, hours } from "../../src/time.ts";
import { doneBy, expectForgeryRefused, rowOf, wordsOf } from "../support/account.ts";
import { newestEvents } from "../support/administrators.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { isActive } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const path = `${paths.account}/sessions`;
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0";
const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1 Version/17.4 Safari/604.1";

let server: TestServer;
let app: TestClient;
let alice: TestPerson;
let here: TestBrowser;
let phone: TestBrowser;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d", POSTERN_TRUSTED_PROXIES: "127.0.0.1/32" });
  app = await createClient(server, mayRefresh);
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.advance(days(1));
  alice = await createPerson(server, { username: `alice${++count}` });
  here = await signInFrom("192.168.178.20", firefox);
  server.advance(hours(1));
  phone = await signInFrom("203.0.113.9", safari);
});

async function signInFrom(address: string, userAgent: string, person = alice): Promise<TestBrowser> {
  const browser = new TestBrowser(server, { "x-forwarded-for": address, "user-agent": userAgent });
  await browser.signIn(await browser.get(paths.signIn), person);
  return browser;
}

const isSignedIn = async (browser: TestBrowser) => (await browser.get(paths.account)).status === 200;
const ids = async ({ user } = alice) => (await server.context.store.sessions.list(user.id)).map(({ id }) => id);

describe("the list", () => {
  test("device, place and times in plain words; the one that is looked with is marked", async () => {
    const page = await here.get(path);
    const [first = "", second = ""] = await ids();
    expect(rowOf(page, `session-${first}`)).toMatch(
      /^Firefox on Linux This one your home network Jan .*, 2030, 00:00 UTC just now$/,
    );
    expect(rowOf(page, `session-${second}`)).toMatch(
      /^Safari on iPhone 203\.0\.113\.9 Jan .*, 2030, 01:00 UTC just now Sign out$/,
    );
    const from = (address: string) => signInFrom(address, "curl/8.5.0");
    for (const address of ["::1", "fe80::1", "10.0.0.4"]) await from(address);
    const words = wordsOf(await here.get(path));
    expect(words).toContain("curl this server itself");
    expect([...words.matchAll(/your home network/g)]).toHaveLength(3);
  });

  test("when each was last seen is what the server knows now, not what it has written", async () => {
    server.advance(hours(2));
    await phone.get(paths.home);
    const [first = "", second = ""] = await ids();
    const page = await here.get(path);
    expect(rowOf(page, `session-${second}`)).toContain("just now");
    server.advance(hours(3));
    expect(rowOf(await here.get(path), `session-${second}`)).toContain("3 hours ago");
    expect(rowOf(await here.get(path), `session-${first}`)).toContain("just now");
  });

  test("what a browser says of itself comes out as text", async () => {
    await signInFrom("203.0.113.9", `x"><script>alert(1)</script>/1`);
    for (const at of [path, paths.account]) expect((await here.get(at)).body).not.toContain("<script>alert");
  });

  test("only one's own", async () => {
    const bob = await createPerson(server, { username: `bob${count}` });
    await signInFrom("203.0.113.77", firefox, bob);
    expect(wordsOf(await here.get(path))).not.toContain("203.0.113.77");
  });
});

describe("signing out elsewhere", () => {
  test("one ends, with the grants that are bound to it; it is recorded with who did it, from where", async () => {
    const [, id = ""] = await ids();
    const { accessToken } = await grantTokens(server, { client: app.client, user: alice.user, sessionId: id });
    const [done, page] = await doneBy(here, here.submit(await here.get(path), `end-${id}`));
    expect(done).toBe("session-ended");
    expect(wordsOf(page)).toContain("That browser is signed out.");
    expect(await isSignedIn(phone)).toBe(false);
    expect(await isSignedIn(here)).toBe(true);
    expect(await isActive(server, app, accessToken)).toBe(false);
    expect((await server.context.store.events.list(1))[0]).toMatchObject({
      name: "session.ended",
      actor: { kind: "user", userId: alice.user.id },
      userId: alice.user.id,
      address: "192.168.178.20",
    });
  });

  test("pressed twice, it is as good as once", async () => {
    const [, id = ""] = await ids();
    const page = await here.get(path);
    const end = () => doneBy(here, here.submit(page, `end-${id}`));
    const answers = [await end(), await end()];
    expect(answers.map(([done]) => done)).toEqual(["session-ended", "session-ended"]);
  });

  test("all others end at once, and this one goes on", async () => {
    await signInFrom("203.0.113.10", firefox);
    const [done, page] = await doneBy(here, here.submit(await here.get(path), "end-others"));
    expect(done).toBe("sessions-ended");
    expect(await ids()).toHaveLength(1);
    expect(await isSignedIn(phone)).toBe(false);
    expect(await isSignedIn(here)).toBe(true);
    expect(await newestEvents(server, 1)).toEqual([`session.ended by ${alice.user.id}`]);
    // There is nobody left to sign out.
    expect(page.forms).toEqual([]);
  });

  test("S-15-own-things: another person's session is as good as none, and goes on", async () => {
    const bob = await createPerson(server, { username: `bob${count}` });
    const theirs = await signInFrom("203.0.113.9", firefox, bob);
    const [id = ""] = await ids(bob);
    const [, own = ""] = await ids();
    const { csrf = "" } = formOf(await here.get(path), `end-${own}`);
    expect((await here.post(`${path}/${id}/end`, { csrf })).status).toBe(404);
    expect((await here.post(`${path}/nothing/end`, { csrf })).status).toBe(404);
    expect(await isSignedIn(theirs)).toBe(true);
    // All others are one's own alone.
    await here.submit(await here.get(path), "end-others");
    expect(await isSignedIn(theirs)).toBe(true);
  });

  test("forms from elsewhere, and the token of another session, are refused", async () => {
    const page = await here.get(path);
    const [own = "", id = ""] = await ids();
    await expectForgeryRefused(here, page, `end-${id}`);
    await expectForgeryRefused(here, page, "end-others");
    const { csrf = "" } = formOf(page, "end-others");
    expect((await here.post(`${path}/${own}/end`, { csrf })).status).toBe(403);
    expect(await ids()).toHaveLength(2);
  });
});

const formOf = ({ forms }: Answer, id: string): Readonly<Record<string, string>> =>
  forms.find((form) => form.id === id)?.fields ?? {};
