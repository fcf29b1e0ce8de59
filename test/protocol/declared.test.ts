import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { paths } from "../../src/http/paths.ts";
import { wordsOf } from "../support/account.ts";
import { startWithAdministrator } from "../support/administrators.ts";
import { type Api, administratorApi, listed, problemOf } from "../support/api.ts";
import { openAuthorization } from "../support/authorization.ts";
import type { TestBrowser } from "../support/browser.ts";
import { createClient } from "../support/clients.ts";
import { declare } from "../support/declared.ts";
import { signedInBrowser } from "../support/devices.ts";
import { createPerson } from "../support/people.ts";
import type { TestServer } from "../support/server.ts";

let server: TestServer;
let browser: TestBrowser;
let api: Api;

const place = "/etc/declared.json";
const wiki = {
  client_id: "wiki",
  client_name: "Wiki",
  client_secret: "0123456789abcdefghijklmnopqrstuv",
  redirect_uris: ["https://wiki.example/cb"],
};
const ann = { username: "ann", display_name: "Ann", groups: ["family"] };

beforeAll(async () => {
  ({ server, browser } = await startWithAdministrator());
  api = await administratorApi(server);
  await declare(server, { clients: [wiki], users: [ann], scopes: {} });
});
afterAll(() => server.stop());

async function idOf(username: string) {
  const user = await server.context.store.users.findByName(username);
  if (user === undefined) throw new Error(`there is no ${username}`);
  return user.id;
}

describe("scopes", () => {
  test("a running server knows them with the next request: metadata, consent page, boxes, and no more when withdrawn", async () => {
    const app = await createClient(server, { grant_types: ["authorization_code"] });
    const person = await createPerson(server, { username: "sam" });
    const open = async () =>
      (await openAuthorization(await signedInBrowser(server, person.user), app, { scope: "openid notes files" })).body;
    const supported = async () => {
      const answer = await fetch(server.address + paths.openidConfiguration);
      return (await answer.json()) as { readonly scopes_supported: readonly string[] };
    };
    expect(await open()).not.toContain("allow:notes");
    const before = await fetch(server.address + paths.openidConfiguration);
    await declare(server, {
      scopes: { files: "See your files", notes: { description: "Write your notes", optional: true } },
    });
    const page = await open();
    expect(page).toContain("See your files");
    expect(page).toContain("Write your notes");
    expect([page.includes('name="allow:notes"'), page.includes('name="allow:files"')]).toEqual([true, false]);
    expect((await supported()).scopes_supported).toEqual(expect.arrayContaining(["files", "notes"]));
    // A copy with the tag from before is stale.
    const again = await fetch(server.address + paths.openidConfiguration, {
      headers: { "if-none-match": before.headers.get("etag") ?? "" },
    });
    expect(again.status).toBe(200);
    await declare(server, { scopes: { notes: "Write notes" } }, { prune: true });
    expect((await supported()).scopes_supported).not.toContain("files");
    expect(await open()).not.toContain("See your files");
  });

  test("the API lists them with those that are built in", async () => {
    await declare(server, { scopes: { tags: { description: "See your tags", optional: true } } });
    const answer = await api.get("/scopes");
    expect(listed(answer, "name")).toEqual(expect.arrayContaining(["openid", "tags"]));
    expect(answer.body.items).toContainEqual({
      name: "tags",
      description: "See your tags",
      optional: true,
      origin: "apply",
    });
  });
});

