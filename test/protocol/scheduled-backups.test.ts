import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changeInstanceSecret } from "../../src/administration/instance-secret.ts";
import { statisticsOf } from "../../src/administration/statistics.ts";
import { paths } from "../../src/http/paths.ts";
import { copyPath } from "../../src/store/sqlite/copies.ts";
import { type Duration, days, hours, minutes } from "../../src/time.ts";
import { openFile, withDatabase } from "../store/files.ts";
import { createPerson } from "../support/people.ts";
import { startTestServer, type TestServer, testSecret } from "../support/server.ts";
import { until } from "../support/until.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "postern-backups-"));
  folders.push(folder);
  return join(folder, "backups");
}

const isOwn = (name: string) => /^postern-[0-9a-f]{16}-\d{8}T\d{6}Z\.backup$/.test(name);
const timesIn = (folder: string) =>
  readdirSync(folder)
    .filter(isOwn)
    .map((name) => name.slice(25, 40))
    .sort();
const events = async (server: TestServer, name: string) =>
  (await server.context.store.events.list(100)).filter((event) => event.name === name);
const metric = async (server: TestServer, line: string) =>
  (await (await fetch(server.address + paths.metrics)).text()).split("\n").find((one) => one.startsWith(line));
const warnings = async ({ context }: TestServer) => (await statisticsOf(context)).warnings.map(({ code }) => code);
/** Looks once a minute for so long, as the server does. */
async function pass(server: TestServer, time: Duration, step = minutes(10)): Promise<void> {
  for (let passed = 0; passed < time; passed += step) {
    server.advance(step);
    await server.backups?.round();
  }
}

test("without POSTERN_BACKUP_DIR the server makes no backups", async () => {
  const server = await startTestServer();
  expect(server.backups).toBeUndefined();
  await server.stop();
});

test("a backup is made at the start, then one a day, and the newest seven stay; other files are left alone", async () => {
  const folder = newFolder();
  mkdirSync(folder);
  // A person's own, one of another instance in the same folder, and a name that only looks alike.
  const others = [
    "mine.backup",
    "postern-00000000-20200101T000000Z.backup",
    "postern-0123456789abcdef-20200101T000000Z.backup",
    "postern-20200101T000000Z.backup",
    "x.part",
  ];
  for (const name of others) writeFileSync(join(folder, name), "x");
  const server = await startTestServer({ POSTERN_BACKUP_DIR: folder });
  await server.backups?.round();
  expect(timesIn(folder).filter((time) => time.startsWith("2030"))).toEqual(["20300101T000000"]);
  await server.backups?.round();
  await pass(server, hours(23), hours(1));
  expect(timesIn(folder).filter((time) => time.startsWith("2030"))).toHaveLength(1);
  await pass(server, days(9), hours(6));
  const kept = timesIn(folder).filter((time) => time.startsWith("2030"));
  expect(kept).toHaveLength(7);
  expect(kept[6]).toStartWith("20300110");
  for (const name of others) expect([name, existsSync(join(folder, name))]).toEqual([name, true]);
  expect(await events(server, "backup.created")).toHaveLength(10);
  expect(await metric(server, 'postern_backups_total{result="created"}')).toEndWith(" 10");
  expect(await metric(server, "postern_last_backup_timestamp_seconds")).toBeDefined();
  await server.stop();
});

test("one that was missed while the box was off is made soon after the start, one that is there is not made again", async () => {
  const folder = newFolder();
  let server = await startTestServer({ POSTERN_BACKUP_DIR: folder, POSTERN_BACKUP_EVERY: "6h" });
  await server.backups?.round();
  server = await server.restart(hours(5));
  await server.backups?.round();
  expect(timesIn(folder)).toHaveLength(1);
  expect(await metric(server, "postern_last_backup_timestamp_seconds")).toEndWith(String(Date.UTC(2030, 0, 1) / 1000));
  server = await server.restart(hours(50));
  await server.backups?.round();
  expect(timesIn(folder)).toEqual(["20300101T000000", "20300103T070000"]);
  await server.stop();
});

test("a clock that jumps makes neither a flood of backups nor none, and the number stays bounded", async () => {
  const folder = newFolder();
  const server = await startTestServer({ POSTERN_BACKUP_DIR: folder, POSTERN_BACKUP_KEEP: "3" });
  await pass(server, days(3), hours(12));
  expect(timesIn(folder)).toHaveLength(3);
  // Back to a time before all of them, where it stays for some days; then far ahead, and home again.
  for (const jump of [days(-4000), days(9000), days(-5000)]) {
    const made = (await events(server, "backup.created")).length;
    server.advance(jump);
    await pass(server, hours(2));
    expect((await events(server, "backup.created")).length).toBe(made + 1);
    await pass(server, days(2), hours(6));
    expect((await events(server, "backup.created")).length).toBe(made + 3);
    expect(timesIn(folder)).toHaveLength(3);
    const now = new Date(server.context.clock.now()).toISOString().slice(0, 10).replaceAll("-", "");
    expect(timesIn(folder).some((time) => time.startsWith(now.slice(0, 6)))).toBe(true);
  }
  await server.stop();
});

