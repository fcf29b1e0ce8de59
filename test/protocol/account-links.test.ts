import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { makeAccountLink } from "../../src/administration/links.ts";
import {
  createUser,
  deleteUser,
  endUserSessions,
  resetFactors,
  setUserDisabled,
  updateUser,
} from "../../src/administration/users.ts";
import { paths } from "../../src/http/paths.ts";
import type { LinkKind } from "../../src/model/link.ts";
import type { User } from "../../src/model/user.ts";
import { days, hours, minutes, seconds } from "../../src/time.ts";
import { outcomeOf } from "../support/authorization.ts";
import { TestBrowser } from "../support/browser.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { createPersonWithTotp, sendCode } from "../support/totp.ts";

let server: TestServer;
let browser: TestBrowser;

const trustsProxy = { POSTERN_TRUSTED_PROXIES: "127.0.0.1" };

beforeEach(async () => {
  server = await startTestServer(trustsProxy);
  browser = new TestBrowser(server);
});
afterEach(() => server.stop());

const chosen = "nine lives of a cat";
const operator = { kind: "cli" } as const;
const linkFor = (kind: LinkKind, user?: Pick<User, "id">) =>
  makeAccountLink(server.context, operator, { kind, userId: user?.id });
const invited = (username = "ann") => createUser(server.context, operator, { username, role: "user" });
const choose = async (url: string, fields: Readonly<Record<string, string>> = {}) =>
  browser.submit(await browser.get(url), "account-link", { fields: { password: chosen, ...fields } });
const signInElsewhere = async (username: string, password: string) => {
  const elsewhere = new TestBrowser(server);
  return elsewhere.signIn(await elsewhere.get(paths.signIn), { username, password });
};
const personOf = async (name: string) => server.context.store.users.findByName(name);

describe("an invite", () => {
  test("lets a person who has no password choose one, and signs them in", async () => {
    const ann = await invited();
    expect((await signInElsewhere("ann", chosen)).status).toBe(200);
    const { url } = await linkFor("invite", ann);
    expect(url).toStartWith(`${server.issuer}/login/link?token=`);
    const page = await browser.get(url);
    expect(page.forms[0]?.fields.username).toBe("ann");
    const answer = await browser.submit(page, "account-link", { fields: { password: chosen } });
    expect([answer.status, answer.location]).toEqual([303, `${server.issuer}/`]);
    expect((await browser.get(paths.home)).body).toContain("Signed in as");
    const counted = () => server.context.metrics.total("postern_sign_ins_total", { result: "signed-in" });
    expect(counted()).toBe(1);
    expect((await signInElsewhere("ann", chosen)).status).toBe(303);
    expect(counted()).toBe(2);
  });

  test("leaves a name that was sent with it alone", async () => {
    const ann = await invited();
    await createPerson(server, { username: "boss", role: "admin" });
    const { url } = await linkFor("invite", ann);
    expect((await choose(url, { username: "boss" })).status).toBe(303);
    expect((await signInElsewhere("boss", chosen)).status).toBe(200);
    expect((await signInElsewhere("ann", chosen)).status).toBe(303);
  });

  test("US-11: is good once, for seven days, and until the next one of its kind is made", async () => {
    const ann = await invited();
    const first = await linkFor("invite", ann);
    const reset = await linkFor("reset", ann);
    const second = await linkFor("invite", ann);
    expect(outcomeOf(await browser.get(first.url))).toBe("403 page");
    expect((await browser.get(reset.url)).status).toBe(200);
    server.advance(days(6));
    const page = await browser.get(second.url);
    expect(page.status).toBe(200);
    expect((await choose(second.url)).status).toBe(303);
    for (const { url } of [second, reset]) expect(outcomeOf(await browser.get(url))).toBe("403 page");
    expect(outcomeOf(await browser.submit(page, "account-link", { fields: { password: chosen } }))).toBe("403 page");

    const third = await linkFor("invite", await invited("bob"));
    server.advance(days(7));
    const refused = await browser.get(third.url);
    expect(outcomeOf(refused)).toBe("403 page");
    expect(refused.body).toContain("Ask whoever runs this server for another");
  });

  test("of two who use it at once one chooses the password", async () => {
    const page = await browser.get((await linkFor("invite", await invited())).url);
    const words = ["nine lives of a cat", "seven seas and a boat"];
    const answers = await Promise.all(
      words.map((password) => browser.submit(page, "account-link", { fields: { password } })),
    );
    expect(answers.map(outcomeOf).sort()).toEqual(["303 /", "403 page"]);
  });

  test("a link lasts between a minute and thirty days, and is made for somebody who is there and enabled", async () => {
    const ann = await invited();
    const make = (lifetime = hours(1), userId = ann.id) =>
      makeAccountLink(server.context, operator, { kind: "invite", userId, lifetime }).then(
        () => "made",
        ({ refusal }) => refusal,
      );
    expect(await Promise.all([seconds(59), minutes(1), days(30), days(31)].map((time) => make(time)))).toEqual([
      "invalid",
      "made",
      "made",
      "invalid",
    ]);
    await setUserDisabled(server.context, operator, ann.id, true);
    expect(await make()).toBe("invalid");
    expect(await makeAccountLink(server.context, operator, { kind: "reset" }).catch(({ refusal }) => refusal)).toBe(
      "missing",
    );
  });
});

