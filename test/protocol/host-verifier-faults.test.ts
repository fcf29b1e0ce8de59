import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { days, minutes, seconds } from "../../src/time.ts";
import { wordsOf } from "../support/account.ts";
import { openAuthorization, pageOf } from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { hostPassword, hostProgram, knownFromHost, startHost, startServerAt, type TestHost } from "../support/host.ts";
import { createPerson } from "../support/people.ts";
import { isActive, refresh } from "../support/requests.ts";
import type { TestServer } from "../support/server.ts";

const later = "Your password cannot be checked at the moment. Please try again shortly.";

let host: TestHost;
let server: TestServer;
let app: TestClient;
let count = 0;

beforeAll(async () => {
  host = startHost();
  server = await startServerAt(host, { POSTERN_CREDENTIAL_VERIFIER_TIMEOUT: "1s", POSTERN_SESSION_TTL: "30d" });
  app = await createClient(server, mayRefresh);
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});
beforeEach(() => {
  server.advance(days(2));
  host.instead = undefined;
});

const known = () => knownFromHost(server, host, { username: `person${++count}` });

async function signIn(username: string, password = hostPassword, browser = new TestBrowser(server)): Promise<Answer> {
  return browser.signIn(await browser.get(paths.signIn), { username, password });
}

const broken = () => new Response("it broke", { status: 500 });
const faultIn = async ({ headers }: Answer) =>
  (await server.context.traces.find(headers.get("x-request-id") ?? ""))?.checks.at(-1);

describe("a verifier that gives no answer", () => {
  test("is told on the sign-in page, with 503 and when to come back; the name stays, and the client goes on waiting", async () => {
    const { username } = await known();
    host.instead = broken;
    const browser = new TestBrowser(server);
    const page = await openAuthorization(browser, app);
    const answer = await browser.signIn(page, { username, password: hostPassword });
    expect([answer.status, answer.headers.get("retry-after"), pageOf(answer)]).toEqual([503, "5", "sign-in"]);
    expect(wordsOf(answer)).toContain(later);
    expect(answer.forms[0]?.fields).toMatchObject({ username, handle: page.forms[0]?.fields.handle });
    host.instead = undefined;
    expect(pageOf(await browser.follow(await browser.signIn(answer, { username, password: hostPassword })))).toBe(
      "consent",
    );
  });

  test("counts against nobody, however often, and is counted for the operator", async () => {
    const { username } = await known();
    host.instead = broken;
    for (let tries = 0; tries < 7; tries++) expect((await signIn(username)).status).toBe(503);
    host.instead = undefined;
    expect((await signIn(username)).status).toBe(303);
    const { metrics } = server.context;
    expect(metrics.total("postern_verifier_calls_total", { check: "password", result: "failed" })).toBeGreaterThan(6);
    expect(metrics.total("postern_sign_ins_total", { result: "unavailable" })).toBeGreaterThan(6);
    expect(
      (await (await fetch(`${server.address}${paths.metrics}`)).text()).match(/^postern_verifier_calls.*$/m)?.[0],
    ).toMatch(/^postern_verifier_calls_total\{check="password",result="[a-z]+"\} \d+$/);
  });

  test("is named in the trace by its kind, in our own words alone", async () => {
    const { username } = await known();
    const rule = "the host's verifier gives an answer that can be read";
    for (const [instead, received] of [
      [broken, "failed: status 500"],
      [() => new Response("no, hostPlanted"), "malformed: the JSON is malformed"],
      [() => Response.json({ version: 1, allowed: true, subject: "planted", email: "planted" }), "malformed: email"],
      [() => new Response(" ".repeat(20_000)), "malformed: it is longer than 16384 bytes"],
      [() => Bun.sleep(2000).then(broken), "timeout"],
    ] as const) {
      host.instead = instead;
      const answer = await signIn(username);
      expect([answer.status, await faultIn(answer)]).toEqual([503, { rule, isMet: false, received }]);
    }
  });

  test("takes nothing from who is signed in, and nothing from tokens", async () => {
    const user = await known();
    const browser = new TestBrowser(server);
    await signIn(user.username, hostPassword, browser);
    const { accessToken, refreshToken } = await grantTokens(server, { client: app.client, user });
    host.instead = broken;
    expect((await browser.get(paths.account)).status).toBe(200);
    expect(await isActive(server, app, accessToken)).toBe(true);
    expect((await refresh(server, app, refreshToken)).status).toBe(200);
  });

  test("keeps no account of Postern's own out", async () => {
    const { username, password } = await createPerson(server, { username: `local${++count}` });
    host.instead = broken;
    expect((await signIn(username, password)).status).toBe(303);
    expect((await signIn(username, "wrong wrong")).status).toBe(200);
  });

  test("does not keep people waiting beyond its time, nor others who ask for something else", async () => {
    const { username } = await known();
    host.instead = () => Bun.sleep(4000).then(broken);
    const since = performance.now();
    const slow = signIn(username);
    expect((await fetch(`${server.address}${paths.healthz}`)).status).toBe(200);
    expect((await slow).status).toBe(503);
    expect(performance.now() - since).toBeLessThan(3500);
  });
});

describe("what is said elsewhere", () => {
  test("no password is in the log, in traces, in events or in the database, whatever the host does with it", async () => {
    const planted = "planted-password-7d1c";
    const { username } = await known();
    for (const instead of [
      undefined,
      broken,
      (_: Request, { password = "" }) => new Response(`bad password ${password}`, { status: 500 }),
      (_: Request, { password = "" }) => Response.json({ version: 1, allowed: false, reason: password }),
      (_: Request, { password = "" }) => Response.json({ version: 1, allowed: true, subject: "x", email: password }),
      (_: Request, { password = "" }) => new Response(password),
    ]) {
      host.instead = instead;
      await signIn(username, planted);
    }
    const echo = hostProgram(`cat >&2; cat; exit 3`);
    const other = await startServerAt(echo);
    try {
      const browser = new TestBrowser(other);
      const answer = await browser.signIn(await browser.get(paths.signIn), { username, password: planted });
      expect(answer.status).toBe(503);
      await other.context.traces.write();
      await server.context.traces.write();
      const everything = [
        ...server.logged,
        ...other.logged,
        JSON.stringify(await server.context.store.traces.list(100)),
        JSON.stringify(await other.context.store.traces.list(100)),
        JSON.stringify(await server.context.store.events.list(100)),
      ].join("\n");
      expect(everything).toContain("the host's verifier gave no answer");
      expect(everything).not.toContain(planted);
      for (const { directory } of [server, other]) {
        const grep = Bun.spawnSync(["grep", "-rc", planted, directory]);
        expect(grep.exitCode).toBe(1);
      }
    } finally {
      await other.stop();
      echo.remove();
    }
  });

  test("the log tells of a fault once a minute, with its kind", async () => {
    const faults = () => server.logged.filter((line) => line.includes("verifier gave no answer")).length;
    const { username } = await known();
    host.instead = broken;
    const before = faults();
    await signIn(username);
    await signIn(username);
    expect(faults() - before).toBe(1);
    server.advance(minutes(1));
    server.advance(seconds(1));
    await signIn(username);
    expect(faults() - before).toBe(2);
    expect(server.logged.findLast((line) => line.includes("verifier gave no answer"))).toContain(
      '"failed: status 500"',
    );
  });
});
