import type { Database } from "bun:sqlite";
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileTime, fromFileTime, type Instant } from "../../time.ts";
import { NoRoom, requireRoomForCopy } from "./room.ts";

/** A database as it was before a migration. */
export interface Snapshot {
  readonly path: string;
  readonly schemaVersion: number;
  readonly takenAt: Instant;
  readonly bytes: number;
}

/** A start that is killed while it migrates makes another one of the same state: then both are kept. */
const kept = 2;

const namePattern = /^before-upgrade-(\d{8}T\d{6}Z)-schema-(\d{1,4})\.db$/;

/**
 * Keeps the database as it is, beside it, before it is migrated; of earlier snapshots only the newest stays.
 *
 * @throws NoRoom
 */
export function takeSnapshot(database: Database, path: string, schemaVersion: number, now: Instant): string {
  const folder = dirname(path);
  try {
    requireRoomForCopy(path, folder);
  } catch (error) {
    if (!(error instanceof NoRoom)) throw error;
    throw new NoRoom(`the database is not upgraded without a snapshot of it, and ${error.message}`, { cause: error });
  }
  const snapshot = join(folder, `before-upgrade-${fileTime(now)}-schema-${schemaVersion}.db`);
  const unfinished = join(folder, "before-upgrade.part");
  for (const file of [unfinished, `${unfinished}-journal`]) rmSync(file, { force: true });
  writeFileSync(unfinished, "", { mode: 0o600, flag: "wx" });
  database.run("VACUUM INTO ?", [unfinished]);
  flush(unfinished, "r+");
  renameSync(unfinished, snapshot);
  // Windows cannot flush a folder.
  if (process.platform !== "win32") flush(folder, "r");
  // By what is on the disk and not by name: the clock may have been another one then.
  const others = snapshotsBeside(path).filter((other) => other.path !== snapshot);
  const byAge = others.sort((a, b) => b.schemaVersion - a.schemaVersion || b.takenAt - a.takenAt);
  for (const old of byAge.slice(kept - 1)) rmSync(old.path);
  return snapshot;
}

/** The snapshots of a database, in no order. */
export function snapshotsBeside(path: string): Snapshot[] {
  const folder = dirname(path);
  return readdirSync(folder).flatMap((name) => {
    const [, time = "", version = ""] = namePattern.exec(name) ?? [];
    const takenAt = fromFileTime(time);
    const file = join(folder, name);
    return takenAt === undefined
      ? []
      : [{ path: file, schemaVersion: Number(version), takenAt, bytes: statSync(file).size }];
  });
}

function flush(path: string, mode: "r" | "r+"): void {
  const file = openSync(path, mode);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
