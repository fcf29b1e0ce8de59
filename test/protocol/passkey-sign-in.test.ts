import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { paths } from "../../src/http/paths.ts";
import { arePasskeysPossible } from "../../src/identity/relying-party.ts";
import { minutes } from "../../src/time.ts";
import { withDatabase } from "../store/files.ts";
import { approve, openAuthorization, outcomeOf, pageOf, redeemedIdToken } from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import { enrolPasskey, passkeyOptionsIn, type TestPasskey } from "../support/passkeys.ts";
import { createPerson, disablePerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
});
afterAll(() => server.stop());

type Behaviour = Parameters<TestPasskey["get"]>[1];

async function newPerson(behaviour?: Behaviour) {
  const person = await createPerson(server, { username: `person${++count}` });
  return { ...person, passkey: await enrolPasskey(server, person, behaviour) };
}

/** Shows the passkey on a page that has a form for it. */
const showOn = (browser: TestBrowser, page: Answer, form: string, passkey: TestPasskey, behaviour?: Behaviour) =>
  browser.submit(page, form, { fields: { passkey: passkey.get(passkeyOptionsIn(page.body, form), behaviour) } });

/** Signs in by a passkey alone, in a browser of its own. */
async function signIn(passkey: TestPasskey, behaviour?: Behaviour): Promise<Answer> {
  const browser = new TestBrowser(server);
  return showOn(browser, await browser.get(paths.signIn), "passkey-sign-in", passkey, behaviour);
}

const notAccepted = "This passkey was not accepted.";
const isRefused = ({ status, body }: Answer) => status === 200 && body.includes(notAccepted);
const ruleOf = async ({ headers }: Answer) =>
  (await server.context.traces.find(headers.get("x-request-id") ?? ""))?.checks.find(({ isMet }) => !isMet)?.rule;

