import { desc, sql } from "drizzle-orm";
import type { AuditEvent } from "../../model/event.ts";
import type { Connection } from "./database.ts";
import { everyColumn, lazily } from "./prepared.ts";
import { fromEvent, toEvent } from "./rows.ts";
import { events } from "./schema.ts";

export function eventReads(db: Connection) {
  const newest = lazily(() =>
    db.select().from(events).orderBy(desc(events.id)).limit(sql.placeholder("limit")).prepare(),
  );
  return { list: (limit: number) => newest().all({ limit }).map(toEvent) };
}

/** Writes an event in the transaction that is open: every noun's verbs share it. */
export type RecordEvent = (event: AuditEvent) => void;

export function eventWrites(db: Connection) {
  const { id: _, ...columns } = everyColumn(events);
  const insert = lazily(() => db.insert(events).values(columns).prepare());
  const record: RecordEvent = (event) => {
    insert().run(fromEvent(event));
  };
  return { record };
}
