import { Database } from "bun:sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { checkNames, type Finding } from "../../src/cli/doctor/finding.ts";
import { loadConfig } from "../../src/config/load.ts";
import { systemRandom } from "../../src/crypto/random.ts";
import { paths } from "../../src/http/paths.ts";
import { type BackupNames, backupNames } from "../../src/server/backup-names.ts";
import { instant } from "../../src/time.ts";
import { openFile } from "../store/files.ts";
import { certificateFor } from "../support/certificate.ts";
import { freePort } from "../support/free-port.ts";
import { readText } from "../support/repository.ts";
import { type CommandLine, commandLine, type Served } from "./command-line.ts";

let here: CommandLine;
beforeEach(() => {
  here = commandLine();
});
afterEach(() => here.remove());

type Environment = Readonly<Record<string, string>>;

/** What doctor finds here, whatever it is, and whether the exit code fits it. */
async function findings(env: Environment = {}): Promise<readonly Finding[]> {
  const { code, out, errors } = await here.run(["doctor", "--json"], { env });
  const found: readonly Finding[] = JSON.parse(out);
  const count = found.filter(({ status }) => status === "failed").length;
  expect([code, errors === ""]).toEqual(count > 0 ? [1, false] : [0, true]);
  return found;
}

/** `failed issuer: …` for each finding that is not ok. */
const troubles = (found: readonly Finding[]): readonly string[] =>
  found.filter(({ status }) => status !== "ok").map(({ status, check, message }) => `${status} ${check}: ${message}`);

const about = (found: readonly Finding[], check: Finding["check"]): readonly Finding[] =>
  found.filter((finding) => finding.check === check);

/** What a server has made and left, once for all tests. */
let model: CommandLine;
beforeAll(async () => {
  model = commandLine();
  const server = await model.serve();
  await model.json("user", "create", "root", "--admin", "--generate-password");
  await allKeysOf(server);
  await server.stop();
});
afterAll(() => model.remove());

/** The RSA key is made after the start; who asks for the key set waits for it. */
const allKeysOf = ({ address }: { readonly address: string }) => fetch(address + paths.jwks);

/** A copy of it for this test. Gives the path of the database. */
function left(): string {
  cpSync(model.dataDir, here.dataDir, { recursive: true });
  chmodSync(here.dataDir, 0o700);
  return join(here.dataDir, "postern.db");
}

describe("a server that is well", () => {
  test("every check is ok but for a second factor and backups, each once, and the exit code is 0", async () => {
    const server = await here.serve();
    await here.json("user", "create", "root", "--admin", "--generate-password");
    await allKeysOf(server);
    const found = await findings({ POSTERN_ISSUER: server.address });
    expect(troubles(found)).toEqual([
      "warning administrators: a password alone is enough for: root",
      "warning backups: nobody has made a backup",
    ]);
    const always = checkNames.filter((name) => !name.startsWith("certificate") && name !== "verifier");
    expect(found.map(({ check }) => check).sort()).toEqual([...always].sort());
    await server.stop();
  });

  test("each check has its line in docs/operations.md", () => {
    const documented = readText("docs/operations.md");
    for (const name of checkNames) expect(documented).toMatch(new RegExp(`^\\|.*\`${name}\`.* \\|.*\\|$`, "m"));
  });

  test("for people there is a line for each finding, and what to do below it", async () => {
    const { code, out } = await here.run(["doctor"]);
    expect(code).toBe(1);
    expect(out).toMatch(/^ok {7}configuration {2,}\S/m);
    expect(out).toMatch(
      /^failed {3}data-directory {2,}there is no data directory .*\n {20,}→ start postern serve once/m,
    );
  });

  test("nothing that was found tells a secret", async () => {
    left();
    const secret = readFileSync(join(here.dataDir, "secret"), "utf8").trim();
    const other = "another secret of more than thirty-two characters";
    for (const env of [{}, { POSTERN_SECRET: other }]) {
      const { out, errors } = await here.run(["doctor"], { env });
      for (const one of [secret, other]) expect(out + errors).not.toContain(one);
    }
  });

  test("no byte of the data directory changes, whether the server has ended or was killed", async () => {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const server = await here.serve();
      await here.json("user", "create", `root-${signal}`, "--admin", "--generate-password");
      await server.stop(signal);
      const before = contents(here.dataDir);
      await here.run(["doctor"]);
      expect(contents(here.dataDir)).toEqual(before);
    }
  });
});

