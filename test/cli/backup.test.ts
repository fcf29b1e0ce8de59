import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { migrations } from "../../src/store/sqlite/migrations.ts";
import { withDatabase } from "../store/files.ts";
import { smallDisk } from "../store/small-disk.ts";
import { until } from "../support/until.ts";
import { type CommandLine, commandLine } from "./command-line.ts";
import { layOldData } from "./old-data.ts";

let here: CommandLine;
beforeEach(() => {
  here = commandLine();
});
afterEach(() => here.remove());

const passphrase = "seven dwarves dig at night";
const at = (name: string) => join(here.directory, name);
const read = (name: string) => readFileSync(at(name));
const oldData = () => layOldData(here.dataDir);
/** So large that a copy of it takes a moment. */
function grow(mebibytes: number): void {
  withDatabase(join(here.dataDir, "postern.db"), (database) => {
    database.exec("CREATE TABLE ballast (bytes BLOB)");
    for (let one = 0; one < mebibytes; one += 1) database.exec("INSERT INTO ballast VALUES (randomblob(1048576))");
  });
}

describe("postern backup", () => {
  test("writes everything into one file while the server runs, for its owner alone, and says what that means", async () => {
    const server = await here.serve();
    await here.json("user", "create", "ann", "--generate-password");
    const { code, out, errors } = await here.run(["backup", at("b")]);
    expect([code, errors]).toEqual([0, ""]);
    expect(out).toMatch(/^Wrote .*\/b \(\d+ KiB\), not encrypted: whoever has the file has everything\.\n$/);
    expect(statSync(at("b")).mode & 0o777).toBe(0o600);
    expect(read("b").includes(readFileSync(join(here.dataDir, "secret"), "utf8").trim())).toBe(true);
    expect(await here.json("verify", at("b"))).toMatchObject({
      encrypted: false,
      issuer: server.address,
      schema_version: migrations.length,
      people: 1,
      clients: 0,
      grants: 0,
    });
    const events = await here.json<{ items: unknown[] }>("event", "list", "--name", "backup.created");
    expect(JSON.stringify(events)).toContain(at("b"));
    expect(readdirSync(here.directory)).not.toContain("b.part");
    expect(readdirSync(here.dataDir)).not.toContain("backup-copy.db");
    await server.stop();
  });

  test("works on a database that this version would have to migrate, and does not migrate it", async () => {
    oldData();
    await here.json("backup", at("b"));
    expect(await here.json("verify", at("b"))).toMatchObject({ schema_version: 1, people: 3, clients: 5 });
  });

  test("replaces a backup only with --force, and nothing else even then", async () => {
    oldData();
    expect((await here.run(["backup", at("b")])).code).toBe(0);
    const before = read("b");
    const refused = await here.run(["backup", at("b")]);
    expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining("--force")]);
    expect(read("b").equals(before)).toBe(true);
    expect((await here.run(["backup", "--force", at("b")])).code).toBe(0);
    const database = join(here.dataDir, "postern.db");
    const whole = readFileSync(database);
    const slip = await here.run(["backup", "--force", database]);
    expect([slip.code, slip.errors]).toEqual([1, expect.stringContaining("is no backup of postern")]);
    expect(readFileSync(database).equals(whole)).toBe(true);
  });

  test("does not write through a link that somebody left under the unfinished name", async () => {
    oldData();
    writeFileSync(at("victim"), "as it was");
    symlinkSync(at("victim"), at("b.part"));
    expect((await here.run(["backup", at("b")])).code).toBe(0);
    expect(readFileSync(at("victim"), "utf8")).toBe("as it was");
  });

  test("that is killed leaves nothing under the name, and hinders no later one", async () => {
    oldData();
    grow(30);
    for (const stage of [join(here.dataDir, "backup-copy.db"), at("b.part")]) {
      const child = here.spawn(["backup", at("b")]);
      await until(() => existsSync(stage) && statSync(stage).size > 1_000_000);
      child.kill("SIGKILL");
      await child.exited;
      expect(existsSync(at("b"))).toBe(false);
    }
    expect((await here.run(["backup", at("b")])).code).toBe(0);
    expect((await here.run(["verify", at("b")])).code).toBe(0);
    expect([existsSync(at("b.part")), existsSync(join(here.dataDir, "backup-copy.db"))]).toEqual([false, false]);
  });

  test("that is interrupted clears away what it had begun", async () => {
    oldData();
    grow(30);
    const child = here.spawn(["backup", at("b")]);
    await until(() => existsSync(join(here.dataDir, "backup-copy.db")));
    child.kill("SIGINT");
    expect(await child.exited).toBe(1);
    expect(await new Response(child.stderr).text()).toBe("postern: it was interrupted, and nothing was changed\n");
    expect([existsSync(at("b.part")), existsSync(join(here.dataDir, "backup-copy.db"))]).toEqual([false, false]);
  });

  const disk = smallDisk();
  test.skipIf(disk === undefined)("onto a full disk says which, and leaves nothing there", async () => {
    oldData();
    grow(2);
    const { code, errors } = await here.run(["backup", join(disk ?? "", "b")]);
    expect([code, errors]).toEqual([1, `postern: the disk of ${disk} is full\n`]);
    expect(readdirSync(disk ?? "")).toEqual([]);
  });

  test("into a folder, to standard output or from a full disk is refused in words, before anything is opened", async () => {
    oldData();
    expect((await here.run(["backup", here.directory])).errors).toContain("is a directory: name a file in it");
    const out = await here.run(["backup", "-"]);
    expect([out.code, out.errors]).toEqual([2, expect.stringContaining("not to standard output")]);
    if (disk === undefined) return;
    Bun.spawnSync(["cp", "-a", here.dataDir, join(disk, "data")]);
    for (const words of [["backup", at("b")], ["rollback"]]) {
      const full = await here.run(words, { env: { POSTERN_DATA_DIR: join(disk, "data") } });
      expect([full.code, full.errors]).toEqual([1, expect.stringContaining("are needed to start safely")]);
    }
    rmSync(join(disk, "data"), { recursive: true });
  });

  test.skipIf(process.getuid?.() !== 0)(
    "of somebody else's directory says that its owner has to be able to write there",
    async () => {
      oldData();
      for (const name of ["", "postern.db", "secret"]) chownSync(join(here.dataDir, name), 65_534, 65_534);
      chmodSync(here.directory, 0o755);
      mkdirSync(at("root's"), { mode: 0o700 });
      const { code, errors } = await here.run(["backup", at("root's/b")]);
      expect([code, errors]).toEqual([1, expect.stringContaining(`cannot write to ${at("root's")} (EACCES)`)]);
      expect(errors).toContain("the user that the data directory belongs to");
    },
  );

  test("is refused where the secret does not open the keys, for nobody could restore it", async () => {
    oldData();
    writeFileSync(join(here.dataDir, "secret"), "another secret, which is long enough too\n");
    const { code, errors } = await here.run(["backup", at("b")]);
    expect([code, errors]).toEqual([1, expect.stringContaining("does not open the keys")]);
    expect(existsSync(at("b"))).toBe(false);
  });
});

