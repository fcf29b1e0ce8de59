import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dropStagedData, finishSwap, stageData, swapData } from "../../src/server/data-swap.ts";
import { migrations } from "../../src/store/sqlite/migrations.ts";
import { firstValue, integrityOf, withDatabase } from "../store/files.ts";
import release from "../store/fixtures/release-0.1.0.json" with { type: "json" };
import { until } from "../support/until.ts";
import { type CommandLine, commandLine } from "./command-line.ts";
import { layOldData, swapSteps } from "./old-data.ts";

let here: CommandLine;
beforeEach(() => {
  here = commandLine();
});
afterEach(() => here.remove());

const at = (name: string) => join(here.directory, name);
const database = () => join(here.dataDir, "postern.db");
const secretFile = () => readFileSync(join(here.dataDir, "secret"), "utf8").trim();
const asideIn = () => readdirSync(here.dataDir).filter((name) => name.startsWith("before-restore-"));
const userNames = (path = database()) =>
  withDatabase(path, (open) => open.query("SELECT username FROM users ORDER BY username").values().flat());

const pragma = (name: string) => withDatabase(database(), (open) => firstValue(open, `PRAGMA ${name}`));

async function backup(env: Readonly<Record<string, string>> = {}): Promise<void> {
  const { code, errors } = await here.run(["backup", at("b")], { env });
  if (code !== 0) throw new Error(errors);
}

describe("postern restore", () => {
  test("into a directory that is not there makes it, for its owner alone, and the next start works on it", async () => {
    const secret = layOldData(at("old"));
    await backup({ POSTERN_DATA_DIR: at("old") });
    const { code, out } = await here.run(["restore", at("b")]);
    expect([code, out]).toEqual([0, expect.stringMatching(/^Restored the backup of .* into .*\/data\.\n$/)]);
    expect(statSync(here.dataDir).mode & 0o777).toBe(0o700);
    for (const name of ["postern.db", "secret"]) expect(statSync(join(here.dataDir, name)).mode & 0o777).toBe(0o600);
    expect(secretFile()).toBe(secret);
    expect([pragma("journal_mode"), pragma("user_version")]).toEqual(["wal", 1]);
    const server = await here.serve();
    await server.stop();
    expect(userNames()).toEqual(["ada", "bob", "carl"]);
    expect(pragma("user_version")).toBe(migrations.length);
  });

  test("over a database needs --force, moves that aside as it was, and says where", async () => {
    layOldData(here.dataDir);
    await backup();
    const server = await here.serve();
    await server.stop();
    await here.json("user", "create", "dora", "--generate-password");
    const refused = await here.run(["restore", at("b")]);
    expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining("--force")]);
    expect(userNames()).toContain("dora");
    const { moved_aside: aside } = await here.json<{ moved_aside: string }>("restore", at("b"), "--force");
    expect(userNames()).toEqual(["ada", "bob", "carl"]);
    expect(asideIn().map((name) => join(here.dataDir, name))).toEqual([aside]);
    expect(userNames(join(aside, "postern.db"))).toEqual(["ada", "bob", "carl", "dora"]);
    expect(readdirSync(here.dataDir).filter((name) => name.startsWith("swap-"))).toEqual([]);
    // It is a data directory itself: the way back.
    const again = await here.run(["user", "list", "--json"], { env: { POSTERN_DATA_DIR: aside } });
    expect(again.out).toContain("dora");
  });

  test("is refused while a server works on the directory, and changes nothing", async () => {
    layOldData(here.dataDir);
    await backup();
    const server = await here.serve();
    const before = readdirSync(here.dataDir).sort();
    const { code, errors } = await here.run(["restore", at("b"), "--force"]);
    expect([code, errors]).toEqual([1, expect.stringMatching(/postern serve \(pid \d+, .*stop it first/)]);
    expect(readdirSync(here.dataDir).sort()).toEqual(before);
    expect((await fetch(`${server.address}/readyz`)).status).toBe(200);
    await server.stop();
  });

  test("of what is damaged or not a backup leaves the directory as it was, and makes none", async () => {
    layOldData(here.dataDir);
    await backup();
    const whole = readFileSync(at("b"));
    writeFileSync(at("cut"), whole.subarray(0, -40_000));
    writeFileSync(at("text"), "this is no backup");
    const before = [readFileSync(database()), readdirSync(here.dataDir).sort()];
    for (const name of ["cut", "text", "absent"]) {
      const { code, errors } = await here.run(["restore", at(name), "--force"]);
      expect([name, code, errors.trimEnd().split("\n").length]).toEqual([name, 1, 1]);
      expect((await here.run(["restore", at(name)], { env: { POSTERN_DATA_DIR: at("new") } })).code).toBe(1);
    }
    expect([
      readFileSync(database()),
      readdirSync(here.dataDir)
        .filter((name) => name !== "lock")
        .sort(),
    ]).toEqual(before);
    expect(existsSync(at("new"))).toBe(false);
  });

  test("brings the secret along, and where POSTERN_SECRET is set takes only the backup of that one", async () => {
    const secret = layOldData(here.dataDir);
    await backup();
    const other = { POSTERN_DATA_DIR: at("new"), POSTERN_SECRET: "another secret, which is long enough too" };
    const refused = await here.run(["restore", at("b")], { env: other });
    expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining("POSTERN_SECRET is not the secret")]);
    expect(refused.errors).not.toContain(secret);
    const same = { POSTERN_DATA_DIR: at("new"), POSTERN_SECRET: secret };
    expect((await here.run(["restore", at("b")], { env: same })).code).toBe(0);
    expect(existsSync(join(at("new"), "secret"))).toBe(false);
  });

  test("puts the database of a broken one back", async () => {
    layOldData(here.dataDir);
    await backup();
    writeFileSync(database(), "a disk has died here\n".repeat(500));
    expect((await here.run(["restore", at("b"), "--force"])).code).toBe(0);
    expect([integrityOf(database()), userNames()]).toEqual(["ok", ["ada", "bob", "carl"]]);
    expect(readFileSync(join(here.dataDir, asideIn()[0] ?? "", "postern.db"), "utf8")).toStartWith("a disk has died");
  });

  test("CR-21: with --end-grants no token of before is alive, and every client may go on", async () => {
    layOldData(here.dataDir);
    await backup();
    expect((await here.run(["restore", at("b"), "--force", "--end-grants"])).code).toBe(0);
    withDatabase(database(), (open) => {
      expect(firstValue(open, "SELECT count(*) FROM grants WHERE user_id IS NOT NULL AND ended_at IS NULL")).toBe(0);
      expect(firstValue(open, "SELECT min(epoch) FROM grants WHERE user_id IS NULL")).toBeGreaterThan(1000);
      expect(firstValue(open, "SELECT detail FROM events ORDER BY id DESC LIMIT 1")).toContain('"grants_ended":true');
    });
  });

  test("CR-22: killed at any moment leaves the old or the new, whole", async () => {
    layOldData(here.dataDir);
    await backup();
    const newNames = ["ada", "bob", "carl"];
    const oldNames = newNames.map((name) => `old-${name}`);
    for (let wait = 0; wait < 6; wait += 1) {
      withDatabase(database(), (open) =>
        open.exec("UPDATE users SET username = 'old-' || username WHERE username NOT LIKE 'old-%'"),
      );
      const child = here.spawn(["restore", at("b"), "--force"]);
      await until(() => existsSync(join(here.dataDir, "swap-staged")) || child.exitCode !== null);
      await Bun.sleep(wait * 25);
      child.kill("SIGKILL");
      await child.exited;
      // Any command finishes what was decided; this one then finds that only the server may migrate.
      expect((await here.run(["user", "list"])).errors).toContain("needs a migration");
      expect([oldNames.join(), newNames.join()]).toContain(userNames().join());
      expect(integrityOf(database())).toBe("ok");
      expect(secretFile()).toBe(release.instanceSecret);
    }
  });
});

