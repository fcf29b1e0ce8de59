import { join } from "node:path";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { storeContract } from "./contract.ts";
import { temporaryFolder } from "./temporary.ts";
import * as a from "./things.ts";

const folder = temporaryFolder();

for (const writer of ["inline", "worker"] as const) {
  storeContract(`SQLite, ${writer} writer`, () =>
    openSqliteStore({
      path: join(folder, `${a.unique(writer)}.db`),
      clock: { now: () => a.start },
      writer,
      migrate: true,
    }),
  );
}
