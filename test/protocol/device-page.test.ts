import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { deviceCodeGrantType } from "../../src/model/client.ts";
import type { User } from "../../src/model/user.ts";
import { after, hours, minutes, seconds } from "../../src/time.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import type { TestClient } from "../support/clients.ts";
import {
  createDeviceClient,
  decide,
  enterCode,
  openDecision,
  poll,
  signedInBrowser,
  startDevice,
  storedDevice,
  type TestDevice,
} from "../support/devices.ts";
import { createUser, grantTokens } from "../support/grants.ts";
import { createPerson } from "../support/people.ts";
import { bodyOf, refusalOf, textOf, userinfo } from "../support/requests.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let tv: TestClient;
let alice: User;
let browser: TestBrowser;
let device: TestDevice;

beforeAll(async () => {
  server = await startTestServer({
    POSTERN_SCOPES: '{"mail.read":"Read your mail"}',
    POSTERN_TRUSTED_PROXIES: "127.0.0.1/32",
    POSTERN_SESSION_TTL: "30d",
  });
  tv = await createDeviceClient(server);
  alice = await createUser(server);
});
afterAll(() => server.stop());
beforeEach(async () => {
  // No count of wrong codes of an earlier test is left.
  server.advance(hours(2));
  browser = await signedInBrowser(server, alice);
  device = await startDevice(server, tv, { scope: "openid" });
});

const unknown = "This code is not known or no longer valid.";
const state = async (of = device) => (await storedDevice(server, of))?.state;
const pending = "400 authorization_pending";

/** Codes that nobody has: what they hold beside their letters is stripped. */
const wrongCodes = (function* () {
  const letters = "BCDFGHJKLMNPQRSTVWXZ";
  for (const first of letters) for (const second of letters) yield `BBBB-BB${first}${second}`;
})();
const wrongCode = () => wrongCodes.next().value ?? "";

