import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { findAccountLink } from "../../src/administration/links.ts";
import { updateUser } from "../../src/administration/users.ts";
import { asUserId } from "../../src/brand.ts";
import { paths } from "../../src/http/paths.ts";
import type { User } from "../../src/model/user.ts";
import { hours, minutes } from "../../src/time.ts";
import { wordsOf } from "../support/account.ts";
import { newestEvents, startWithAdministrator } from "../support/administrators.ts";
import { outcomeOf } from "../support/authorization.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createUser } from "../support/grants.ts";
import { createPerson, type TestPerson } from "../support/people.ts";
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let root: TestPerson;
let browser: TestBrowser;

beforeAll(async () => {
  ({ server, root, browser } = await startWithAdministrator());
});
afterAll(() => server.stop());

const people = `${paths.admin}/people`;
const pathOf = ({ id }: User) => `${people}/${id}`;
const find = ({ id }: User) => server.context.store.users.find(id);
const byName = (username: string) => server.context.store.users.findByName(username);

/** The answer after the redirect that a form ends in. */
const done = async (sent: Promise<Answer>) => browser.follow(await sent);

/** A person's page of confirmation, sent. */
async function confirmed(user: User, action: string, fields: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return browser.submit(await browser.get(`${pathOf(user)}/${action}`), action, { fields });
}

/** The one-time link that a page shows. */
function linkIn({ body }: Answer): string {
  const token = body.match(/\/login\/link\?token=([\w-]+)</)?.[1];
  if (token === undefined) throw new Error(`no link: ${body.slice(0, 2000)}`);
  return token;
}

/** The user names in a list of people, in its order. */
const listed = ({ body }: Answer) => [...body.matchAll(/<tr id="person-([\w-]+)"/g)].map(([, id = ""]) => id);

describe("the list", () => {
  test("shows who has an account, and what is to be known at a glance", async () => {
    const disabled = await createUser(server, { username: "dora", displayName: "Dora Disabled" });
    const at = server.context.clock.now();
    const event = { at, name: "user.disabled", actor: { kind: "system" }, userId: disabled.id } as const;
    await server.context.store.users.setDisabled({ id: disabled.id, at, event });
    const { body, status } = await browser.get(people);
    expect(status).toBe(200);
    const row = (id: string) => body.slice(body.indexOf(`id="person-${id}"`)).split("</tr>")[0] ?? "";
    expect(row(disabled.id)).toContain("Dora Disabled");
    expect(row(disabled.id)).toContain("Switched off");
    expect(row(disabled.id)).toContain("Invited");
    expect(row(root.user.id)).toContain("Administrator");
    expect(row(root.user.id)).toContain("You");
  });

  test("search finds names, addresses and groups; what is special to SQL is a letter like any other", async () => {
    const percent = await createUser(server, { username: "a%b_c", displayName: "Per Cent", email: "per@cent.example" });
    const plain = await createUser(server, { username: "axbxc", groups: ["wheel"], email: "axbxc@plain.example" });
    const search = async (q: string) => listed(await browser.get(`${people}?${new URLSearchParams({ q })}`));
    expect(await search("a%b_c")).toEqual([percent.id]);
    expect(await search("%")).toEqual([percent.id]);
    expect(await search("PER CENT")).toEqual([percent.id]);
    expect(await search("@plain.example")).toEqual([plain.id]);
    expect(await search("wheel")).toEqual([plain.id]);
    expect(await search("' or 1=1 --")).toEqual([]);
    expect((await browser.get(`${people}?q=nobody-is-called-so`)).body).toContain("Nobody fits this search.");
  });

  test("only administrators, where those are asked for", async () => {
    expect(listed(await browser.get(`${people}?role=admin`))).toEqual([root.user.id]);
  });

  test("pages follow on each other; a page beyond the end is the last one, and nonsense the first", async () => {
    for (let index = 10; index < 40; index++) await createUser(server, { username: `many-${index}` });
    const names = async (query: string) => {
      const { body } = await browser.get(`${people}?q=many-&${query}`);
      return [...body.matchAll(/many-\d\d(?=<\/bdi>)/g)].map(([name]) => name);
    };
    const [first, second] = [await names(""), await names("offset=25")];
    expect([first.length, second.length]).toEqual([25, 5]);
    expect(new Set([...first, ...second]).size).toBe(30);
    for (const beyond of ["offset=30", "offset=999999999"]) expect(await names(beyond)).toEqual(second);
    for (const nonsense of ["offset=-1", "offset=x", "offset=1e9", "offset=9999999999"])
      expect(await names(nonsense)).toEqual(first);
    const { body } = await browser.get(`${people}?q=many-`);
    expect(body).toContain("1 to 25 of 30");
    expect(body).toContain("/admin/people?q=many-&amp;offset=25");
  });
});

