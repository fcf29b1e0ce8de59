import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import type { Session, User } from "../../src/model/user.ts";
import { hours, minutes } from "../../src/time.ts";
import { newestEvents, startWithAdministrator } from "../support/administrators.ts";
import { outcomeOf } from "../support/authorization.ts";
import type { Answer, TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createUser, grantTokens } from "../support/grants.ts";
import type { TestPerson } from "../support/people.ts";
import { userinfo } from "../support/requests.ts";
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let root: TestPerson;
let browser: TestBrowser;

beforeAll(async () => {
  ({ server, root, browser } = await startWithAdministrator());
});
afterAll(() => server.stop());

const sessions = `${paths.admin}/sessions`;
const grants = `${paths.admin}/grants`;

/** The ids of the rows of a list, in its order. */
const rows = ({ body }: Answer, kind: "session" | "grant") =>
  [...body.matchAll(/<tr id="(session|grant)-([\w-]+)"/g)].flatMap(([, of, id]) => (of === kind ? [id] : []));

async function sessionOf(user: User): Promise<Session> {
  const [session] = await server.context.store.sessions.list(user.id);
  if (session === undefined) throw new Error(`${user.username} has no session`);
  return session;
}

describe("sessions", () => {
  test("shows who is signed in, with which program, from where, and when they were seen", async () => {
    const user = await createUser(server, { username: "sara", displayName: "Sara" });
    await signedInBrowser(server, user);
    const page = await browser.get(sessions);
    expect(rows(page, "session")).toContain((await sessionOf(user)).id);
    for (const words of ["Sara", "An unknown program", "::1", "this server itself", "just now", "This one"])
      expect(page.body).toContain(words);
  });

  test("one that is idle or too old is not there", async () => {
    const user = await createUser(server, { username: "idle" });
    await signedInBrowser(server, user);
    const { id } = await sessionOf(user);
    server.advance(hours(13));
    browser = await signedInBrowser(server, root.user);
    expect(rows(await browser.get(sessions), "session")).not.toContain(id);
    const own = await browser.get(`${sessions}?person=idle`);
    expect(own.body).toContain("This person is not signed in anywhere.");
  });

  test("one is ended, and the browser is signed out at once", async () => {
    const user = await createUser(server, { username: "emil" });
    const own = await signedInBrowser(server, user);
    const { id } = await sessionOf(user);
    const page = await browser.get(`${sessions}?person=emil`);
    expect(rows(page, "session")).toEqual([id]);
    const answer = await browser.submit(page, `end-${id}`);
    expect(answer.location).toBe(`${server.issuer}${sessions}?person=emil&done=session-ended`);
    expect((await browser.follow(answer)).body).toContain("The session has ended.");
    expect((await own.get(paths.home)).body).not.toContain("Signed in as");
    expect(await newestEvents(server, 1)).toEqual([`session.ended by ${root.user.id}`]);
    // Twice is once.
    expect(outcomeOf(await browser.submit(page, `end-${id}`))).toBe(`303 ${sessions}`);
    expect(await newestEvents(server, 1)).toEqual([`session.ended by ${root.user.id}`]);
  });

  test("from a person's page, the way leads back there", async () => {
    const user = await createUser(server, { username: "back" });
    await signedInBrowser(server, user);
    const { id } = await sessionOf(user);
    const answer = await browser.submit(await browser.get(`${paths.admin}/people/${user.id}`), `end-${id}`);
    expect(answer.location).toBe(`${server.issuer}${paths.admin}/people/${user.id}?done=session-ended`);
  });

  test("of nobody, and one that never was, are not there", async () => {
    expect((await browser.get(`${sessions}?person=nobody-at-all`)).status).toBe(404);
    expect((await browser.post(`${sessions}/${"A".repeat(22)}/end`, {})).status).toBe(404);
    expect((await browser.post(`${sessions}/%2e%2e/end`, {})).status).toBe(404);
  });

  test("the list is paged, the one seen last first", async () => {
    const user = await createUser(server, { username: "many" });
    for (let index = 0; index < 27; index++) {
      await signedInBrowser(server, user);
      server.advance(minutes(0.1));
    }
    const first = await browser.get(`${sessions}?person=many`);
    const second = await browser.get(`${sessions}?person=many&offset=25`);
    expect([rows(first, "session").length, rows(second, "session").length]).toEqual([25, 2]);
    const stored = await server.context.store.sessions.list(user.id);
    const newest = [...stored].sort((one, other) => other.lastSeenAt - one.lastSeenAt).map(({ id }) => String(id));
    expect([...rows(first, "session"), ...rows(second, "session")]).toEqual(newest);
    // From the second page back to the second page.
    const answer = await browser.submit(second, `end-${newest[26]}`);
    expect(answer.location).toBe(`${server.issuer}${sessions}?person=many&done=session-ended&offset=25`);
  });
});