describe("an encrypted backup", () => {
  test("shows nothing of what it holds, opens with its passphrase and with no other", async () => {
    const secret = oldData();
    const env = { POSTERN_BACKUP_PASSPHRASE: passphrase };
    const { code, out, errors } = await here.run(["backup", at("b")], { env });
    expect([code, errors]).toEqual([0, ""]);
    expect(out).toEndWith("encrypted.\n");
    for (const known of [secret, passphrase, "SQLite format", "ada@example.org", "postern.db", "localhost"])
      expect([known, read("b").includes(known)]).toEqual([known, false]);
    const whole = await here.run(["verify", at("b"), "--passphrase-stdin"], { stdin: `${passphrase}\n` });
    expect([whole.code, whole.out]).toEqual([0, expect.stringContaining("The backup is whole.")]);
    const wrong = await here.run(["verify", at("b"), "--passphrase-stdin"], { stdin: `${passphrase}s\n` });
    expect([wrong.code, wrong.errors]).toEqual([1, expect.stringContaining("the passphrase does not open it")]);
    const none = await here.run(["verify", at("b")]);
    expect([none.code, none.errors]).toEqual([1, expect.stringContaining("POSTERN_BACKUP_PASSPHRASE")]);
    for (const said of [out, whole.out, wrong.errors, none.errors]) {
      expect(said).not.toContain(passphrase);
      expect(said).not.toContain(secret);
    }
  });

  test("takes its passphrase from a file, too; one that is too short is wrong usage", async () => {
    oldData();
    writeFileSync(at("passphrase"), `${passphrase}\n`);
    const env = { POSTERN_BACKUP_PASSPHRASE_FILE: at("passphrase") };
    expect((await here.run(["backup", at("b")], { env })).code).toBe(0);
    expect((await here.run(["verify", at("b")], { env })).code).toBe(0);
    const short = await here.run(["backup", at("c"), "--passphrase-stdin"], { stdin: "eleven sign\n" });
    expect([short.code, short.errors]).toEqual([2, expect.stringContaining("fewer than 12 characters")]);
    const empty = await here.run(["backup", at("c"), "--passphrase-stdin"], { stdin: "" });
    expect([empty.code, existsSync(at("c"))]).toEqual([2, false]);
  });
});