describe("alone", () => {
  test("S-12-passkey, IDT-acr-amr: a verified one signs in without a name, as two factors: hardware or synced", async () => {
    for (const [isBackedUp, amr] of [
      [false, ["hwk", "user", "mfa"]],
      [true, ["swk", "user", "mfa"]],
    ] as const) {
      const { user, passkey } = await newPerson({ isBackedUp });
      const app = await createClient(server);
      const browser = new TestBrowser(server);
      const page = await openAuthorization(browser, app);
      const answer = await showOn(browser, page, "passkey-sign-in", passkey, { isBackedUp });
      expect(answer.location).toStartWith(`${server.issuer}/auth/authorize/continue?handle=`);
      const claims = decodeJwt(await redeemedIdToken(server, app, await approve(browser, answer)));
      expect(claims).toMatchObject({ sub: user.id, acr: "mfa", amr });
    }
  });

  test("S-12-passkey: one that has not verified its user is only a second step", async () => {
    const person = await newPerson();
    const answer = await signIn(person.passkey, { isUserVerified: false });
    expect(answer.body).toContain("This passkey did not check that it is you.");
    const browser = new TestBrowser(server);
    const page = await browser.follow(await browser.signIn(await browser.get(paths.signIn), person));
    const second = await showOn(browser, page, "second-factor-passkey", person.passkey, { isUserVerified: false });
    expect(outcomeOf(second)).toBe("303 /");
    const [session] = await server.context.store.sessions.list(person.user.id);
    expect(session?.amr).toEqual(["pwd", "hwk", "user", "mfa"]);
  });

  test("S-12-passkey, S-04-login-csrf: an answer is good once, in the browser that was asked, for five minutes", async () => {
    const { passkey } = await newPerson();
    const browser = new TestBrowser(server);
    const page = await browser.get(paths.signIn);
    const response = passkey.get(passkeyOptionsIn(page.body, "passkey-sign-in"));
    const send = (from: TestBrowser, on: Answer) =>
      from.submit(on, "passkey-sign-in", { fields: { passkey: response } });
    const thief = new TestBrowser(server);
    const refused = await send(thief, await thief.get(paths.signIn));
    expect([isRefused(refused), await ruleOf(refused)]).toEqual([
      true,
      "the challenge was made for this browser, less than five minutes ago",
    ]);
    expect(outcomeOf(await browser.submit(page, "passkey-sign-in", { without: ["csrf"] }))).toBe("403 page");
    expect(outcomeOf(await send(browser, page))).toBe("303 /");
    browser.cookies.delete("postern");
    const replayed = await send(browser, page);
    expect([isRefused(replayed), await ruleOf(replayed)]).toEqual([
      true,
      "the challenge was not answered before, and the passkey is still there",
    ]);
    const slow = await browser.get(paths.signIn);
    const late = passkey.get(passkeyOptionsIn(slow.body, "passkey-sign-in"));
    server.advance(minutes(5));
    expect(isRefused(await browser.submit(slow, "passkey-sign-in", { fields: { passkey: late } }))).toBe(true);
  });

  test("S-12-passkey: an answer for another origin, host or ceremony, another challenge or a wrong signature is refused", async () => {
    const { passkey } = await newPerson();
    const other = await newPerson();
    for (const behaviour of [
      { origin: "https://evil.example" },
      { origin: `${server.issuer}:1` },
      { rpId: "evil.example" },
      { type: "webauthn.create" },
      { challenge: "AAAA" },
      { crossOrigin: true },
      { userHandle: "" },
      { userHandle: Buffer.from(other.user.id).toString("base64url") },
    ])
      expect([behaviour, isRefused(await signIn(passkey, behaviour))]).toEqual([behaviour, true]);
    const browser = new TestBrowser(server);
    const page = await browser.get(paths.signIn);
    const good = JSON.parse(passkey.get(passkeyOptionsIn(page.body, "passkey-sign-in")));
    const foreign = JSON.parse(other.passkey.get(passkeyOptionsIn(page.body, "passkey-sign-in")));
    for (const bad of [
      "",
      "x",
      "null",
      "[]",
      "{}",
      JSON.stringify({ ...good, response: {} }),
      JSON.stringify({ ...good, response: { ...good.response, signature: foreign.response.signature } }),
      JSON.stringify({ ...good, response: { ...good.response, clientDataJSON: "e30" } }),
      JSON.stringify({ ...good, id: "AAAA", rawId: "AAAA" }),
      JSON.stringify({ ...foreign, id: good.id, rawId: good.id }),
    ])
      expect([bad, isRefused(await browser.submit(page, "passkey-sign-in", { fields: { passkey: bad } }))]).toEqual([
        bad,
        true,
      ]);
    expect((await browser.submit(page, "passkey-sign-in", { fields: { passkey: JSON.stringify(good) } })).status).toBe(
      303,
    );
  });

  test("S-12-passkey: one that was removed, or whose person is disabled, is refused; so is one that nobody has", async () => {
    const removed = await newPerson();
    await server.context.store.factors.removePasskey({
      userId: removed.user.id,
      id: removed.passkey.id,
      event: { at: server.context.clock.now(), name: "passkey.removed", actor: { kind: "system" } },
    });
    expect(await ruleOf(await signIn(removed.passkey))).toBe("the passkey is known here");
    const disabled = await newPerson();
    await disablePerson(server, disabled);
    expect(await ruleOf(await signIn(disabled.passkey))).toBe("the account is enabled");
  });

  test("S-12-passkey: the count of one that counts must grow; who sends 0 always, or syncs, is let in", async () => {
    const counting = await newPerson({ signCount: 5 });
    expect((await signIn(counting.passkey, { signCount: 6 })).status).toBe(303);
    for (const signCount of [6, 3, 0]) {
      const copied = await signIn(counting.passkey, { signCount });
      expect([signCount, isRefused(copied)]).toEqual([signCount, true]);
    }
    const events = (await server.context.store.events.list(10)).filter(({ userId }) => userId === counting.user.id);
    expect(events[0]).toMatchObject({ name: "sign-in.failed", detail: { factor: "passkey" } });
    expect((await signIn(counting.passkey, { signCount: 7 })).status).toBe(303);

    const { passkey } = await newPerson();
    for (const _ of [1, 2]) expect((await signIn(passkey)).status).toBe(303);
    const synced = await newPerson({ isBackedUp: true, signCount: 9 });
    for (const signCount of [10, 10, 0]) {
      expect((await signIn(synced.passkey, { isBackedUp: true, signCount })).status).toBe(303);
    }
  });

  test("S-12-passkey: answers that are made up fill no audit log", async () => {
    const { user, passkey } = await newPerson();
    const browser = new TestBrowser(server);
    const page = await browser.get(paths.signIn);
    const good = JSON.parse(passkey.get(passkeyOptionsIn(page.body, "passkey-sign-in")));
    const bad = JSON.stringify({ ...good, response: { ...good.response, signature: "AAAA" } });
    for (let n = 0; n < 25; n++) await browser.submit(page, "passkey-sign-in", { fields: { passkey: bad } });
    const events = (await server.context.store.events.list(40)).filter(({ userId }) => userId === user.id);
    expect(events.filter(({ name }) => name === "sign-in.failed")).toHaveLength(20);
    expect((await signIn(passkey)).status).toBe(303);
  });

  test("S-12-passkey: whether it is backed up may change, and when it was used is kept", async () => {
    const { user, passkey } = await newPerson({ isBackedUp: true });
    server.advance(minutes(1));
    await signIn(passkey, { isBackupEligible: true, isBackedUp: false });
    const [kept] = (await server.context.store.factors.of(user.id)).passkeys;
    expect(kept).toMatchObject({ isBackedUp: false, lastUsedAt: server.context.clock.now() });
  });

  test("S-12-passkey: whether it can be backed up may not change, which is an event", async () => {
    const rule = "the passkey can be backed up or not as when it was registered (WebAuthn §7.2)";
    for (const isBackupEligible of [true, false]) {
      const { user, passkey } = await newPerson({ isBackupEligible });
      const changed = await signIn(passkey, { isBackupEligible: !isBackupEligible });
      expect([isRefused(changed), await ruleOf(changed)]).toEqual([true, rule]);
      const events = (await server.context.store.events.list(10)).filter(({ userId }) => userId === user.id);
      const detail = { factor: "passkey", because: "backup-eligibility" };
      expect(events[0]).toMatchObject({ name: "sign-in.failed", detail });
      expect((await signIn(passkey, { isBackupEligible })).status).toBe(303);
    }
  });

  test("S-12-passkey: one that was registered before it was kept whether it can be backed up is told by its next use", async () => {
    const { passkey } = await newPerson();
    withDatabase(join(server.directory, "postern.db"), (database) =>
      database.query("UPDATE passkeys SET backup_eligible = NULL WHERE id = ?").run(passkey.id),
    );
    expect((await signIn(passkey, { isBackupEligible: true })).status).toBe(303);
    expect(isRefused(await signIn(passkey, { isBackupEligible: false }))).toBe(true);
    expect((await signIn(passkey, { isBackupEligible: true })).status).toBe(303);
  });

  test("S-12-passkey, S-06-throttle: no lockout of the password keeps its owner out", async () => {
    const person = await newPerson();
    for (let n = 0; n < 6; n++) {
      const stranger = new TestBrowser(server);
      await stranger.signIn(await stranger.get(paths.signIn), { ...person, password: "wrong wrong wrong" });
    }
    expect((await signIn(person.passkey)).status).toBe(303);
  });
});

