import { desc, eq, lte, sql } from "drizzle-orm";
import type { Trace } from "../../model/trace.ts";
import type { Connection } from "./database.ts";
import { everyColumn, lazily } from "./prepared.ts";
import { fromTrace, toTrace } from "./rows.ts";
import { traces } from "./schema.ts";

/** Whoever can be refused at will must not fill the disk with it. */
export const mostTraces = 2_000;

export function traceReads(db: Connection) {
  const ofRequest = lazily(() =>
    db
      .select({ trace: traces.trace })
      .from(traces)
      .where(eq(traces.requestId, sql.placeholder("request")))
      .prepare(),
  );
  const newest = lazily(() =>
    db.select({ trace: traces.trace }).from(traces).orderBy(desc(traces.id)).limit(sql.placeholder("limit")).prepare(),
  );
  return {
    find: (request: string): Trace | undefined => {
      const row = ofRequest().get({ request });
      return row && toTrace(row);
    },
    list: (limit: number): readonly Trace[] => newest().all({ limit }).map(toTrace),
  };
}

export function traceWrites(db: Connection) {
  const { id: _, ...columns } = everyColumn(traces);
  const insert = lazily(() => db.insert(traces).values(columns).onConflictDoNothing().prepare());
  const deleteOldest = lazily(() =>
    db
      .delete(traces)
      .where(lte(traces.id, sql`(select id from traces order by id desc limit 1 offset ${mostTraces})`))
      .prepare(),
  );
  return {
    add: (added: readonly Trace[]) => {
      for (const trace of added) insert().run(fromTrace(trace));
      if (added.length > 0) deleteOldest().run();
    },
  };
}