describe("whoever is no administrator any more leaves no door open", () => {
  const ends: Readonly<Record<string, (former: User) => Promise<unknown>>> = {
    demoted: ({ id }) => updateUser(server.context, operator, id, { role: "user" }),
    disabled: ({ id }) => setUserDisabled(server.context, operator, id, true),
    deleted: ({ id }) => deleteUser(server.context, operator, id),
  };
  for (const [how, end] of Object.entries(ends)) {
    test(`US-11: when they are ${how}, their invites and resets no longer work, and those of the command line do`, async () => {
      await createPerson(server, { username: "root", role: "admin" });
      const former = (await createPerson(server, { username: "former", role: "admin" })).user;
      const [ann, bob, carol] = [await invited("ann"), await invited("bob"), await invited("carol")];
      const made = (kind: "invite" | "reset", userId: User["id"]) =>
        makeAccountLink(server.context, { kind: "user", userId: former.id }, { kind, userId });
      const [invite, reset, own] = [
        await made("invite", ann.id),
        await made("reset", bob.id),
        await linkFor("invite", carol),
      ];
      const open = await browser.get(invite.url);
      expect(open.status).toBe(200);
      await end(former);
      for (const { url } of [invite, reset]) expect(outcomeOf(await browser.get(url))).toBe("403 page");
      expect(outcomeOf(await browser.submit(open, "account-link", { fields: { password: chosen } }))).toBe("403 page");
      expect((await personOf("ann"))?.passwordHash).toBeUndefined();
      expect((await choose(own.url)).status).toBe(303);
    });
  }
});