/** Every file but the scratch memory that SQLite shares between processes. */
const contents = (directory: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(directory)
      .filter((name) => !name.endsWith("-shm"))
      .map((name) => [name, Bun.hash(readFileSync(join(directory, name))).toString(16)]),
  );

describe("settings and server", () => {
  test("each fault of the configuration is a finding with its remedy", async () => {
    const found = await findings({ POSTERN_ISSUER: "http://nas.example/", POSTERN_LISTEN: "nowhere" });
    const names = about(found, "configuration").map(({ status, message }) => `${status} ${message.split(" ")[0]}`);
    expect(names).toEqual(["failed POSTERN_ISSUER", "failed POSTERN_LISTEN"]);
    for (const { remedy } of about(found, "configuration")) expect(remedy).not.toBe("");
  });

  test("what the server says at its start is a warning here", async () => {
    const found = await findings({ POSTERN_TRUSTED_PROXIES: "0.0.0.0/0" });
    expect(troubles(about(found, "configuration"))).toEqual([
      "warning configuration: POSTERN_TRUSTED_PROXIES trusts every address: any client can pretend to have any other's.",
    ]);
  });

  test("a server that was killed has left a record, which does no harm", async () => {
    const server = await here.serve();
    await server.stop("SIGKILL");
    const [finding] = about(await findings(), "server");
    expect(finding).toMatchObject({ status: "warning" });
    expect(finding?.message).toContain(`the last one was killed (pid ${server.pid})`);
  });
});

describe("the server that runs, and the issuer's address", () => {
  let box: CommandLine;
  let server: Served;
  beforeAll(async () => {
    box = commandLine();
    server = await box.serve();
  });
  afterAll(async () => {
    await server.stop();
    box.remove();
  });

  /** What doctor says of an issuer while a server runs elsewhere. */
  async function ofIssuer(issuer: string): Promise<string> {
    const { out } = await box.run(["doctor", "--json"], { env: { POSTERN_ISSUER: issuer } });
    const [finding] = about(JSON.parse(out), "issuer");
    return `${finding?.status} ${finding?.message}`;
  }

  test("a server that runs with another issuer than is set here is named", async () => {
    const env = { POSTERN_ISSUER: "http://127.0.0.1:1" };
    const { out } = await box.run(["doctor", "--json"], { env });
    expect(troubles(about(JSON.parse(out), "server"))).toEqual([
      `warning server: the server was started with the issuer ${server.address}, and POSTERN_ISSUER is http://127.0.0.1:1 here`,
    ]);
  });

  test("a server that does not answer is failed", async () => {
    process.kill(server.pid, "SIGSTOP");
    const { out } = await box.run(["doctor", "--json"]);
    process.kill(server.pid, "SIGCONT");
    expect(about(JSON.parse(out), "server")[0]).toMatchObject({ status: "failed" });
  });

  test("a name that leads nowhere", async () => {
    expect(await ofIssuer("https://sso.invalid")).toBe(
      "failed the name sso.invalid leads to no address here (ENOTFOUND)",
    );
  });

  test("a port at which nothing listens", async () => {
    const port = freePort();
    expect(await ofIssuer(`https://localhost:${port}`)).toBe(`failed nothing listens at localhost:${port}`);
  });

  const others: readonly (readonly [string, (url: string) => Response, string])[] = [
    ["another site", () => new Response("<p>Welcome</p>"), "is answered by something that is no OpenID provider"],
    [
      "another provider",
      () => Response.json({ issuer: "https://other.example" }),
      'calls itself "https://other.example"',
    ],
    ["a redirect", (url) => Response.redirect(url.replace("http:", "https:"), 301), 'redirects to "https://localhost:'],
    [
      "a proxy without a server behind it",
      () => new Response("", { status: 502 }),
      "does not get through to Postern (502)",
    ],
    ["a proxy that passes another name", () => new Response("", { status: 421 }), "passes another name"],
    ["a proxy that does not pass the path", () => new Response("", { status: 404 }), "answers 404 to the metadata"],
  ];
  for (const [what, answer, words] of others) {
    test(what, async () => {
      const other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: ({ url }) => answer(url) });
      const said = await ofIssuer(`http://localhost:${other.port}`);
      await other.stop(true);
      expect(said).toStartWith("failed ");
      expect(said).toContain(words);
    });
  }

  test("plain http where https should be", async () => {
    const other = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const said = await ofIssuer(`https://localhost:${other.port}`);
    await other.stop(true);
    expect(said).toMatch(/^failed no TLS connection to localhost:\d+ comes about/);
  });

  test("another Postern there does not pass for this one", async () => {
    const other = commandLine();
    const port = freePort();
    const issuer = `http://localhost:${port}`;
    const there = await other.serve({ POSTERN_ISSUER: issuer, POSTERN_LISTEN: `127.0.0.1:${port}` });
    const server = await here.serve({ POSTERN_ISSUER: issuer });
    const found = await findings({ POSTERN_ISSUER: issuer });
    expect(troubles(about(found, "https"))).toEqual([
      `failed https: the server at ${issuer} does not know the question of this one (404, 404)`,
    ]);
    await server.stop();
    await there.stop();
    other.remove();
  });
});

