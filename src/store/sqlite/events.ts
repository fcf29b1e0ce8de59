import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import type { AuditEvent, RecordedEvent } from "../../model/event.ts";
import type { EventFilter, EventVerbs } from "../records.ts";
import type { Connection } from "./database.ts";
import { everyColumn, lazily } from "./prepared.ts";
import { fromEvent, toEvent, toRecordedEvent } from "./rows.ts";
import { events } from "./schema.ts";

export function eventReads(db: Connection) {
  const newest = lazily(() =>
    db.select().from(events).orderBy(desc(events.id)).limit(sql.placeholder("limit")).prepare(),
  );
  return {
    list: (limit: number) => newest().all({ limit }).map(toEvent),
    page: ({ before, limit, ...filter }: Parameters<EventVerbs["page"]>[0]): readonly RecordedEvent[] =>
      db
        .select()
        .from(events)
        .where(and(before === undefined ? undefined : lt(events.id, before), isWanted(filter)))
        .orderBy(desc(events.id))
        .limit(limit)
        .all()
        .map(toRecordedEvent),
  };
}

/** `from` is within, `to` is not: days follow on each other without an overlap. */
const isWanted = ({ name, userId, clientId, from, to }: EventFilter) =>
  and(
    name === undefined ? undefined : isNamed(name),
    userId === undefined ? undefined : eq(events.userId, userId),
    clientId === undefined ? undefined : eq(events.clientId, clientId),
    from === undefined ? undefined : gte(events.at, from),
    to === undefined ? undefined : lt(events.at, to),
  );

/** A whole name has a dot; what has none is the part before it. */
const isNamed = (name: string) =>
  name.includes(".") ? eq(events.name, name) : sql`substr(${events.name}, 1, ${name.length + 1}) = ${`${name}.`}`;

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
