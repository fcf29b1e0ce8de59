import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
import { resetFactors, resetPassword, updateUser } from "../../src/administration/users.ts";
import type { UserId } from "../../src/brand.ts";
import { paths } from "../../src/http/paths.ts";
import { surelySignedIn } from "../support/account.ts";
import type { Answer, TestBrowser } from "../support/browser.ts";
import { newPasskey, passkeyOptionsIn } from "../support/passkeys.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { appWith, enrolTotp } from "../support/totp.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const cli = { kind: "cli" } as const;

/**
 * Sends a form but for its last byte, until the server has the rest. What comes back sends that byte, and answers the
 * status line.
 */
async function heldBack(
  browser: TestBrowser,
  page: Answer,
  id: string,
  fields: Readonly<Record<string, string>>,
): Promise<() => Promise<string>> {
  const form = page.forms.find((candidate) => candidate.id === id);
  if (form === undefined) throw new Error(`there is no form ${id}`);
  const body = new URLSearchParams({ ...form.fields, ...fields }).toString();
  const url = new URL(form.action, page.url);
  const cookies = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const socket = connect(Number(url.port), "127.0.0.1");
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `Host: ${url.host}`,
    `Cookie: ${cookies}`,
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  await new Promise<void>((resolve) => {
    socket.write(`${head.join("\r\n")}\r\n\r\n${body.slice(0, -1)}`, () => resolve());
  });
  // Whatever the server does with the head alone is done by the time that another request has its answer.
  await browser.get(paths.healthz);
  return async () => {
    const received: Buffer[] = [];
    const ended = new Promise<void>((resolve) => {
      socket.on("data", (chunk) => received.push(Buffer.from(chunk))).on("close", () => resolve());
    });
    socket.write(body.slice(-1));
    await ended;
    return Buffer.concat(received).toString().split("\r\n", 1)[0] ?? "";
  };
}

test("S-02-fixation: a form that was held back while the password was reset changes nothing, and brings no session back", async () => {
  const alice = await createPerson(server, { username: "held-alice" });
  const browser = await surelySignedIn(server, alice.user);
  const page = await browser.get(`${paths.account}/profile`);
  const send = await heldBack(browser, page, page.forms[0]?.id ?? "", { display_name: "Mallory" });
  await resetPassword(server.context, cli, alice.user.id, "an entirely new password 7");
  expect(await send()).not.toContain("200");
  expect((await server.context.store.users.find(alice.user.id))?.displayName).toBeUndefined();
  expect(await server.context.store.sessions.list(alice.user.id)).toEqual([]);
});

test("an administrator's form that was held back while the role was taken away makes nobody an administrator", async () => {
  const owner = await createPerson(server, { username: "held-owner", role: "admin" });
  const leaving = await createPerson(server, { username: "held-leaving", role: "admin" });
  const friend = await createPerson(server, { username: "held-friend" });
  const browser = await surelySignedIn(server, leaving.user);
  const page = await browser.get(`${paths.admin}/people/${friend.user.id}/edit`);
  const form = page.forms.find(({ fields }) => "display_name" in fields)?.id ?? "";
  const send = await heldBack(browser, page, form, { role: "admin" });
  await updateUser(server.context, { kind: "user", userId: owner.user.id }, leaving.user.id, { role: "user" });
  expect(await send()).toContain("403");
  expect((await server.context.store.users.find(friend.user.id))?.role).toBe("user");
});

/** Once, something is written after a request was checked, and before what it wants is. */
function overtake(verbs: object, name: string, meanwhile: () => Promise<unknown>): void {
  const verb: unknown = Reflect.get(verbs, name);
  if (typeof verb !== "function") throw new Error(`there is no verb ${name}`);
  Reflect.set(verbs, name, async (input: unknown) => {
    Reflect.set(verbs, name, verb);
    await meanwhile();
    return verb(input);
  });
}

const account = (path: string) => `${paths.account}/${path}`;

test("an administrator who has lost the role while the form was worked on does not give it back to themselves", async () => {
  const owner = await createPerson(server, { username: "overtaken-owner", role: "admin" });
  const leaving = await createPerson(server, { username: "overtaken-leaving", role: "admin" });
  const browser = await surelySignedIn(server, leaving.user);
  const page = await browser.get(`${paths.admin}/people/${leaving.user.id}/edit`);
  const form = page.forms.find(({ fields }) => "display_name" in fields)?.id ?? "";
  // As a form that showed another role, and in which that was changed.
  const fields = { role: "admin", shown: JSON.stringify({ role: "user" }) };
  const by = { kind: "user", userId: owner.user.id } as const;
  overtake(server.context.store.users, "update", () =>
    updateUser(server.context, by, leaving.user.id, { role: "user" }),
  );
  expect((await browser.submit(page, form, { fields })).status).toBe(404);
  expect((await server.context.store.users.find(leaving.user.id))?.role).toBe("user");
});

test("S-02-fixation, S-09-second-factor: no factor outlives a reset that came while its form was worked on", async () => {
  const { factors } = server.context.store;
  const keyIn = ({ body }: Answer) => /id="totp-key"[^>]*>([^<]+)</.exec(body)?.[1] ?? "";
  const forms = [
    {
      path: "passkeys",
      verb: "addPasskey",
      send: (browser: TestBrowser, page: Answer) =>
        browser.submit(page, "add-passkey", {
          fields: { passkey: newPasskey(server).create(passkeyOptionsIn(page.body, "add-passkey")) },
        }),
    },
    {
      path: "authenticator?anew=1",
      verb: "enableTotp",
      send: (browser: TestBrowser, page: Answer) =>
        browser.submit(page, "totp-enrolment", { fields: { code: appWith(server, keyIn(page)).code() } }),
    },
    {
      path: "recovery-codes",
      verb: "replaceRecoveryCodes",
      send: (browser: TestBrowser, page: Answer) => browser.submit(page, page.forms[0]?.id ?? ""),
    },
  ] as const;
  for (const { path, verb, send } of forms) {
    const person = await createPerson(server, { username: `overtaken-${verb.toLowerCase()}` });
    await enrolTotp(server, person);
    const browser = await surelySignedIn(server, person.user);
    const page = await browser.get(account(path));
    overtake(factors, verb, () => resetFactors(server.context, cli, person.user.id));
    const answer = await send(browser, page);
    expect([verb, answer.status]).toEqual([verb, 403]);
    expect(await factors.of(person.user.id)).toEqual({ passkeys: [], totp: undefined, recoveryCodes: undefined });
  }
});

test("S-02-fixation, US-09: who has lost the session, or the password to a reset, does not choose the next one", async () => {
  const { users, sessions } = server.context.store;
  for (const [name, meanwhile, expected] of [
    [
      "reset",
      (id: UserId) => resetPassword(server.context, cli, id, "an entirely new password 7"),
      "an entirely new password 7",
    ],
    [
      "ended",
      (id: UserId) =>
        sessions.endOthers({
          userId: id,
          event: { at: server.context.clock.now(), name: "session.ended", actor: cli },
        }),
      undefined,
    ],
  ] as const) {
    const person = await createPerson(server, { username: `overtaken-${name}` });
    const browser = await surelySignedIn(server, person.user);
    const page = await browser.get(account("password"));
    overtake(users, "setPassword", () => meanwhile(person.user.id));
    const fields = { current_password: person.password, new_password: "seven other noisy otters" };
    expect((await browser.submit(page, "change-password", { fields })).status).toBe(403);
    const passwordHash = (await users.find(person.user.id))?.passwordHash;
    expect(await server.context.passwords.verify(expected ?? person.password, passwordHash)).toBe(true);
  }
});
