import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { days } from "../../src/time.ts";
import { doneBy, expectForgeryRefused, expectFreshSignInAsked, surelySignedIn, wordsOf } from "../support/account.ts";
import { newestEvents } from "../support/administrators.ts";
import { TestBrowser } from "../support/browser.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const path = `${paths.account}/profile`;
const emailPath = `${path}/email`;

let server: TestServer;
let alice: TestPerson;
let browser: TestBrowser;
let count = 0;

beforeAll(async () => {
  server = await startTestServer({ POSTERN_SESSION_TTL: "30d" });
});
afterAll(() => server.stop());
beforeEach(async () => {
  server.advance(days(1));
  alice = await createPerson(server, {
    username: `alice${++count}`,
    displayName: "Alice",
    email: "alice@example.org",
    emailVerified: true,
    claims: { gender: "female", locale: "en" },
  });
  browser = await surelySignedIn(server, alice.user);
});

const stored = () => server.context.store.users.find(alice.user.id);
const save = async (fields: Readonly<Record<string, string>>) =>
  browser.submit(await browser.get(path), "profile", { fields: { locale: "en", ...fields } });
const saveEmail = async (email: string) =>
  browser.submit(await browser.get(emailPath), "email-form", { fields: { email } });

describe("the profile", () => {
  test("every language is named in itself, with a capital", async () => {
    const { body } = await browser.get(path);
    for (const name of ["Deutsch", "Français", "Polski", "日本語"]) expect(body).toContain(`>${name}</option>`);
  });

  test("who is not signed in does that first, and comes back", async () => {
    const stranger = new TestBrowser(server);
    const page = await stranger.open(path);
    const answer = await stranger.follow(await stranger.signIn(page, alice));
    expect(answer.url).toBe(server.issuer + path);
    expect(answer.status).toBe(200);
  });

  test("OIDC Core §5.1: name and claims are what apps get; what others have said of the person stays", async () => {
    const [done, page] = await doneBy(
      browser,
      save({
        display_name: " Alice Älting ",
        given_name: "Alice",
        family_name: "Älting",
        nickname: "Al",
        website: "alice.example/me",
        birthdate: "1990-12-31",
        zoneinfo: "Europe/Berlin",
      }),
    );
    expect(done).toBe("profile-saved");
    expect(wordsOf(page)).toContain("Your profile is saved.");
    expect(await stored()).toMatchObject({
      displayName: "Alice Älting",
      claims: {
        gender: "female",
        locale: "en",
        given_name: "Alice",
        family_name: "Älting",
        nickname: "Al",
        website: "https://alice.example/me",
        birthdate: "1990-12-31",
        zoneinfo: "Europe/Berlin",
      },
    });
    expect(await newestEvents(server, 1)).toEqual([`user.updated by ${alice.user.id}`]);
    expect((await server.context.store.events.list(1))[0]?.address).toBe("127.0.0.1");
    expect(page.forms.find(({ id }) => id === "profile")?.fields).toMatchObject({
      website: "https://alice.example/me",
    });
  });

  test("an empty field takes the value away", async () => {
    await save({ display_name: "A", nickname: "Al" });
    await save({ display_name: "", nickname: "" });
    const user = await stored();
    expect(user?.displayName).toBeUndefined();
    expect(user?.claims).toEqual({ gender: "female", locale: "en" });
  });

  test("the language is chosen for all pages, or left to the browser", async () => {
    const german = { headers: { "accept-language": "de" } };
    expect((await browser.get(path, german)).body).toContain('<html lang="en">');
    const [, page] = await doneBy(browser, save({ locale: "de" }));
    expect(page.body).toContain('<html lang="de">');
    expect(wordsOf(page)).toContain("Ihr Profil ist gespeichert.");
    const [, again] = await doneBy(browser, save({ locale: "" }));
    expect(again.body).toContain('<html lang="en">');
    expect((await stored())?.claims).toEqual({ gender: "female" });
    expect((await browser.get(path, german)).body).toContain('<html lang="de">');
  });

  test("a language of the account that these pages do not speak is kept until another is chosen", async () => {
    const { store, clock } = server.context;
    const event = { at: clock.now(), name: "user.updated", actor: { kind: "system" } } as const;
    await store.users.update({ id: alice.user.id, changes: { claims: { locale: "de-CH" } }, event });
    await save({ locale: "de", nickname: "Al" });
    expect((await stored())?.claims).toEqual({ locale: "de-CH", nickname: "Al" });
  });

  test("all that is wrong is said at once, beside what was typed, and nothing is saved", async () => {
    const before = await stored();
    const wrong = {
      given_name: "x".repeat(101),
      nickname: "a\u202eb",
      website: "javascript:alert(1)",
      birthdate: "1990-02-30",
      zoneinfo: "Mars/Base",
    };
    const page = await save(wrong);
    expect(page.status).toBe(200);
    expect(wordsOf(page)).toContain("This is not a web address.");
    expect(wordsOf(page)).toContain("This is not a date.");
    expect(wordsOf(page)).toContain("This time zone is not known.");
    expect([...page.body.matchAll(/aria-invalid="true"/g)]).toHaveLength(5);
    expect(page.forms.find(({ id }) => id === "profile")?.fields).toMatchObject({ website: "javascript:alert(1)" });
    expect(wordsOf(await save({ display_name: "\u202ex" }))).toContain("This name cannot be used.");
    expect(await stored()).toEqual(before);
  });

  test("user name, role and groups cannot be changed by who they are about", async () => {
    const before = await stored();
    await save({ display_name: "Alice", username: "root", role: "admin", groups: "wheel", email: "evil@example.org" });
    expect(await stored()).toMatchObject({ ...before, updatedAt: expect.any(Number) });
  });

  test("what people say of themselves comes out as text", async () => {
    const evil = `"><script>alert(1)</script>`;
    await save({ display_name: evil, nickname: evil });
    for (const page of [await browser.get(path), await browser.get(paths.account)]) {
      expect(page.body).not.toContain("<script>alert");
      expect(page.body).not.toContain('value=""><');
    }
  });

  test("a form from elsewhere is refused", async () => {
    const before = await stored();
    await expectForgeryRefused(browser, await browser.get(path), "profile");
    expect(await stored()).toEqual(before);
  });
});

