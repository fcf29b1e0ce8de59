import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import manifest from "../../package.json" with { type: "json" };
import { paths } from "../../src/http/paths.ts";
import { days, hours } from "../../src/time.ts";
import { startWithAdministrator } from "../support/administrators.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import { signedInBrowser } from "../support/devices.ts";
import { grantTokens } from "../support/grants.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let root: TestPerson;
let browser: TestBrowser;

beforeAll(async () => {
  ({ server, root, browser } = await startWithAdministrator());
});
afterAll(() => server.stop());

/** The number in a tile. */
const tile = ({ body }: Answer, label: string) =>
  body.match(new RegExp(`>${label}</span><span class="tile-value">([^<]*)<`))?.[1];

/** The values of a chart, as its table says them. */
function chart({ body }: Answer, title: string): readonly (readonly [string | undefined, number])[] {
  const table = body.split(`<caption>${title}</caption>`)[1]?.split("</table>")[0] ?? "";
  return [...table.matchAll(/<th scope="row">([^<]*)<\/th><td>([^<]*)<\/td>/g)].map(([, label, value]) => [
    label,
    Number(value),
  ]);
}

const warnings = ({ body }: Answer) => [...body.matchAll(/<p id="warning-([\w-]+)"/g)].map(([, code]) => code);

describe("the dashboard", () => {
  test("counts people, apps, access and sessions, and names the version", async () => {
    const app = await createClient(server);
    const { user } = await grantTokens(server, { client: app.client });
    await signedInBrowser(server, user);
    const page = await browser.get(paths.admin);
    expect(["People", "Apps", "Live access", "Sessions"].map((label) => tile(page, label))).toEqual([
      "2",
      "1",
      "1",
      "2",
    ]);
    expect(tile(page, "Database")).toMatch(/^[\d.]+ (kB|MB)$/);
    expect(page.body).toContain(`Postern ${manifest.version}`);
    expect(page.body).toContain('<time class="moment" datetime="2030-01-01T00:00:00Z"');
  });

  test("draws the last day and month without a script, and says the same in tables", async () => {
    const { store, clock, activity } = server.context;
    await activity.write();
    const hour = clock.now();
    await store.touch({
      grants: [],
      clients: [],
      sessions: [],
      activity: [
        { hour, name: "tokens", count: 1200 },
        { hour, name: "sign-ins", count: 7 },
        { hour, name: "failed-sign-ins", count: 3 },
      ],
    });
    server.advance(hours(2));
    browser = await signedInBrowser(server, root.user);
    const page = await browser.get(paths.admin);
    expect(["Tokens today", "Sign-ins today"].map((label) => tile(page, label))).toEqual(["1,200", "7"]);
    expect(page.body).toContain("Failed: 3.");
    const day = chart(page, "Sign-ins in 24 hours");
    expect([day.length, day.at(-1), day.at(-3)]).toEqual([24, ["02:00", 0], ["00:00", 7]]);
    const month = chart(page, "Failed sign-ins in 30 days");
    expect([month.length, month.at(-1)]).toEqual([30, ["Jan 1", 3]]);
    expect(page.body.match(/<svg class="chart-bars"/g)).toHaveLength(6);
  });

  test("each chart says what its highest bar stands for", async () => {
    const { body } = await browser.get(paths.admin);
    const scales = [...body.matchAll(/<p class="chart-scale"[^>]*><span>([^<]*)<\/span><span>0<\/span>/g)];
    expect(scales.map(([, most]) => most)).toEqual(["1,200", "1,200", "7", "7", "3", "3"]);
  });

  test("says in words what one may want to change, and leads to where that is done", async () => {
    const page = await browser.get(paths.admin);
    expect(warnings(page)).toEqual(["administrators-without-second-factor", "one-administrator"]);
    expect(page.body).toContain('sign in with a password alone: <bdi class="name">root</bdi>.');
    expect(page.body).toContain('href="/admin/people?role=admin"');
    await createPerson(server, { username: "second", role: "admin" });
    expect(warnings(await browser.get(paths.admin))).toEqual(["administrators-without-second-factor"]);
    server.advance(days(200));
    browser = await signedInBrowser(server, root.user);
    const later = await browser.get(paths.admin);
    expect(warnings(later)).toContain("keys-old");
    expect(later.body).toContain("The oldest key in use is 200 days old.");
  });

  test("warns of an open registration, of trusting every proxy and of plain http", async () => {
    const open = await startWithAdministrator({
      POSTERN_REGISTRATION: "open",
      POSTERN_TRUSTED_PROXIES: "0.0.0.0/0",
    });
    const found = warnings(await open.browser.get(paths.admin));
    expect(found).toContain("registration-open");
    expect(found).toContain("every-proxy-trusted");
    await open.server.stop();
  });

  test("lists what happened last, by whom", async () => {
    const page = await browser.get(paths.admin);
    expect(page.body).toContain("Account created");
    expect(page.body).toContain("The server");
    expect(page.body).toContain("Signed in");
  });

  test("speaks German to who wants it", async () => {
    const page = await browser.get(paths.admin, { headers: { "accept-language": "de-AT" } });
    for (const words of ["Übersicht", "Anmeldungen heute", "Neueste Ereignisse", "Personen"])
      expect(page.body).toContain(words);
    expect(page.body).toContain('lang="de"');
  });

  test("stands below a path where the issuer does", async () => {
    const below = await startTestServer({ POSTERN_ISSUER: "http://localhost:1/sso" });
    const person = await createPerson(below, { username: "root", role: "admin" });
    const own = new TestBrowser(below);
    await own.signIn(await own.get(paths.signIn), person);
    for (const path of ["", "/people", "/people/new", `/people/${person.user.id}`, "/sessions", "/grants"]) {
      const { body, status } = await own.get(`${paths.admin}${path}`);
      expect([path, status]).toEqual([path, 200]);
      expect([path, [...body.matchAll(/(?:href|action|src)="(\/(?!sso\/)[^"]*)"/g)].map(([, url]) => url)]).toEqual([
        path,
        [],
      ]);
    }
    await below.stop();
  });
});