describe("certificates", () => {
  test("one that this machine trusts is ok, in its file and as it is shown; one that nobody vouches for is failed", async () => {
    const { cert, key } = certificateFor("localhost");
    const [certFile, keyFile] = [join(here.directory, "cert.pem"), join(here.directory, "key.pem")];
    writeFileSync(certFile, cert);
    writeFileSync(keyFile, key);
    const port = freePort();
    const env = {
      POSTERN_ISSUER: `https://localhost:${port}`,
      POSTERN_LISTEN: `127.0.0.1:${port}`,
      POSTERN_TLS_CERT_FILE: certFile,
      POSTERN_TLS_KEY_FILE: keyFile,
    };
    const server = await here.serve(env);
    const ofCertificates = (found: readonly Finding[]) => found.filter(({ check }) => check.startsWith("certificate"));
    const trusted = await findings({ ...env, NODE_EXTRA_CA_CERTS: certFile });
    expect(ofCertificates(trusted).map(({ check, status }) => `${status} ${check}`)).toEqual([
      "ok certificate",
      "ok certificate-files",
    ]);
    expect(about(trusted, "https")[0]?.message).toBe("no proxy is in between: Postern itself serves https");
    expect(troubles(ofCertificates(await findings(env)))).toEqual([
      "failed certificate: the certificate at localhost is one that nobody vouches for (DEPTH_ZERO_SELF_SIGNED_CERT)",
    ]);
    await server.stop();
  });
});

