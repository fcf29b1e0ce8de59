import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { deviceCodeGrantType } from "../../src/model/client.ts";
import type { User } from "../../src/model/user.ts";
import { after, hours, minutes } from "../../src/time.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import type { TestClient } from "../support/clients.ts";
import { newDeviceVisit, newWrongCodes, startDevicePageServer } from "../support/device-visits.ts";
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
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let tv: TestClient;
let alice: User;
let browser: TestBrowser;
let device: TestDevice;

beforeAll(async () => {
  ({ server, tv, alice } = await startDevicePageServer());
});
afterAll(() => server.stop());
beforeEach(async () => {
  // No count of wrong codes of an earlier test is left.
  server.advance(hours(2));
  ({ browser, device } = await newDeviceVisit({ server, tv, alice }, "openid"));
});

const unknown = "This code is not known or no longer valid.";
const state = async (of = device) => (await storedDevice(server, of))?.state;
const pending = "400 authorization_pending";

const wrongCode = newWrongCodes();

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
    expect(signIn.forms.map(({ id }) => id)).toEqual(["sign-in", "passkey-sign-in"]);
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
