import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { paths } from "../../src/http/paths.ts";
import type { User } from "../../src/model/user.ts";
import { days, minutes } from "../../src/time.ts";
import { approve, openAuthorization, pageOf, redeemedIdToken } from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient, mayRefresh, type TestClient } from "../support/clients.ts";
import { grantTokens } from "../support/grants.ts";
import { hostPassword, knownFromHost, startHost, startServerAt, type TestHost } from "../support/host.ts";
import { enrolPasskey, passkeyOptionsIn, type TestPasskey } from "../support/passkeys.ts";
import { bodyOf, isActive, refresh, textOf } from "../support/requests.ts";
import type { TestServer } from "../support/server.ts";
import { enrolTotp, sendCode } from "../support/totp.ts";

// What the host says after the first sign-in: with each further one, by a passkey, and when tokens are refreshed.

let host: TestHost;
let server: TestServer;
let rechecking: TestServer;
let count = 0;

beforeAll(async () => {
  host = startHost();
  server = await startServerAt(host, { POSTERN_MFA: "admins" });
  rechecking = await startServerAt(host, { POSTERN_CREDENTIAL_VERIFIER_RECHECK: "5m", POSTERN_SESSION_TTL: "30d" });
});
afterAll(async () => {
  await Promise.all([server.stop(), rechecking.stop()]);
  await host.stop();
});
beforeEach(() => {
  server.advance(days(2));
  host.instead = undefined;
  host.asked.length = 0;
});

const person = (at: TestServer, told: Partial<Pick<User, "role" | "groups">> = {}) =>
  knownFromHost(at, host, { username: `person${++count}`, ...told });

/** What the host says of somebody from now on. */
function say({ username }: User, told: Partial<Parameters<TestHost["users"]["set"]>[1]>) {
  host.users.set(username, { subject: `uid-${username}`, password: hostPassword, ...told });
}

const credentials = ({ username }: User) => ({ username, password: hostPassword });
const ruleOf = async ({ headers }: Answer) =>
  (await server.context.traces.find(headers.get("x-request-id") ?? ""))?.checks.find(({ isMet }) => !isMet);

describe("a second factor of one of the host's own users", () => {
  test("is asked for after the password, as for anybody; until then there is no session", async () => {
    const user = await person(server);
    const app = await enrolTotp(server, { user });
    const browser = new TestBrowser(server);
    const page = await browser.follow(await browser.signIn(await browser.get(paths.signIn), credentials(user)));
    expect(pageOf(page)).toBe("second-factor");
    expect(browser.cookies.has("postern")).toBe(false);
    expect((await sendCode(browser, page, "000000")).status).toBe(200);
    expect((await sendCode(browser, page, app.nextCode())).status).toBe(303);
    expect((await browser.get(paths.account)).status).toBe(200);
  });

  test("must be enrolled by who becomes an administrator at the host, where POSTERN_MFA says so", async () => {
    const user = await person(server);
    say(user, { role: "admin" });
    const browser = new TestBrowser(server);
    const page = await browser.follow(await browser.signIn(await browser.get(paths.signIn), credentials(user)));
    expect(page.url).toContain(paths.enrolment);
  });

  describe("that is a passkey, without a password", () => {
    const show = async (passkey: TestPasskey): Promise<Answer> => {
      const browser = new TestBrowser(server);
      const page = await browser.get(paths.signIn);
      const form = "passkey-sign-in";
      return browser.submit(page, form, { fields: { passkey: passkey.get(passkeyOptionsIn(page.body, form)) } });
    };
    const withPasskey = async () => {
      const user = await person(server);
      return { user, passkey: await enrolPasskey(server, { user }) };
    };

    test("asks the host whether the person may get in, and takes over who they are by now", async () => {
      const { user, passkey } = await withPasskey();
      say(user, { groups: ["media"] });
      expect((await show(passkey)).status).toBe(303);
      expect(host.asked).toEqual([{ version: 1, check: "account", subject: `uid-${user.username}` }]);
      expect((await server.context.store.users.find(user.id))?.groups).toEqual(["media"]);
    });

    test("does not get past the host's no, nor past a host that cannot be asked about accounts", async () => {
      const { user, passkey } = await withPasskey();
      for (const reason of ["disabled", "unsupported"]) {
        say(user, { reason });
        const answer = await show(passkey);
        expect(answer.status).toBe(200);
        expect(answer.body).toContain("This passkey was not accepted.");
        expect(await ruleOf(answer)).toMatchObject({ rule: "the host lets the person in", received: reason });
      }
    });

    test("waits for a host that gives no answer: 503", async () => {
      const { passkey } = await withPasskey();
      host.instead = () => new Response("", { status: 500 });
      const answer = await show(passkey);
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
    });
  });
});