describe("access", () => {
  test("shows which app has what of whom, and takes it back", async () => {
    const app = await createClient(server, { ...mayRefresh, client_name: "Grafana" });
    const given = await grantTokens(server, {
      client: app.client,
      user: await createUser(server, { username: "greta" }),
    });
    expect((await userinfo(server, given.accessToken)).status).toBe(200);
    const page = await browser.get(grants);
    for (const words of ["Grafana", "greta", "openid offline_access"]) expect(page.body).toContain(words);
    const answer = await browser.submit(page, `revoke-${given.grant.id}`);
    expect((await browser.follow(answer)).body).toContain("The access has been taken back.");
    expect((await userinfo(server, given.accessToken)).status).toBe(401);
    expect(rows(await browser.get(grants), "grant")).not.toContain(given.grant.id);
    expect(await newestEvents(server, 1)).toEqual([`grant.ended by ${root.user.id}`]);
  });

  test("is filtered by person and by app, by its name or identifier", async () => {
    const [wiki, cloud, wikiToo] = [
      await createClient(server, { client_name: "Wiki of ours" }, { id: "wiki" }),
      await createClient(server, { client_name: "Cloud" }, { id: "cloud" }),
      await createClient(server, { client_name: "Another wiki" }, { id: "second" }),
    ];
    const [ann, ben] = [await createUser(server, { username: "ann" }), await createUser(server, { username: "ben" })];
    const ids: string[] = [];
    for (const [client, user] of [
      [wiki, ann],
      [cloud, ann],
      [wiki, ben],
      [wikiToo, ben],
    ] as const) {
      ids.push((await grantTokens(server, { client: client.client, user })).grant.id);
    }
    const found = async (query: string) =>
      rows(await browser.get(`${grants}?${query}`), "grant")
        .map((id) => ids.indexOf(id ?? ""))
        .sort();
    expect(await found("person=ANN")).toEqual([0, 1]);
    expect(await found("client=wiki")).toEqual([0, 2]);
    expect(await found("client=Cloud")).toEqual([1]);
    expect(await found("person=ben&client=another")).toEqual([3]);
    expect(await found("person=ben&client=cloud")).toEqual([]);
    for (const [query, words] of [
      ["person=nobody-at-all", "Nobody has this username."],
      ["client=nothing-at-all", "No app has this name or identifier."],
      ["client=Wiki", "More than one app fits."],
      ["client=%25", "No app has this name or identifier."],
    ] as const) {
      const page = await browser.get(`${grants}?${query}`);
      expect([query, rows(page, "grant")]).toEqual([query, []]);
      expect(page.body).toContain(words);
    }
    expect((await browser.get(`${grants}?client=WIKI`)).body).toContain("/admin/grants?client=second");
  });

  test("shows what an app does by itself", async () => {
    const service = await createClient(
      server,
      { client_name: "Backup", grant_types: ["client_credentials"] },
      { id: "backup" },
    );
    const page = await browser.get(`${grants}?client=${service.id}`);
    expect(page.body).toContain("The app itself");
    expect(rows(page, "grant")).toHaveLength(1);
  });

  test("that never was is not there", async () => {
    expect((await browser.post(`${grants}/${"A".repeat(22)}/revoke`, {})).status).toBe(404);
  });
});