describe("a new person", () => {
  const form = () => browser.get(`${people}/new`);
  const send = async (fields: Readonly<Record<string, string>>) =>
    browser.submit(await form(), "new-person", { fields });

  test("gets an invite link, shown once as text and QR code, that leads to their account", async () => {
    const answer = await send({
      username: "Ida",
      display_name: "Ida Invited",
      email: "ida@example.org",
      email_verified: "on",
      role: "user",
      groups: "family, wheel  family",
      entry: "invite",
    });
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(answer.body).toContain("qr-code");
    const user = await byName("ida");
    expect(user).toMatchObject({
      displayName: "Ida Invited",
      email: "ida@example.org",
      emailVerified: true,
      role: "user",
      groups: ["family", "wheel"],
    });
    expect(user?.passwordHash).toBeUndefined();
    expect(await findAccountLink(server.context, linkIn(answer))).toMatchObject({
      kind: "invite",
      user: { id: user?.id },
    });
    const by = `by ${root.user.id}`;
    expect(await newestEvents(server, 2)).toEqual([`link.created ${by}`, `user.created ${by}`]);
    const page = await browser.get(`${people}/${user?.id}`);
    expect(page.body).not.toContain("token=");
    expect(page.body).toContain("Make an invite link");
  });

  test("or a password, with which they sign in", async () => {
    const fields = { username: "paul", role: "admin", entry: "password", password: "correct horse battery" };
    const answer = await send(fields);
    expect(answer.status).toBe(303);
    expect((await browser.follow(answer)).body).toContain("The account has been created.");
    expect(await byName("paul")).toMatchObject({ role: "admin" });
    const own = new TestBrowser(server);
    expect((await own.signIn(await own.get(paths.signIn), fields)).status).toBe(303);
  });

  test("what is wrong is said in words beside what was typed, and nobody is made", async () => {
    const sound = {
      username: "fine",
      display_name: "Kept Name",
      email: "kept@example.org",
      groups: "kept",
      entry: "invite",
    };
    for (const [fields, words] of [
      [{ username: "" }, "Enter a username."],
      [{ username: "two words" }, "This username cannot be used."],
      [{ username: "ROOT" }, "Somebody has this username already."],
      [{ display_name: "turned‮around" }, "This name cannot be used."],
      [{ email: "nowhere" }, "This is not an email address."],
      [{ groups: "x".repeat(65) }, "A group has at most 64 visible characters"],
      [{ entry: "password" }, "Enter a password, or choose the invite link."],
      [{ entry: "password", password: "short" }, "The password is too short."],
      [{ entry: "password", password: "x".repeat(1025) }, "The password is too long."],
      [{ entry: "password", password: "password1" }, "among the first that a stranger would try"],
    ] as const) {
      const answer = await send({ ...sound, ...fields });
      expect(answer.body).toContain(words);
      const kept = answer.forms.find(({ id }) => id === "new-person")?.fields ?? {};
      const { username, display_name, email, groups } = { ...sound, ...fields };
      expect(kept).toMatchObject({ username, display_name, email, groups });
      expect(kept.password).toBe("");
      expect(answer.body).not.toContain("token=");
    }
    expect(await byName("fine")).toBeUndefined();
  });

  test("is made only by who has shown just now that it is them", async () => {
    const stale = await signedInBrowser(server, root.user);
    const page = await stale.get(`${people}/new`);
    server.advance(minutes(11));
    for (const answer of [
      await stale.get(`${people}/new`),
      await stale.submit(page, "new-person", { fields: { username: "stale", entry: "invite" } }),
    ]) {
      expect([answer.status, new URL(answer.location ?? "").pathname]).toEqual([303, paths.signIn]);
    }
    const back = await stale.follow(await stale.signIn(await stale.open(`${people}/new`), root));
    expect(back.forms.map(({ id }) => id)).toContain("new-person");
    expect(await byName("stale")).toBeUndefined();
    browser = await signedInBrowser(server, root.user);
  });
});