describe("the verifier of the host's own users", () => {
  const said = async (address: string) => {
    left();
    const found = about(await findings({ POSTERN_CREDENTIAL_VERIFIER: address }), "verifier");
    rmSync(here.dataDir, { recursive: true });
    return found.map(({ status, message }) => `${status} ${message}`);
  };

  test("is a program that can be run, and that not everybody can change", async () => {
    const program = join(here.directory, "check");
    expect(await said(`exec:${program}`)).toEqual([`failed ${program} cannot be run (ENOENT)`]);
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o644 });
    expect(await said(`exec:${program}`)).toEqual([`failed ${program} cannot be run (EACCES)`]);
    chmodSync(program, 0o755);
    expect(await said(`exec:${program}`)).toEqual([`ok ${program} is there to be asked about the host's own users`]);
    chmodSync(program, 0o757);
    expect((await said(`exec:${program}`))[0]).toStartWith(`failed every user can change ${program}`);
  });

  test("is somebody who listens, in a folder where nobody else can", async () => {
    const socket = join(here.directory, "check.sock");
    expect(await said(`unix:${socket}`)).toEqual([`failed nobody answers at ${socket} (ENOENT)`]);
    const host = Bun.serve({ unix: socket, fetch: () => new Response() });
    expect((await said(`unix:${socket}`))[0]).toStartWith(`ok ${socket}`);
    chmodSync(here.directory, 0o777);
    expect((await said(`unix:${socket}`))[0]).toStartWith(`failed every user can change ${here.directory}`);
    await host.stop(true);
    const port = freePort();
    expect(await said(`http://127.0.0.1:${port}/check`)).toEqual([
      `failed nobody answers at 127.0.0.1:${port} (ECONNREFUSED)`,
    ]);
  });
});