describe("postern verify", () => {
  test("refuses what was cut off, changed in a bit or lengthened, wherever it was", async () => {
    oldData();
    expect((await here.run(["backup", at("b")])).code).toBe(0);
    const whole = read("b");
    const spoilt: Record<string, Buffer> = {
      "cut in its head": whole.subarray(0, 30),
      "cut between its lines": whole.subarray(0, 17),
      "cut in the database": whole.subarray(0, whole.length - 50_000),
      "cut before its last byte": whole.subarray(0, -1),
      lengthened: Buffer.concat([whole, Buffer.from("x")]),
      empty: Buffer.alloc(0),
    };
    for (const position of [3, 20, 60, 120, 5000, whole.length - 1]) {
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(position) ^ 4, position);
      spoilt[`changed at ${position}`] = flipped;
    }
    const verdicts = Object.entries(spoilt).map(async ([name, bytes]) => {
      const file = at(name.replaceAll(" ", "-"));
      writeFileSync(file, bytes);
      const { code, out, errors } = await here.run(["verify", file]);
      return [
        name,
        code,
        out,
        /^postern: .* cannot be used: it (is damaged: .*|is no backup of postern|was made by .*)\n$/.test(errors),
      ];
    });
    expect(await Promise.all(verdicts)).toEqual(Object.keys(spoilt).map((name) => [name, 1, "", true]));
  });

  test("refuses a backup of a newer version, and of a newer format", async () => {
    oldData();
    withDatabase(join(here.dataDir, "postern.db"), (database) => database.exec("PRAGMA user_version = 999"));
    expect((await here.run(["backup", at("b")])).code).toBe(0);
    const newer = await here.run(["verify", at("b")]);
    expect([newer.code, newer.errors]).toEqual([1, expect.stringContaining("written by a newer version")]);
    writeFileSync(at("c"), read("b").toString("latin1").replace("postern-backup 1", "postern-backup 2"), "latin1");
    const format = await here.run(["verify", at("c")]);
    expect([format.code, format.errors]).toEqual([1, expect.stringContaining("made by a newer version")]);
  });

  test("of what is no file, or with nowhere to unpack it, says so", async () => {
    oldData();
    expect((await here.run(["verify", here.directory])).errors).toBe(`postern: ${here.directory} is not a file\n`);
    expect((await here.run(["backup", at("b")])).code).toBe(0);
    const nowhere = await here.run(["verify", at("b")], { env: { TMPDIR: at("nowhere") } });
    expect([nowhere.code, nowhere.errors]).toEqual([1, expect.stringContaining("set TMPDIR to a folder with room")]);
  });

  test("needs no data directory, and leaves nothing behind", async () => {
    oldData();
    expect((await here.run(["backup", at("b")])).code).toBe(0);
    rmSync(here.dataDir, { recursive: true });
    mkdirSync(at("tmp"));
    expect((await here.run(["verify", at("b")], { env: { TMPDIR: at("tmp") } })).code).toBe(0);
    expect(readdirSync(at("tmp"))).toEqual([]);
    expect(existsSync(here.dataDir)).toBe(false);
  });
});