describe("a person's page", () => {
  test("tells who they are, how they get in, and what happened", async () => {
    const person = await createPerson(server, { username: "mia", displayName: "Mia", email: "mia@example.org" });
    await signedInBrowser(server, person.user, {});
    const { body } = await browser.get(pathOf(person.user));
    for (const words of ["mia@example.org", "Not verified", person.user.id, "Account created", "Signed in", "Active"]) {
      expect(body).toContain(words);
    }
  });

  test("of nobody is not there, whatever is asked of it", async () => {
    const gone = { ...root.user, id: asUserId("A".repeat(22)) };
    for (const path of ["", "/edit", "/delete", "/invite", "/nonsense"])
      expect((await browser.get(pathOf(gone) + path)).status).toBe(404);
    for (const path of ["/edit", "/switch-on", "/unlock", "/delete", "/invite", "/nonsense"])
      expect((await browser.post(pathOf(gone) + path, {})).status).toBe(404);
    expect((await browser.get(`${pathOf(root.user)}/nonsense`)).status).toBe(404);
  });

  test("is edited, and shows again what was typed where something is wrong", async () => {
    const user = await createUser(server, { username: "edith", groups: ["old"] });
    const page = () => browser.get(`${pathOf(user)}/edit`);
    const wrong = await browser.submit(await page(), "edit-person", {
      fields: { username: "root", email: "new@example.org" },
    });
    expect(wrong.body).toContain("Somebody has this username already.");
    expect(wrong.forms[0]?.fields).toMatchObject({ username: "root", email: "new@example.org" });
    const fields = {
      username: "Edda",
      display_name: "",
      email: "edda@example.org",
      email_verified: "",
      role: "admin",
      groups: "new",
    };
    const saved = await done(browser.submit(await page(), "edit-person", { fields }));
    expect(saved.body).toContain("Your changes have been saved.");
    const changed = await find(user);
    expect(changed).toMatchObject({
      username: "edda",
      email: "edda@example.org",
      emailVerified: false,
      role: "admin",
      groups: ["new"],
    });
    expect(changed?.displayName).toBeUndefined();
    expect(await newestEvents(server, 1)).toEqual([`user.updated by ${root.user.id}`]);
    await browser.submit(await page(), "edit-person", {
      fields: { role: "user", email: "" },
      without: ["email_verified"],
    });
    expect(await find(user)).toMatchObject({ role: "user", emailVerified: false });
    expect((await find(user))?.email).toBeUndefined();
  });

  test("what was not touched in the form is left as somebody else has made it meanwhile", async () => {
    const user = await createUser(server, { username: "stale", role: "admin", groups: ["staff"] });
    const page = await browser.get(`${pathOf(user)}/edit`);
    const changes = { role: "user", groups: [], email: "other@example.org", emailVerified: false } as const;
    await updateUser(server.context, { kind: "cli" }, user.id, changes);
    await browser.submit(page, "edit-person", { fields: { display_name: "Fresh" } });
    expect(await find(user)).toMatchObject({ displayName: "Fresh", ...changes });
    // A problem in between does not make it forget what it showed.
    const wrong = await browser.submit(page, "edit-person", { fields: { username: "root", display_name: "Fresh" } });
    expect((await browser.submit(wrong, "edit-person", { fields: { username: "stale" } })).status).toBe(303);
    expect(await find(user)).toMatchObject({ displayName: "Fresh", ...changes });
    // The address that is said to be verified is the one that was seen.
    const unverified = await browser.get(`${pathOf(user)}/edit`);
    await updateUser(server.context, { kind: "cli" }, user.id, { email: "evil@example.org" });
    const outdated = await browser.submit(unverified, "edit-person", { fields: { email_verified: "on" } });
    expect(await find(user)).toMatchObject({ email: "evil@example.org", emailVerified: false });
    expect(outdated.forms[0]?.fields).toMatchObject({ email: "evil@example.org" });
    expect(outdated.forms[0]?.fields).not.toHaveProperty("email_verified");
  });

  test("what two change at once is overwritten only by somebody who has seen it", async () => {
    const user = await createUser(server, { username: "twice", displayName: "Then", groups: ["staff"] });
    const page = await browser.get(`${pathOf(user)}/edit`);
    await updateUser(server.context, { kind: "cli" }, user.id, { displayName: "Theirs", email: "t@example.org" });
    const fields = { display_name: "Mine", groups: "mine" };
    const answer = await browser.submit(page, "edit-person", { fields });
    expect([
      answer.status,
      wordsOf(answer).includes("Somebody else has changed this since you opened the form."),
    ]).toEqual([200, true]);
    expect(await find(user)).toMatchObject({ displayName: "Theirs", groups: ["staff"] });
    // What nobody else has touched is still as it was typed.
    expect(answer.forms[0]?.fields).toMatchObject({
      display_name: "Theirs",
      email: "t@example.org",
      groups: "mine",
    });
    expect((await browser.submit(answer, "edit-person", { fields: { display_name: "Mine" } })).status).toBe(303);
    expect(await find(user)).toMatchObject({ displayName: "Mine", email: "t@example.org", groups: ["mine"] });
    // The same change twice is no dispute.
    const again = await browser.get(`${pathOf(user)}/edit`);
    await updateUser(server.context, { kind: "cli" }, user.id, { displayName: "Both" });
    expect((await browser.submit(again, "edit-person", { fields: { display_name: "Both" } })).status).toBe(303);
  });

  test("groups that the field cannot tell apart stay as long as nobody changes it", async () => {
    const user = await createUser(server, { username: "comma", groups: ["a,b", "c"] });
    const page = await browser.get(`${pathOf(user)}/edit`);
    await browser.submit(page, "edit-person", { fields: { display_name: "Comma", role: "user" } });
    expect(await find(user)).toMatchObject({ displayName: "Comma", groups: ["a,b", "c"] });
  });

  test("a code in the address tells what was done; nothing else in it is shown", async () => {
    expect((await browser.get(`${pathOf(root.user)}?done=unlocked`)).body).toContain("The wait is over");
    for (const code of ["<b>x</b>", "constructor", "toString", "%3Cb%3E"]) {
      const { body, status } = await browser.get(`${pathOf(root.user)}?done=${encodeURIComponent(code)}`);
      expect([status, body.includes("notice-good")]).toEqual([200, false]);
    }
  });
});