describe("the API", () => {
  test("tells what is declared, and refuses a change of it with the place", async () => {
    const path = `/users/${await idOf("ann")}`;
    expect((await api.get(path)).body).toMatchObject({
      origin: "apply",
      declared: ["username", "display_name", "role", "groups"],
    });
    const refused = await api.send("PATCH", path, { groups: ["family", "admins"] });
    expect(problemOf(refused)).toBe("409 declared_in_file groups");
    expect(refused.body.detail).toBe(
      `the groups of this person can only be changed in ${place}, followed by postern apply`,
    );
    expect(problemOf(await api.send("DELETE", path))).toBe("409 declared_in_file");
    expect((await api.send("PATCH", path, { groups: ["family"], email: "ann@example.net" })).status).toBe(200);
    expect((await api.get("/clients/wiki")).body).toMatchObject({ origin: "apply", declared: true });
    for (const [method, at, body] of [
      ["PUT", "/clients/wiki", { ...wiki, client_secret: undefined, client_name: "Mine" }],
      ["POST", "/clients/wiki/secrets", {}],
      ["DELETE", "/clients/wiki", undefined],
    ] as const)
      expect([at, problemOf(await api.send(method, at, body))]).toEqual([at, "409 declared_in_file"]);
  });

  test("disables a declared person and client in an emergency, and neither is enabled by applying", async () => {
    const path = `/users/${await idOf("ann")}`;
    for (const at of [path, "/clients/wiki"])
      expect((await api.send("PUT", `${at}/disabled`, { disabled: true })).status).toBe(200);
    await declare(server, { clients: [wiki], users: [{ ...ann, groups: [] }] });
    for (const at of [path, "/clients/wiki"]) {
      expect((await api.get(at)).body).toMatchObject({ origin: "apply", disabled: true });
      expect((await api.send("PUT", `${at}/disabled`, { disabled: false })).status).toBe(200);
    }
  });

  test("what is no longer declared can be changed and deleted", async () => {
    await declare(server, { users: [ann, { username: "old" }] });
    const path = `/users/${await idOf("old")}`;
    await declare(server, { users: [ann] }, { prune: true });
    expect((await api.get(path)).body).toMatchObject({ origin: "withdrawn", declared: [], disabled: true });
    expect((await api.send("PATCH", path, { role: "admin" })).status).toBe(200);
    expect((await api.send("DELETE", path)).status).toBe(204);
  });
});

