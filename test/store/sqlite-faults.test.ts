import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { UserId } from "../../src/brand.ts";
import { runBatch } from "../../src/store/sqlite/batch.ts";
import { openWriter } from "../../src/store/sqlite/database.ts";
import { inlineQueue, workerQueue } from "../../src/store/sqlite/write-queue.ts";
import { createWrites } from "../../src/store/sqlite/writes.ts";
import { StoreUnavailable } from "../../src/store/store.ts";
import { integrityOf, openFile, withDatabase } from "./files.ts";
import { smallDisk } from "./small-disk.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();
const clock = { now: () => a.start };

describe("a writer that dies", () => {
  const realWorker = globalThis.Worker;
  const started: Worker[] = [];
  // Workers as they are, only kept in a list so that a test can end one.
  class ListedWorker extends realWorker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given);
      started.push(this);
    }
  }
  beforeEach(() => {
    globalThis.Worker = ListedWorker;
  });
  afterEach(() => {
    globalThis.Worker = realWorker;
    started.length = 0;
  });

  test("takes the writes under way with it as StoreUnavailable; reads go on, and the next write finds a new one", async () => {
    const path = join(folder, "dies.db");
    const store = openFile(path, "worker");
    const before = await a.addUser(store);
    for (let death = 1; death <= 4; death += 1) {
      let failure: unknown;
      const acknowledged: UserId[] = [];
      const write = async () => {
        while (failure === undefined) {
          const user = a.user();
          const rejected = await a.failureOf(store.users.create({ user, event: a.event("user.created") }));
          if (rejected === undefined) acknowledged.push(user.id);
          failure ??= rejected;
        }
      };
      const writing = Array.from({ length: 20 }, write);
      // The first dies before it has got anything, the others between one commit and the next.
      for (let wait = 1; wait < death; wait += 1) await store.check();
      started.at(-1)?.terminate();
      await Promise.all(writing);
      expect(failure).toBeInstanceOf(StoreUnavailable);
      for (const id of acknowledged) expect(await store.users.find(id)).toBeDefined();
      expect(await store.users.find(before.id)).toEqual(before);
      const user = await a.addUser(store);
      expect(await store.users.find(user.id)).toEqual(user);
      expect(started).toHaveLength(death + 1);
    }
    await store.close();
    expect(integrityOf(path)).toBe("ok");
  });

  test("while answers are given keeps none of them back: what was committed is told", async () => {
    const store = openFile(join(folder, "told.db"), "worker");
    await store.check();
    const writing = Array.from({ length: 50 }, async () => {
      const made = await a.addUser(store);
      started.at(-1)?.terminate();
      return made;
    });
    const made = await Promise.all(writing);
    expect(await store.users.list()).toHaveLength(made.length);
    await store.close();
  });

  test("while nothing is written is replaced without anybody's noticing, or at closing not at all", async () => {
    const store = openFile(join(folder, "idle.db"), "worker");
    await store.check();
    const [first] = started;
    const gone = new Promise((resolve) => first?.addEventListener("close", resolve));
    first?.terminate();
    await gone;
    await store.check();
    expect(started).toHaveLength(2);
    const goneAgain = new Promise((resolve) => started[1]?.addEventListener("close", resolve));
    started[1]?.terminate();
    await goneAgain;
    await store.close();
    expect(started).toHaveLength(2);
  });

  test("CR-11: for want of the file refuses each write, is not started in a loop, and works when the file is there again", async () => {
    const path = join(folder, "vanished.db");
    await openFile(path, "inline").close();
    renameSync(path, `${path}.away`);
    const queue = workerQueue(path, clock);
    const check = () => queue.write({ noun: "upkeep", verb: "check", input: null });
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(await a.failureOf(check())).toBeInstanceOf(StoreUnavailable);
    expect(started.length).toBeLessThanOrEqual(4);
    renameSync(`${path}.away`, path);
    await check();
    await queue.close();
  });
});

describe("CR-12: a full disk", () => {
  const fill = (writer: ReturnType<typeof openWriter>) => writer.$client.exec("PRAGMA max_page_count = 1");
  const empty = (writer: ReturnType<typeof openWriter>) => writer.$client.exec("PRAGMA max_page_count = 1000000");
  const large = () => a.user({ displayName: "x".repeat(20_000) });
  const create = (user: ReturnType<typeof a.user>) => ({
    noun: "users",
    verb: "create",
    input: { user, event: a.event("user.created") },
  });

  test("makes every verb of the batch fail as unavailable, and the same connection works when there is room", async () => {
    const path = join(folder, "full.db");
    const store = openFile(path, "inline");
    const writer = openWriter(path);
    const writes = createWrites(writer);
    const small = a.user();
    fill(writer);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const results = runBatch(writer, writes, [create(small), create(large()), create(a.user())], a.start);
      expect(results).toEqual(
        Array.from({ length: 3 }, () => ({ ok: false, unavailable: true, message: expect.stringContaining("full") })),
      );
      expect(writer.$client.inTransaction).toBe(false);
    }
    expect(await store.users.list()).toEqual([]);
    expect(await a.eventNames(store)).toEqual([]);
    empty(writer);
    expect(runBatch(writer, writes, [create(small), create(large())], a.start)).toEqual([
      { ok: true, value: "created" },
      { ok: true, value: "created" },
    ]);
    expect(await store.users.list()).toHaveLength(2);
    writer.$client.close();
    await store.close();
    expect(integrityOf(path)).toBe("ok");
  });

  const disk = smallDisk();
  for (const mode of ["inline", "worker"] as const) {
    test.skipIf(disk === undefined)(
      `on a real file system refuses writes (${mode}), goes on reading and recovers without a restart`,
      async () => {
        const path = join(disk ?? "", `${mode}.db`);
        const ballast = join(disk ?? "", "ballast");
        const store = openFile(path, mode);
        const before = await a.addUser(store);
        await Bun.spawn(["dd", "if=/dev/zero", `of=${ballast}`, "bs=4k"], { stderr: "ignore" }).exited;
        // What the log has room for still passes.
        let failure: unknown;
        for (let attempt = 0; attempt < 200 && failure === undefined; attempt += 1) {
          failure = await a.failureOf(store.users.create({ user: large(), event: a.event("user.created") }));
        }
        expect(failure).toBeInstanceOf(StoreUnavailable);
        expect(await a.failureOf(store.users.create({ user: large(), event: a.event("user.created") }))).toBeInstanceOf(
          StoreUnavailable,
        );
        expect(await store.users.find(before.id)).toEqual(before);
        rmSync(ballast);
        const users = await store.users.list();
        const next = await a.addUser(store, { displayName: "x".repeat(20_000) });
        expect(await store.users.list()).toHaveLength(users.length + 1);
        expect(await store.users.find(next.id)).toEqual(next);
        await store.close();
        expect(integrityOf(path)).toBe("ok");
      },
    );
  }
});

