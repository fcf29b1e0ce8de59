import { Database } from "bun:sqlite";
import type { AuditEvent } from "../../model/event.ts";
import type { Instant } from "../../time.ts";

// What is written to a database that may be of any version, older or newer than this executable: only what all have.

type OwnEvent = Required<Pick<AuditEvent, "at" | "name" | "detail">>;

/** Records what a command did. */
export function recordCommand(path: string, event: OwnEvent): void {
  writing(path, (database) => insertEvent(database, event));
}

interface Restoring {
  readonly event: OwnEvent;
  /** Nothing that was allowed before stays allowed. */
  readonly endGrants: boolean;
}

/** Makes the copy of a database one that a server can work on. */
export function prepareRestored(path: string, { event, endGrants }: Restoring): void {
  writing(path, (database) => {
    database.exec("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE");
    if (endGrants) endEveryGrant(database, event.at);
    insertEvent(database, event);
    database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  });
}

/** More than a client's grant was ended between a backup and its return: tokens of those epochs stay dead. */
const epochsAhead = 1000;

function endEveryGrant(database: Database, at: Instant): void {
  database.run(
    "UPDATE grants SET ended_at = ?, ended_because = 'revoked' WHERE user_id IS NOT NULL AND ended_at IS NULL",
    [at],
  );
  // A client's own grant goes on with its next epoch, as ever.
  database.run("UPDATE grants SET epoch = epoch + ?, revoked_tokens = 0 WHERE user_id IS NULL AND ended_at IS NULL", [
    epochsAhead,
  ]);
}

function insertEvent(database: Database, { at, name, detail }: OwnEvent): void {
  database.run("INSERT INTO events (at, name, actor, detail) VALUES (?, ?, 'cli', ?)", [
    at,
    name,
    JSON.stringify(detail),
  ]);
}

function writing(path: string, write: (database: Database) => void): void {
  const database = new Database(path, { readwrite: true, create: false });
  try {
    database.exec("PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL;");
    write(database);
  } finally {
    database.close();
  }
}