describe("a reset", () => {
  test("ends the sessions that the old password opened, and a lockout", async () => {
    const { user, username, password } = await createPerson(server);
    const thief = new TestBrowser(server);
    await thief.signIn(await thief.get(paths.signIn), { username, password });
    for (let tries = 0; tries < 5; tries++) await signInElsewhere(username, "wrong wrong wrong");
    server.advance(seconds(5));
    await signInElsewhere(username, "wrong wrong wrong");
    expect((await signInElsewhere(username, password)).status).toBe(429);
    expect((await choose((await linkFor("reset", user)).url)).status).toBe(303);
    expect((await thief.get(paths.home)).body).not.toContain("Signed in as");
    // Shorter than the wait; what is left counts failures of the last moments alone.
    server.advance(seconds(5));
    expect((await signInElsewhere(username, chosen)).status).toBe(303);
    expect((await signInElsewhere(username, password)).status).toBe(200);
  });

  test("does not pass by a second factor", async () => {
    const { user, app } = await createPersonWithTotp(server);
    const answer = await choose((await linkFor("reset", user)).url);
    expect(answer.location).toStartWith(`${server.issuer}${paths.secondFactor}?`);
    expect((await browser.get(paths.home)).body).not.toContain("Signed in as");
    const done = await sendCode(browser, await browser.follow(answer), app.nextCode());
    expect(outcomeOf(done)).toBe("303 /");
    expect((await browser.get(paths.home)).body).toContain("Signed in as");
  });

  test("is worth nothing for somebody who has been disabled or deleted since", async () => {
    const { user } = await createPerson(server);
    const { url } = await linkFor("reset", user);
    const page = await browser.get(url);
    await setUserDisabled(server.context, operator, user.id, true);
    expect(outcomeOf(await browser.get(url))).toBe("403 page");
    expect(outcomeOf(await browser.submit(page, "account-link", { fields: { password: chosen } }))).toBe("403 page");
  });

  test("is recorded with who made it and whose it is, without the token", async () => {
    const { user } = await createPerson(server);
    const { url, secret } = await linkFor("reset", user);
    await choose(url);
    const events = await server.context.store.events.list(10);
    const of = (wanted: string) => events.find(({ name }) => name === wanted);
    expect(of("link.created")).toMatchObject({ actor: operator, userId: user.id, detail: { kind: "reset" } });
    expect(of("link.used")).toMatchObject({ actor: { kind: "user", userId: user.id }, userId: user.id });
    expect(JSON.stringify([events, server.logged])).not.toContain(secret.reveal());
  });
});

describe("a recovery", () => {
  test("makes somebody administrator again, whatever has become of the account", async () => {
    const { user } = await createPersonWithTotp(server, { username: "root", role: "user" });
    await setUserDisabled(server.context, operator, user.id, true);
    await createPerson(server, { username: "other", role: "admin" });
    const page = await browser.get((await linkFor("recover")).url);
    expect(page.body).toContain("Administrators now: other.");
    const answer = await browser.submit(page, "account-link", { fields: { username: "Root ", password: chosen } });
    expect(outcomeOf(answer)).toBe("303 /");
    expect((await browser.get(paths.home)).body).toContain("Signed in as");
    expect(await personOf("root")).toMatchObject({ id: user.id, role: "admin", disabledAt: undefined });
    expect((await server.context.store.factors.of(user.id)).totp).toBeUndefined();
    expect((await server.context.store.events.list(5)).find(({ name }) => name === "user.recovered")).toMatchObject({
      actor: { kind: "user", userId: user.id },
      userId: user.id,
      detail: { created: false },
    });
    expect(await personOf("other")).toMatchObject({ role: "admin" });
  });

  test("makes a new administrator where there is nobody of the name", async () => {
    expect(outcomeOf(await choose((await linkFor("recover")).url, { username: "newcomer" }))).toBe("303 /");
    const made = await personOf("newcomer");
    expect(made).toMatchObject({ role: "admin" });
    expect((await server.context.store.events.list(5)).find(({ name }) => name === "user.recovered")).toMatchObject({
      userId: made?.id,
      detail: { created: true },
    });
  });

  test("is good once, for an hour", async () => {
    const first = await linkFor("recover");
    const { url } = await linkFor("recover");
    expect(outcomeOf(await browser.get(first.url))).toBe("403 page");
    server.advance(minutes(59));
    expect((await choose(url, { username: "root" })).status).toBe(303);
    expect(outcomeOf(await browser.get(url))).toBe("403 page");
    const next = await linkFor("recover");
    server.advance(hours(1));
    expect(outcomeOf(await browser.get(next.url))).toBe("403 page");
  });

  test("asks for a name that can be one, and the link stays good", async () => {
    const { url } = await linkFor("recover");
    for (const [username, words] of [
      ["", "Choose a username."],
      ["a b", "This username cannot be used."],
    ] as const) {
      expect((await choose(url, { username })).body).toContain(words);
    }
    expect((await choose(url, { username: "root" })).status).toBe(303);
  });
});

