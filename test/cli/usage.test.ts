import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { type CommandLine, commandLine } from "./command-line.ts";

let here: CommandLine;
beforeAll(() => {
  here = commandLine();
});
afterAll(() => here.remove());

const commands = [
  "serve",
  "setup-link",
  "user create",
  "user list",
  "user show",
  "user update",
  "user reset-password",
  "user reset-factors",
  "user disable",
  "user enable",
  "user delete",
  "user unlock",
  "client create",
  "client list",
  "client show",
  "client update",
  "client rotate-secret",
  "client disable",
  "client enable",
  "client approve",
  "client delete",
  "client registration-token",
  "scope list",
  "apply",
  "grant list",
  "grant revoke",
  "session list",
  "session end",
  "key list",
  "key rotate",
  "token inspect",
  "event list",
  "trace",
  "backup",
  "verify",
  "restore",
  "rollback",
  "doctor",
  "env",
  "version",
  "healthcheck",
  "log-level",
  "systemd",
  "compose",
  "completion",
  "try device",
  "try code",
];

describe("help", () => {
  test("every command explains itself with examples, needs nothing for it, and makes nothing", async () => {
    for (const command of commands) {
      const { code, out, errors } = await here.run([...command.split(" "), "--help"]);
      expect([command, code, errors]).toEqual([command, 0, ""]);
      expect(out).toStartWith(`Usage: postern ${command}`);
      expect(out).toContain("Examples:\n");
    }
    expect(existsSync(here.dataDir)).toBe(false);
  }, 30_000);

  test("the list of commands is whole, and holds nothing that is not there yet", async () => {
    const { out } = await here.run(["--help"]);
    const [, list = ""] = out.split("Commands:\n");
    const names = [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name);
    expect(names).toEqual(
      [...new Set(commands.map((command) => command.split(" ")[0]))].concat("help").sort(byHelp(names)),
    );
  });
});

/** The order is the help's own business. */
const byHelp = (names: readonly (string | undefined)[]) => (a: string | undefined, b: string | undefined) =>
  names.indexOf(a) - names.indexOf(b);

describe("wrong usage: exit code 2, one sentence, nothing done", () => {
  test.each([
    [["nonsense"], "unknown command 'nonsense'"],
    [["serv"], "Did you mean serve?"],
    [["serve", "now"], "too many arguments"],
    [["user", "list", "--colour"], "unknown option '--colour'"],
    [["user", "show"], "missing required argument 'name'"],
    [["user", "create", "ann"], "--password-stdin, --generate-password or --invite"],
    [["user", "create", "ann", "--password-stdin", "--generate-password"], "one of them"],
    [["user", "create", "ann", "--generate-password", "--invite"], "one of them"],
    [["user", "reset-password", "ann", "--generate-password", "--expires", "1h"], "--expires goes with --link"],
    [["user", "create", "ann", "--invite", "--expires", "31d"], "from 1m to 30d"],
    [["user", "update", "ann", "--group", "a", "--no-groups"], "not both"],
    [["client", "create", "--redirect-uri", "https://a.example/"], "--name"],
    [["client", "create", "--name", "A"], "--redirect-uri, --grant or --resource-server"],
    [
      ["client", "create", "--name", "A", "--grant", "implicit"],
      "authorization_code, refresh_token, client_credentials, device_code",
    ],
    [["client", "create", "--name", "A", "--type", "secret"], "Allowed choices are public, confidential"],
    [
      [
        "client",
        "create",
        "--name",
        "A",
        "--type",
        "public",
        "--auth-method",
        "client_secret_post",
        "--grant",
        "refresh_token",
      ],
      "--type public goes with --auth-method none",
    ],
    [["client", "registration-token", "--uses", "0"], "whole number from 1"],
    [["client", "registration-token", "--expires", "soon"], "not a duration"],
    [["try", "code", "--port", "99999"], "whole number"],
  ])("%j", async (words, sentence) => {
    const { code, out, errors } = await here.run(words);
    expect([code, out]).toEqual([2, ""]);
    expect(errors).toContain(sentence);
    expect(errors).toStartWith("postern: ");
    expect(errors).not.toContain("    at ");
    expect(existsSync(here.dataDir)).toBe(false);
  });

  test("a noun alone shows its commands", async () => {
    const { code, errors } = await here.run(["client"]);
    expect(code).toBe(2);
    expect(errors).toContain("registration-token");
  });
});

test("the version is that of the package", async () => {
  const { version } = await import("../../package.json");
  expect(await here.json("version")).toMatchObject({ version, bun: Bun.version });
  const { out } = await here.run(["version"]);
  expect(out).toStartWith(`postern ${version} `);
  expect((await here.run(["--version"])).out).toBe(out);
});

describe("env", () => {
  const secret = "a secret of the environment, 32 characters and more";

  test("shows every setting with its value and origin, and no secret", async () => {
    const env = { POSTERN_SECRET: secret, POSTERN_ACCESS_TOKEN_TTL: "5m", POSTERN_ADMIN_PASSWORD: "swordfish-1" };
    const { code, out } = await here.run(["env", "--json"], { env });
    const rows: readonly Record<string, string>[] = JSON.parse(out);
    expect(code).toBe(0);
    expect(rows.find(({ name }) => name === "POSTERN_SECRET")).toMatchObject({
      value: "[secret]",
      origin: "environment",
    });
    expect(rows.find(({ name }) => name === "POSTERN_ACCESS_TOKEN_TTL")).toMatchObject({ value: "5m", default: "1h" });
    expect(rows.find(({ name }) => name === "POSTERN_ISSUER")).toMatchObject({ origin: "default" });
    const table = (await here.run(["env"], { env })).out;
    for (const text of [out, table]) for (const hidden of [secret, "swordfish-1"]) expect(text).not.toContain(hidden);
    expect(table).toContain("POSTERN_ACCESS_TOKEN_TTL");
  });

  test("helps to find a misspelled name, where every other command refuses it", async () => {
    const env = { POSTERN_LISEN: "127.0.0.1:1" };
    const shown = await here.run(["env"], { env });
    expect(shown.code).toBe(0);
    expect(shown.errors).toContain("POSTERN_LISTEN");
    for (const words of [["serve"], ["user", "list"]]) {
      const refused = await here.run(words, { env });
      expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining("POSTERN_LISTEN")]);
    }
    expect(existsSync(here.dataDir)).toBe(false);
  });
});