describe("the host's no after the sign-in", () => {
  let app: TestClient;
  let noRecheck: TestClient;
  beforeAll(async () => {
    app = await createClient(rechecking, { ...mayRefresh, token_endpoint_auth_method: "none" });
    noRecheck = await createClient(server, mayRefresh);
  });
  beforeEach(() => rechecking.advance(days(1)));

  test("ends nothing by itself where the host is asked at sign-in alone", async () => {
    const user = await person(server);
    const { refreshToken } = await grantTokens(server, { client: noRecheck.client, user });
    say(user, { reason: "disabled" });
    expect((await refresh(server, noRecheck, refreshToken)).status).toBe(200);
    expect(host.asked).toEqual([]);
  });

  test("ends grants and sessions at the next refresh where it is asked again, and is recorded with its reason", async () => {
    const user = await person(rechecking);
    const browser = new TestBrowser(rechecking);
    await browser.signIn(await browser.get(paths.signIn), credentials(user));
    const { accessToken, refreshToken } = await grantTokens(rechecking, { client: app.client, user });
    rechecking.advance(minutes(6));
    say(user, { reason: "disabled" });
    expect(await bodyOf(refresh(rechecking, app, refreshToken))).toMatchObject({ error: "invalid_grant" });
    expect((await rechecking.context.store.grants.list({ userId: user.id }))[0]?.endedBecause).toBe("host-refused");
    expect((await browser.get(paths.account)).status).toBe(303);
    const caller = await createClient(rechecking, { grant_types: [], resource_server: true });
    expect(await isActive(rechecking, caller, accessToken)).toBe(false);
    const [event] = (await rechecking.context.store.events.list(5)).filter(({ name }) => name === "user.host-refused");
    expect(event).toMatchObject({ userId: user.id, actor: { kind: "system" }, detail: { reason: "disabled" } });
  });

  test("is asked for once in the time that the operator says, and a sign-in counts as asking", async () => {
    const user = await person(rechecking);
    const browser = new TestBrowser(rechecking);
    await browser.signIn(await browser.get(paths.signIn), credentials(user));
    const { refreshToken: first } = await grantTokens(rechecking, { client: app.client, user });
    host.asked.length = 0;
    const second = await textOf(refresh(rechecking, app, first), "refresh_token");
    expect(host.asked).toEqual([]);
    rechecking.advance(minutes(6));
    const third = await textOf(refresh(rechecking, app, second), "refresh_token");
    await refresh(rechecking, app, third);
    expect(host.asked).toEqual([{ version: 1, check: "account", subject: `uid-${user.username}` }]);
  });

  test("is not what silence says, nor a host that cannot be asked about accounts: tokens go on", async () => {
    const user = await person(rechecking);
    let { refreshToken } = await grantTokens(rechecking, { client: app.client, user });
    for (const instead of [
      () => new Response("", { status: 500 }),
      () => Response.json({ version: 1, allowed: false, reason: "unsupported" }),
    ]) {
      rechecking.advance(minutes(6));
      host.instead = instead;
      refreshToken = await textOf(refresh(rechecking, app, refreshToken), "refresh_token");
    }
    expect(host.asked).toHaveLength(2);
  });

  test("another client's token makes nobody ask", async () => {
    const user = await person(rechecking);
    const { refreshToken } = await grantTokens(rechecking, { client: app.client, user });
    rechecking.advance(minutes(6));
    const other = await createClient(rechecking, { ...mayRefresh, token_endpoint_auth_method: "none" });
    expect((await refresh(rechecking, other, refreshToken)).status).toBe(400);
    expect(host.asked).toEqual([]);
  });

  test("a role that is lost takes the administration with it at once, also at a refresh", async () => {
    const user = await person(rechecking, { role: "admin" });
    const admin = await createClient(rechecking, { ...mayRefresh, scope: "openid offline_access postern:admin" });
    const { refreshToken } = await grantTokens(rechecking, {
      client: admin.client,
      user,
      scope: ["postern:admin", "offline_access"],
    });
    rechecking.advance(minutes(6));
    say(user, {});
    expect((await refresh(rechecking, admin, refreshToken)).status).toBe(400);
    expect((await rechecking.context.store.users.find(user.id))?.role).toBe("user");
  });
});

describe("what clients learn", () => {
  test("the subject stays through a new name at the host, and groups are those of the last sign-in", async () => {
    const app = await createClient(server, { scope: "openid profile groups" });
    const subjects: unknown[] = [];
    const user = await person(server, { groups: ["family"] });
    for (const [name, groups] of [
      [user.username, ["family"]],
      [`${user.username}-married`, ["family", "media"]],
    ] as const) {
      host.users.delete(user.username);
      host.users.set(name, { subject: `uid-${user.username}`, password: hostPassword, groups });
      const browser = new TestBrowser(server);
      const page = await openAuthorization(browser, app, { scope: "openid groups" });
      const answer = await browser.signIn(page, { username: name, password: hostPassword });
      const claims = decodeJwt(await redeemedIdToken(server, app, await approve(browser, answer)));
      subjects.push(claims.sub);
      expect(claims.groups).toEqual(groups);
    }
    expect(subjects).toEqual([user.id, user.id]);
  });
});
