import { statSync } from "node:fs";
import { gte, sql } from "drizzle-orm";
import type { StoreLimits } from "../limits.ts";
import type { ActivityCount, DatabaseSize, Liveness, Statistics, StatisticsVerbs } from "../records.ts";
import { reserveOf } from "./budget.ts";
import type { Connection } from "./database.ts";
import { everyColumn, lazily } from "./prepared.ts";
import { toActivityCount } from "./rows.ts";
import { activity, instance } from "./schema.ts";

export function statisticsReads(db: Connection, { maxBytes }: StoreLimits = {}) {
  // One statement over the one row of `instance`: the numbers are of one moment.
  const counts = lazily(() =>
    db
      .select({
        users: sql<number>`(select count(*) from users)`,
        disabledUsers: sql<number>`(select count(*) from users where disabled_at is not null)`,
        administrators: sql<number>`(select count(*) from users where role = 'admin' and disabled_at is null)`,
        clients: sql<number>`(select count(*) from clients)`,
        waitingClients: sql<number>`(select count(*) from clients where approval = 'waiting')`,
        ...aliveNow(),
        databaseBytes: sql<number>`(select page_count * page_size from pragma_page_count, pragma_page_size)`,
      })
      .from(instance)
      .prepare(),
  );
  const size = lazily(() =>
    db
      .select({
        usedBytes: sql<number>`(select (page_count - freelist_count) * page_size
          from pragma_page_count, pragma_freelist_count, pragma_page_size)`,
      })
      .from(instance)
      .prepare(),
  );
  return {
    size: (): DatabaseSize => {
      const log = statSync(`${db.$client.filename}-wal`, { throwIfNoEntry: false });
      const limit = maxBytes === undefined ? undefined : { maxBytes, growthEndsAt: maxBytes - reserveOf(maxBytes) };
      return { usedBytes: size().get()?.usedBytes ?? 0, logBytes: log?.size ?? 0, limit };
    },
    now: ({ at }: Parameters<StatisticsVerbs["now"]>[0]): Statistics => oneRow(counts().get({ at })),
    activity: ({ since }: Parameters<StatisticsVerbs["activity"]>[0]): readonly ActivityCount[] =>
      db
        .select()
        .from(activity)
        .where(gte(activity.hour, since))
        .orderBy(activity.hour, activity.name)
        .all()
        .map(toActivityCount),
  };
}

const aliveNow = () => ({
  liveGrants: sql<number>`(select count(*) from grants
    where user_id is not null and ended_at is null and keep_until > ${sql.placeholder("at")})`,
  sessions: sql<number>`(select count(*) from sessions where ended_at is null)`,
});

export function statisticsWrites(db: Connection) {
  const alive = lazily(() => db.select(aliveNow()).from(instance).prepare());
  const count = lazily(() =>
    db
      .insert(activity)
      .values(everyColumn(activity))
      .onConflictDoUpdate({
        target: [activity.hour, activity.name],
        set: { count: sql`${activity.count} + excluded.count` },
      })
      .prepare(),
  );
  return {
    live: ({ at }: Parameters<StatisticsVerbs["live"]>[0]): Liveness => oneRow(alive().get({ at })),
    add: (counts: readonly ActivityCount[]) => {
      for (const one of counts) count().run({ ...one });
    },
  };
}

function oneRow<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error("the database has no row of the instance");
  return row;
}
