import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { days, minutes } from "../../src/time.ts";
import { doneBy, expectForgeryRefused, expectFreshSignInAsked, surelySignedIn, wordsOf } from "../support/account.ts";
import { newestEvents } from "../support/administrators.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { copied } from "../support/copied.ts";
import { signedInBrowser } from "../support/devices.ts";
import { enrolPasskey } from "../support/passkeys.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { appWith, enrolTotp, signInWithTotp } from "../support/totp.ts";

const path = `${paths.account}/authenticator`;

let server: TestServer;
let alice: TestPerson;
let browser: TestBrowser;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.advance(days(2));
  alice = await createPerson(server, { username: `alice${++count}` });
  browser = await signedInBrowser(server, alice.user);
});

const factors = ({ user } = alice, at = server) => at.context.store.factors.of(user.id);
const appOf = (page: Answer, at = server) => appWith(at, copied(page, "totp-key"));
const confirm = (page: Answer, code: string) => browser.submit(page, "totp-enrolment", { fields: { code } });

/** Sets up an app by the page at the address. */
async function setUp(address = path) {
  const page = await browser.get(address);
  const app = appOf(page);
  return { app, sent: doneBy(browser, confirm(page, app.code())) };
}

describe("setting it up", () => {
  test("S-10-totp: what the app shows confirms it; from then on a sign-in asks for its code", async () => {
    const cookie = browser.cookies.get("postern");
    const { app, sent } = await setUp();
    const [done, page] = await sent;
    expect(done).toBe("authenticator-added");
    expect(wordsOf(page)).toContain("In use");
    expect(wordsOf(page)).toContain("Make recovery codes now");
    expect(browser.cookies.get("postern")).not.toBe(cookie);
    expect((await browser.get(paths.account)).status).toBe(200);
    expect(await newestEvents(server, 2)).toEqual([
      `session.started by ${alice.user.id}`,
      `totp.enabled by ${alice.user.id}`,
    ]);
    const elsewhere = new TestBrowser(server);
    await signInWithTotp(elsewhere, await elsewhere.get(paths.signIn), { ...alice, app });
    expect((await elsewhere.get(paths.account)).status).toBe(200);
  });

  test("the picture and the key say the same, and nothing is written before it is confirmed", async () => {
    const page = await browser.get(path);
    expect(page.body).toContain('class="qr-code"');
    expect(copied(page, "totp-key")).toMatch(/^(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
    expect((await factors()).totp).toBeUndefined();
  });

  test("a wrong code is said beside its field; the picture stays the same", async () => {
    const page = await browser.get(path);
    const wrong = await confirm(page, appOf(page).code(10));
    expect(wordsOf(wrong)).toContain("These are not the digits that the app should show now.");
    expect(wrong.body).toContain('aria-invalid="true"');
    expect(copied(wrong, "totp-key")).toBe(copied(page, "totp-key"));
    const missing = await browser.submit(wrong, "totp-enrolment", { without: ["code"] });
    expect(wordsOf(missing)).toContain("Enter the six digits that the app shows.");
    expect(copied(missing, "totp-key")).toBe(copied(page, "totp-key"));
    expect((await doneBy(browser, confirm(missing, appOf(page).code())))[0]).toBe("authenticator-added");
  });

  test("S-15-own-things: the picture of another person's page is not taken", async () => {
    const bob = await createPerson(server, { username: `bob${count}` });
    const ofBob = await (await signedInBrowser(server, bob.user)).get(path);
    const { seed = "" } = ofBob.forms[0]?.fields ?? {};
    const fields = { seed, code: appOf(ofBob).code() };
    const page = await browser.submit(await browser.get(path), "totp-enrolment", { fields });
    expect(wordsOf(page)).toContain("This page was open for too long.");
    expect((await factors()).totp).toBeUndefined();
  });

  test("S-14-fresh-sign-in: it is asked who is there when the sign-in is older than ten minutes", async () => {
    await expectFreshSignInAsked(server, browser, path, (page) => confirm(page, appOf(page).code()));
    expect((await factors()).totp).toBeUndefined();
  });

  test("a form from elsewhere is refused", async () => {
    await expectForgeryRefused(browser, await browser.get(path), "totp-enrolment");
    expect((await factors()).totp).toBeUndefined();
  });
});

describe("in use", () => {
  beforeEach(async () => {
    await enrolTotp(server, alice);
    browser = await surelySignedIn(server, alice.user);
  });

  test("it moves to another phone: the old one goes on until the new one is confirmed", async () => {
    const before = (await factors()).totp?.sealedSeed;
    const page = await browser.get(`${path}?anew=1`);
    expect(wordsOf(page)).toContain("The codes of the present app stop working as soon as the new one is confirmed.");
    expect((await factors()).totp?.sealedSeed).toBe(before);
    await confirm(page, appOf(page).code());
    const after = (await factors()).totp?.sealedSeed;
    expect(after).toBeString();
    expect(after).not.toBe(before);
  });

  test("its key is never shown again", async () => {
    const { body } = await browser.get(path);
    expect(body).not.toContain("totp-key");
    expect(body).not.toContain("qr-code");
  });

  test("it is removed, and its person told what that means", async () => {
    const page = await browser.get(path);
    expect(wordsOf(page)).toContain("from then on your password alone opens your account");
    expect((await doneBy(browser, browser.submit(page, "remove-authenticator")))[0]).toBe("authenticator-removed");
    expect(await factors()).toEqual({ passkeys: [] });
    expect(await newestEvents(server, 1)).toEqual([`totp.disabled by ${alice.user.id}`]);
    expect((await server.context.store.events.list(1))[0]?.address).toBe("127.0.0.1");
  });

  test("forms from elsewhere are refused, and old sign-ins asked again", async () => {
    const page = await browser.get(path);
    await expectForgeryRefused(browser, page, "remove-authenticator");
    server.advance(minutes(11));
    const answer = await browser.submit(page, "remove-authenticator");
    expect(answer.location).toStartWith(`${server.issuer}${paths.signIn}?next=`);
    expect((await factors()).totp).toBeDefined();
  });
});

test("S-13-policy: the last second step stays where one is demanded; with a passkey beside it, it may go", async () => {
  const strict = await startTestServer({ POSTERN_MFA: "required" });
  try {
    const carol = await createPerson(strict);
    await enrolTotp(strict, carol);
    const visitor = await surelySignedIn(strict, carol.user);
    const page = await visitor.get(path);
    expect(wordsOf(page)).toContain("Add a passkey before you remove the app.");
    expect(page.forms.map(({ id }) => id)).not.toContain("remove-authenticator");
    await enrolPasskey(strict, carol);
    const allowed = await visitor.get(path);
    const [passkey] = (await factors(carol, strict)).passkeys;
    const event = { at: strict.context.clock.now(), name: "passkey.removed", actor: { kind: "system" } } as const;
    await strict.context.store.factors.removePasskey({ userId: carol.user.id, id: passkey?.id ?? "", event });
    // The form was shown while it might go.
    const refused = await visitor.submit(allowed, "remove-authenticator");
    expect(wordsOf(refused)).toContain("Add a passkey before you remove the app.");
    expect((await factors(carol, strict)).totp).toBeDefined();
  } finally {
    await strict.stop();
  }
});
