import type { Database } from "bun:sqlite";
import { and, gt, inArray, isNotNull, isNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { after, before, days, hours, type Instant } from "../../time.ts";
import type { StoreLimits } from "../limits.ts";
import { mostEventsIn } from "./budget.ts";
import type { Connection } from "./database.ts";
import * as schema from "./schema.ts";
import { mostTraces } from "./traces.ts";

/** Expiry follows wall time and clocks jump: a thing is deleted only this long after it has expired. */
const afterExpiry = hours(24);
const eventRetention = days(90);
const traceRetention = days(30);
/** The page of an administrator shows 30 days. */
const activityRetention = days(32);
/** Sessions have no stored end: the longest that any configuration allows is a year. */
const longestSession = days(366);

/** Deletes at most `limit` spent things and answers how many went; keys among them, after which `keysRemoved` is told. */
export function sweep(
  db: Connection,
  { now, limit, limits }: { readonly now: Instant; readonly limit: number; readonly limits: StoreLimits },
  keysRemoved: () => void,
): number {
  const expired = before(now, afterExpiry);
  let left = limit;
  const clear = (table: SQLiteTable, primaryKey: readonly SQLiteColumn[], over: SQL | undefined): number => {
    if (left <= 0) return 0;
    const key = sql.join(
      primaryKey.map((column) => sql`${column}`),
      sql`, `,
    );
    const chosen = sql`select ${key} from ${table} where ${over} limit ${left}`;
    const gone = db.all(sql`delete from ${table} where (${key}) in (${chosen}) returning 1`).length;
    left -= gone;
    return gone;
  };
  const { authorizationCodes, deviceCodes, spentHandles, revokedTokens, usedAssertions, registrationTokens } = schema;
  const { grants, keys, events, sessions, accountLinks, traces, activity } = schema;
  clear(authorizationCodes, [authorizationCodes.hash], lt(authorizationCodes.expiresAt, expired));
  clear(deviceCodes, [deviceCodes.hash], lt(deviceCodes.expiresAt, expired));
  clear(spentHandles, [spentHandles.id], lt(spentHandles.expiresAt, expired));
  clear(revokedTokens, [revokedTokens.grantId, revokedTokens.tokenId], lt(revokedTokens.expiresAt, expired));
  clear(usedAssertions, [usedAssertions.clientId, usedAssertions.jti], lt(usedAssertions.expiresAt, expired));
  clear(registrationTokens, [registrationTokens.hash], lt(registrationTokens.expiresAt, expired));
  clear(accountLinks, [accountLinks.hash], lt(accountLinks.expiresAt, expired));
  clear(grants, [grants.id], lt(grants.keepUntil, expired));
  if (clear(keys, [keys.number], lt(keys.removeAfter, expired)) > 0) keysRemoved();
  const tooMany = lt(events.id, sql`(select max(${events.id}) from ${events}) - ${mostEventsIn(limits.maxBytes)}`);
  const tooOld = lt(events.at, before(now, limits.auditRetention ?? eventRetention));
  // Whoever can make events at will must not fill the disk with them.
  clear(events, [events.id], or(tooOld, tooMany));
  const tooManyTraces = lt(traces.id, sql`(select max(${traces.id}) from ${traces}) - ${mostTraces - 1}`);
  clear(traces, [traces.id], or(lt(traces.at, before(now, traceRetention)), tooManyTraces));
  clear(activity, [activity.hour, activity.name], lt(activity.hour, before(now, activityRetention)));
  if (limits.sessions !== undefined && left > 0) left -= settleSessions(db, now, left, limits.sessions);
  const unseen = lt(sessions.lastSeenAt, before(now, longestSession));
  clear(sessions, [sessions.id], or(unseen, and(isNotNull(sessions.endedAt), lt(sessions.endedAt, expired))));
  return limit - left;
}

/** What a request has only noted in memory yet. */
const notWritten = hours(1);

/**
 * What expiry tells by the clock is made a mark: a session that was over does not come back when the clock is set back.
 * And one that was begun on a clock that was ahead ages from now on, not from when the right one has caught up.
 */
function settleSessions(
  db: Connection,
  now: Instant,
  limit: number,
  { idle, most }: NonNullable<StoreLimits["sessions"]>,
): number {
  const { id, endedAt, lastSeenAt, createdAt } = schema.sessions;
  const change = (set: { endedAt: Instant } | { createdAt: Instant }, over: SQL | undefined, atMost: number) => {
    const chosen = db
      .select({ id })
      .from(schema.sessions)
      .where(and(isNull(endedAt), over))
      .limit(atMost);
    return db.update(schema.sessions).set(set).where(inArray(id, chosen)).returning({ id }).all().length;
  };
  const isOver = or(lt(lastSeenAt, before(before(now, idle), notWritten)), lt(createdAt, before(now, most)));
  const ended = change({ endedAt: now }, isOver, limit);
  return ended + change({ createdAt: now }, gt(createdAt, after(now, hours(24))), limit - ended);
}

/**
 * Gives at most so many free pages back to the file system, where a good part of the file is free: what comes next uses
 * the rest. Answers whether there is more to give back.
 */
export function shrink(database: Database, pages: number): boolean {
  const count = () =>
    database
      .query<{ pages: number; free: number }, []>(
        "SELECT page_count AS pages, freelist_count AS free FROM pragma_page_count, pragma_freelist_count",
      )
      .get() ?? { pages: 0, free: 0 };
  const isLoose = ({ pages: all, free }: ReturnType<typeof count>) => free > Math.max(fewPages, all / 4);
  if (!isLoose(count())) return false;
  database.query(`PRAGMA incremental_vacuum(${pages})`).all();
  return isLoose(count());
}

/** A mebibyte or two. */
const fewPages = 512;