describe("what is done to a person", () => {
  test("an invite or a reset link is shown once and good for their account", async () => {
    const invited = await createUser(server, { username: "liv" });
    const person = await createPerson(server, { username: "lou" });
    for (const [user, kind] of [
      [invited, "invite"],
      [person.user, "reset"],
    ] as const) {
      const answer = await confirmed(user, kind);
      expect(await findAccountLink(server.context, linkIn(answer))).toMatchObject({ kind, user: { id: user.id } });
      expect(await newestEvents(server, 1)).toEqual([`link.created by ${root.user.id}`]);
    }
  });

  test("nobody gets a link to an account that is switched off", async () => {
    const user = await createUser(server, { username: "off" });
    const page = await browser.get(`${pathOf(user)}/invite`);
    await confirmed(user, "switch-off");
    expect((await browser.submit(page, "invite")).body).toContain("Switch it on before you make a link.");
  });

  test("switching off ends their sessions and can be undone", async () => {
    const person = await createPerson(server, { username: "olaf" });
    const own = await signedInBrowser(server, person.user);
    const page = await done(confirmed(person.user, "switch-off"));
    expect(page.body).toContain("The account is switched off.");
    expect((await own.get(paths.home)).body).not.toContain("Signed in as");
    expect((await find(person.user))?.disabledAt).toBeDefined();
    expect((await done(browser.submit(page, "switch-on"))).body).toContain("switched on again");
    expect((await find(person.user))?.disabledAt).toBeUndefined();
    const by = `by ${root.user.id}`;
    expect(await newestEvents(server, 2)).toEqual([`user.enabled ${by}`, `user.disabled ${by}`]);
  });

  test("a wait after wrong passwords is seen and ended", async () => {
    const person = await createPerson(server, { username: "lena" });
    for (let tries = 0; tries < 6; tries++) {
      const own = new TestBrowser(server);
      await own.signIn(await own.get(paths.signIn), { username: "lena", password: "wrong wrong" });
      server.advance(minutes(1));
    }
    await server.context.store.users.recordFailure({
      id: person.user.id,
      now: server.context.clock.now(),
      free: 1,
      first: minutes(5),
      longest: minutes(10),
      event: { at: server.context.clock.now(), name: "sign-in.failed", actor: { kind: "anonymous" } },
    });
    const page = await browser.get(pathOf(person.user));
    expect(page.body).toContain("Waiting after wrong passwords");
    const after = await done(browser.submit(page, "unlock"));
    expect(after.body).toContain("The wait is over");
    expect(after.body).not.toContain("Waiting after wrong passwords");
    expect(await newestEvents(server, 1)).toEqual([`user.unlocked by ${root.user.id}`]);
    browser = await signedInBrowser(server, root.user);
  });

  test("signing out everywhere ends every session", async () => {
    const person = await createPerson(server, { username: "sven" });
    const own = [await signedInBrowser(server, person.user), await signedInBrowser(server, person.user)];
    expect((await done(confirmed(person.user, "sign-out"))).body).toContain("signed out everywhere");
    for (const one of own) expect((await one.get(paths.home)).body).not.toContain("Signed in as");
    expect(await newestEvents(server, 1)).toEqual([`session.ended by ${root.user.id}`]);
  });

  test("removing the factors takes all of them, and ends the sessions", async () => {
    const person = await createPerson(server, { username: "fanny" });
    const own = await signedInBrowser(server, person.user);
    const { store, clock } = server.context;
    const event = { at: clock.now(), actor: { kind: "system" }, userId: person.user.id } as const;
    await store.factors.enableTotp({
      userId: person.user.id,
      totp: { sealedSeed: "x", confirmedAt: clock.now(), lastStep: 0 },
      event: { ...event, name: "totp.enabled" },
    });
    const page = await browser.get(pathOf(person.user));
    expect(page.body).toContain("Remove the second factor");
    const after = await done(confirmed(person.user, "remove-factors"));
    expect(after.body).not.toContain("Remove the second factor");
    expect(await store.factors.of(person.user.id)).toEqual({ passkeys: [] });
    expect((await own.get(paths.home)).body).not.toContain("Signed in as");
    expect(await newestEvents(server, 1)).toEqual([`factors.reset by ${root.user.id}`]);
  });

  test("what is asked once more names the account and what it has to lose", async () => {
    const { user } = await createPerson(server, { username: "edith", email: "edith@nas.example" });
    await signedInBrowser(server, user);
    await signedInBrowser(server, user);
    for (const action of ["reset", "sign-out", "switch-off", "delete"]) {
      const { body } = await browser.get(`${pathOf(user)}/${action}`);
      const facts = [...body.matchAll(/<dt>([^<]*)<\/dt><dd>(?:<bdi>)?([^<]*)/g)].map(([, label, value]) => [
        label,
        value,
      ]);
      expect(facts).toEqual([
        ["Username", "edith"],
        ["Email address", "edith@nas.example"],
        ["Role", "Person"],
        ["Sessions", "2"],
        ["Apps and devices", "0"],
      ]);
    }
  });

  test("deleting wants the user name typed", async () => {
    const user = await createUser(server, { username: "dieter" });
    for (const confirmation of ["", "dora", "dieter2"]) {
      expect((await confirmed(user, "delete", { confirmation })).body).toContain("This is not the username.");
    }
    expect(await find(user)).toBeDefined();
    expect((await done(confirmed(user, "delete", { confirmation: " Dieter" }))).body).toContain("has been deleted");
    expect(await find(user)).toBeUndefined();
    expect(await newestEvents(server, 1)).toEqual([`user.deleted by ${root.user.id}`]);
    expect(await server.context.store.events.list(1)).toMatchObject([
      { address: expect.stringMatching(/^(?:127\.0\.0\.1|::1)$/), detail: { username: "dieter" } },
    ]);
    expect((await browser.get(paths.admin)).body).toContain('<bdi class="quiet">dieter</bdi>');
    expect((await browser.get(pathOf(user))).status).toBe(404);
  });

  test("what lets somebody in is asked only of who has shown just now that it is them", async () => {
    const user = await createUser(server, { username: "fresh" });
    const sensitive = ["invite", "reset", "remove-factors", "delete", "edit"];
    const stale = await signedInBrowser(server, root.user);
    const pages: Answer[] = [];
    for (const action of sensitive) pages.push(await stale.get(`${pathOf(user)}/${action}`));
    server.advance(minutes(11));
    for (const [index, action] of sensitive.entries()) {
      const page = pages[index];
      if (page === undefined) throw new Error("no page");
      const asked = await stale.get(`${pathOf(user)}/${action}`);
      const sent = await stale.submit(page, action === "edit" ? "edit-person" : action, {
        fields: { confirmation: "fresh", role: "admin" },
      });
      expect([asked, sent].map(outcomeOf)).toEqual([`303 ${paths.signIn}`, `303 ${paths.signIn}`]);
    }
    expect(await find(user)).toMatchObject({ role: "user" });
    browser = await signedInBrowser(server, root.user);
  });
});

