import type { Database } from "bun:sqlite";
import type { StoreLimits } from "../limits.ts";

/**
 * Within the budget lies a reserve: when all but it is used, what makes the database grow is refused, and people still sign
 * in, for administrators are people. The last half of it is for what ends something or makes room, so that a full database
 * never keeps anybody from signing out, nor an administrator from revoking. No verb of theirs can be repeated without end:
 * each needs something that is there, and the audit log has its own share.
 */
export const reserveOf = (maxBytes: number): number => Math.min(Math.max(maxBytes / 8, 2 * 1024 ** 2), 32 * 1024 ** 2);

/** Events that the audit log holds at most: a quarter of the budget, at some 250 bytes with their indexes. */
export const mostEventsIn = (maxBytes: number | undefined): number =>
  maxBytes === undefined ? 100_000 : Math.min(100_000, Math.floor(maxBytes / 4 / 250));

const endings: ReadonlySet<string> = new Set([
  "sessions.end",
  "sessions.endOthers",
  "grants.end",
  "grants.revokeAccessToken",
  // Refreshed in their place: who has a grant keeps it.
  "grants.rotate",
  "consents.withdraw",
  "users.setDisabled",
  "users.setPassword",
  "users.delete",
  "factors.removePasskey",
  "factors.disableTotp",
  "factors.reset",
  "clients.setDisabled",
  "clients.removeSecret",
  "clients.delete",
  "keys.addMissing",
  "keys.rotate",
  "keys.delay",
  "keys.remove",
  "sealed.replace",
  // Writes nothing.
  "statistics.live",
  "upkeep.sweep",
  "upkeep.shrink",
  "upkeep.touch",
]);

const signingIn: ReadonlySet<string> = new Set([
  "sessions.start",
  "users.recordFailure",
  "users.clearFailures",
  "users.renewPasswordHash",
  "events.record",
  // Stands in for the failure of somebody that there is not: the two must not be told apart.
  "upkeep.check",
]);

/** Whether there is room for a request; asked in the transaction, before each. */
export type HasRoom = (request: { readonly noun: string; readonly verb: string }) => boolean;

export function roomIn(database: Database, { maxBytes }: StoreLimits): HasRoom {
  if (maxBytes === undefined) return () => true;
  const numberOf = (pragma: string) => database.query<{ number: number }, []>(pragma).get()?.number ?? 0;
  const pageSize = numberOf("SELECT page_size AS number FROM pragma_page_size");
  // What is beyond it already stays, and may not grow.
  database.exec(`PRAGMA max_page_count = ${Math.floor(maxBytes / pageSize)}`);
  const usedPages = "SELECT page_count - freelist_count AS number FROM pragma_page_count, pragma_freelist_count";
  return ({ noun, verb }) => {
    const name = `${noun}.${verb}`;
    if (endings.has(name)) return true;
    const kept = reserveOf(maxBytes) / (signingIn.has(name) ? 2 : 1);
    return numberOf(usedPages) * pageSize < maxBytes - kept;
  };
}