describe("what a link's page guards against", () => {
  test("US-10: a password that is tried first, or that is the person's name, is refused with a kind sentence", async () => {
    const ann = await createUser(server.context, operator, {
      username: "annabell",
      role: "user",
      displayName: "Annabell Featherstonehaugh",
    });
    const { url } = await linkFor("invite", ann);
    for (const password of [
      "password",
      "12345678",

      "annabell",
      "featherstonehaugh",
      "llebanna",
      "qwertyui",
    ]) {
      expect((await choose(url, { password })).body).toContain("among the first that a stranger would try");
    }
    for (const [password, words] of [
      ["", "Choose a password."],
      ["short", "The password is too short."],
      ["x".repeat(1025), "The password is too long."],
    ] as const) {
      expect((await choose(url, { password })).body).toContain(words);
    }
    expect((await choose(url, { password: "annabell likes tea" })).status).toBe(303);
  });

  test("S-04-login-csrf: the form needs this browser's token", async () => {
    const page = await browser.get((await linkFor("invite", await invited())).url);
    for (const more of [
      { without: ["csrf"] },
      { headers: { origin: "https://evil.example" } },
      { headers: { "sec-fetch-site": "cross-site" } },
    ]) {
      expect(outcomeOf(await browser.submit(page, "account-link", { fields: { password: chosen }, ...more }))).toBe(
        "403 page",
      );
    }
    expect((await personOf("ann"))?.passwordHash).toBeUndefined();
  });

  test("9700-4.2.4-referrer, G-16-cache: the page gives away no referrer, is not kept, and posts only here", async () => {
    const { headers } = await browser.get((await linkFor("recover")).url);
    expect([headers.get("referrer-policy"), headers.get("cache-control")]).toEqual(["no-referrer", "no-store"]);
    expect(headers.get("content-security-policy")).toContain("form-action 'self'");
  });

  test("who tries wrong links waits, and nobody else", async () => {
    const from = (address: string) => new TestBrowser(server, { "x-forwarded-for": address });
    const stranger = from("192.0.2.7");
    for (let tries = 0; tries < 30; tries++) {
      expect((await stranger.get(`${paths.accountLink}?token=wrong${tries}`)).status).toBe(403);
    }
    const { url } = await linkFor("recover");
    const refused = await stranger.get(url);
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, 601]);
    expect((await from("198.51.100.7").get(url)).status).toBe(200);
    server.advance(minutes(10));
    expect((await stranger.get(url)).status).toBe(200);
  });
});

describe("administrators help people", () => {
  test("factors are reset, with the sessions that they opened", async () => {
    const { user, app, ...person } = await createPersonWithTotp(server);
    const shown = await browser.signIn(await browser.get(paths.signIn), person);
    await sendCode(browser, await browser.follow(shown), app.nextCode());
    await resetFactors(server.context, operator, user.id);
    expect((await browser.get(paths.home)).body).not.toContain("Signed in as");
    expect(outcomeOf(await browser.signIn(await browser.get(paths.signIn), person))).toBe("303 /");
    expect((await server.context.store.events.list(9)).map(({ name }) => name)).toContain("factors.reset");
  });

  test("a person is signed out everywhere", async () => {
    const person = await createPerson(server);
    for (const one of [browser, new TestBrowser(server)]) await one.signIn(await one.get(paths.signIn), person);
    expect(await endUserSessions(server.context, operator, person.user.id)).toBe(2);
    expect((await browser.get(paths.home)).body).not.toContain("Signed in as");
    expect(await endUserSessions(server.context, operator, person.user.id)).toBe(0);
  });

  test("groups are trimmed, each stands once, and what cannot be one is refused", async () => {
    const make = (username: string, groups: readonly string[]) =>
      createUser(server.context, operator, { username, role: "user", groups });
    expect((await make("ann", [" staff ", "staff", "Köche"])).groups).toEqual(["staff", "Köche"]);
    const tooMany = Array.from({ length: 51 }, (_, index) => `group${index}`);
    for (const groups of [[""], ["two words"], ["x".repeat(65)], ["a\u200bb"], ["a\u0007"], tooMany]) {
      expect(await make("bob", groups).catch(({ refusal, member }) => [refusal, member])).toEqual([
        "invalid",
        "groups",
      ]);
    }
  });
});
