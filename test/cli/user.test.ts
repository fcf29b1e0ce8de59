import { afterAll, beforeAll, expect, test } from "bun:test";
import { TestBrowser } from "../support/browser.ts";
import { type CommandLine, commandLine, type Served } from "./command-line.ts";

let here: CommandLine;
let server: Served;
beforeAll(async () => {
  here = commandLine();
  server = await here.serve();
});
afterAll(async () => {
  await server.stop();
  here.remove();
});

interface NewUser {
  readonly password: string;
}

/** Whether somebody can sign in, asked of the running server. */
async function signsIn(username: string, password: string): Promise<boolean> {
  const browser = new TestBrowser({ address: server.address, issuer: server.address });
  const answer = await browser.signIn(await browser.open("/login"), { username, password });
  return answer.status === 303;
}

const refused = async (words: readonly string[], stdin?: string) => {
  const { code, out, errors } = await here.run(words, stdin === undefined ? {} : { stdin });
  expect([words, code, out]).toEqual([words, 1, ""]);
  return errors.trimEnd();
};

test("S-07-password-store: a person is made with a password from standard input, never from an argument", async () => {
  const words = [
    "user",
    "create",
    "  Ann ",
    "--password-stdin",
    "--email",
    "ann@example.net",
    "--display-name",
    "Ann Example",
    "--json",
  ];
  const { code, out } = await here.run(words, { stdin: "correct horse\n" });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    id: expect.stringMatching(/^[\w-]{22}$/),
    username: "ann",
    display_name: "Ann Example",
    email: "ann@example.net",
    email_verified: false,
    role: "user",
    groups: [],
    origin: "administrator",
    declared: [],
    disabled: false,
    has_password: true,
    failed_sign_ins: 0,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    updated_at: expect.any(String),
  });
  expect(await signsIn("ANN", "correct horse")).toBe(true);
  expect(await signsIn("ann", "wrong horse")).toBe(false);
});

test("a generated password is shown once and works at once", async () => {
  const { password, ...made } = await here.json<NewUser>("user", "create", "bob", "--admin", "--generate-password");
  expect(made).toMatchObject({ username: "bob", role: "admin" });
  expect(password).toMatch(/^([a-z2-9]{6}-){3}[a-z2-9]{6}$/);
  expect(await signsIn("bob", password)).toBe(true);
  expect((await here.run(["user", "show", "bob"])).out).not.toContain(password);
  expect((await here.run(["user", "create", "carl", "--generate-password"])).out).toMatch(
    /^Created carl\.\n\npassword {2}\S+ {2}\(shown once\)\n$/,
  );
});

test("what cannot be is refused in a sentence", async () => {
  expect(await refused(["user", "create", "ann", "--generate-password"])).toBe(
    "postern: there is a user of that name already",
  );
  expect(await refused(["user", "create", "a b", "--generate-password"])).toContain("1 to 64 letters");
  expect(await refused(["user", "create", "dora", "--password-stdin"], "short")).toContain("8 to 1024 bytes");
  expect(await refused(["user", "create", "dora", "--generate-password", "--email", "nowhere"])).toContain("name@host");
  for (const verb of ["show", "disable", "enable", "delete", "unlock"]) {
    expect(await refused(["user", verb, "nobody"])).toBe("postern: there is no user of that name");
  }
});

test("an update changes what is named, and an empty text takes away", async () => {
  await here.json("user", "create", "eve", "--generate-password", "--email", "eve@example.net", "--email-verified");
  expect(await here.json("user", "update", "eve", "--display-name", "Eve")).toMatchObject({
    display_name: "Eve",
    email: "eve@example.net",
    email_verified: true,
  });
  // Another address has not been verified by anybody.
  expect(await here.json("user", "update", "eve", "--email", "eva@example.net")).toMatchObject({
    email: "eva@example.net",
    email_verified: false,
  });
  const nothingToVerify = "there is no e-mail address that could be verified";
  expect(await refused(["user", "create", "none", "--generate-password", "--email-verified"])).toContain(
    nothingToVerify,
  );
  expect(await refused(["user", "update", "eve", "--email", "", "--email-verified"])).toContain(nothingToVerify);
  expect(await here.json("user", "update", "eve", "--rename", "Eva", "--admin", "--email", "")).toMatchObject({
    username: "eva",
    role: "admin",
    display_name: "Eve",
  });
  expect(await here.json("user", "show", "eva")).not.toHaveProperty("email");
  expect(await refused(["user", "update", "eva", "--rename", "ann"])).toContain("already");
  expect(await here.json("user", "update", "eva", "--no-admin")).toMatchObject({ role: "user" });
});

test("the running server sees a reset, a disabled and a deleted person at once", async () => {
  const { password } = await here.json<NewUser>("user", "create", "fay", "--generate-password");
  const { password: next } = await here.json<NewUser>("user", "reset-password", "fay", "--generate-password");
  expect([await signsIn("fay", password), await signsIn("fay", next)]).toEqual([false, true]);
  for (const [verb, works] of [
    ["disable", false],
    ["enable", true],
    ["delete", false],
  ] as const) {
    expect((await here.run(["user", verb, "fay"])).out).toMatch(/^(Disabled|Enabled|Deleted) fay\.\n$/);
    expect([verb, await signsIn("fay", next)]).toEqual([verb, works]);
  }
});

test("S-06-throttle: unlock forgets wrong passwords and the wait that they led to", async () => {
  await here.json("user", "create", "gus", "--generate-password");
  for (let tries = 0; tries < 5; tries++) expect(await signsIn("gus", "a wrong password")).toBe(false);
  const locked = await here.json("user", "show", "gus");
  expect(locked).toMatchObject({ failed_sign_ins: 5, locked_until: expect.any(String) });
  expect((await here.run(["user", "list"])).out).toMatch(/^gus .* locked until \d{4}/m);
  expect((await here.run(["user", "unlock", "gus"])).out).toBe("Unlocked gus.\n");
  const { failed_sign_ins: failures, ...unlocked } = await here.json<Record<string, unknown>>("user", "show", "gus");
  expect(failures).toBe(0);
  expect(unlocked).not.toHaveProperty("locked_until");
});

test("the last administrator stays one", async () => {
  for (const words of [
    ["delete", "bob"],
    ["disable", "bob"],
    ["update", "bob", "--no-admin"],
  ]) {
    expect(await refused(["user", ...words])).toContain("last administrator");
  }
});

test("the list is an aligned table, whatever people call themselves", async () => {
  await here.run(["user", "update", "carl", "--display-name", "山田太郎"]);
  const lines = (await here.run(["user", "list"])).out.trimEnd().split("\n");
  const [heading = "", ...rows] = lines;
  expect(heading).toMatch(/^NAME +ROLE +DISPLAY NAME +E-MAIL +GROUPS +FACTORS +FROM +STATE +CREATED$/);
  const column = heading.indexOf("E-MAIL");
  for (const row of rows) {
    const before = [...row].reduce<{ width: number; text: string }>(
      ({ width, text }, sign) =>
        width < column ? { width: width + Bun.stringWidth(sign), text: text + sign } : { width, text },
      { width: 0, text: "" },
    );
    expect([row, before.width, before.text.endsWith("  ")]).toEqual([row, column, true]);
  }
});
