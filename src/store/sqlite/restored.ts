import { Database } from "bun:sqlite";
import type { Instant } from "../../time.ts";

interface Restoring {
  readonly at: Instant;
  /** For the audit log. */
  readonly detail: Readonly<Record<string, string | number | boolean>>;
  /** Nothing that was allowed before stays allowed. */
  readonly endGrants: boolean;
}

/** More than a client's grant was ended between a backup and its return: tokens of those epochs stay dead. */
const epochsAhead = 1000;

/** Makes the copy of a database one that a server can work on. It may be of any version. */
export function prepareRestored(path: string, { at, detail, endGrants }: Restoring): void {
  const database = new Database(path, { readwrite: true, create: false });
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE");
    if (endGrants) {
      database.run(
        "UPDATE grants SET ended_at = ?, ended_because = 'revoked' WHERE user_id IS NOT NULL AND ended_at IS NULL",
        [at],
      );
      // A client's own grant goes on with its next epoch, as ever.
      database.run(
        "UPDATE grants SET epoch = epoch + ?, revoked_tokens = 0 WHERE user_id IS NULL AND ended_at IS NULL",
        [epochsAhead],
      );
    }
    database.run("INSERT INTO events (at, name, actor, detail) VALUES (?, 'database.restored', 'cli', ?)", [
      at,
      JSON.stringify(detail),
    ]);
    database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  } finally {
    database.close();
  }
}
