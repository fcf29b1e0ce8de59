import { expect, test } from "bun:test";
import { join } from "node:path";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { storeContract } from "./contract.ts";
import { openFile } from "./files.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();

for (const writer of ["inline", "worker"] as const) {
  storeContract(`SQLite, ${writer} writer`, () => openFile(join(folder, `${a.unique(writer)}.db`), writer));
}

test("6749-5.1-commit: what is written while the server starts is there when it serves, and the last of it too", async () => {
  const store = openSqliteStore({
    path: join(folder, "starting.db"),
    clock: { now: () => a.start },
    writer: "worker",
    migrate: true,
  });
  const early = await a.addClient(store);
  const lastMoment = a.client();
  const underWay = store.clients.create({ client: lastMoment, event: a.event("client.created") });
  await store.serve();
  expect(await underWay).toBe("created");
  const late = await a.addClient(store);
  expect((await store.clients.list()).map(({ id }) => id).sort()).toEqual([early.id, lastMoment.id, late.id].sort());
  await store.close();
});
