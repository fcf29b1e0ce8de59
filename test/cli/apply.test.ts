import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestBrowser } from "../support/browser.ts";
import { readText } from "../support/repository.ts";
import { until } from "../support/until.ts";
import { type CommandLine, commandLine, type Finished, type Served } from "./command-line.ts";

let here: CommandLine;
let server: Served;
let path: string;
const secret = "0123456789abcdefghijklmnopqrstuv";
const password = "correct horse battery staple";

beforeAll(async () => {
  here = commandLine();
  path = join(here.directory, "declared.json");
  mkdirSync(join(here.directory, "secrets"));
  for (const [name, text] of [
    ["wiki", secret],
    ["files", secret.toUpperCase()],
    ["ann", password],
  ] as const)
    writeFileSync(join(here.directory, "secrets", name), `${text}\n`);
  server = await here.serve({ POSTERN_SCOPES: JSON.stringify({ mail: "Read your mail" }) });
  // Somebody who stays, so that no document has to name the administrator.
  await here.json("user", "create", "root", "--admin", "--generate-password");
});
afterAll(async () => {
  await server.stop();
  here.remove();
});

const declare = (document: unknown) =>
  writeFileSync(path, typeof document === "string" ? document : JSON.stringify(document));
const apply = (...options: readonly string[]): Promise<Finished> => here.run(["apply", "-f", path, ...options]);

/** Applies the document, which must work, and gives the lines that were printed. */
async function applied(document: unknown, ...options: readonly string[]): Promise<readonly string[]> {
  declare(document);
  const { code, out, errors } = await apply(...options);
  expect([code, errors]).toEqual([0, ""]);
  return out.trimEnd().split("\n");
}

async function signsIn(username: string, word: string): Promise<boolean> {
  const browser = new TestBrowser({ address: server.address, issuer: server.address });
  const answer = await browser.signIn(await browser.open("/login"), { username, password: word });
  return answer.status === 303;
}

async function scopesSupported(): Promise<readonly string[]> {
  const answer = await fetch(`${server.address}/.well-known/openid-configuration`);
  const { scopes_supported: scopes } = (await answer.json()) as { readonly scopes_supported: readonly string[] };
  return scopes;
}