describe("the last administrator, and oneself", () => {
  let lone: { readonly server: TestServer; readonly root: TestPerson; readonly browser: TestBrowser };
  beforeAll(async () => {
    lone = await startWithAdministrator();
  });
  afterAll(() => lone.server.stop());

  const sentence = "This is the last administrator.";
  const own = () => pathOf(lone.root.user);
  const open = (action: string) => lone.browser.get(`${own()}/${action}`);

  test("the last administrator is not switched off, deleted or made a person like others", async () => {
    const off = await lone.browser.submit(await open("switch-off"), "switch-off");
    const deleted = await lone.browser.submit(await open("delete"), "delete", { fields: { confirmation: "root" } });
    const demoted = await lone.browser.submit(await open("edit"), "edit-person", {
      fields: { role: "user", own_role: "on" },
    });
    for (const { body } of [off, deleted, demoted]) expect(body).toContain(sentence);
    expect(await lone.server.context.store.users.find(lone.root.user.id)).toMatchObject({ role: "admin" });
  });

  test("who acts on themselves is warned first, and then led to where they still may be", async () => {
    const second = await createPerson(lone.server, { username: "second", role: "admin" });
    expect((await open("switch-off")).body).toContain("only another administrator can let you in again");
    for (const action of ["delete", "sign-out", "remove-factors"])
      expect((await open(action)).body).toContain("This is your own account");
    const asked = await lone.browser.submit(await open("edit"), "edit-person", { fields: { role: "user" } });
    expect(asked.body).toContain("tick the box if you want that");
    expect(await lone.server.context.store.users.find(lone.root.user.id)).toMatchObject({ role: "admin" });
    const left = await lone.browser.submit(asked, "edit-person", { fields: { role: "user", own_role: "on" } });
    expect(outcomeOf(left)).toBe(`303 ${paths.home}`);
    expect((await lone.browser.get(paths.admin)).status).toBe(403);
    const other = await signedInBrowser(lone.server, second.user);
    const page = await other.get(`${pathOf(second.user)}/sign-out`);
    expect((await other.submit(page, "sign-out")).status).toBe(303);
    expect(outcomeOf(await other.get(people))).toBe(`303 ${paths.signIn}`);
    lone.server.advance(hours(1));
  });
});
