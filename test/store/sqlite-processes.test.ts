import { expect, test } from "bun:test";
import { join } from "node:path";
import { asClientId } from "../../src/brand.ts";
import type { Store } from "../../src/store/store.ts";
import { integrityOf, openFile, withDatabase } from "./files.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();

test("CR-10: a command beside the server writes to the same file, and each sees at once what the other wrote", async () => {
  const path = join(folder, "shared.db");
  const server = openFile(path, "worker");
  const command = await neighbour(path);
  const create = (id: string) =>
    server.clients.create({ client: a.client({ id: asClientId(id) }), event: a.event("client.created") });

  expect(await create("of the server")).toBe("created");
  expect(await command.ask("find", "of the server")).toBe(true);
  expect(await command.ask("create", "of the command")).toBe("created");
  expect(await server.clients.find(asClientId("of the command"))).toBeDefined();
  // Who comes second is told so, whichever process it is.
  expect(await command.ask("create", "of the server")).toBe("taken");
  expect(await create("of the command")).toBe("taken");

  // Both write at once: nothing is lost, and of two creations of one client one wins.
  const ids = Array.from({ length: 100 }, (_, each) => `contested-${each}`);
  const ofServer = Promise.all(ids.map(create));
  const ofCommand: unknown[] = [];
  for (const id of ids) ofCommand.push(await command.ask("create", id));
  const wins = (await ofServer).map(
    (outcome, each) => [outcome, ofCommand[each]].filter((one) => one === "created").length,
  );
  expect(wins).toEqual(ids.map(() => 1));

  await command.stop();
  await server.close();
  expect(integrityOf(path)).toBe("ok");
});

test("DV-19, CR-10: the codes that wait count after a restart, and what a command took away counts no more", async () => {
  const path = join(folder, "waiting.db");
  const before = openFile(path, "worker");
  const known = await a.addClient(before);
  const save = (store: Store) => store.deviceCodes.save({ deviceCode: a.deviceCode(known), mostOfClient: 2 });
  expect([await save(before), await save(before)]).toEqual(["saved", "saved"]);
  await before.close();
  const store = openFile(path, "worker");
  expect(await save(store)).toBe("too-many");
  withDatabase(path, (other) =>
    other.exec("DELETE FROM device_codes WHERE hash = (SELECT min(hash) FROM device_codes)"),
  );
  expect([await save(store), await save(store)]).toEqual(["saved", "too-many"]);
  await store.close();
});

test("processes that open an absent database at once all get the one that was made", async () => {
  const path = join(folder, "raced.db");
  const commands = await Promise.all([neighbour(path), neighbour(path), neighbour(path), neighbour(path)]);
  const outcomes = await Promise.all(commands.map(({ ask }) => ask("create", "same")));
  expect(outcomes.toSorted()).toEqual(["created", "taken", "taken", "taken"]);
  for (const { stop } of commands) await stop();
  expect(integrityOf(path)).toBe("ok");
});

/** Starts the neighbour and answers when it has opened the database. */
async function neighbour(path: string) {
  const answers: ((answer: unknown) => void)[] = [];
  const next = () => new Promise<unknown>((resolve) => answers.push(resolve));
  const ready = next();
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "fixtures", "neighbour.ts"), path], {
    ipc: (answer) => answers.shift()?.(answer),
    stderr: "inherit",
  });
  const died = child.exited.then((status) => {
    throw new Error(`the neighbour ended with ${status}`);
  });
  died.catch(() => undefined);
  await Promise.race([ready, died]);
  return {
    ask: (verb: "create" | "find", id: string) => {
      const answer = next();
      child.send([verb, id]);
      return Promise.race([answer, died]);
    },
    stop: async () => {
      child.disconnect();
      expect(await child.exited).toBe(0);
    },
  };
}
