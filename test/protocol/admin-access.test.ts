import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { adminPages } from "../../src/pages/admin/admin.ts";
import { startWithAdministrator } from "../support/administrators.ts";
import { outcomeOf } from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createUser, grantTokens } from "../support/grants.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let root: TestPerson;
let browser: TestBrowser;
/** Things that are there, by the part of the administration whose addresses name them. */
let ids: Readonly<Record<string, string>>;
/** What is asked for once more, of people and of apps. */
let actions: Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  ({ server, root, browser } = await startWithAdministrator());
  const app = await createClient(server);
  const { user, grant } = await grantTokens(server, { client: app.client });
  await signedInBrowser(server, user);
  const [session] = await server.context.store.sessions.list(user.id);
  ids = { people: user.id, clients: app.id, registrations: app.id, grants: grant.id, sessions: session?.id ?? "" };
  actions = {
    people: ["invite", "reset", "remove-factors", "sign-out", "switch-off", "delete"],
    clients: ["switch-off", "end-access", "delete", `remove-secret?secret=${app.client.secrets[0]?.id}`],
  };
});
afterAll(() => server.stop());

/** The addresses of the administration, from the routes that are there. */
function addresses(method: "GET" | "POST"): readonly string[] {
  const routes = adminPages(server.context).routes.filter((route) => route.method === method);
  return routes.flatMap(({ path }) => {
    const part = path.split("/")[2] ?? "";
    const named = path.replace(/:id\b/, ids[part] ?? "none");
    if (named.includes(":action")) return (actions[part] ?? []).map((action) => named.replace(":action", action));
    // The form for a new app is the second step: the first one only asks which kind it is.
    return [named === `${paths.admin}/clients/new` ? `${named}?kind=web` : named.replace(/:\w+/g, "none")];
  });
}

describe("the administration", () => {
  test("is for administrators alone, at every address", async () => {
    const person = await createPerson(server);
    const own = await signedInBrowser(server, person.user);
    expect(addresses("GET").length).toBeGreaterThan(15);
    expect(addresses("POST").length).toBeGreaterThan(10);
    for (const path of addresses("GET")) expect([path, outcomeOf(await own.get(path))]).toEqual([path, "403 page"]);
    for (const path of addresses("POST"))
      expect([path, outcomeOf(await own.post(path, { csrf: "x" }))]).toEqual([path, "403 page"]);
  });

  test("leads who is not signed in to the sign-in page, and from there back", async () => {
    for (const path of addresses("GET"))
      expect([path, outcomeOf(await new TestBrowser(server).get(path))]).toEqual([path, `303 ${paths.signIn}`]);
    for (const path of addresses("POST"))
      expect([path, outcomeOf(await new TestBrowser(server).post(path, {}))]).toEqual([path, `303 ${paths.signIn}`]);
    const stranger = new TestBrowser(server);
    const page = await stranger.open(`${paths.admin}/people?q=ada&role=admin`);
    const back = await stranger.signIn(page, root);
    expect(back.location).toBe(`${server.issuer}${paths.admin}/people?q=ada&role=admin`);
    const sent = new TestBrowser(server);
    const form = await sent.follow(await sent.post(`${paths.admin}/people/new`, { username: "x" }));
    expect((await sent.signIn(form, root)).location).toBe(`${server.issuer}${paths.admin}`);
  });

  test("who loses the role loses the pages at once", async () => {
    const { user } = await createPerson(server, { username: "former", role: "admin" });
    const own = await signedInBrowser(server, user);
    expect((await own.get(paths.admin)).status).toBe(200);
    const event = { at: server.context.clock.now(), name: "user.updated", actor: { kind: "cli" } } as const;
    await server.context.store.users.update({ id: user.id, changes: { role: "user" }, event });
    expect((await own.get(paths.admin)).status).toBe(403);
  });

  test("OIDC-3.1.2.3-csrf: refuses every form without this browser's token, from another site, or of another form", async () => {
    const page = await browser.get(`${paths.admin}/people/new`);
    const other = page.forms.find(({ id }) => id === "new-person")?.fields.csrf ?? "";
    expect(other).not.toBe("");
    const before = await server.context.store.events.list(1);
    for (const path of addresses("POST").filter((one) => one !== `${paths.admin}/people/new`)) {
      for (const sent of [
        browser.post(path, {}),
        browser.post(path, { csrf: other }),
        browser.post(path, { csrf: "" }),
      ]) {
        expect([path, outcomeOf(await sent)]).toEqual([path, "403 page"]);
      }
    }
    for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
      const sent = await browser.submit(page, "new-person", {
        fields: { username: "forged", entry: "invite" },
        headers,
      });
      expect(outcomeOf(sent)).toBe("403 page");
    }
    expect(await server.context.store.events.list(1)).toEqual(before);
  });

  test("G-20-page-headers, UI-08: no page may be framed, kept, or run anything inline", async () => {
    for (const path of addresses("GET")) {
      const answer = await browser.get(path);
      if (answer.status !== 200 || !answer.headers.get("content-type")?.startsWith("text/html")) continue;
      expect([path, answer.headers.get("x-frame-options"), answer.headers.get("cache-control")]).toEqual([
        path,
        "DENY",
        "no-store",
      ]);
      expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'; form-action 'self'");
      expect(answer.body).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/i);
    }
  });
});

