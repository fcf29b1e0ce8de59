import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { startSessionWith } from "../../src/identity/sessions.ts";
import { days, hours } from "../../src/time.ts";
import {
  doneBy,
  expectForgeryRefused,
  expectFreshSignInAsked,
  rowOf,
  surelySignedIn,
  wordsOf,
} from "../support/account.ts";
import { newestEvents } from "../support/administrators.ts";
import type { Answer, TestBrowser } from "../support/browser.ts";
import { signedInBrowser } from "../support/devices.ts";
import { enrolPasskey, newPasskey, passkeyOptionsIn } from "../support/passkeys.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { enrolTotp } from "../support/totp.ts";

const path = `${paths.account}/passkeys`;
const agent = { "user-agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.4 Safari/605.1.15" };

let server: TestServer;
let strict: TestServer;
let alice: TestPerson;
let browser: TestBrowser;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
  strict = await startTestServer({ POSTERN_MFA: "required" });
});
afterAll(() => Promise.all([server.stop(), strict.stop()]));
beforeEach(async () => {
  server.advance(days(1));
  alice = await createPerson(server, { username: `alice${++count}` });
  browser = await signedInBrowser(server, alice.user, agent);
});

const factors = ({ user } = alice, at = server) => at.context.store.factors.of(user.id);

/** Makes a passkey on the page, and sends it. */
async function add(visitor = browser, behaviour = {}, idBytes?: number): Promise<Answer> {
  const page = await visitor.get(path);
  const passkey = newPasskey(server, idBytes).create(passkeyOptionsIn(page.body, "add-passkey"), behaviour);
  return visitor.submit(page, "add-passkey", { fields: { passkey } });
}

describe("adding", () => {
  test("S-12-passkey: one that the browser has made is the person's, named for its device, and the session counts on", async () => {
    expect(wordsOf(await browser.get(path))).toContain("You have no passkey yet.");
    const cookie = browser.cookies.get("postern");
    const [done, page] = await doneBy(browser, add());
    expect(done).toBe("passkey-added");
    expect(page.status).toBe(200);
    expect(browser.cookies.get("postern")).not.toBe(cookie);
    const [passkey] = (await factors()).passkeys;
    expect(passkey).toMatchObject({ userId: alice.user.id, name: "Mac" });
    expect(rowOf(page, `passkey-${passkey?.id}`)).toBe(
      "Mac On one device Jan 1, 2030, 00:00 UTC Never Rename or remove".replace(/Jan.*UTC/, rowDate(page)),
    );
    expect(wordsOf(page)).toContain("Make recovery codes now");
    expect(await newestEvents(server, 2)).toEqual([
      `session.started by ${alice.user.id}`,
      `passkey.added by ${alice.user.id}`,
    ]);
  });

  test("S-09-second-factor: other sessions that have shown a password alone count for nothing from then on", async () => {
    const other = await signedInBrowser(server, alice.user);
    await add();
    expect((await other.get(paths.account)).location).toStartWith(server.issuer + paths.signIn);
    expect((await browser.get(paths.account)).status).toBe(200);
  });

  test("a synced one is told from one that stays on its device", async () => {
    const [, page] = await doneBy(browser, add(browser, { isBackedUp: true }));
    expect(wordsOf(page)).toContain("Synced between your devices");
  });

  test("what is no passkey for this page is refused in a sentence", async () => {
    const bob = await createPerson(server, { username: `bob${count}` });
    const page = await browser.get(path);
    const ofBob = await (await signedInBrowser(server, bob.user)).get(path);
    const answers = [
      "",
      "nonsense",
      "{}",
      newPasskey(server).create(passkeyOptionsIn(page.body, "add-passkey"), { origin: "https://evil.example" }),
      newPasskey(server).create(passkeyOptionsIn(ofBob.body, "add-passkey")),
    ];
    for (const passkey of answers) {
      const answer = await browser.submit(page, "add-passkey", { fields: { passkey } });
      expect(answer.status).toBe(200);
      expect(wordsOf(answer)).toContain("The passkey could not be set up.");
    }
    expect((await factors()).passkeys).toEqual([]);
  });

  test("S-12-passkey: what an authenticator says of itself is not looked at, and no certificate in it is followed", async () => {
    // {"alg": -7, "sig": h'00', "x5c": [h'00', h'00']}
    const statement = Buffer.from("a363616c6726637369674100637835638241004100", "hex");
    for (const format of ["android-key", "apple", "tpm", "packed", "fido-u2f", "none", "made-up"]) {
      const [done] = await doneBy(browser, add(browser, { attestation: [format, statement] }));
      expect([format, done]).toEqual([format, "passkey-added"]);
    }
    expect((await factors()).passkeys).toHaveLength(7);
  });

  test("S-12-passkey: an id longer than the specification allows is refused: no address could name it", async () => {
    expect((await doneBy(browser, add(browser, {}, 1023)))[0]).toBe("passkey-added");
    expect(wordsOf(await add(browser, {}, 1024))).toContain("The passkey could not be set up.");
    const [{ id } = { id: "" }] = (await factors()).passkeys;
    expect((await browser.get(`${path}/${id}`)).status).toBe(200);
  });

  test("S-12-passkey: one that was made in a frame of another site is refused", async () => {
    expect(wordsOf(await add(browser, { crossOrigin: true }))).toContain("The passkey could not be set up.");
    expect((await factors()).passkeys).toEqual([]);
  });

  test("ways to reach the authenticator that are none, or many, are passed over", async () => {
    for (const transports of [5, "usb", { length: 1 }, ["usb", null, {}, "usb", "made-up"]])
      expect((await doneBy(browser, add(browser, { transports })))[0]).toBe("passkey-added");
    expect((await factors()).passkeys.flatMap((passkey) => passkey.transports)).toEqual(["usb"]);
  });

  test("at a bare address there are none, and the page says why", async () => {
    const bare = await startTestServer({ POSTERN_ISSUER: "https://192.0.2.7" });
    try {
      const { user } = await createPerson(bare);
      const visitor = await surelySignedIn(bare, user);
      visitor.cookies.set("__Host-postern", visitor.cookies.get("postern") ?? "");
      const page = await visitor.get(path);
      expect(wordsOf(page)).toContain("Passkeys do not work at this address.");
      expect(page.forms.map(({ id }) => id)).not.toContain("add-passkey");
    } finally {
      await bare.stop();
    }
  });

  test("S-14-fresh-sign-in: it is asked who is there when the sign-in is older than ten minutes", async () => {
    await expectFreshSignInAsked(server, browser, path, (page) => {
      const passkey = newPasskey(server).create(passkeyOptionsIn(page.body, "add-passkey"));
      return browser.submit(page, "add-passkey", { fields: { passkey } });
    });
    expect((await factors()).passkeys).toEqual([]);
  });

  test("a form from elsewhere is refused", async () => {
    await expectForgeryRefused(browser, await browser.get(path), "add-passkey");
  });
});