/** The first block of that language in the page. */
const blockOf = (page: string, language: string): string =>
  page
    .split(/^```/m)
    .filter((_, index) => index % 2 === 1)
    .find((block) => block.startsWith(`${language}\n`))
    ?.slice(language.length + 1) ?? "";

const service = (changes: object = {}) => ({
  client_id: "service",
  client_name: "Service",
  client_secret: secret,
  grant_types: ["client_credentials"],
  scope: "run",
  ...changes,
});

async function tokenStatus(): Promise<number> {
  const headers = { authorization: `Basic ${btoa(`service:${secret}`)}` };
  const body = new URLSearchParams({ grant_type: "client_credentials" });
  return (await fetch(`${server.address}/auth/token`, { method: "POST", headers, body })).status;
}

const record = <Shape = Readonly<Record<string, unknown>>>(noun: "user" | "client", name: string) =>
  here.json<Shape>(noun, "show", name);

test("the example of the document is applied as it stands there, and prints what it says; once more it is no change", async () => {
  const page = readText("docs/declaring.md");
  const printed = blockOf(page, "").trimEnd().split("\n");
  declare(blockOf(page, "json"));
  const dry = await apply("--dry-run");
  expect([dry.code, dry.out.trimEnd().split("\n")]).toEqual([
    0,
    [...printed.slice(0, -1), "7 changes to make; nothing was changed."],
  ]);
  expect((await here.run(["user", "show", "ann"])).code).toBe(1);
  expect(await applied(blockOf(page, "json"))).toEqual(printed);
  expect(await signsIn("ann", password)).toBe(true);
  expect(await scopesSupported()).toEqual(expect.arrayContaining(["mail", "files.read", "files.write"]));
  const before = await here.run(["event", "list", "--json", "--limit", "1"]);
  expect(await applied(blockOf(page, "json"))).toEqual(["Nothing to change."]);
  expect((await here.run(["event", "list", "--json", "--limit", "1"])).out).toBe(before.out);
  const events = await here.json<readonly { readonly name: string }[]>("event", "list", "--name", "user.created");
  expect(events.slice(0, 2)).toEqual([
    expect.objectContaining({ name: "user.created", actor: { kind: "cli" }, username: "bob" }),
    expect.objectContaining({ name: "user.created", actor: { kind: "cli" }, username: "ann" }),
  ]);
});

test("every fault is told at once, each with its entry, no secret is, and nothing is changed", async () => {
  await here.json("client", "create", "--name", "By hand", "--id", "hand", "--grant", "client_credentials");
  declare({
    scopes: { "a b": "x", empty: "", "postern:own": "Mine" },
    clients: [
      service(),
      service(),
      service({ client_id: "short", client_secret: secret.slice(1) }),
      service({ client_id: "two", client_secret_file: "secrets/wiki" }),
      service({ client_id: "absent", client_secret: undefined, client_secret_file: "nowhere" }),
      { client_name: "Nobody" },
    ],
    users: [
      { username: "a b", role: "boss", verified: true },
      { username: "carl", groups: "one", password: "short", email_verified: true },
      { username: "dora" },
      { username: "Dora" },
      { username: "emil", email: "", email_verified: true },
      "text",
    ],
    groups: [],
  });
  const { code, out, errors } = await apply();
  expect([code, out]).toEqual([1, ""]);
  expect(errors.trimEnd().split("\n")).toEqual(
    [
      `postern: ${path} has 18 faults:`,
      '  it has a member that Postern does not know: "groups"',
      expect.stringMatching(/^ {2}scope "a b": use printable ASCII/),
      "  scope empty: give it one line of text in quotes",
      "  scope postern:own: scopes with the prefix postern: are Postern's own",
      expect.stringMatching(/^ {2}client short: it needs a client_secret of at least 32 characters/),
      "  client two: it has client_secret and client_secret_file: keep one of them",
      '  client absent: its client_secret_file "nowhere" cannot be read (ENOENT)',
      "  clients entry 6: it has no client_id",
      '  user "a b": it has a member that Postern does not know: "verified"',
      expect.stringMatching(/^ {2}user "a b": a user name has 1 to 64/),
      '  user "a b": its role is neither admin nor user',
      "  user carl: it has email_verified, but no email",
      "  user carl: its groups are no list of texts",
      expect.stringMatching(/^ {2}user carl: a password has \d+ to \d+ bytes/),
      "  user emil: it has email_verified, but no email",
      "  users entry 6: it is no JSON object",
      "  client service: its client_id stands there twice",
      "  user dora: its username stands there twice",
      "",
    ].slice(0, -1),
  );
  expect(errors).not.toContain(secret.slice(1));
  expect((await here.run(["client", "show", "service"])).code).toBe(1);
});

test("a document from standard input may be a list of clients, and --json tells whether there are changes", async () => {
  const stdin = JSON.stringify([service()]);
  const run = async (...options: readonly string[]) => {
    const { code, out } = await here.run(["apply", "-f", "-", "--json", ...options], { stdin });
    expect(code).toBe(0);
    expect(out).not.toContain(secret);
    return JSON.parse(out);
  };
  expect(await run("--dry-run")).toMatchObject({
    changed: true,
    applied: false,
    changes: [{ kind: "client", name: "service", action: "create" }],
    left: [
      { kind: "client", name: "files" },
      { kind: "client", name: "tv" },
      { kind: "client", name: "wiki" },
    ],
  });
  expect(await tokenStatus()).toBe(401);
  expect(await run()).toMatchObject({ changed: true, applied: true });
  expect(await tokenStatus()).toBe(200);
  expect(await run()).toMatchObject({ changed: false, changes: [] });
  const { errors } = await here.run(["client", "update", "service", "--name", "Mine"]);
  expect(errors).toContain("declared in what postern apply read from standard input");
});

test("changes are shown by member, a secret only as changed, and a new secret is taken at once", async () => {
  declare({ clients: [service({ scope: "run walk", client_secret: secret.toUpperCase() })] });
  const { out } = await apply();
  expect(out.split("\n")[0]).toBe('~ client service: scope run -> "run walk", secret changed');
  expect(await tokenStatus()).toBe(401);
  expect(await applied([service()])).toContain('~ client service: scope "run walk" -> run, secret changed');
  expect(await tokenStatus()).toBe(200);
});

test("a password is set again when its entry has changed, and not because the person has another one", async () => {
  const eva = (word: string) => ({ users: [{ username: "eva", password: word }] });
  await applied(eva("the first of all words"));
  expect(await signsIn("eva", "the first of all words")).toBe(true);
  await here.run(["user", "reset-password", "eva", "--password-stdin"], { stdin: "a word of her own\n" });
  expect((await applied(eva("the first of all words"))).at(-1)).toBe("Nothing to change.");
  expect(await signsIn("eva", "a word of her own")).toBe(true);
  expect(await applied(eva("the second of all words"))).toContain("~ user eva: password changed");
  expect([await signsIn("eva", "a word of her own"), await signsIn("eva", "the second of all words")]).toEqual([
    false,
    true,
  ]);
});

test("what a document declares is changed only there, and what it leaves out is free", async () => {
  await applied({ users: [{ username: "fay", email: "fay@example.net", groups: ["one"] }] });
  for (const [words, sentence] of [
    [
      ["--email", "other@example.net"],
      `the e-mail address of this person can only be changed in ${path}, followed by postern apply`,
    ],
    [["--admin"], `the role of this person can only be changed in ${path}, followed by postern apply`],
    [["--no-groups"], `the groups of this person can only be changed in ${path}, followed by postern apply`],
    [["--rename", "gay"], `the user name of this person can only be changed in ${path}, followed by postern apply`],
  ] as const) {
    const { code, errors } = await here.run(["user", "update", "fay", ...words]);
    expect([code, errors]).toEqual([1, `postern: ${sentence}\n`]);
  }
  expect((await here.run(["user", "delete", "fay"])).errors).toContain(`is declared in ${path}: take the entry out`);
  expect((await here.run(["user", "update", "fay", "--display-name", "Fay", "--group", "one"])).code).toBe(0);
  expect(await record("user", "fay")).toMatchObject({
    origin: "apply",
    declared: ["username", "email", "role", "groups"],
    display_name: "Fay",
  });
  expect((await here.run(["client", "rotate-secret", "service"])).errors).toContain(`declared in ${path}: change it`);
});

test("a person whom somebody disabled stays disabled, also when the entry goes and comes back", async () => {
  const document = { users: [{ username: "gil" }] };
  await applied(document);
  expect((await here.run(["user", "disable", "gil"])).code).toBe(0);
  expect(await applied(document)).toContain("  user gil is disabled, and stays so");
  await applied({ users: [] }, "--prune");
  expect(await record("user", "gil")).toMatchObject({ origin: "administrator", disabled: true });
  await applied(document);
  expect(await record("user", "gil")).toMatchObject({ origin: "apply", disabled: true });
  expect((await here.run(["user", "enable", "gil"])).code).toBe(0);
});

test("--prune disables what is no longer declared, of the kinds that the document names, and it comes back", async () => {
  const document = { scopes: { old: "Read what is old" }, clients: [service()], users: [{ username: "hal" }] };
  await applied({ scopes: document.scopes, clients: document.clients }, "--prune");
  await applied(document);
  expect(await applied({ clients: [] })).toContain(
    "  client service is declared no longer, and stays: --prune disables it",
  );
  expect(await tokenStatus()).toBe(200);
  expect(await applied({ clients: [], scopes: {} }, "--prune")).toEqual([
    "- scope old",
    "- client service",
    "2 changes made.",
  ]);
  expect([await tokenStatus(), (await scopesSupported()).includes("old")]).toEqual([401, false]);
  expect([await record("client", "service"), await record("user", "hal")]).toMatchObject([
    { origin: "withdrawn", declared: false, disabled: true },
    { origin: "apply", disabled: false },
  ]);
  expect(await applied(document)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^\+ scope old/),
      "~ client service: declared false -> true, disabled true -> false",
    ]),
  );
  expect([await tokenStatus(), (await scopesSupported()).includes("old")]).toEqual([200, true]);
});

test("a document that would leave no administrator is refused; one that names another is taken", async () => {
  declare({ users: [{ username: "root" }] });
  expect((await apply()).errors).toBe(
    `postern: ${path}: users: nobody would be left who is an administrator and not disabled\n`,
  );
  const [line] = await applied({ users: [{ username: "root" }, { username: "ida", role: "admin" }] });
  expect(line).toBe("+ user ida: role admin, groups []");
  expect([await record("user", "root"), await record("user", "ida")]).toMatchObject([
    { role: "user" },
    { role: "admin" },
  ]);
});

test("what was made by hand is taken over; what registered itself is not", async () => {
  const { initial_access_token: token } = await here.json<{ readonly initial_access_token: string }>(
    "client",
    "registration-token",
  );
  const answer = await fetch(`${server.address}/auth/register`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ client_name: "Newcomer", redirect_uris: ["https://new.example/cb"] }),
  });
  const { client_id: id } = (await answer.json()) as { readonly client_id: string };
  declare([service({ client_id: id })]);
  expect((await apply()).errors).toBe(
    `postern: ${path}: client ${id}: there is a client of that id already that registered itself\n`,
  );
  expect(
    await applied([
      { client_id: "hand", client_name: "By hand", client_secret: secret, grant_types: ["client_credentials"] },
    ]),
  ).toContain("~ client hand: declared false -> true, secret changed");
  expect(await record("client", "hand")).toMatchObject({ origin: "apply", declared: true });
});

test("where the environment describes a scope as well it counts, and both sides warn", async () => {
  declare({ scopes: { mail: "Read everything", notes: { description: "Read your notes", optional: true } } });
  const { code, errors } = await here.run(["apply", "-f", path], {
    env: { POSTERN_SCOPES: JSON.stringify({ mail: "Read your mail" }) },
  });
  expect([code, errors]).toEqual([
    0,
    "postern: warning: POSTERN_SCOPES describes the scope mail as well, and counts\n",
  ]);
  expect(await scopesSupported()).toContain("notes");
  await until(() => server.logged().some(({ level, scopes }) => level === "warn" && scopes === "mail"));
  expect(await here.json("scope", "list")).toContainEqual({
    name: "notes",
    description: "Read your notes",
    optional: true,
    origin: "apply",
  });
});

test("where the JSON of a document is wrong is told by line and column, and nothing of what stands there", async () => {
  for (const [text, place] of [
    ['{\n  "users": [\n    { "username": "ann" "password": "planted" }\n  ]\n}', "is malformed (line 3, column 25)"],
    ['{\n  "clients": [],\n  "clients": "planted"\n}', "has a member twice (line 3, column 3)"],
    ['{\n  "scopes": { "a": "planted\n }\n}', "is malformed (line 2, column 20)"],
  ]) {
    const { code, errors } = await here.run(["apply", "-f", "-"], { stdin: text ?? "" });
    expect([code, errors]).toEqual([1, expect.stringContaining(`the JSON ${place}`)]);
    expect(errors).not.toContain("planted");
  }
});

test("wrong usage is told apart from a document that cannot be read", async () => {
  expect((await here.run(["apply"])).code).toBe(2);
  const { code, errors } = await here.run(["apply", "-f", join(here.directory, "nowhere.json")]);
  expect([code, errors]).toEqual([1, expect.stringContaining("nowhere.json: it cannot be read (ENOENT)")]);
});
