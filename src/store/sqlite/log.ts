import type { Database } from "bun:sqlite";
import { statSync } from "node:fs";
import { seconds } from "../../time.ts";

/** In milliseconds: so long a write waits for another process before it is refused. */
export const patience = 5000;

/** Beyond so many bytes the log is begun anew when all of it is carried; it is cut to that size then. */
export const logSize = 8 * 1024 ** 2;

/** So long a checkpoint waits for readers: commits wait behind it. */
const briefly = 100;

/** To be called after a commit: keeps the log short beside readers that never pause. Tried at most every ten seconds. */
export function logKeeper(database: Database): (now: number) => void {
  let tried = 0;
  return (now) => {
    if (Math.abs(now - tried) < seconds(10)) return;
    const bytes = statSync(`${database.filename}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes <= 2 * logSize) return;
    tried = now;
    carryLog(database, "RESTART");
  };
}

/**
 * Carries the write-ahead log into the database. A commit does so from time to time by itself, and then the next may begin
 * the log anew; where somebody reads all the time, it has to be asked for. A reader that
 * stays holds the log, but not the server.
 */
export function carryLog(database: Database, how: "RESTART" | "TRUNCATE"): void {
  try {
    database.exec(`PRAGMA busy_timeout = ${briefly}`);
    database.query(`PRAGMA wal_checkpoint(${how})`).all();
  } catch {
    // A full disk, say: it stays in the log, where it is as safe.
  } finally {
    database.exec(`PRAGMA busy_timeout = ${patience}`);
  }
}
