import { sql } from "drizzle-orm";
import type { AssertionVerbs } from "../store.ts";
import type { Connection } from "./database.ts";
import { everyColumn, lazily } from "./prepared.ts";
import { usedAssertions } from "./schema.ts";

export function assertionWrites(db: Connection) {
  const insert = lazily(() =>
    db
      .insert(usedAssertions)
      .values(everyColumn(usedAssertions))
      .onConflictDoNothing()
      .returning({ jti: sql<string>`jti` })
      .prepare(),
  );
  return {
    use: (input: Parameters<AssertionVerbs["use"]>[0]): "fresh" | "replayed" =>
      insert().get({ ...input }) === undefined ? "replayed" : "fresh",
  };
}