describe("pages", () => {
  test("a declared person has a badge and the place, no way to be deleted, and a form that says so", async () => {
    const path = `${paths.admin}/people/${await idOf("ann")}`;
    const page = await browser.get(path);
    expect(wordsOf(page)).toContain(`followed by postern apply: ${place}.`);
    expect(wordsOf(page)).toContain("Declared");
    expect([page.body.includes('id="delete"'), page.body.includes('id="switch-off"')]).toEqual([false, true]);
    const form = await browser.get(`${path}/edit`);
    const answer = await browser.submit(form, "edit-person", { fields: { groups: "admins" } });
    expect(answer.status).toBe(200);
    expect(wordsOf(answer)).toContain("This is declared: change it where it is declared, and run postern apply.");
  });

  test("in the form of a declared person these fields are greyed, with where they are declared, and the others are saved", async () => {
    const path = `${paths.admin}/people/${await idOf("ann")}`;
    const form = await browser.get(`${path}/edit`);
    expect(wordsOf(form)).toContain(`followed by postern apply: ${place}.`);
    const greyed = ["username", "display_name", "groups"].map((name) =>
      new RegExp(`<input[^>]* readonly[^>]* id="${name}"`).test(form.body),
    );
    expect(greyed).toEqual([true, true, true]);
    expect(form.body).toMatch(/<fieldset[^>]* id="role" disabled/);
    expect(form.body).not.toMatch(/<input[^>]* readonly[^>]* id="email"/);
    // A browser does not send what is disabled.
    expect(form.forms[0]?.fields).not.toHaveProperty("role");
    const email = "ann@example.net";
    const saved = await browser.submit(form, "edit-person", { fields: { email, email_verified: "on" } });
    expect(saved.status).toBe(303);
    expect(await server.context.store.users.findByName("ann")).toMatchObject({
      email,
      emailVerified: true,
      role: "user",
    });
    const forged = await browser.submit(form, "edit-person", { fields: { role: "admin" } });
    expect(wordsOf(forged)).toContain("This is declared: change it where it is declared, and run postern apply.");
  });

  test("the page of permissions tells where each is described", async () => {
    await declare(server, { scopes: { shelf: { description: "See your <shelf>", optional: true } } });
    const page = await browser.get(`${paths.admin}/scopes`);
    expect(wordsOf(page)).toContain(`shelf See your <shelf> Yes Declared ${place}`);
    expect(wordsOf(page)).toContain("openid Recognise you when you sign in No Postern");
    await declare(server, { scopes: {} }, { prune: true });
    expect(wordsOf(await browser.get(`${paths.admin}/scopes`))).not.toContain("shelf");
  });

  test("a declared app has a badge and the place, can be switched off, and is neither edited nor deleted", async () => {
    const path = `${paths.admin}/clients/wiki`;
    const page = await browser.get(path);
    expect(wordsOf(page)).toContain(`followed by postern apply: ${place}.`);
    expect(wordsOf(await browser.get(`${paths.admin}/clients`))).toContain("Declared");
    const controls = ["edit-client", "delete", "add-secret", "switch-off"].filter((id) =>
      page.body.includes(`id="${id}"`),
    );
    expect(controls).toEqual(["switch-off"]);
    expect((await browser.get(`${path}/edit`)).location).toEndWith(path);
  });

  test("a person cannot change what is declared of them, and can change the rest", async () => {
    await declare(server, { users: [{ ...ann, email: "ann@example.net" }] });
    const user = await server.context.store.users.findByName("ann");
    if (user === undefined) throw new Error("there is no ann");
    const own = await signedInBrowser(server, user);
    const sent = async (display_name: string, nickname: string) =>
      own.submit(await own.get(`${paths.account}/profile`), "profile", {
        fields: { display_name, nickname, locale: "en" },
      });
    expect(wordsOf(await sent("Annie", "annie"))).toContain(
      "An administrator looks after this: ask them to change it.",
    );
    expect((await sent("Ann", "annie")).status).toBe(303);
    const emailPath = `${paths.account}/profile/email`;
    const answer = await own.submit(await own.get(emailPath), "email-form", { fields: { email: "me@example.net" } });
    expect(wordsOf(answer)).toContain("An administrator looks after this");
    expect(await server.context.store.users.findByName("ann")).toMatchObject({
      displayName: "Ann",
      email: "ann@example.net",
      claims: { nickname: "annie" },
    });
  });
});

describe("initial access tokens", () => {
  test("are listed without their secret, and revoked: by the API and by a page", async () => {
    const made = async () =>
      String((await api.send("POST", "/registration-tokens", { uses: 3 })).body.initial_access_token);
    const registers = async (token: string) =>
      (
        await fetch(server.address + paths.registration, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify({ client_name: "Newcomer", redirect_uris: ["https://new.example/cb"] }),
        })
      ).status;
    const [first, second] = [await made(), await made()];
    expect(await registers(first)).toBe(201);
    const answer = await api.get("/registration-tokens");
    expect(answer.body.items).toEqual(
      expect.arrayContaining([
        { id: expect.stringMatching(/^[\w-]{10}$/), uses_left: 2, expires_at: expect.any(String) },
        { id: expect.stringMatching(/^[\w-]{10}$/), uses_left: 3, expires_at: expect.any(String) },
      ]),
    );
    expect([answer.text.includes(first), answer.text.includes(second)]).toEqual([false, false]);
    const ids = listed(answer, "id");
    expect((await api.send("DELETE", `/registration-tokens/${ids[0]}`)).status).toBe(204);
    expect(problemOf(await api.send("DELETE", `/registration-tokens/${ids[0]}`))).toBe("404 not_found id");
    const page = await browser.get(`${paths.admin}/registrations`);
    const done = await browser.follow(await browser.submit(page, `revoke-${ids[1]}`));
    expect(wordsOf(done)).toContain("The token is revoked.");
    expect([await registers(first), await registers(second)]).toEqual([401, 401]);
    expect((await api.get("/registration-tokens")).body.items).toEqual([]);
    expect((await server.context.store.events.list(1))[0]).toMatchObject({
      name: "registration-token.revoked",
      detail: { token: ids[1] },
    });
  });
});
