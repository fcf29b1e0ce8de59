import { afterEach, beforeEach, expect, test } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths } from "../../src/http/paths.ts";
import { integrityOf } from "../store/files.ts";
import { until } from "../support/until.ts";
import { type CommandLine, commandLine } from "./command-line.ts";

let here: CommandLine;
beforeEach(() => {
  here = commandLine();
});
afterEach(() => here.remove());

const isRoot = process.getuid?.() === 0;
/** `nobody`, everywhere. */
const other = 65_534;

/** A data directory as a server leaves it. */
async function served(): Promise<void> {
  const server = await here.serve();
  expect(await server.stop()).toBe(0);
}

test("only serve makes a data directory; every other command names the one that is missing", async () => {
  const commands = [
    ["setup-link"],
    ["user", "list"],
    ["client", "create", "--name", "A", "--grant", "client_credentials"],
    ["grant", "list"],
    ["session", "list"],
    ["key", "rotate"],
    ["token", "inspect", "x"],
    ["healthcheck"],
    ["try", "device"],
  ];
  for (const words of commands) {
    const { code, out, errors } = await here.run(words);
    expect([words, code, out]).toEqual([words, 1, ""]);
    expect(errors).toContain(here.dataDir);
    expect(errors.trimEnd().split("\n")).toHaveLength(1);
  }
  expect(existsSync(here.dataDir)).toBe(false);
});

test("serve makes it for its owner alone, with every file in it, and cleans up when it stops", async () => {
  const server = await here.serve();
  expect(statSync(here.dataDir).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(here.dataDir))
    expect([name, statSync(join(here.dataDir, name)).mode & 0o077]).toEqual([name, 0]);
  await server.stop();
  expect(existsSync(join(here.dataDir, "instance.json"))).toBe(false);
});

test("a start warns of what other users can read or change", async () => {
  await served();
  const warned = async () => {
    const server = await here.serve();
    await server.stop();
    return server.logged().flatMap(({ paths }) => paths ?? []);
  };
  expect(await warned()).toEqual([]);
  const secret = join(here.dataDir, "secret");
  chmodSync(secret, 0o644);
  expect(await warned()).toEqual([]); // Nobody gets there.
  chmodSync(here.dataDir, 0o777);
  expect(await warned()).toEqual([here.dataDir, secret]);
});

test("commands work while the server runs and when it does not", async () => {
  const server = await here.serve();
  await here.json("user", "create", "ann", "--generate-password");
  await server.stop();
  await here.json("user", "create", "bob", "--generate-password");
  expect(await here.json("user", "list")).toMatchObject([{ username: "ann" }, { username: "bob" }]);
});

test("CR-10: commands beside a server that writes do it no harm, and it has all that it acknowledged", async () => {
  const server = await here.serve();
  await here.json(..."client create --name TV --id tv --type public --grant device_code --scope openid".split(" "));
  const post = (path: string, fields: Readonly<Record<string, string>>) =>
    fetch(server.address + path, { method: "POST", body: new URLSearchParams({ client_id: "tv", ...fields }) });
  const acknowledged: string[] = [];
  let isBusy = true;
  const busy = async () => {
    while (isBusy) {
      const answer = await post(paths.deviceAuthorization, { scope: "openid" });
      if (answer.status === 200) acknowledged.push((await answer.json()).device_code);
    }
  };
  const load = [busy(), busy(), busy(), busy()];
  for (let each = 0; each < 8; each++) expect(await here.json("user", "list")).toEqual([]);
  isBusy = false;
  await Promise.all(load);
  const sample = [acknowledged[0], ...acknowledged.slice(-20)];
  for (const device_code of sample) {
    const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    const answer = await post(paths.token, { grant_type, device_code: device_code ?? "" });
    expect(await answer.json()).toMatchObject({ error: "authorization_pending" });
  }
  expect(await server.stop()).toBe(0);
  expect(integrityOf(join(here.dataDir, "postern.db"))).toBe("ok");
});