test("backups from a clock that was ahead make room for those that are made when it is right again", async () => {
  const folder = newFolder();
  const server = await startTestServer({ POSTERN_BACKUP_DIR: folder, POSTERN_BACKUP_KEEP: "3" });
  server.advance(days(3650));
  await pass(server, days(4), hours(12));
  expect(timesIn(folder).filter((time) => time > "2039")).toHaveLength(3);
  server.advance(days(-3650));
  await pass(server, days(4), hours(12));
  expect(timesIn(folder).map((time) => time.slice(0, 4))).toEqual(["2030", "2030", "2030"]);
  await server.stop();
});

test("a failure is logged, an audit event, counted and shown to administrators, tried again after an hour, and ends", async () => {
  const folder = newFolder();
  writeFileSync(folder, "a file in its place");
  const server = await startTestServer({ POSTERN_BACKUP_DIR: folder });
  await pass(server, minutes(60));
  const [failure, ...more] = await events(server, "backup.failed");
  expect([failure?.actor.kind, more]).toEqual(["system", []]);
  expect(failure?.detail?.reason).toContain("EEXIST");
  expect(server.logged.filter((line) => line.includes("the backup failed"))).toHaveLength(1);
  expect(await metric(server, 'postern_backups_total{result="failed"}')).toEndWith(" 1");
  expect(await warnings(server)).toContain("backup-failed");
  await pass(server, minutes(20));
  expect(await events(server, "backup.failed")).toHaveLength(2);
  rmSync(folder);
  await pass(server, hours(1));
  expect(timesIn(folder)).toHaveLength(1);
  expect(await warnings(server)).not.toContain("backup-failed");
  expect(readdirSync(server.directory)).not.toContain("backup-copy.db");
  await server.stop();
});

test("with a passphrase they are encrypted; neither it nor the secret is in the log, an event or a file", async () => {
  const folder = newFolder();
  const passphrase = "seven dwarves dig at night";
  const server = await startTestServer({ POSTERN_BACKUP_DIR: folder, POSTERN_BACKUP_PASSPHRASE: passphrase });
  await createPerson(server, { username: "alice" });
  await server.backups?.round();
  const [name = ""] = readdirSync(folder);
  const said = [server.logged.join(), JSON.stringify(await server.context.store.events.list(100))];
  const written = readFileSync(join(folder, name), "latin1");
  for (const text of [...said, written]) {
    expect(text).not.toContain(passphrase);
    expect(text).not.toContain(testSecret);
  }
  expect(written).not.toContain("alice");
  expect(server.logged.join()).toContain('"encrypted":true');
  await server.stop();
});

test("what a killed server left half-made is cleared away; a backup under way is given up when the server stops", async () => {
  const folder = newFolder();
  const server = await startTestServer({ POSTERN_BACKUP_DIR: folder });
  await server.backups?.round();
  const [name = ""] = readdirSync(folder);
  writeFileSync(join(folder, `${name}.part`), "half");
  writeFileSync(copyPath(join(server.directory, "postern.db")), "half");
  server.advance(days(1));
  await server.backups?.round();
  expect(readdirSync(folder).filter((one) => !isOwn(one))).toEqual([]);
  server.advance(days(1));
  const round = server.backups?.round();
  await server.backups?.stop();
  await round;
  expect(timesIn(folder)).toHaveLength(2);
  expect(await events(server, "backup.failed")).toEqual([]);
  await server.stop();
});

test("kill -9 during a backup leaves no file under a backup's name, and the next start makes one", async () => {
  const folder = newFolder();
  const directory = join(folder, "..", "data");
  const fixture = join(import.meta.dir, "../store/fixtures/backing-up.ts");
  const run = () => Bun.spawn([process.execPath, fixture, directory, folder], { stdout: "pipe", stderr: "inherit" });
  for (const stage of [() => copyPath(join(directory, "postern.db")), () => join(folder, partIn(folder) ?? "")]) {
    const child = run();
    await until(() => existsSync(folder) && existsSync(stage()) && stage() !== folder);
    child.kill("SIGKILL");
    await child.exited;
    expect(readdirSync(folder).filter(isOwn)).toEqual([]);
  }
  const last = run();
  expect(await last.exited).toBe(0);
  expect(readdirSync(folder).map(isOwn)).toEqual([true]);
  expect(readdirSync(directory)).not.toContain("backup-copy.db");
});

/** All that it has made by itself, of whichever mark. */
const marksIn = (folder: string) =>
  new Set(readdirSync(folder).map((name) => /^postern-([0-9a-f]+)-/.exec(name)?.[1] ?? name));