describe("after the password", () => {
  test("S-12-passkey, S-09-second-factor: a challenge is for one person; another's passkey, verified or not, is refused", async () => {
    const [alice, mallory] = [await newPerson(), await newPerson()];
    const browser = new TestBrowser(server);
    const page = await browser.follow(await browser.signIn(await browser.get(paths.signIn), alice));
    expect(pageOf(page)).toBe("second-factor-passkey");
    const options = JSON.parse(passkeyOptionsIn(page.body, "second-factor-passkey"));
    expect(options).toMatchObject({ allowCredentials: [{ id: alice.passkey.id }], userVerification: "discouraged" });
    const refused = await showOn(browser, page, "second-factor-passkey", mallory.passkey);
    expect([isRefused(refused), await ruleOf(refused)]).toEqual([true, "the passkey is the person's own"]);
    // Nor does the challenge of one page do for the other, one way or the other.
    const early = alice.passkey.get(JSON.stringify(options));
    const signInPage = await browser.get(paths.signIn);
    expect(isRefused(await browser.submit(signInPage, "passkey-sign-in", { fields: { passkey: early } }))).toBe(true);
    const alone = alice.passkey.get(passkeyOptionsIn((await browser.get(paths.signIn)).body, "passkey-sign-in"));
    expect(isRefused(await browser.submit(page, "second-factor-passkey", { fields: { passkey: alone } }))).toBe(true);
    expect((await showOn(browser, page, "second-factor-passkey", alice.passkey)).status).toBe(303);
  });
});

describe("where passkeys are possible", () => {
  test("S-12-passkey: on https and on localhost, at a name; elsewhere no page speaks of them", async () => {
    for (const [issuer, expected] of [
      ["https://nas.example", true],
      ["https://nas.example:8443/sso", true],
      ["http://localhost:8080", true],
      ["http://id.localhost", true],
      ["http://127.0.0.1:8080", false],
      ["https://192.0.2.1", false],
      ["https://[2001:db8::1]", false],
      ["http://nas.example", false],
    ] as const)
      expect([issuer, arePasskeysPossible({ issuer })]).toEqual([issuer, expected]);
    const plain = await startTestServer({ POSTERN_ISSUER: "http://nas.example", POSTERN_ALLOW_HTTP: "true" });
    const page = await new TestBrowser(plain).get(paths.signIn);
    expect([page.forms.map(({ id }) => id), page.body.includes('autocomplete="username"')]).toEqual([
      ["sign-in"],
      true,
    ]);
    await plain.stop();
  });

  test("S-12-passkey: of another host it is kept, and counts for nothing: the password alone is enough again", async () => {
    const person = await newPerson();
    const { factors } = server.context.store;
    const [kept] = (await factors.of(person.user.id)).passkeys;
    if (kept === undefined) throw new Error("there is no passkey");
    const event = { at: server.context.clock.now(), name: "passkey.added", actor: { kind: "system" } } as const;
    await factors.removePasskey({ userId: person.user.id, id: kept.id, event: { ...event, name: "passkey.removed" } });
    await factors.addPasskey({ passkey: { ...kept, rpId: "old.example" }, most: 1, event });
    const browser = new TestBrowser(server);
    expect(outcomeOf(await browser.signIn(await browser.get(paths.signIn), person))).toBe("303 /");
    expect((await factors.of(person.user.id)).passkeys).toHaveLength(1);
    expect(isRefused(await signIn(person.passkey, { rpId: "old.example" }))).toBe(true);
  });
});
