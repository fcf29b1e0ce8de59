import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { makeAccountLink } from "../../src/administration/links.ts";
import { Refused } from "../../src/administration/refused.ts";
import { paths } from "../../src/http/paths.ts";
import type { User } from "../../src/model/user.ts";
import { days, minutes } from "../../src/time.ts";
import { surelySignedIn, wordsOf } from "../support/account.ts";
import { type Api, administratorApi, problemOf } from "../support/api.ts";
import { type Answer, TestBrowser } from "../support/browser.ts";
import { signedInBrowser } from "../support/devices.ts";
import { hostPassword, knownFromHost, startHost, startServerAt, type TestHost } from "../support/host.ts";
import { createPerson } from "../support/people.ts";
import type { TestServer } from "../support/server.ts";

let host: TestHost;
let server: TestServer;
let root: TestBrowser;
let api: Api;
let ann: User;
let browser: TestBrowser;
let count = 0;

beforeAll(async () => {
  host = startHost();
  server = await startServerAt(host, { POSTERN_SESSION_TTL: "30d" });
});
afterAll(async () => {
  await server.stop();
  await host.stop();
});
beforeEach(async () => {
  server.advance(days(1));
  api = await administratorApi(server);
  const boss = await createPerson(server, { username: `root${++count}`, role: "admin" });
  root = await signedInBrowser(server, boss.user);
  ann = await knownFromHost(server, host, { username: `ann${count}`, displayName: "Ann Otter", groups: ["family"] });
  browser = await surelySignedIn(server, ann);
});

const present = () => server.context.store.users.find(ann.id);
const formIds = ({ forms }: Answer) => forms.map(({ id }) => id);

describe("the account pages of one of the host's own users", () => {
  test("say kindly where the password is changed, and take none", async () => {
    const page = await browser.get(`${paths.account}/password`);
    expect(wordsOf(page)).toContain("Your password is that of your account on this system.");
    expect(formIds(page)).not.toContain("change-password");
    const other = await createPerson(server, { username: `local${count}` });
    const form = await (await surelySignedIn(server, other.user)).get(`${paths.account}/password`);
    const sent = {
      ...form.forms.find(({ id }) => id === "change-password")?.fields,
      new_password: "eleven quiet otters",
    };
    const answer = await browser.post(`${paths.account}/password`, sent);
    expect(wordsOf(answer)).toContain("Your password is that of your account on this system.");
    expect((await present())?.passwordHash).toBeUndefined();
    expect(wordsOf(await browser.get(paths.account))).toContain("From your account on this system");
  });

  test("let them say what the host does not, and leave the rest to it", async () => {
    const page = await browser.get(`${paths.account}/profile`);
    expect(wordsOf(page)).toContain("come from your account on this system and are changed there");
    expect(page.body).not.toContain('id="change-email"');
    expect(page.forms.find(({ id }) => id === "profile")?.fields).not.toHaveProperty("display_name");
    const fields = { nickname: "Otti", display_name: "Root" };
    expect((await browser.submit(page, "profile", { fields })).status).toBe(303);
    expect(await present()).toMatchObject({ displayName: "Ann Otter", claims: { nickname: "Otti" } });
    const email = await browser.get(`${paths.account}/profile/email`);
    expect(email.location).toBe(`${server.issuer}${paths.account}/profile`);
  });

  test("ask the host for sure before what is sensitive, after ten minutes", async () => {
    server.advance(minutes(11));
    const asked = await browser.open(`${paths.account}/passkeys`);
    const first = host.asked.length;
    expect(asked.forms[0]?.fields.username).toBe(ann.username);
    expect((await browser.signIn(asked, { username: ann.username, password: "wrong wrong" })).status).toBe(200);
    const answer = await browser.signIn(asked, { username: ann.username, password: hostPassword });
    expect(answer.location).toBe(`${server.issuer}${paths.account}/passkeys`);
    expect(host.asked.length - first).toBe(2);
  });
});