test("CR-13: a write that waits too long for another process's lock is refused as unavailable, and the next one passes", async () => {
  const path = join(folder, "locked.db");
  await openFile(path, "inline").close();
  const writer = openWriter(path);
  // The five seconds of a server would be spent waiting here.
  writer.$client.exec("PRAGMA busy_timeout = 20");
  const writes = createWrites(writer);
  const check = { noun: "upkeep", verb: "check", input: null };
  withDatabase(path, (other) => {
    other.exec("BEGIN IMMEDIATE");
    expect(runBatch(writer, writes, [check], a.start)).toMatchObject([{ ok: false, unavailable: true }]);
    other.exec("ROLLBACK");
  });
  expect(runBatch(writer, writes, [check], a.start)).toEqual([{ ok: true, value: undefined }]);
  writer.$client.close();
});

test("a verb that fails half-way takes back its own work alone, and no other is done twice", async () => {
  const path = join(folder, "half-way.db");
  const store = openFile(path, "inline");
  const writer = openWriter(path);
  const writes = createWrites(writer);
  const failing = {
    ...writes,
    users: {
      ...writes.users,
      update: (input: Parameters<typeof writes.users.update>[0]) => {
        writes.users.update(input);
        throw new Error("half-way");
      },
    },
  };
  const [first, last] = [a.user(), a.user()];
  const create = (user: typeof first) => ({
    noun: "users",
    verb: "create",
    input: { user, event: a.event("user.created") },
  });
  const rename = { id: first.id, changes: { displayName: "Someone else" }, event: a.event("user.updated") };
  const batch = [create(first), { noun: "users", verb: "update", input: rename }, create(last)];
  expect(runBatch(writer, failing, batch, a.start)).toEqual([
    { ok: true, value: "created" },
    { ok: false, unavailable: false, message: "half-way" },
    { ok: true, value: "created" },
  ]);
  expect(await store.users.list()).toEqual([first, last]);
  expect(await a.eventNames(store)).toEqual(["user.created", "user.created"]);
  writer.$client.close();
  await store.close();
});

test("what was counted of device codes in a transaction that was taken back lets no code beyond the limit in", async () => {
  const path = join(folder, "taken-back.db");
  const store = openFile(path, "inline");
  const [client, owner] = [await a.addClient(store), await a.addUser(store)];
  const writer = openWriter(path);
  const writes = createWrites(writer);
  const save = () => ({
    noun: "deviceCodes",
    verb: "save",
    input: { deviceCode: a.deviceCode(client), mostOfClient: 3, mostOfAddress: undefined },
  });
  const waiting = [save(), save(), save()];
  const saved = { ok: true, value: "saved" } as const;
  expect(runBatch(writer, writes, waiting, a.start)).toEqual([saved, saved, saved]);
  const decide = waiting.slice(0, 2).map(({ input }) => ({
    noun: "deviceCodes",
    verb: "decide",
    input: a.decision(input.deviceCode, owner, "denied"),
  }));
  const large = { user: a.user({ displayName: "x".repeat(20_000) }), event: a.event("user.created") };
  writer.$client.exec("PRAGMA max_page_count = 1");
  const failing = [...decide, save(), { noun: "users", verb: "create", input: large }];
  expect(runBatch(writer, writes, failing, a.start)).toMatchObject(failing.map(() => ({ unavailable: true })));
  writer.$client.exec("PRAGMA max_page_count = 1000000");
  expect(runBatch(writer, writes, [save()], a.start)).toEqual([{ ok: true, value: "too-many" }]);
  writer.$client.close();
  await store.close();
});

test("what cannot be a text is refused to whoever asks for it, and to nobody else", async () => {
  const path = join(folder, "no-text.db");
  await openFile(path, "inline").close();
  const queue = workerQueue(path, clock);
  const check = (input: unknown) => queue.write({ noun: "upkeep", verb: "check", input });
  const [bad, good] = [a.failureOf(check(10n)), check(null)];
  expect(await bad).toBeInstanceOf(TypeError);
  await good;
  await check(null);
  await queue.close();
});

test("a verb that does not exist fails by itself", async () => {
  const path = join(folder, "unknown.db");
  await openFile(path, "inline").close();
  const queue = inlineQueue(path, clock);
  const unknown = queue.write({ noun: "users", verb: "conjure", input: null });
  const known = queue.write({ noun: "upkeep", verb: "check", input: null });
  expect(await a.failureOf(unknown)).not.toBeInstanceOf(StoreUnavailable);
  expect(await a.failureOf(known)).toBeUndefined();
  await queue.close();
});