/** What would run, or turn the page around, if it were not escaped. */
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'{{7*7}}`;

describe("what others have written", () => {
  test("XS-01, XS-06, XS-12: is text on every page, whoever wrote it", async () => {
    const { store, clock } = server.context;
    const user = await createUser(server, {
      username: "<b>xena</b>",
      displayName: hostile,
      email: `"<i>"@x.example`,
      groups: ["<u>group</u>"],
    });
    const client = await createClient(server, { client_name: hostile, scope: "openid <b>" });
    const own = await signedInBrowser(server, user, { "user-agent": hostile });
    await own.get(paths.home);
    const { grant } = await grantTokens(server, { client: client.client, user, scope: ["openid", "<b>scope</b>"] });
    const at = clock.now();
    const actor = { kind: "user", userId: user.id } as const;
    const event = { at, name: "grant.renamed", actor, userId: user.id, grantId: grant.id, address: hostile } as const;
    await store.grants.rename({ id: grant.id, userId: user.id, name: hostile, event });
    await store.factors.addPasskey({
      passkey: {
        id: "x",
        userId: user.id,
        publicKey: "x",
        signCount: 0,
        transports: [],
        name: hostile,
        isBackupEligible: false,
        isBackedUp: false,
        aaguid: "",
        rpId: "localhost",
        createdAt: at,
      },
      most: 5,
      event: { ...event, name: "passkey.added" },
    });
    const part = `${paths.admin}/people/${user.id}`;
    const seen: Answer[] = [];
    for (const path of [
      paths.admin,
      `${paths.admin}/people`,
      `${paths.admin}/people?q=${encodeURIComponent(hostile)}`,
      part,
      `${part}/edit`,
      ...(actions.people ?? []).map((action) => `${part}/${action}`),
      `${paths.admin}/sessions`,
      `${paths.admin}/sessions?person=${encodeURIComponent("<b>xena</b>")}`,
      `${paths.admin}/grants`,
      `${paths.admin}/grants?person=${encodeURIComponent(hostile)}&client=${encodeURIComponent("<script>")}`,
    ]) {
      seen.push(await browser.get(path));
    }
    for (const { url, body, status } of seen) {
      expect([url, status]).toEqual([url, 200]);
      expect([url, body.match(/<script>|<img|<[biu]>/)?.[0]]).toEqual([url, undefined]);
    }
    expect(seen.filter(({ body }) => body.includes("&lt;script>alert(1)")).length).toBeGreaterThan(10);
  });
});
