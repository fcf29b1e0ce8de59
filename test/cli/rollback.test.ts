import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { migrations } from "../../src/store/sqlite/migrations.ts";
import { firstValue, withDatabase } from "../store/files.ts";
import { type CommandLine, commandLine } from "./command-line.ts";
import { layOldData } from "./old-data.ts";

let here: CommandLine;
beforeEach(() => {
  here = commandLine();
});
afterEach(() => here.remove());

const database = () => join(here.dataDir, "postern.db");
const version = () => withDatabase(database(), (open) => firstValue(open, "PRAGMA user_version"));
const snapshots = () => readdirSync(here.dataDir).filter((name) => name.startsWith("before-upgrade-"));

/** A first release that was upgraded by a start, after which somebody was made and somebody deleted. */
async function upgraded(): Promise<void> {
  layOldData(here.dataDir);
  const server = await here.serve();
  expect(JSON.stringify(server.logged())).toContain("the database is upgraded; postern rollback goes back");
  await server.stop();
  await here.json("user", "create", "dora", "--generate-password");
  expect((await here.run(["user", "delete", "carl"])).code).toBe(0);
}

describe("postern rollback", () => {
  test("goes back to before the upgrade, says what that costs first, and keeps what was", async () => {
    await upgraded();
    const asked = await here.run(["rollback"]);
    expect(asked.code).toBe(1);
    expect(asked.errors).toContain("made since then, and lost: people 1, clients 0, grants 0, audit events 2");
    expect(asked.errors).toContain("deleted since then, and back again: people 1, clients 0");
    expect(asked.errors).toEndWith("--yes says that it is meant\n");
    expect(version()).toBe(migrations.length);

    const { code, out } = await here.run(["rollback", "--yes"]);
    expect([code, version()]).toEqual([0, 1]);
    const names = withDatabase(database(), (open) =>
      open.query("SELECT username FROM users ORDER BY 1").values().flat(),
    );
    expect(names).toEqual(["ada", "bob", "carl"]);
    const [, aside = ""] = /until now is in (\S+);/.exec(out) ?? [];
    const kept = await here.run(["user", "list"], { env: { POSTERN_DATA_DIR: aside, POSTERN_SECRET: "x".repeat(32) } });
    expect(kept.out).toContain("dora");
    // The snapshot stays, and the next start upgrades again.
    expect(snapshots()).toHaveLength(1);
    const server = await here.serve();
    await server.stop();
    expect(version()).toBe(migrations.length);
    expect(await here.json("user", "list")).toMatchObject([
      { username: "ada" },
      { username: "bob" },
      { username: "carl" },
    ]);
    expect(JSON.stringify(await here.json("event", "list"))).toContain("database.restored");
  });

  test("is what a start on a newer database names, and goes back to a version that this one knows", async () => {
    await upgraded();
    const newest = join(here.dataDir, `before-upgrade-20300101T000000Z-schema-${migrations.length + 1}.db`);
    await Bun.write(newest, "");
    withDatabase(database(), (open) =>
      open.exec(`ALTER TABLE users RENAME TO accounts; PRAGMA user_version = ${migrations.length + 2}`),
    );
    const refused = await here.run(["serve"]);
    expect([refused.code, refused.errors]).toEqual([1, expect.stringContaining("postern rollback")]);
    const { code, errors } = await here.run(["rollback", "--yes"]);
    expect([code, errors]).toEqual([0, expect.stringContaining("this version cannot count it")]);
    expect(version()).toBe(1);
  });

  test("is refused without a snapshot, and while a server runs", async () => {
    layOldData(here.dataDir);
    const server = await here.serve();
    const busy = await here.run(["rollback", "--yes"]);
    expect([busy.code, busy.errors]).toEqual([1, expect.stringContaining("stop it first")]);
    await server.stop();
    for (const name of snapshots()) renameSync(join(here.dataDir, name), join(here.directory, name));
    const none = await here.run(["rollback", "--yes"]);
    expect([none.code, none.errors]).toEqual([1, expect.stringContaining("there is no snapshot")]);
    expect(version()).toBe(migrations.length);
  });
});