test("what a killed restore has laid out is cleared away by the next start", async () => {
  mkdirSync(here.dataDir, { mode: 0o700 });
  const { database } = stageData(here.dataDir);
  writeFileSync(database, "half of a database");
  const server = await here.serve();
  expect(existsSync(database)).toBe(false);
  expect(await server.stop()).toBe(0);
});

describe("a swap that was killed", () => {
  const oldFiles = {
    "postern.db": "old database",
    "postern.db-wal": "old log",
    "postern.db-shm": "x",
    secret: "old secret",
  };
  const filesIn = (folder: string) =>
    Object.fromEntries(
      readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => [name, readFileSync(join(folder, name), "utf8")]),
    );

  /** The directory as it is when the process ends before the step of that number. */
  function killedBefore(step: number): void {
    mkdirSync(here.dataDir);
    for (const [name, text] of Object.entries(oldFiles)) writeFileSync(join(here.dataDir, name), text);
    const staged = stageData(here.dataDir);
    writeFileSync(staged.database, "new database");
    writeFileSync(staged.secret, "new secret");
    const steps = swapSteps(here.dataDir);
    for (const one of steps.slice(0, step)) one();
  }

  for (let step = 0; step <= 8; step += 1) {
    test(`before its step ${step + 1} is the old, or is finished as the new, with its secret and without the old log`, () => {
      killedBefore(step);
      const aside = finishSwap(here.dataDir);
      dropStagedData(here.dataDir);
      if (step < 1) {
        expect([aside, filesIn(here.dataDir)]).toEqual([undefined, oldFiles]);
        return;
      }
      expect(filesIn(here.dataDir)).toEqual({ "postern.db": "new database", secret: "new secret" });
      const { "postern.db-shm": _, ...kept } = oldFiles;
      expect(filesIn(join(here.dataDir, "aside"))).toEqual(kept);
      expect(readdirSync(here.dataDir).sort()).toEqual(["aside", "postern.db", "secret"]);
      expect(finishSwap(here.dataDir)).toBeUndefined();
    });
  }

  test("that was not killed does the same", () => {
    killedBefore(0);
    expect(swapData(here.dataDir, "aside")).toBe(join(here.dataDir, "aside"));
    expect(filesIn(here.dataDir)).toEqual({ "postern.db": "new database", secret: "new secret" });
  });
});