test("a lost secret is a sentence for what needs the keys, and nothing for the rest", async () => {
  await served();
  rmSync(join(here.dataDir, "secret"));
  expect(await here.json("user", "list")).toEqual([]);
  for (const words of [["serve"], ["key", "rotate"]]) {
    const { code, errors } = await here.run(words);
    expect([code, errors]).toEqual([1, expect.stringContaining("secret is missing")]);
  }
  const wrong = { POSTERN_SECRET: "another secret, which is long enough too" };
  for (const words of [["serve"], ["key", "rotate"]]) {
    const { code, errors } = await here.run(words, { env: wrong });
    expect([code, errors]).toEqual([1, expect.stringContaining("POSTERN_SECRET")]);
  }
});

test("a secret that somebody else has made, empty or short, seals nothing", async () => {
  mkdirSync(here.dataDir, { mode: 0o700 });
  const secret = join(here.dataDir, "secret");
  for (const text of ["", "short\n"]) {
    writeFileSync(secret, text);
    const { code, errors } = await here.run(["serve"]);
    expect([code, errors]).toEqual([1, expect.stringContaining(`${secret} has fewer than 32 characters`)]);
    expect(existsSync(join(here.dataDir, "postern.db"))).toBe(false);
  }
  rmSync(secret);
  mkdirSync(secret);
  expect((await here.run(["serve"])).errors).toContain(`${secret} cannot be read (EISDIR)`);
});

test("a data directory that cannot be made is told with the reason", async () => {
  writeFileSync(here.dataDir, "");
  const { code, errors } = await here.run(["serve"], { env: { POSTERN_DATA_DIR: join(here.dataDir, "below") } });
  expect([code, errors]).toEqual([1, expect.stringMatching(/cannot be made \(ENOTDIR\): .* set POSTERN_DATA_DIR\n$/)]);
});

test("CR-09: a database that is none is refused in a sentence, by serve and by commands", async () => {
  await served();
  for (const rest of ["postern.db-wal", "postern.db-shm"]) rmSync(join(here.dataDir, rest), { force: true });
  writeFileSync(join(here.dataDir, "postern.db"), "this was a database once, and is one no more\n".repeat(200));
  for (const words of [["serve"], ["user", "list"]]) {
    const { code, errors } = await here.run(words);
    expect(code).toBe(1);
    expect(errors).toContain("damaged");
    expect(errors).not.toContain("    at ");
  }
});

test("a file in its place is refused", async () => {
  writeFileSync(here.dataDir, "");
  const { code, errors } = await here.run(["serve"]);
  expect([code, errors]).toEqual([1, expect.stringContaining("is not a directory")]);
});

test.if(isRoot)("run as root, a command becomes the owner of the directory first", async () => {
  await served();
  chmodSync(here.directory, 0o755);
  for (const name of ["", ...readdirSync(here.dataDir)]) chownSync(join(here.dataDir, name), other, other);
  await here.json("user", "create", "ann", "--generate-password");
  const server = await here.serve();
  for (const name of readdirSync(here.dataDir))
    expect([name, statSync(join(here.dataDir, name)).uid]).toEqual([name, other]);
  const status = await Bun.file(`/proc/${server.pid}/status`).text();
  expect(status).toMatch(/^Uid:\t65534\t65534\t65534\t65534$/m);
  expect(status).toMatch(/^Groups:\t65534 $/m);
  await server.stop();
});

test.if(isRoot)("run as another user, it is refused with the command line that would do", async () => {
  await served();
  chmodSync(here.directory, 0o755);
  for (const [words, line] of [
    [["user", "show", "it's me"], "user show 'it'\\''s me'"],
    [["healthcheck"], "healthcheck"],
  ] as const) {
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "../../src/main.ts"), ...words], {
      env: { PATH: "/usr/bin:/bin", POSTERN_DATA_DIR: here.dataDir },
      uid: other,
      gid: other,
      stdout: "pipe",
      stderr: "pipe",
    });
    await until(() => child.exitCode !== null);
    expect(child.exitCode).toBe(1);
    const said = await new Response(child.stderr).text();
    // sudo passes no variables on: without the directory the line would work on another one.
    expect(said).toContain(`belongs to root; run: sudo -u root env POSTERN_DATA_DIR=${here.dataDir} `);
    expect(said).toEndWith(`main.ts ${line}\n`);
  }
});