describe("one of them", () => {
  let id: string;
  beforeEach(async () => {
    ({ id } = await enrolPasskey(server, alice));
    browser = await surelySignedIn(server, alice.user);
  });

  const rename = async (name: string) =>
    browser.submit(await browser.get(`${path}/${id}`), "rename-passkey", { fields: { name } });

  test("is renamed", async () => {
    const [done, page] = await doneBy(browser, rename(" Blue key "));
    expect(done).toBe("passkey-renamed");
    expect(rowOf(page, `passkey-${id}`)).toStartWith("Blue key");
    expect(await newestEvents(server, 1)).toEqual([`passkey.renamed by ${alice.user.id}`]);
  });

  test("a name that cannot be one is refused in a sentence", async () => {
    expect(wordsOf(await rename(""))).toContain("Give the passkey a name.");
    for (const name of ["x".repeat(101), "\u202ename"]) {
      const page = await rename(name);
      expect(wordsOf(page)).toContain("This name cannot be used.");
      expect(page.forms.find((form) => form.id === "rename-passkey")?.fields.name).toBe(name);
    }
    expect((await factors()).passkeys[0]?.name).toBe("Passkey");
  });

  test("a name with markup in it comes out as text", async () => {
    await rename("<script>alert(1)</script>");
    for (const page of [await browser.get(path), await browser.get(`${path}/${id}`)])
      expect(page.body).not.toContain("<script>alert");
  });

  test("is removed, and its person told what that means", async () => {
    const page = await browser.get(`${path}/${id}`);
    expect(wordsOf(page)).toContain("from then on your password alone opens your account");
    const [done, list] = await doneBy(browser, browser.submit(page, "remove-passkey"));
    expect(done).toBe("passkey-removed");
    expect(wordsOf(list)).toContain("Delete it on your device as well.");
    expect((await factors()).passkeys).toEqual([]);
    expect(await newestEvents(server, 1)).toEqual([`passkey.removed by ${alice.user.id}`]);
    expect((await server.context.store.events.list(1))[0]).toMatchObject({
      address: "127.0.0.1",
      detail: { passkey: "Passkey" },
    });
    expect((await browser.get(`${path}/${id}`)).status).toBe(404);
  });

  test("S-13-policy: the last second step stays where one is demanded; with another one beside it, it may go", async () => {
    const carol = await createPerson(strict, { username: `carol${count}` });
    const { id: needed } = await enrolPasskey(strict, carol);
    const visitor = await surelySignedIn(strict, carol.user);
    const page = await visitor.get(`${path}/${needed}`);
    expect(wordsOf(page)).toContain("Your account must have a second step.");
    expect(page.forms.map((form) => form.id)).not.toContain("remove-passkey");
    await enrolTotp(strict, carol);
    const allowed = await visitor.get(`${path}/${needed}`);
    await strict.context.store.factors.disableTotp({
      userId: carol.user.id,
      event: { at: strict.context.clock.now(), name: "totp.disabled", actor: { kind: "system" } },
    });
    // The form was shown while it might go.
    const refused = await visitor.submit(allowed, "remove-passkey");
    expect(wordsOf(refused)).toContain("Your account must have a second step.");
    expect((await factors(carol, strict)).passkeys).toHaveLength(1);
    await enrolTotp(strict, carol);
    expect((await doneBy(visitor, visitor.submit(allowed, "remove-passkey")))[0]).toBe("passkey-removed");
  });

  test("one of another address is marked, does not count, and can be removed", async () => {
    const { store, clock } = server.context;
    const actor = { kind: "system" } as const;
    const [known] = (await factors()).passkeys;
    if (known === undefined) throw new Error("there is no passkey");
    const elsewhere = { ...known, id: "from-elsewhere", rpId: "old.example" };
    const event = { at: clock.now(), name: "passkey.added", actor } as const;
    await store.factors.addPasskey({ passkey: elsewhere, most: 20, event });
    expect(rowOf(await browser.get(path), "passkey-from-elsewhere")).toContain("For another address");
    const page = await browser.get(`${path}/from-elsewhere`);
    expect(wordsOf(page)).toContain("It was made when this server had another address, and does not work here.");
    expect(wordsOf(page)).not.toContain("your password alone opens your account");
    expect((await doneBy(browser, browser.submit(page, "remove-passkey")))[0]).toBe("passkey-removed");
    expect((await factors()).passkeys.map((passkey) => passkey.id)).toEqual([id]);
  });

  test("when it was used last is shown", async () => {
    expect(rowOf(await browser.get(path), `passkey-${id}`)).toContain("Never");
    const challenge = { id: "once", expiresAt: server.context.clock.now() };
    await startSessionWith(
      server.context,
      { kind: "passkey", id, signCount: 0, isBackupEligible: false, isBackedUp: false, challenge },
      { user: alice.user, amr: ["hwk"], address: "::1", userAgent: undefined, replaces: undefined },
    );
    expect(rowOf(await browser.get(path), `passkey-${id}`)).toContain("just now");
  });

  test("S-15-own-things: another person's is as good as none", async () => {
    const bob = await createPerson(server, { username: `bob${count}` });
    const stranger = await surelySignedIn(server, bob.user);
    const own = await enrolPasskey(server, bob);
    const ownPage = await stranger.get(`${path}/${own.id}`);
    const csrf = ownPage.forms.find((form) => form.id === "rename-passkey")?.fields.csrf ?? "";
    const answers = [
      await stranger.get(`${path}/${id}`),
      await stranger.post(`${path}/${id}/name`, { csrf, name: "Mine" }),
      await stranger.post(`${path}/${id}/remove`, { csrf }),
      await stranger.get(`${path}/nothing`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await factors()).passkeys).toMatchObject([{ id, name: "Passkey" }]);
  });

  test("forms from elsewhere, and tokens of another passkey, are refused", async () => {
    const second = await enrolPasskey(server, alice);
    const page = await browser.get(`${path}/${id}`);
    const csrf = (await browser.get(`${path}/${second.id}`)).forms[1]?.fields.csrf ?? "";
    for (const form of ["rename-passkey", "remove-passkey"]) {
      await expectForgeryRefused(browser, page, form);
      expect((await browser.submit(page, form, { fields: { csrf, name: "Other" } })).status).toBe(403);
    }
    expect((await factors()).passkeys).toHaveLength(2);
  });

  test("S-14-fresh-sign-in: it is asked who is there when the sign-in is older than ten minutes", async () => {
    const page = await browser.get(`${path}/${id}`);
    server.advance(hours(1));
    for (const answer of [
      await browser.get(`${path}/${id}`),
      await browser.submit(page, "remove-passkey"),
      await browser.submit(page, "rename-passkey", { fields: { name: "Other" } }),
    ])
      expect(answer.location).toStartWith(`${server.issuer}${paths.signIn}?next=`);
    expect((await factors()).passkeys).toMatchObject([{ name: "Passkey" }]);
  });
});

const rowDate = ({ body }: Answer): string => /data-moment[^>]*>([^<]*)</.exec(body)?.[1] ?? "";
