import { and, eq, gt, type SQL, sql } from "drizzle-orm";
import type { DeviceCode } from "../../model/code.ts";
import type { Instant } from "../../time.ts";
import type { Connection } from "./database.ts";
import { lazily } from "./prepared.ts";
import { deviceCodes } from "./schema.ts";

/** That many codes wait at most, as long as the clock does not go back behind when they were counted. */
interface Bound {
  most: number;
  readonly countedAt: Instant;
}

/** Beyond so many bounds all are forgotten: they are counted again then. */
const mostBounds = 10_000;

const boundsByConnection = new WeakMap<Connection, Map<string, Bound>>();

function boundsOf(db: Connection): Map<string, Bound> {
  let bounds = boundsByConnection.get(db);
  if (bounds === undefined) {
    bounds = new Map();
    boundsByConnection.set(db, bounds);
  }
  return bounds;
}

/** What was counted in a transaction that was taken back was never so: a code that was decided in it waits again. */
export const forgetBounds = (db: Connection): void => boundsOf(db).clear();

/**
 * Whether a client may have one more code that waits for a person, in all and from one address; and if so, the code is taken
 * to be saved. Codes are made here alone, one by one, and whatever else becomes of one (a decision, expiry, a command that
 * deletes it) makes fewer that wait. So those that were counted once and those that came since are a bound, and nothing
 * has to be counted until it reaches the limit. To count nearly a thousand took longer than to save one.
 */
export function roomForMore(db: Connection) {
  const count = (over?: SQL) =>
    lazily(() =>
      db
        .select({ number: sql<number>`count(*)` })
        .from(deviceCodes)
        .where(
          and(
            eq(deviceCodes.clientId, sql.placeholder("clientId")),
            gt(deviceCodes.expiresAt, sql.placeholder("now")),
            eq(deviceCodes.state, "pending"),
            over,
          ),
        )
        .prepare(),
    );
  const ofClient = count();
  const ofAddress = count(eq(deviceCodes.address, sql.placeholder("address")));
  const bounds = boundsOf(db);

  const boundOf = (key: string, limit: number, now: Instant, counted: () => { number: number } | undefined): Bound => {
    const known = bounds.get(key);
    // Set back, the clock brings codes to life that had expired when they were counted.
    if (known !== undefined && known.most < limit && now >= known.countedAt) return known;
    const bound = { most: counted()?.number ?? 0, countedAt: now };
    if (bounds.size >= mostBounds) bounds.clear();
    bounds.set(key, bound);
    return bound;
  };

  return (
    { clientId, address = "", createdAt: now }: DeviceCode,
    mostOfClient: number,
    mostOfAddress: number | undefined,
  ): boolean => {
    const inAll = boundOf(clientId, mostOfClient, now, () => ofClient().get({ clientId, now }));
    if (inAll.most >= mostOfClient) return false;
    // No id of a client has a line break in it (RFC 6749 App. A.1).
    const key = `${clientId}\n${address}`;
    // Without a limit it is one more all the same, for who has one.
    const fromThere =
      mostOfAddress === undefined
        ? bounds.get(key)
        : boundOf(key, mostOfAddress, now, () => ofAddress().get({ clientId, now, address }));
    if (fromThere !== undefined) {
      if (fromThere.most >= (mostOfAddress ?? Number.POSITIVE_INFINITY)) return false;
      fromThere.most += 1;
    }
    inAll.most += 1;
    return true;
  };
}