describe("the e-mail address", () => {
  test("a changed one is not verified; the same one stays as it is", async () => {
    expect((await doneBy(browser, saveEmail("alice@example.org")))[0]).toBe("email-saved");
    expect(await stored()).toMatchObject({ email: "alice@example.org", emailVerified: true });
    const [, page] = await doneBy(browser, saveEmail(" new@example.org "));
    expect(await stored()).toMatchObject({ email: "new@example.org", emailVerified: false });
    expect(wordsOf(page)).toContain("new@example.org Not verified");
    expect(await newestEvents(server, 1)).toEqual([`user.updated by ${alice.user.id}`]);
  });

  test("an empty one takes it away", async () => {
    await saveEmail("");
    expect(await stored()).toMatchObject({ email: undefined, emailVerified: false });
  });

  test("what is no address is refused, in a sentence", async () => {
    for (const wrong of ["alice", "a@b@c", "<a>@example.org", `${"a".repeat(250)}@b.example`]) {
      const page = await saveEmail(wrong);
      expect(wordsOf(page)).toContain("This is not an email address.");
      expect(page.body).toContain('aria-invalid="true"');
    }
    expect((await stored())?.email).toBe("alice@example.org");
  });

  test("S-14-fresh-sign-in: asks who is there when the sign-in is older than ten minutes", async () => {
    await expectFreshSignInAsked(server, browser, emailPath, (page) =>
      browser.submit(page, "email-form", { fields: { email: "new@example.org" } }),
    );
    expect((await stored())?.email).toBe("alice@example.org");
    // Signing in leads back to the page.
    const page = await browser.open(emailPath);
    const back = await browser.follow(await browser.signIn(page, alice));
    expect(back.url).toBe(server.issuer + emailPath);
    expect(back.forms.map(({ id }) => id)).toContain("email-form");
  });

  test("a form from elsewhere is refused", async () => {
    await expectForgeryRefused(browser, await browser.get(emailPath), "email-form");
    expect((await stored())?.email).toBe("alice@example.org");
  });
});