test("the mark stays over a change of the instance secret: older backups are still deleted", async () => {
  const folder = newFolder();
  const environment = { POSTERN_BACKUP_DIR: folder, POSTERN_BACKUP_KEEP: "2" };
  const before = await startTestServer(environment);
  await pass(before, days(2), hours(12));
  await before.context.store.close();
  const { directory } = before;
  const instanceSecret = "another secret of the tests, long enough too";
  const store = openFile(join(directory, "postern.db"), "inline");
  const change = { secret: instanceSecret, previous: testSecret };
  expect((await changeInstanceSecret({ ...before.context, store }, change)).resealed).toBeGreaterThan(0);
  await store.close();
  const after = await startTestServer(environment, { directory, instanceSecret });
  await pass(after, days(6), hours(12));
  expect(timesIn(folder)).toEqual(["20300105T120000", "20300106T120000"]);
  expect(marksIn(folder).size).toBe(1);
  await after.stop();
  await before.stop();
});

test("files of the mark that was made of the secret once are taken over by the database that made them", async () => {
  const folder = newFolder();
  mkdirSync(folder);
  const old = ["postern-0a1b2c3d-20291230T000000Z.backup", "postern-0a1b2c3d-20291231T000000Z.backup"];
  for (const name of [...old, "postern-ffffffff-20291231T000000Z.backup"]) writeFileSync(join(folder, name), "x");
  const server = await startTestServer({ POSTERN_BACKUP_DIR: folder, POSTERN_BACKUP_KEEP: "2" });
  await madeEarlier(server, join(folder, old[1] ?? ""));
  await server.backups?.round();
  // The newest is of less than a day ago.
  expect(readdirSync(folder)).toHaveLength(3);
  await pass(server, days(1), hours(12));
  expect(existsSync(join(folder, old[0] ?? ""))).toBe(false);
  await pass(server, days(3), hours(12));
  expect(marksIn(folder)).toContain("ffffffff");
  expect(marksIn(folder)).not.toContain("0a1b2c3d");
  await server.stop();
});

/** As the audit log tells it of the time when the mark was made of the secret. */
const madeEarlier = ({ context: { store, clock } }: TestServer, file: string) =>
  store.events.record({ at: clock.now(), name: "backup.created", actor: { kind: "system" }, detail: { file } });

describe("another box with the same folder deletes nothing of the first, and keeps its own number", () => {
  let folder: string;
  let first: TestServer;
  let environment: Readonly<Record<string, string>>;
  beforeEach(async () => {
    folder = newFolder();
    environment = { POSTERN_BACKUP_DIR: folder, POSTERN_BACKUP_KEEP: "2" };
    first = await startTestServer(environment);
    await pass(first, days(2), hours(12));
    await first.context.store.close();
  });
  afterEach(() => first.stop());

  async function expectOthersLeftAlone(environment: Readonly<Record<string, string>>, place: string) {
    const ofFirst = readdirSync(folder);
    const marksOfFirst = marksIn(folder);
    const second = await startTestServer(environment, { directory: place });
    await pass(second, days(4), hours(12));
    const there = readdirSync(folder);
    expect(there).toEqual(expect.arrayContaining(ofFirst));
    expect(there).toHaveLength(ofFirst.length + 2);
    expect(marksIn(folder).size).toBe(marksOfFirst.size + 1);
    await second.stop();
  }

  test("when its whole data directory is a copy", async () => {
    const place = newFolder();
    expect(Bun.spawnSync(["cp", "-a", first.directory, place]).exitCode).toBe(0);
    await expectOthersLeftAlone(environment, place);
  });

  test("when its database alone is a copy", async () => {
    const place = newFolder();
    mkdirSync(place);
    const path = join(place, "postern.db");
    copyFileSync(join(first.directory, "postern.db"), path);
    // The first has files of the older mark as well.
    const older = join(folder, "postern-0a1b2c3d-20291231T000000Z.backup");
    writeFileSync(older, "x");
    withDatabase(path, (database) =>
      database.exec(
        `INSERT INTO events (at, name, actor, detail) VALUES (1, 'backup.created', 'system', '{"file":"${older}"}')`,
      ),
    );
    await expectOthersLeftAlone(environment, place);
  });

  test("when it was restored from a backup of the first, even of an earlier version", async () => {
    const place = newFolder();
    mkdirSync(place);
    const path = join(place, "postern.db");
    copyFileSync(join(first.directory, "postern.db"), path);
    const mark = [...marksIn(folder)][0] ?? "";
    for (const name of readdirSync(folder))
      renameSync(join(folder, name), join(folder, name.replace(mark, mark.slice(0, 8))));
    withDatabase(path, (database) => {
      database.exec(`UPDATE events SET detail = replace(detail, '${mark}', '${mark.slice(0, 8)}')`);
      database.exec("INSERT INTO events (at, name, actor) VALUES (1, 'database.restored', 'cli')");
    });
    await expectOthersLeftAlone(environment, place);
  });
});

const partIn = (folder: string) => readdirSync(folder).find((name) => name.endsWith(".part"));
