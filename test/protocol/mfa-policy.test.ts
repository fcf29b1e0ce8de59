import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeJwt } from "jose";
import { makeSetupLink, setupAddress } from "../../src/administration/setup.ts";
import { paths } from "../../src/http/paths.ts";
import { minutes } from "../../src/time.ts";
import { approve, authorize, openAuthorization, outcomeOf, pageOf, redeemedIdToken } from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import {
  createDeviceClient,
  decide,
  enterCode,
  openDecision,
  signedInBrowser,
  startDevice,
  storedDevice,
} from "../support/devices.ts";
import { enrolPasskey, newPasskey, passkeyOptionsIn } from "../support/passkeys.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { appWith, createPersonWithTotp, enrolTotp, sendCode, signInWithTotp } from "../support/totp.ts";

let optional: TestServer;
let admins: TestServer;
let required: TestServer;
let count = 0;

beforeAll(async () => {
  [optional, admins, required] = await Promise.all([
    startTestServer(),
    startTestServer({ POSTERN_MFA: "admins" }),
    startTestServer({ POSTERN_MFA: "required" }),
  ]);
});
afterAll(() => Promise.all([optional, admins, required].map((server) => server.stop())));

const newPerson = (server: TestServer, options: Parameters<typeof createPerson>[1] = {}) =>
  createPerson(server, { username: `person${++count}`, ...options });

const isSignedIn = async (browser: TestBrowser) => (await browser.get(paths.home)).body.includes('href="/auth/logout"');

const keyIn = ({ body }: Answer) => /id="totp-key"[^>]*>([^<]+)</.exec(body)?.[1] ?? "";
const codesIn = ({ body }: Answer) => [...body.matchAll(/<li><code>([^<]+)</g)].map(([, code = ""]) => code);
const onwardIn = ({ body }: Answer) => /id="continue" href="([^"]+)"/.exec(body)?.[1] ?? "";

/** The page after the password. */
const afterPassword = async (
  browser: TestBrowser,
  person: Parameters<TestBrowser["signIn"]>[1],
  path = paths.signIn as string,
) => browser.follow(await browser.signIn(await browser.open(path), person));

const enrolApp = (server: TestServer, browser: TestBrowser, page: Answer) =>
  browser.submit(page, "totp-enrolment", { fields: { code: appWith(server, keyIn(page)).code() } });

describe("who must enrol", () => {
  test("S-13-policy: nobody, administrators, or everybody", async () => {
    for (const [server, role, expected] of [
      [optional, "admin", `303 ${paths.home}`],
      [admins, "user", `303 ${paths.home}`],
      [admins, "admin", `303 ${paths.enrolment}`],
      [required, "user", `303 ${paths.enrolment}`],
    ] as const) {
      const browser = new TestBrowser(server);
      const answer = await browser.signIn(await browser.get(paths.signIn), await newPerson(server, { role }));
      expect(outcomeOf(answer)).toBe(expected);
      expect(await isSignedIn(browser)).toBe(expected.endsWith(paths.home));
    }
  });

  test("S-13-policy: a session without a factor counts for nothing but enrolment", async () => {
    const app = await createClient(required);
    const tv = await createDeviceClient(required);
    const { userCode } = await startDevice(required, tv);
    const browser = await signedInBrowser(required, (await newPerson(required)).user);
    for (const path of [paths.signIn, paths.device, paths.secondFactor])
      expect([path, pageOf(await browser.open(path))]).toEqual([
        path,
        path === paths.secondFactor ? "sign-in" : "passkey-enrolment",
      ]);
    expect(pageOf(await openAuthorization(browser, app))).toBe("passkey-enrolment");
    expect(outcomeOf(await authorize(browser, app, { prompt: "none" }))).toBe("303 interaction_required");
    const answer = await browser.post(paths.device, { user_code: userCode });
    expect(outcomeOf(answer)).toBe(`303 ${paths.signIn}`);
    expect(await isSignedIn(browser)).toBe(false);
  });

  test("S-13-policy: the first administrator enrols before the setup leads anywhere", async () => {
    const own = await startTestServer({ POSTERN_MFA: "admins" });
    const link = await makeSetupLink(own.context, { kind: "system" });
    const browser = new TestBrowser(own);
    const page = await browser.get(setupAddress("", link));
    const fields = { username: "owner", password: "correct horse battery staple" };
    expect(pageOf(await browser.follow(await browser.submit(page, "setup", { fields })))).toBe("passkey-enrolment");
    await own.stop();
  });
});

