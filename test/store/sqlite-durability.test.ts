import { expect, test } from "bun:test";
import { join } from "node:path";
import { asClientId } from "../../src/brand.ts";
import { after, seconds } from "../../src/time.ts";
import { firstValue, integrityOf, openFile, withDatabase } from "./files.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();
const fixture = (name: string) => join(import.meta.dir, "fixtures", `${name}.ts`);

test("CR-07: what was acknowledged is there after kill -9, round after round", async () => {
  const path = join(folder, "killed.db");
  const acknowledged: string[] = [];
  for (const [round, enough] of [1, 200, 1500, 700].entries()) {
    const child = Bun.spawn([process.execPath, fixture("acknowledge"), path, `${round}`], {
      stdout: "pipe",
      stderr: "inherit",
    });
    let output = "";
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      output += decoder.decode(chunk, { stream: true });
      if (output.split("\n").length > enough) child.kill("SIGKILL");
    }
    await child.exited;
    expect(child.signalCode).toBe("SIGKILL");
    // The last line may have been cut in the middle.
    const lines = output.split("\n").slice(0, -1);
    expect(lines.length).toBeGreaterThanOrEqual(enough);
    acknowledged.push(...lines);

    const store = openFile(path, "inline");
    const found = await Promise.all(acknowledged.map((id) => store.clients.find(asClientId(id))));
    expect(found.filter((client) => client === undefined)).toEqual([]);
    // Each client and its event came together or not at all.
    expect(await store.events.list(1_000_000)).toHaveLength((await store.clients.list()).length);
    await store.check();
    await store.close();
    expect(integrityOf(path)).toBe("ok");
  }
}, 20_000);

test("CR-08: the writer syncs each commit (synchronous = FULL) into a write-ahead log", async () => {
  const path = join(folder, "modes.db");
  const { openWriter } = await import("../../src/store/sqlite/database.ts");
  await openFile(path, "inline").close();
  const { $client: writer } = openWriter(path);
  expect(firstValue(writer, "PRAGMA synchronous")).toBe(2);
  expect(firstValue(writer, "PRAGMA journal_mode")).toBe("wal");
  writer.close();
});

test("CR-03: a store that is opened knows when the last commit before it was made", async () => {
  const path = join(folder, "stamped.db");
  const first = openFile(path, "worker");
  expect(first.lastCommitBeforeOpening).toBeUndefined();
  await first.check();
  expect(first.lastCommitBeforeOpening).toBeUndefined();
  await first.close();
  const later = after(a.start, seconds(90));
  const second = openFile(path, "worker", later);
  expect(second.lastCommitBeforeOpening).toBe(a.start);
  await second.check();
  await second.close();
  const third = openFile(path, "inline", later);
  expect(third.lastCommitBeforeOpening).toBe(later);
  await third.close();
});

for (const writer of ["inline", "worker"] as const) {
  test(`CR-19: closing (${writer}) finishes the writes that were taken, refuses later ones and may be asked for twice`, async () => {
    const path = join(folder, `closed-${writer}.db`);
    const store = openFile(path, writer);
    const users = Array.from({ length: 50 }, () => a.user());
    const writing = users.map((user) => store.users.create({ user, event: a.event("user.created") }));
    const closing = store.close();
    const late = await a.failureOf(store.check());
    expect(late).toMatchObject({ name: "StoreUnavailable" });
    expect(new Set(await Promise.all(writing))).toEqual(new Set(["created"]));
    await Promise.all([closing, store.close()]);
    await store.close();
    expect(withDatabase(path, (database) => firstValue(database, "SELECT count(*) FROM users"))).toBe(50);
  });
}

test("reads hold no snapshot open: all of the log can be carried into the database beside a busy reader", async () => {
  const path = join(folder, "log.db");
  const store = openFile(path, "worker");
  for (let each = 0; each < 20; each += 1) {
    const user = await a.addUser(store);
    await Promise.all([
      store.users.find(user.id),
      store.users.list(),
      store.users.hasAdministrator(),
      store.keys.revision(),
    ]);
    await store.events.list(1);
  }
  const [[blocked, inLog, carried] = []] = withDatabase(path, (database) =>
    database.query("PRAGMA wal_checkpoint(TRUNCATE)").values(),
  );
  expect([blocked, inLog, carried]).toEqual([0, 0, 0]);
  await store.close();
});
