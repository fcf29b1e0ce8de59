import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { firstValue, integrityOf, withDatabase } from "../store/files.ts";
import { blockDisk, emptyDisk, fillDisk } from "../store/small-disk.ts";
import { type CommandLine, commandLine, type Served } from "./command-line.ts";

let here: CommandLine;
beforeAll(() => {
  here = commandLine();
});
afterAll(() => here.remove());

const disk = blockDisk();
const folder = disk?.folder ?? "";
const env = { POSTERN_DATA_DIR: join(folder, "data"), POSTERN_LISTEN: "127.0.0.1:0" };
const mount = (how: string) => Bun.spawnSync(["mount", "-o", `remount,${how}`, folder]).exitCode;

/** A data directory as a server leaves it that was killed: with a log that was not carried into the database. */
async function killed(): Promise<void> {
  const server: Served = await here.serve();
  await here.json("user", "create", "ann", "--generate-password");
  await server.stop("SIGKILL");
  expect(Bun.spawnSync(["cp", "-a", here.dataDir, env.POSTERN_DATA_DIR]).exitCode).toBe(0);
}

test.skipIf(disk === undefined)(
  "CR-12: a start on a full disk is refused in a sentence before the database is opened, and works when there is room",
  async () => {
    await killed();
    fillDisk(folder);
    for (const words of [["serve"], ["user", "list"]]) {
      const { code, out, errors } = await here.run(words, { env });
      expect([words, code, out]).toEqual([words, 1, ""]);
      expect(errors).toContain("is full: ");
      expect(errors.trimEnd().split("\n")).toHaveLength(1);
    }
    emptyDisk(folder);
    const { code, out } = await here.run(["user", "list"], { env });
    expect([code, out]).toEqual([0, expect.stringContaining("ann")]);
  },
);

test.skipIf(disk === undefined)("CR-11: a start on a read-only disk is refused in a sentence", async () => {
  expect(mount("ro")).toBe(0);
  for (const words of [["serve"], ["user", "list"]]) {
    const { code, errors } = await here.run(words, { env });
    expect([code, errors]).toEqual([1, expect.stringContaining("read-only file system")]);
  }
  expect(mount("rw")).toBe(0);
  expect((await here.run(["user", "list"], { env })).code).toBe(0);
});

test("a rollback journal takes over what a killed server left in its log, and gives it back", async () => {
  const other = commandLine();
  const database = join(other.dataDir, "postern.db");
  const names: string[] = [];
  for (const [round, journal] of (["wal", "rollback", "rollback", "wal"] as const).entries()) {
    const server = await other.serve({ POSTERN_DB_JOURNAL: journal });
    names.push(`person-${round}`);
    await other.json("user", "create", `person-${round}`, "--generate-password");
    expect(await other.json("user", "list")).toMatchObject(names.map((username) => ({ username })));
    expect((await fetch(`${server.address}/readyz`)).status).toBe(200);
    await server.stop("SIGKILL");
    expect(withDatabase(database, (file) => firstValue(file, "PRAGMA journal_mode"))).toBe(
      journal === "wal" ? "wal" : "delete",
    );
  }
  expect(integrityOf(database)).toBe("ok");
  other.remove();
});