describe("enrolment", () => {
  test("S-13-policy, S-11-recovery-codes, S-02-fixation: with an app: scan, confirm, ten codes, and on to the goal under a new cookie", async () => {
    const app = await createClient(required);
    const person = await newPerson(required);
    const browser = new TestBrowser(required);
    const page = await browser.follow(await browser.signIn(await openAuthorization(browser, app), person));
    expect(page.forms.map(({ id }) => id)).toEqual(["passkey-enrolment", "totp-enrolment"]);
    expect(page.body).toContain('<svg class="qr-code"');
    const before = browser.cookies.get("postern");
    const [{ authTime } = { authTime: 0 }] = await required.context.store.sessions.list(person.user.id);
    required.advance(minutes(1));
    const enrolled = await enrolApp(required, browser, page);
    expect([enrolled.status, enrolled.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(new Set(codesIn(enrolled)).size).toBe(10);
    expect(enrolled.body).toContain(`For the account ${person.username} at ${required.issuer}`);
    expect(browser.cookies.get("postern")).not.toBe(before);
    const old = new TestBrowser(required);
    old.cookies.set("postern", before ?? "");
    expect(pageOf(await old.open(paths.device))).toBe("sign-in");
    const answer = await approve(browser, await browser.open(onwardIn(enrolled)));
    const claims = decodeJwt(await redeemedIdToken(required, app, answer));
    expect(claims).toMatchObject({ acr: "mfa", amr: ["pwd", "otp", "mfa"], auth_time: authTime / 1000 });
    // From now on the code is asked for; and one of the ten does as well.
    const again = new TestBrowser(required);
    const second = await afterPassword(again, person);
    expect(pageOf(second)).toBe("second-factor");
    expect((await sendCode(again, second, codesIn(enrolled)[0] ?? "")).body).toContain("You used a recovery code");
    const events = (await required.context.store.events.list(20)).filter(({ userId }) => userId === person.user.id);
    expect(events.map(({ name }) => name)).toContain("totp.enabled");
  });

  test("S-13-policy, S-12-passkey: with a passkey", async () => {
    const person = await newPerson(required);
    const browser = new TestBrowser(required);
    const page = await afterPassword(browser, person);
    const passkey = newPasskey(required);
    const options = passkeyOptionsIn(page.body, "passkey-enrolment");
    expect(JSON.parse(options)).toMatchObject({
      rp: { id: "localhost", name: "Postern" },
      user: { name: person.username },
      authenticatorSelection: { residentKey: "required", userVerification: "preferred" },
      excludeCredentials: [],
    });
    const enrolled = await browser.submit(page, "passkey-enrolment", { fields: { passkey: passkey.create(options) } });
    expect(codesIn(enrolled)).toHaveLength(10);
    expect(await isSignedIn(browser)).toBe(true);
    const [kept] = (await required.context.store.factors.of(person.user.id)).passkeys;
    expect(kept).toMatchObject({ id: passkey.id, rpId: "localhost", name: "Passkey", transports: ["internal"] });
    const other = new TestBrowser(required);
    const signInPage = await other.get(paths.signIn);
    const answer = await other.submit(signInPage, "passkey-sign-in", {
      fields: { passkey: passkey.get(passkeyOptionsIn(signInPage.body, "passkey-sign-in")) },
    });
    expect(outcomeOf(answer)).toBe("303 /");
  });

  test("S-12-passkey: a new passkey for another origin, browser or person, too late, or known already, is refused", async () => {
    const person = await newPerson(required);
    const browser = new TestBrowser(required);
    const page = await afterPassword(browser, person);
    const options = passkeyOptionsIn(page.body, "passkey-enrolment");
    const fresh = () => newPasskey(required);
    const elsewhere = new TestBrowser(required);
    const theirs = passkeyOptionsIn((await afterPassword(elsewhere, person)).body, "passkey-enrolment");
    const somebody = passkeyOptionsIn(
      (await afterPassword(browser, await newPerson(required), `${paths.signIn}?again=1`)).body,
      "passkey-enrolment",
    );
    await afterPassword(browser, person, `${paths.signIn}?again=1`);
    const current = await browser.open(paths.enrolment);
    const send = (passkey: string) => browser.submit(current, "passkey-enrolment", { fields: { passkey } });
    const taken = await newPerson(required);
    const known = await enrolPasskey(required, taken);
    for (const passkey of [
      "x",
      "{}",
      fresh().create(options, { origin: "https://evil.example" }),
      fresh().create(options, { rpId: "evil.example" }),
      fresh().create(options, { type: "webauthn.get" }),
      fresh().create(theirs),
      fresh().create(somebody),
      known.create(options),
    ]) {
      const refused = await send(passkey);
      expect(refused.body).toContain("The passkey could not be set up.");
    }
    required.advance(minutes(5));
    expect((await send(fresh().create(options))).body).toContain("The passkey could not be set up.");
    expect((await required.context.store.factors.of(person.user.id)).passkeys).toEqual([]);
  });

  test("S-13-policy: a wrong code keeps the picture; an old page gets another", async () => {
    const browser = new TestBrowser(required);
    const page = await afterPassword(browser, await newPerson(required));
    const wrong = await browser.submit(page, "totp-enrolment", { fields: { code: "000000" } });
    expect([wrong.body.includes("These are not the digits"), keyIn(wrong)]).toEqual([true, keyIn(page)]);
    const missing = await browser.submit(wrong, "totp-enrolment", { fields: { code: "" } });
    expect([missing.body.includes('aria-invalid="true"'), keyIn(missing)]).toEqual([true, keyIn(page)]);
    const forged = await browser.submit(page, "totp-enrolment", { fields: { code: "000000", seed: "x" } });
    expect([forged.body.includes("Scan the new picture"), keyIn(forged) === keyIn(page)]).toEqual([true, false]);
  });

  test("S-09-second-factor, S-13-policy: nobody enrols for an account that has a factor without showing that one", async () => {
    const person = await newPerson(required);
    const browser = new TestBrowser(required);
    const page = await afterPassword(browser, person);
    expect(pageOf(page)).toBe("passkey-enrolment");
    // Meanwhile the owner enrols elsewhere.
    await enrolTotp(required, person);
    expect(outcomeOf(await browser.get(paths.enrolment))).toBe(`303 ${paths.secondFactor}`);
    expect(outcomeOf(await enrolApp(required, browser, page))).toBe(`303 ${paths.secondFactor}`);
    expect((await required.context.store.factors.of(person.user.id)).passkeys).toEqual([]);
  });

  test("S-13-policy: it wants a fresh sign-in: a screen that was left open enrols nothing", async () => {
    const person = await newPerson(required);
    const browser = new TestBrowser(required);
    const page = await afterPassword(browser, person);
    required.advance(minutes(11));
    expect(pageOf(await browser.open(paths.signIn))).toBe("sign-in");
    expect(outcomeOf(await enrolApp(required, browser, page))).toBe(`303 ${paths.signIn}`);
    const again = await browser.open(paths.enrolment);
    expect(pageOf(await browser.follow(await browser.signIn(again, person)))).toBe("passkey-enrolment");
    expect(pageOf(await new TestBrowser(required).open(paths.enrolment))).toBe("sign-in");
  });

  test("S-04-login-csrf: a form without this browser's token is 403 and enrols nothing", async () => {
    const person = await newPerson(required);
    const browser = new TestBrowser(required);
    const page = await afterPassword(browser, person);
    for (const form of ["passkey-enrolment", "totp-enrolment"])
      expect(outcomeOf(await browser.submit(page, form, { without: ["csrf"] }))).toBe("403 page");
  });
});

describe("a client that demands a second factor", () => {
  test("S-13-policy: it leads to enrolment once, whatever the server's policy; others are not concerned", async () => {
    const strict = await createClient(optional, { require_mfa: true });
    const easy = await createClient(optional);
    const person = await newPerson(optional);
    const browser = new TestBrowser(optional);
    await browser.signIn(await browser.get(paths.signIn), person);
    expect(pageOf(await openAuthorization(browser, easy))).toBe("consent");
    expect(outcomeOf(await authorize(browser, strict, { prompt: "none" }))).toBe("303 interaction_required");
    const page = await openAuthorization(browser, strict);
    expect(pageOf(page)).toBe("passkey-enrolment");
    const enrolled = await enrolApp(optional, browser, page);
    const answer = await approve(browser, await browser.open(onwardIn(enrolled)));
    expect(decodeJwt(await redeemedIdToken(optional, strict, answer)).acr).toBe("mfa");
  });

  test("S-13-policy: who has a factor shows it and goes on", async () => {
    const strict = await createClient(optional, { require_mfa: true });
    const person = await createPersonWithTotp(optional, { username: `person${++count}` });
    const browser = new TestBrowser(optional);
    const answer = await signInWithTotp(browser, await openAuthorization(browser, strict), person);
    expect(outcomeOf(await approve(browser, answer))).toBe("303 code");
  });

  test("S-13-policy, 8628-3.3-bind: nor does the device flow get around it; a no needs no factor", async () => {
    const tv = await createDeviceClient(optional, { require_mfa: true });
    const person = await newPerson(optional);
    const browser = new TestBrowser(optional);
    await browser.signIn(await browser.get(paths.signIn), person);
    const device = await startDevice(optional, tv);
    const page = await browser.follow(await enterCode(browser, device.userCode));
    expect(pageOf(page)).toBe("passkey-enrolment");
    const enrolled = await enrolApp(optional, browser, page);
    expect(onwardIn(enrolled)).toBe(`${optional.issuer}${paths.device}`);
    // The code was kept for it.
    expect((await browser.open(onwardIn(enrolled))).forms[0]?.fields.user_code).toBe(device.userCode);
    await decide(browser, device.userCode, "approve");
    expect(await storedDevice(optional, device)).toMatchObject({ state: "approved", amr: ["pwd", "otp", "mfa"] });

    // Demanded only while the decision was open: the form is refused, too.
    const late = await createDeviceClient(optional);
    const second = await newPerson(optional);
    const other = await signedInBrowser(optional, second.user);
    const waiting = await startDevice(optional, late);
    const decision = await openDecision(other, waiting.userCode);
    const { store, clock } = optional.context;
    const event = { at: clock.now(), name: "client.updated", actor: { kind: "system" } } as const;
    const metadata = { ...late.client.metadata, require_mfa: true };
    await store.clients.update({ id: late.client.id, metadata, forgetConsents: false, event });
    expect(outcomeOf(await other.submit(decision, "device-decision", { button: "approve" }))).toBe(
      `303 ${paths.enrolment}`,
    );
    expect(await storedDevice(optional, waiting)).toMatchObject({ state: "pending" });
    await other.submit(decision, "device-decision", { button: "deny" });
    expect(await storedDevice(optional, waiting)).toMatchObject({ state: "denied" });
  });
});