/** The page without what differs from one answer to the next: what was typed, and sealed links. */
const withoutVariables = ({ body }: Answer) =>
  body
    .replace(/ value="[^"]*"/g, "")
    .replace(/next=[\w-]+/g, "")
    .replace(/ autofocus(="[^"]*")?/g, "");

describe("the way through", () => {
  test("8628-3.3-flow: sign-in, code, decision, and back to the device, which then has the person's tokens", async () => {
    const person = await createPerson(server, { username: "walker" });
    const stranger = new TestBrowser(server);
    const signIn = await stranger.open(paths.device);
    expect(signIn.forms.map(({ id }) => id)).toEqual(["sign-in"]);
    const entry = await stranger.follow(await stranger.signIn(signIn, person));
    expect(entry.url).toBe(`${server.issuer}/device`);
    expect(entry.forms.map(({ id }) => id)).toEqual(["device"]);
    const decision = await stranger.follow(
      await stranger.submit(entry, "device", { fields: { user_code: device.userCode } }),
    );
    expect(decision.forms.map(({ id }) => id)).toEqual(["device-decision"]);
    expect(await refusalOf(poll(server, device))).toBe(pending);
    const done = await stranger.submit(decision, "device-decision", { button: "approve" });
    expect(done.status).toBe(200);
    expect(done.body).toContain("Return to your device.");
    const accessToken = await textOf(poll(server, device), "access_token");
    expect(await bodyOf(userinfo(server, accessToken))).toMatchObject({ sub: person.user.id });
  });

  test("8628-3.3-login-first, DV-11: somebody who is not signed in is sent to sign in, and no code is looked up", async () => {
    const stranger = new TestBrowser(server);
    for (const user_code of [device.userCode, wrongCode()]) {
      const answers = [
        await stranger.get(paths.device),
        await stranger.post(paths.device, { user_code }),
        await stranger.get(`${paths.deviceDecision}?handle=x`),
        await stranger.post(paths.deviceDecision, { decision: "approve", handle: "x" }),
      ];
      for (const { status, location } of answers) {
        expect(status).toBe(303);
        expect(location).toStartWith(`${server.issuer}/login?next=`);
      }
    }
    expect(await state()).toBe("pending");
  });

  test("8628-3.3-prompt: a session that is there is enough, however old the sign-in", async () => {
    server.advance(hours(24 * 7));
    const late = await startDevice(server, tv);
    expect((await decide(browser, late.userCode, "approve")).status).toBe(200);
    expect(await state(late)).toBe("approved");
  });

  test("8628-3.3-deny: a denial finishes the request, for good", async () => {
    const done = await decide(browser, device.userCode, "deny");
    expect(done.body).toContain("was not let in");
    expect(await refusalOf(poll(server, device))).toBe("400 access_denied");
    const again = await enterCode(browser, device.userCode);
    expect(again.body).toContain(unknown);
    expect(await state()).toBe("denied");
  });

  test("8628-3.3-bind: the approval names the person, when and how they signed in, the session, and the scopes shown", async () => {
    const signedInAt = server.context.clock.now();
    server.advance(minutes(10));
    await decide(browser, device.userCode, "approve");
    expect(await storedDevice(server, device)).toMatchObject({
      state: "approved",
      userId: alice.id,
      authTime: signedInAt,
      amr: ["pwd"],
      scope: ["openid"],
      decidedAt: after(signedInAt, minutes(10)),
    });
    const [event] = await server.context.store.events.list(1);
    expect(event).toMatchObject({
      name: "device.approved",
      actor: { kind: "user", userId: alice.id },
      clientId: tv.client.id,
      address: "127.0.0.1",
    });
    const metrics = await (await fetch(`${server.address}/metrics`)).text();
    expect(metrics).toMatch(/postern_device_decisions_total\{decision="approved"\} \d/);
  });

  test("8628-3.3-bind: a scope that the client may no longer ask for is neither shown nor given", async () => {
    const client = await createDeviceClient(server, { scope: "openid mail.read" });
    const waiting = await startDevice(server, client, { scope: "openid mail.read" });
    await server.context.store.clients.update({
      id: client.client.id,
      metadata: { ...client.client.metadata, scope: "openid" },
      forgetConsents: false,
      event: { at: server.context.clock.now(), name: "client.updated", actor: { kind: "system" } },
    });
    const decision = await openDecision(browser, waiting.userCode);
    expect(decision.body).not.toContain("Read your mail");
    await browser.submit(decision, "device-decision", { button: "approve" });
    expect((await storedDevice(server, waiting))?.scope).toEqual(["openid"]);
  });

  test("8628-5.5-spy, DV-17: of two people at one code the first to decide wins, and the second is told that it is unknown", async () => {
    const bob = await signedInBrowser(server, await createUser(server));
    const decisions = await Promise.all([openDecision(browser, device.userCode), openDecision(bob, device.userCode)]);
    const [first, second] = decisions;
    await browser.submit(first, "device-decision", { button: "approve" });
    const late = await bob.submit(second, "device-decision", { button: "deny" });
    expect(late.status).toBe(200);
    expect(late.body).toContain(unknown);
    expect(late.forms.map(({ id }) => id)).toEqual(["device"]);
    expect(await storedDevice(server, device)).toMatchObject({ state: "approved", userId: alice.id });
    expect((await bob.get(second.url)).body).toContain(unknown);
  });

  test("8628-3.3-no-silent, 8628-5.6-public: neither what was allowed before nor a client's secret skips the page", async () => {
    const trusted = await createDeviceClient(server, {
      token_endpoint_auth_method: "client_secret_basic",
      grant_types: [deviceCodeGrantType, "authorization_code"],
      first_party: true,
    });
    await grantTokens(server, { client: trusted.client, user: alice, scope: ["openid"] });
    const waiting = await startDevice(server, trusted, { scope: "openid" });
    await decide(browser, waiting.userCode, "approve");
    const again = await startDevice(server, trusted, { scope: "openid" });
    const decision = await openDecision(browser, again.userCode);
    expect(decision.forms.map(({ id }) => id)).toEqual(["device-decision"]);
    expect(await state(again)).toBe("pending");
  });
});

describe("the code", () => {
  test("8628-6.1-normalise, DV-16: letter case, width, spacing and punctuation make no difference", async () => {
    const code = device.userCode;
    const wide = [...code].map((letter) =>
      letter === "-" ? "－" : String.fromCharCode(letter.charCodeAt(0) + 0xfee0),
    );
    const sloppy = [
      code.toLowerCase(),
      code.replace("-", " "),
      code.replace("-", ""),
      wide.join(""),
      ` ${[...code.replace("-", "").toLowerCase()].join(" ")} `,
      `${code}.`,
      `${code.slice(0, 2)}a1${code.slice(2)}`,
    ];
    for (const typed of sloppy) {
      const { status, location } = await enterCode(browser, typed);
      expect([typed, status, location]).toEqual([typed, 303, expect.stringContaining("/device/decision?handle=")]);
    }
  });

  test("8628-3.3-unknown, DV-15, XS-08: unknown, malformed, expired and decided codes and those of a disabled client get one page", async () => {
    const [expiredDevice, approved, deniedDevice] = [
      device,
      await startDevice(server, tv),
      await startDevice(server, tv),
    ];
    await decide(browser, approved.userCode, "approve");
    await decide(browser, deniedDevice.userCode, "deny");
    server.advance(minutes(30));
    const disabled = await createDeviceClient(server);
    const ofDisabled = await startDevice(server, disabled);
    const at = server.context.clock.now();
    const event = { at, name: "client.disabled", actor: { kind: "system" } } as const;
    await server.context.store.clients.setDisabled({ id: disabled.client.id, at, event });
    const codes = [
      expiredDevice.userCode,
      approved.userCode,
      deniedDevice.userCode,
      ofDisabled.userCode,
      wrongCode(),
      "%00",
      "🚪🚪🚪🚪",
      "' OR 1=1--",
      "<script>alert(1)</script>",
    ];
    const pages = new Set<string>();
    for (const code of codes) {
      const visitor = await signedInBrowser(server, alice);
      const answer = await enterCode(visitor, code);
      expect([code, answer.status]).toEqual([code, 200]);
      expect(answer.body).toContain(unknown);
      expect(answer.body).not.toContain("<script");
      pages.add(withoutVariables(answer).replace(/name="csrf"/, ""));
    }
    expect(pages.size).toBe(1);
  });

  test("8628-6.1-length, DV-15: another length is unknown and counts as wrong, over 64 characters is 400", async () => {
    for (const code of ["BCDF", "BCDF-GHJKL", "x", "-", "B".repeat(64)]) {
      const answer = await enterCode(browser, code);
      expect([code, answer.status]).toEqual([code, 200]);
      expect(answer.body).toContain(unknown);
    }
    expect((await enterCode(browser, device.userCode)).status).toBe(429);
    const other = await signedInBrowser(server, await createUser(server));
    const absurd = await enterCode(other, "B".repeat(65));
    expect(absurd.status).toBe(400);
    expect(absurd.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect((await other.get(`${paths.device}?user_code=${"B".repeat(65)}`)).status).toBe(400);
  });

  test("8628-3.3-unknown, DV-15: octets that are no text are a wrong code too", async () => {
    const page = await browser.get(paths.device);
    const csrf = page.forms[0]?.fields.csrf ?? "";
    for (const octets of ["%00", "%ff%fe", "%zz"]) {
      const answer = await browser.post(paths.device, `csrf=${csrf}&user_code=${octets}`);
      expect(answer.status).toBe(200);
      expect(answer.body).toContain(unknown);
    }
  });

  test("8628-3.3-unknown: nothing typed is said in other words, and is no wrong code", async () => {
    for (let round = 0; round < 7; round++) {
      const answer = await enterCode(browser, "");
      expect(answer.status).toBe(200);
      expect(answer.body).toContain('role="alert"');
      expect(answer.body).not.toContain(unknown);
    }
    expect((await enterCode(browser, device.userCode)).status).toBe(303);
  });
});

describe("limits on wrong codes", () => {
  const lock = async (answer: Answer | Promise<Answer>) => {
    const { status, headers } = await answer;
    return [status, Number(headers.get("retry-after"))] as const;
  };
  const guess = async (visitor: TestBrowser, times: number, headers = {}) => {
    for (let tried = 0; tried < times; tried++) {
      expect((await enterCode(visitor, wrongCode(), headers)).status).toBe(200);
    }
  };

  test("8628-5.1-limits, DV-10: the sixth try after five wrong codes of a session is 429, be the code right or wrong", async () => {
    await guess(browser, 5);
    const [status, wait] = await lock(enterCode(browser, wrongCode()));
    expect(status).toBe(429);
    expect(wait).toBeGreaterThan(3500);
    expect(wait).toBeLessThanOrEqual(3601);
    const right = await enterCode(browser, device.userCode);
    expect(right.status).toBe(429);
    expect(right.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(right.body).toContain("Too many attempts");
    expect(await state()).toBe("pending");
    // Another session is free, and after the hour this one is.
    expect((await enterCode(await signedInBrowser(server, alice), device.userCode)).status).toBe(303);
    server.advance(hours(1));
    const later = await startDevice(server, tv);
    expect((await enterCode(browser, later.userCode)).status).toBe(303);
  });

  test("8628-5.1-limits, DV-10: after ten wrong codes of an account in an hour a new session does not help", async () => {
    await guess(browser, 5);
    await guess(await signedInBrowser(server, alice), 5);
    expect((await enterCode(await signedInBrowser(server, alice), device.userCode)).status).toBe(429);
    expect((await enterCode(await signedInBrowser(server, await createUser(server)), device.userCode)).status).toBe(
      303,
    );
  });

  test("8628-5.1-limits, DV-10: after twenty wrong codes from an address another account does not help, unless it is local", async () => {
    const from = { "x-forwarded-for": "198.51.100.9" };
    for (let account = 0; account < 4; account++) {
      await guess(await signedInBrowser(server, await createUser(server), from), 5);
    }
    const fresh = await createUser(server);
    expect((await enterCode(await signedInBrowser(server, fresh, from), device.userCode)).status).toBe(429);
    const elsewhere = { "x-forwarded-for": "198.51.100.10" };
    expect((await enterCode(await signedInBrowser(server, fresh, elsewhere), device.userCode)).status).toBe(303);
    for (let account = 0; account < 5; account++) {
      await guess(await signedInBrowser(server, await createUser(server)), 5);
    }
  });

  test("8628-5.1-limits: a right code resets the count of the session, and of nothing else", async () => {
    await guess(browser, 4);
    expect((await enterCode(browser, device.userCode)).status).toBe(303);
    await guess(browser, 5);
    expect((await enterCode(browser, device.userCode)).status).toBe(429);
    // Nine wrong codes of the account so far.
    const other = await signedInBrowser(server, alice);
    await guess(other, 1);
    expect((await enterCode(other, device.userCode)).status).toBe(429);
  });

  test("8628-5.1-limits, DV-12: a hundred wrong codes in a minute close the page to all, with a warning in the log", async () => {
    const isWarned = () => server.logged.some((line) => line.includes("guessing user codes"));
    expect(isWarned()).toBe(false);
    for (let account = 0; account < 20; account++) {
      await guess(await signedInBrowser(server, await createUser(server)), 5);
    }
    expect(isWarned()).toBe(true);
    const [status, wait] = await lock(enterCode(browser, device.userCode));
    expect(status).toBe(429);
    expect(wait).toBeLessThanOrEqual(61);
    server.advance(minutes(1));
    expect((await enterCode(browser, device.userCode)).status).toBe(303);
  });

  test("8628-5.1-limits: tries at once are counted one by one", async () => {
    const page = await browser.get(paths.device);
    const tries = Array.from({ length: 30 }, () =>
      browser.submit(page, "device", { fields: { user_code: wrongCode() } }),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBe(5);
    expect(statuses.filter((status) => status === 429).length).toBe(25);
  });
});

describe("the decision page", () => {
  test("8628-5.4-confirm, DV-13: it shows app, code, scopes, account, the request's origin, and warns of codes that were sent", async () => {
    const waiting = await startDevice(
      server,
      tv,
      { scope: "openid mail.read offline_access" },
      { "user-agent": "TV/1.0", "x-forwarded-for": "192.0.2.44" },
    );
    server.advance(minutes(3));
    const { body } = await openDecision(browser, waiting.userCode);
    const expected = [
      "Living room TV",
      "Verified",
      waiting.userCode,
      "Does your device show exactly this code?",
      "Recognise you when you sign in",
      "Read your mail",
      "Keep its access while you are away",
      "3 minutes ago",
      "192.0.2.44",
      "TV/1.0",
      "Ada Lovelace",
      alice.username,
      "If it came by message, email or phone, do not continue.",
    ];
    for (const words of expected) expect(body).toContain(words);
  });

  test("8628-5.4-confirm: an app that registered itself is called unverified, and no host speaks for it", async () => {
    const stranger = await createDeviceClient(
      server,
      { client_name: "Free films", client_uri: "https://bank.example/", redirect_uris: ["https://bank.example/cb"] },
      { origin: "registration" },
    );
    const { body } = await openDecision(browser, (await startDevice(server, stranger)).userCode);
    expect(body).toContain("Free films");
    expect(body).toContain("Unverified");
    expect(body).not.toContain("bank.example");
    const verified = await createDeviceClient(server, { client_uri: "https://tv.example/" });
    expect((await openDecision(browser, (await startDevice(server, verified)).userCode)).body).toContain("tv.example");
  });

  test("XS-01, XS-12: what a client or a device says of itself is shown as text", async () => {
    const name = '<script>alert(1)</script>"><img src=x onerror=alert(1)>{{7*7}}';
    const client = await createDeviceClient(server, { client_name: name });
    const agent = { "user-agent": "<img src=x onerror=alert(2)>" };
    const decision = await openDecision(browser, (await startDevice(server, client, {}, agent)).userCode);
    expect(decision.body).toContain("&lt;script>");
    expect(decision.body).toContain("&lt;img src=x onerror=alert(2)>");
    const done = await browser.submit(decision, "device-decision", { button: "deny" });
    expect(done.body).toContain("{{7*7}}");
    for (const { body } of [decision, done]) expect(body).not.toMatch(/<script|<img/);
  });

  test("8628-5.4-possession, DV-13: looking changes nothing, and only the button beside the comparison approves", async () => {
    const decision = await openDecision(browser, device.userCode);
    await browser.get(decision.url);
    const handle = decision.forms[0]?.fields.handle ?? "";
    await browser.get(`${paths.deviceDecision}?handle=${handle}&decision=approve`);
    await browser.get(`${paths.device}?user_code=${device.userCode}&decision=approve`);
    expect(await state()).toBe("pending");
    // The form sent without a button, as by Enter, decides nothing.
    expect((await browser.submit(decision, "device-decision")).status).toBe(400);
    const odd = await browser.submit(decision, "device-decision", { fields: { decision: "maybe" } });
    expect(odd.status).toBe(400);
    expect(await state()).toBe("pending");
    const [form] = decision.forms;
    expect(form?.buttons).toEqual({ deny: ["decision", "deny"], approve: ["decision", "approve"] });
    expect(decision.body).not.toMatch(/autofocus|checked/);
  });

  test("8628-3.3.1-complete, DV-13: a code in the link only fills the form, and leaves the address bar", async () => {
    const first = await browser.get(`${paths.device}?user_code=${device.userCode.toLowerCase().replace("-", "")}`);
    expect([first.status, first.location]).toEqual([303, `${server.issuer}/device`]);
    const cookie = first.headers.getSetCookie().find((set) => set.startsWith("postern-device="));
    expect(cookie).toContain("; HttpOnly");
    expect(cookie).toContain("; SameSite=Lax");
    expect(cookie).toContain("; Max-Age=600");
    const entry = await browser.follow(first);
    expect(entry.url).toBe(`${server.issuer}/device`);
    expect(entry.headers.get("referrer-policy")).toBe("no-referrer");
    expect(entry.forms[0]?.fields.user_code).toBe(device.userCode);
    expect(await state()).toBe("pending");
    const decision = await browser.follow(await browser.submit(entry, "device"));
    expect(decision.url).not.toContain(device.userCode);
    await browser.submit(decision, "device-decision", { button: "approve" });
    expect(await state()).toBe("approved");
    expect(browser.cookies.has("postern-device")).toBe(false);
  });

  test("8628-3.3.1-complete: a link with no code in it fills in nothing, and a link is no guess", async () => {
    for (const code of ["<script>", "%00", "AEIOU", "%ff"]) {
      const entry = await browser.open(`${paths.device}?user_code=${code}`);
      expect([entry.url, entry.forms[0]?.fields.user_code]).toEqual([`${server.issuer}/device`, ""]);
    }
    for (let round = 0; round < 10; round++) await browser.open(`${paths.device}?user_code=${wrongCode()}`);
    expect((await enterCode(browser, device.userCode)).status).toBe(303);
  });

  test("8628-3.3-lang: the page speaks the reader's language, and the code stays Latin", async () => {
    const german = { "accept-language": "de-AT, en;q=0.5" };
    const entry = await browser.get(paths.device, { headers: german });
    expect(entry.body).toContain('lang="de"');
    const redirect = await enterCode(browser, device.userCode);
    const decision = await browser.get(redirect.location ?? "", { headers: german });
    expect(decision.body).toContain('lang="de"');
    expect(decision.body).toContain(device.userCode);
    expect((await browser.get(paths.device, { headers: { "accept-language": "tlh" } })).body).toContain('lang="en"');
  });

  test("G-20, G-16: the pages are framed by nobody, kept by nobody and post only to this server", async () => {
    for (const page of [await browser.get(paths.device), await openDecision(browser, device.userCode)]) {
      expect(page.headers.get("content-security-policy")).toContain("form-action 'self'");
      expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(page.headers.get("x-frame-options")).toBe("DENY");
      expect(page.headers.get("cache-control")).toBe("no-store");
      expect(page.headers.get("access-control-allow-origin")).toBeNull();
      expect(page.body).not.toMatch(/<script|style="|onclick/);
    }
  });
});

describe("forged forms", () => {
  test("8628-3.3-csrf, DV-14: a form without the session's token, or from another site, is 403 and changes nothing", async () => {
    const entry = await browser.get(paths.device);
    const decision = await openDecision(browser, device.userCode);
    const stranger = await signedInBrowser(server, await createUser(server));
    const foreign = (await openDecision(stranger, device.userCode)).forms[0]?.fields.csrf ?? "";
    const entryToken = entry.forms[0]?.fields.csrf ?? "";
    const fields = { user_code: device.userCode };
    const refused = [
      await browser.submit(entry, "device", { fields, without: ["csrf"] }),
      await browser.submit(entry, "device", { fields: { ...fields, csrf: foreign } }),
      await browser.submit(entry, "device", { fields, headers: { "sec-fetch-site": "cross-site" } }),
      await browser.submit(entry, "device", { fields, headers: { origin: "https://evil.example" } }),
    ];
    for (const sent of [
      { without: ["csrf"] },
      { fields: { csrf: foreign } },
      { fields: { csrf: entryToken } },
      { headers: { "sec-fetch-site": "cross-site" } },
      { headers: { origin: "https://evil.example" } },
    ]) {
      refused.push(await browser.submit(decision, "device-decision", { ...sent, button: "approve" }));
    }
    for (const { status, headers } of refused) {
      expect([status, headers.get("content-type")]).toEqual([403, "text/html; charset=utf-8"]);
    }
    expect(await state()).toBe("pending");
  });

  test("8628-3.3-csrf: a decision cannot be prepared for another session: its handle is bound to the one that entered the code", async () => {
    const decision = await openDecision(browser, device.userCode);
    const handle = decision.forms[0]?.fields.handle ?? "";
    const victim = await signedInBrowser(server, await createUser(server));
    expect((await victim.get(`${paths.deviceDecision}?handle=${handle}`)).location).toBe(`${server.issuer}/device`);
    const own = await openDecision(victim, (await startDevice(server, tv)).userCode);
    for (const forged of [handle, "", "x", `${handle}A`]) {
      const answer = await victim.submit(own, "device-decision", { fields: { handle: forged }, button: "approve" });
      expect([forged, answer.status]).toEqual([forged, 403]);
    }
    expect(await state()).toBe("pending");
  });

  test("8628-3.3-csrf: a handle is good in the session and in the browser that entered the code, not in one of the two", async () => {
    const { url } = await openDecision(browser, device.userCode);
    const [session = "", id = ""] = ["postern", "postern-browser"].map((name) => browser.cookies.get(name));
    const other = await signedInBrowser(server, alice);
    await other.get(paths.device);
    const opened = async (cookies: Readonly<Record<string, string>>) => {
      const visitor = new TestBrowser(server);
      for (const [name, value] of Object.entries(cookies)) visitor.cookies.set(name, value);
      return (await visitor.get(url)).status;
    };
    expect(await opened({ postern: session, "postern-browser": id })).toBe(200);
    expect(await opened({ postern: session, "postern-browser": other.cookies.get("postern-browser") ?? "" })).toBe(303);
    expect(await opened({ postern: other.cookies.get("postern") ?? "", "postern-browser": id })).toBe(303);
  });

  test("8628-3.3-csrf: after another sign-in in the same browser an old form no longer counts", async () => {
    const decision = await openDecision(browser, device.userCode);
    const other = await signedInBrowser(server, await createUser(server));
    browser.cookies.set("postern", other.cookies.get("postern") ?? "");
    expect((await browser.submit(decision, "device-decision", { button: "approve" })).status).toBe(403);
    expect(await state()).toBe("pending");
  });

  test("8628-3.3-unknown: a decision that comes too late is told in the same words, and seconds before the end it counts", async () => {
    const decision = await openDecision(browser, device.userCode);
    server.advance(minutes(30));
    const late = await browser.submit(decision, "device-decision", { button: "approve" });
    expect(late.body).toContain(unknown);
    expect(await state()).toBe("pending");
    const inTime = await startDevice(server, tv);
    const quick = await openDecision(browser, inTime.userCode);
    server.advance(seconds(1799));
    await browser.submit(quick, "device-decision", { button: "approve" });
    expect(await state(inTime)).toBe("approved");
  });
});