describe("the data", () => {
  test("a secret that others can read is failed, a directory that is open a warning, each with the command that helps", async () => {
    left();
    const secret = join(here.dataDir, "secret");
    chmodSync(here.dataDir, 0o755);
    chmodSync(secret, 0o644);
    const found = about(await findings(), "permissions");
    expect(found.map(({ status, remedy }) => [status, remedy])).toEqual([
      ["failed", `chmod go= ${secret}`],
      ["warning", `chmod 0700 ${here.dataDir}`],
    ]);
  });

  test("a secret in a file that every user gets at is failed, and not one behind a closed folder", async () => {
    left();
    const secret = join(here.directory, "passphrase");
    writeFileSync(secret, "seven dwarves dig at night\n", { mode: 0o644 });
    const env = { POSTERN_BACKUP_PASSPHRASE_FILE: secret };
    const failures = async () => about(await findings(env), "permissions").filter(({ status }) => status === "failed");
    expect(await failures()).toEqual([]);
    chmodSync(here.directory, 0o755);
    expect(await failures()).toMatchObject([
      { message: expect.stringContaining("POSTERN_BACKUP_PASSPHRASE_FILE"), remedy: `chmod o= ${secret}` },
    ]);
    chmodSync(secret, 0o640);
    expect(await failures()).toEqual([]);
  });

  test("a database with a broken page is failed", async () => {
    const path = left();
    const file = openSync(path, "r+");
    // The roots of the tables stand behind the first page, which holds the schema.
    for (let page = 1; page < 60; page++) writeSync(file, Buffer.alloc(2000, 0xff), 0, 2000, page * 4096);
    closeSync(file);
    expect(about(await findings(), "database")[0]).toMatchObject({ status: "failed" });
  });

  test("a restore that was killed at its last step is failed, and not finished here", async () => {
    const path = left();
    const decided = join(here.dataDir, "swap-decided");
    mkdirSync(decided);
    renameSync(path, join(decided, "postern.db"));
    expect(about(await findings(), "data-directory")[0]?.message).toContain("was killed at its last step");
    expect([existsSync(path), existsSync(decided)]).toEqual([false, true]);
  });

  test("a file that is no database is failed", async () => {
    writeFileSync(left(), "This is no database, but it is long enough to be looked at.".repeat(20));
    expect(troubles(about(await findings(), "database"))).toEqual([
      "failed database: the database cannot be read (SQLITE_NOTADB)",
    ]);
  });

  test("a row that refers to none is failed", async () => {
    change(left(), "CREATE TABLE child (parent TEXT REFERENCES users (id)); INSERT INTO child VALUES ('gone')");
    expect(troubles(about(await findings(), "database"))).toEqual([
      "failed database: the database is damaged, in 1 places or more: a row of child refers to none of users",
    ]);
  });

  test("a database of a newer version is failed, one of an older version a warning", async () => {
    const path = left();
    change(path, "PRAGMA user_version = 99");
    expect(about(await findings(), "database")[0]).toMatchObject({ status: "failed" });
    change(path, "PRAGMA user_version = 1");
    expect(about(await findings(), "database")[0]).toMatchObject({ status: "warning" });
  });

  test("a journal of another kind than is set is a warning", async () => {
    change(left(), "PRAGMA journal_mode = DELETE");
    expect(about(await findings(), "database").map(({ status }) => status)).toEqual(["ok", "warning"]);
  });

  test("an instance secret that opens no keys is failed, and so is none at all", async () => {
    left();
    const wrong = await findings({ POSTERN_SECRET: "another secret of more than thirty-two characters" });
    expect(troubles(about(wrong, "instance-secret"))[0]).toMatch(/^failed .*does not open the keys in the database$/);
    rmSync(join(here.dataDir, "secret"));
    expect(about(await findings(), "instance-secret")[0]).toMatchObject({ status: "failed" });
  });

  test("a clock that is before the last thing that was written is failed", async () => {
    change(left(), `UPDATE instance SET last_commit = ${Date.now() + 3_600_000}`);
    expect(troubles(about(await findings(), "clock"))[0]).toMatch(/^failed clock: .* something was written at /);
  });

  test("keys of last year are a warning", async () => {
    const year = 365 * 86_400_000;
    change(left(), `UPDATE keys SET created_at = created_at - ${year}, active_from = active_from - ${year}`);
    expect(about(await findings(), "keys")[0]).toMatchObject({ status: "warning", remedy: "postern key rotate" });
  });

  test("a backup that was made is found, in the folder of the server's own too; one that is late or has failed is failed", async () => {
    const path = left();
    const ofBackups = async (env: Environment = {}) => {
      const [finding] = about(await findings(env), "backups");
      return `${finding?.status} ${finding?.message}`;
    };
    const folder = join(here.directory, "backups");
    const own = { POSTERN_BACKUP_DIR: folder };
    expect(await ofBackups(own)).toBe(`failed the folder ${folder} cannot be written to`);
    mkdirSync(folder);
    expect(await ofBackups(own)).toBe(`warning there is no backup in ${folder} yet`);
    expect((await here.run(["backup", join(here.directory, "one.backup")])).code).toBe(0);
    expect(await ofBackups()).toStartWith("ok the last backup was made at ");
    const { nameAt } = await namesOfBackups(path, here.dataDir);
    const name = (days: number) => nameAt(instant(Date.now() - days * 86_400_000));
    writeFileSync(join(folder, name(3)), "");
    expect(await ofBackups(own)).toContain("though one is due every 1d");
    writeFileSync(join(folder, name(0).replace(/-[0-9a-f]{16}-/, "-0123456789abcdef-")), "");
    expect(await ofBackups(own)).toContain("though one is due every 1d");
    writeFileSync(join(folder, name(1)), "");
    expect(await ofBackups(own)).toMatch(/^ok the newest backup in .*; 1 of other installations, .*, are there too$/);
    change(path, `INSERT INTO events (at, name, actor) VALUES (${Date.now() + 1000}, 'backup.failed', 'system')`);
    expect(await ofBackups()).toMatch(/^failed the last backup, of .*, failed$/);
  });

  test("nobody who administers is a warning", async () => {
    change(left(), "DELETE FROM users");
    expect(about(await findings(), "administrators")[0]).toMatchObject({
      status: "warning",
      remedy: "postern setup-link",
    });
  });
});

/** As the server names them. */
async function namesOfBackups(path: string, dataDir: string): Promise<BackupNames> {
  const store = openFile(path, "inline");
  const config = loadConfig({ POSTERN_DATA_DIR: dataDir });
  const names = await backupNames({ store, random: systemRandom(), config });
  await store.close();
  return names;
}

const change = (path: string, statements: string) => {
  const database = new Database(path);
  database.exec(statements);
  database.close();
};
