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

const browser = () => new TestBrowser({ address: server.address, issuer: server.address });
const chosen = "nine lives of a cat";

/** Chooses a password by a link, on the running server. */
async function choose(url: string, fields: Readonly<Record<string, string>> = {}): Promise<number> {
  const one = browser();
  return (await one.submit(await one.get(url), "account-link", { fields: { password: chosen, ...fields } })).status;
}

async function signsIn(username: string, password = chosen): Promise<boolean> {
  const one = browser();
  return (await one.signIn(await one.open("/login"), { username, password })).status === 303;
}

interface Link {
  readonly url: string;
  readonly expires_at: string;
}

const lifetimeOf = ({ expires_at }: Link): number => Math.round((Date.parse(expires_at) - Date.now()) / 60_000);

test("an invite makes a person without a password and prints the link by which they choose one", async () => {
  const made = await here.json<Link>("user", "create", "ann", "--invite");
  expect(made).toMatchObject({ username: "ann", has_password: false });
  expect(made).not.toHaveProperty("password");
  expect(made.url).toStartWith(`${server.address}/login/link?token=`);
  expect(lifetimeOf(made)).toBe(7 * 24 * 60);
  expect(await choose(made.url)).toBe(303);
  expect(await signsIn("ann")).toBe(true);
  const { out } = await here.run(["user", "create", "bob", "--invite", "--expires", "2d"]);
  expect(out).toMatch(
    /^Created bob\. Hand over this link\. It works once, until \d{4}-\d\d-\d\d \d\d:\d\d UTC:\n\nhttp\S+\n$/,
  );
});

test("a reset by link changes nothing before the link is used", async () => {
  await here.run(["user", "create", "carl", "--password-stdin"], { stdin: "correct horse battery" });
  const link = await here.json<Link>("user", "reset-password", "carl", "--link", "--expires", "90m");
  expect(lifetimeOf(link)).toBe(90);
  expect(await signsIn("carl", "correct horse battery")).toBe(true);
  expect(await choose(link.url)).toBe(303);
  expect([await signsIn("carl", "correct horse battery"), await signsIn("carl")]).toEqual([false, true]);
  await here.run(["user", "disable", "carl"]);
  const refused = await here.run(["user", "reset-password", "carl", "--link"]);
  expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining("enable it before you make a link")]);
});

test("the owner gets back in with a recovery link, made while the server runs or before it starts", async () => {
  await here.json("user", "create", "root", "--admin", "--generate-password");
  const made = await here.run(["setup-link", "--recover", "--json"]);
  expect(made.errors).toBe("");
  const { recover_link: link, expires_in: seconds } = JSON.parse(made.out);
  expect(seconds).toBe(3600);
  expect(await choose(link, { username: "root" })).toBe(303);
  expect(await signsIn("root")).toBe(true);

  await server.stop();
  const { out, errors } = await here.run(["setup-link", "--recover"]);
  expect(errors).toContain("start it before you open the link");
  // It comes back at another port.
  server = await here.serve();
  expect(await choose(server.address + new URL(out).pathname + new URL(out).search, { username: "newcomer" })).toBe(
    303,
  );
  expect(await here.json("user", "show", "newcomer")).toMatchObject({ role: "admin", has_password: true });
});

test("factors are shown, counted, and reset", async () => {
  await here.json("user", "create", "dora", "--generate-password");
  expect(await here.json("user", "show", "dora")).toMatchObject({
    factors: { passkeys: 0, totp: false, recovery_codes_left: 0 },
  });
  expect((await here.run(["user", "show", "dora"])).out).toMatch(/^passkeys +0$/m);
  expect((await here.run(["user", "reset-factors", "dora"])).out).toBe("Reset the factors of dora.\n");
  expect(await here.json("event", "list", "--name", "factors.reset")).toMatchObject([{ actor: { kind: "cli" } }]);
  expect((await here.run(["user", "reset-factors", "nobody"])).code).toBe(1);
});

test("groups are given, replaced and taken away", async () => {
  const group = (...names: readonly string[]) => names.flatMap((name) => ["--group", name]);
  const groups = async (...words: readonly string[]) =>
    (await here.json<{ readonly groups: readonly string[] }>("user", ...words)).groups;
  expect(await groups("create", "eve", "--generate-password", ...group("staff", "media", "staff"))).toEqual([
    "staff",
    "media",
  ]);
  expect(await groups("update", "eve", "--display-name", "Eve")).toEqual(["staff", "media"]);
  expect(await groups("update", "eve", ...group("cooks"))).toEqual(["cooks"]);
  expect((await here.run(["user", "list"])).out).toMatch(/^eve .* cooks /m);
  expect(await groups("update", "eve", "--no-groups")).toEqual([]);
  const refused = await here.run(["user", "update", "eve", "--group", "two words"]);
  expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining("no spaces")]);
});

test("US-10: a password that is tried first is warned of, and taken: whoever runs the machine decides", async () => {
  for (const [stdin, isWarned] of [
    ["password1", true],
    ["nine lives of a cat", false],
  ] as const) {
    const { code, errors } = await here.run(["user", "reset-password", "eve", "--password-stdin"], { stdin });
    expect([code, errors.includes("among the first")]).toEqual([0, isWarned]);
    expect(await signsIn("eve", stdin)).toBe(true);
  }
});