describe("the admin pages", () => {
  const pathOf = () => `${paths.admin}/people/${ann.id}`;

  test("mark them, in the list and on their page, and offer nothing that the host decides", async () => {
    expect(wordsOf(await root.get(`${paths.admin}/people?q=${ann.username}`))).toContain("From the host Active");
    const page = await root.get(pathOf());
    expect(wordsOf(page)).toContain("From the host");
    expect(wordsOf(page)).toContain("they and the password are changed at the host");
    expect(wordsOf(page)).toContain(`Identifier at the host uid-${ann.username}`);
    for (const id of ["edit", "invite", "reset"]) expect(page.body).not.toContain(`id="${id}"`);
    for (const id of ["switch-off", "delete"]) expect(page.body).toContain(`id="${id}"`);
    expect((await root.get(`${pathOf()}/edit`)).location).toBe(`${server.issuer}${pathOf()}`);
  });

  test("make no link for them", async () => {
    for (const action of ["invite", "reset"]) {
      const answer = await root.submit(await root.get(`${pathOf()}/${action}`), action);
      expect(wordsOf(answer)).toContain("This person comes from the host, and this is changed there.");
      expect(answer.body).not.toContain("/login/link?token=");
    }
  });

  test("switch them off and on, and delete them: the next sign-in makes another account", async () => {
    await root.submit(await root.get(`${pathOf()}/switch-off`), "switch-off");
    expect((await browser.get(paths.account)).status).toBe(303);
    await root.submit(await root.get(pathOf()), "switch-on");
    const again = new TestBrowser(server);
    expect(
      (await again.signIn(await again.get(paths.signIn), { username: ann.username, password: hostPassword })).status,
    ).toBe(303);
    await root.submit(await root.get(`${pathOf()}/delete`), "delete", { fields: { confirmation: ann.username } });
    expect(await present()).toBeUndefined();
    const anew = new TestBrowser(server);
    expect(
      (await anew.signIn(await anew.get(paths.signIn), { username: ann.username, password: hostPassword })).status,
    ).toBe(303);
    expect((await server.context.store.users.findByName(ann.username))?.id).not.toBe(ann.id);
  });
});

describe("the REST API", () => {
  test("tells who they are to the host", async () => {
    expect((await api.get(`/users/${ann.id}`)).body).toMatchObject({
      username: ann.username,
      host_subject: `uid-${ann.username}`,
      has_password: false,
    });
    const boss = await createPerson(server, { username: `local${count}` });
    expect((await api.get(`/users/${boss.user.id}`)).body).not.toHaveProperty("host_subject");
  });

  test("changes nothing that the host decides: 409", async () => {
    for (const body of [
      { username: "other" },
      { display_name: "Other" },
      { email: "other@example.net" },
      { email_verified: true },
      { role: "admin" },
      { groups: ["wheel"] },
    ]) {
      expect(problemOf(await api.send("PATCH", `/users/${ann.id}`, body))).toBe("409 from_host");
    }
    expect(problemOf(await api.send("PUT", `/users/${ann.id}/password`, { password: "nine lives of a cat" }))).toBe(
      "409 from_host",
    );
    for (const kind of ["invite", "reset"])
      expect(problemOf(await api.send("POST", `/users/${ann.id}/links`, { kind }))).toBe("409 from_host");
    expect(await present()).toEqual(ann);
  });

  test("does the rest: switch off, unlock, sign out, take factors away, delete", async () => {
    expect((await api.send("PUT", `/users/${ann.id}/disabled`, { disabled: true })).body.disabled).toBe(true);
    expect((await api.send("PUT", `/users/${ann.id}/disabled`, { disabled: false })).body.disabled).toBe(false);
    for (const part of ["/lockout", "/sessions", "/factors", "/grants", ""])
      expect((await api.send("DELETE", `/users/${ann.id}${part}`)).status).toBeOneOf([200, 204]);
    expect(await present()).toBeUndefined();
  });
});

describe("ways to a password", () => {
  test("there is no reset link for one of the host's own users", async () => {
    const made = makeAccountLink(server.context, { kind: "cli" }, { kind: "reset", userId: ann.id });
    expect(await made.catch((error: unknown) => (error instanceof Refused ? error.refusal : error))).toBe("from-host");
  });

  test("the owner's recovery link makes nobody of the host an administrator, and says so", async () => {
    const { url } = await makeAccountLink(server.context, { kind: "cli" }, { kind: "recover" });
    const owner = new TestBrowser(server);
    const fields = { username: ann.username, password: "nine lives of a cat" };
    const answer = await owner.submit(await owner.get(url), "account-link", { fields });
    expect(answer.body).toContain("already");
    expect(await present()).toEqual(ann);
    const other = await owner.submit(answer, "account-link", { fields: { ...fields, username: `owner${count}` } });
    expect(other.status).toBe(303);
  });

  test("nobody makes an account of their name", async () => {
    expect(problemOf(await api.send("POST", "/users", { username: ann.username }))).toBe("409 taken username");
  });
});
