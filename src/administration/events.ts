import type { ClientId, UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { type Actor, eventNames, type RecordedEvent } from "../model/event.ts";
import type { EventFilter } from "../store/records.ts";
import { isoTime } from "../time.ts";
import { present } from "./records.ts";

/** An event with the names of who and what it is about, as they are now: absent where those are gone. */
export interface NamedEvent {
  readonly event: RecordedEvent;
  /** The user name of the person, or the name of the client, who did it. */
  readonly actorName?: string | undefined;
  readonly username?: string | undefined;
  readonly clientName?: string | undefined;
}

export interface EventPage {
  readonly items: readonly NamedEvent[];
  /** The `before` of the page after this one; absent on the last. */
  readonly next?: number | undefined;
}

export interface WantedEvents extends EventFilter {
  /** Only events before the one of this id. */
  readonly before?: number | undefined;
  readonly limit: number;
}

type Reading = Pick<Context, "store">;

/** The audit log, the newest first. */
export async function pageOfEvents(context: Reading, { limit, ...filter }: WantedEvents): Promise<EventPage> {
  // One more than is shown: whether there is a next page.
  const found = await context.store.events.page({ ...filter, limit: limit + 1 });
  const items = found.slice(0, limit);
  const next = found.length > limit ? items.at(-1)?.id : undefined;
  return { items: await named(names(context), items), next };
}

/** What events can be looked for by: a whole name, or the part before the dot. No misspelling passes for an empty log. */
export const isEventName = (name: string): boolean =>
  eventNames.some((one) => one === name || one.startsWith(`${name}.`));

export type EventFormat = "csv" | "jsonl";

/** A file to be saved. */
export interface EventExport {
  readonly mediaType: string;
  readonly fileName: string;
  readonly body: ReadableStream<Uint8Array>;
}

const atOnce = 500;

/** The whole audit log, or the part that the filter lets through, the newest first; read while it is sent. */
export function exportEvents(
  context: Pick<Context, "store" | "clock">,
  filter: EventFilter,
  format: EventFormat,
): EventExport {
  const day = isoTime(context.clock.now()).slice(0, 10);
  const pages = written(context, filter, format);
  const encoder = new TextEncoder();
  return {
    // RFC 4180 §3; RFC 7464 has no name for lines without its separator, so this is the one in use.
    mediaType: format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/jsonl; charset=utf-8",
    fileName: `postern-events-${day}.${format}`,
    // Pulled by who reads: nothing is read ahead for a slow one, nor at all for one who went away.
    body: new ReadableStream({
      pull: async (controller) => {
        const { done, value } = await pages.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
    }),
  };
}

async function* written(context: Reading, filter: EventFilter, format: EventFormat): AsyncGenerator<string, void> {
  const known = names(context);
  const lineOf = format === "csv" ? csvLine : jsonLine;
  if (format === "csv") yield csvRow(columns);
  for (let before: number | undefined, isLast = false; !isLast; ) {
    const events = await context.store.events.page({ ...filter, before, limit: atOnce });
    before = events.at(-1)?.id;
    isLast = events.length < atOnce;
    const lines = (await named(known, events)).map(lineOf);
    if (lines.length > 0) yield lines.join("");
  }
}

/** An event in the names of the API and of exports. */
export const eventRecord = ({ event, actorName, username, clientName }: NamedEvent) =>
  present({
    id: event.id,
    time: isoTime(event.at),
    name: event.name,
    actor: present({ kind: event.actor.kind, id: actorIdOf(event.actor), name: actorName }),
    user_id: event.userId,
    username,
    client_id: event.clientId,
    client_name: clientName,
    grant_id: event.grantId,
    address: event.address,
    detail: event.detail && { ...event.detail },
  });

const jsonLine = (one: NamedEvent): string => `${JSON.stringify(eventRecord(one))}\n`;

const columns = [
  "id",
  "time",
  "name",
  "actor",
  "actor_id",
  "actor_name",
  "user_id",
  "username",
  "client_id",
  "client_name",
  "grant_id",
  "address",
  "detail",
] as const;

function csvLine({ event, actorName, username, clientName }: NamedEvent): string {
  const { id, at, name, actor, userId, clientId, grantId, address, detail } = event;
  return csvRow([
    String(id),
    isoTime(at),
    name,
    actor.kind,
    actorIdOf(actor),
    actorName,
    userId,
    username,
    clientId,
    clientName,
    grantId,
    address,
    detail === undefined ? undefined : JSON.stringify(detail),
  ]);
}

/** RFC 4180 §2: quoted where a sign would end the cell, and lines end with CRLF. */
const csvRow = (cells: readonly (string | undefined)[]): string => `${cells.map(csvCell).join(",")}\r\n`;

/**
 * A spreadsheet would run what begins like a formula, and people choose their names: such a cell begins with an
 * apostrophe, which says that it is text (OWASP, CSV Injection).
 */
function csvCell(value: string | undefined): string {
  if (value === undefined) return "";
  const text = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n\t;]/.test(text) || text !== value ? `"${text.replaceAll('"', '""')}"` : text;
}

function actorIdOf(actor: Actor): string | undefined {
  if (actor.kind === "user") return actor.userId;
  return actor.kind === "client" ? actor.clientId : undefined;
}

interface Names {
  ofUser(id: UserId | undefined): Promise<string | undefined>;
  ofClient(id: ClientId | undefined): Promise<string | undefined>;
}

/** Each is looked up once; of very many the first are forgotten again. */
const mostKept = 2000;

function names({ store }: Reading): Names {
  const remembered = <Id extends string>(find: (id: Id) => Promise<string | undefined>) => {
    const found = new Map<Id, string | undefined>();
    return async (id: Id | undefined) => {
      if (id === undefined) return undefined;
      if (found.has(id)) return found.get(id);
      if (found.size >= mostKept) found.clear();
      const name = await find(id);
      found.set(id, name);
      return name;
    };
  };
  return {
    ofUser: remembered(async (id: UserId) => (await store.users.find(id))?.username),
    ofClient: remembered(async (id: ClientId) => (await store.clients.find(id))?.metadata.client_name),
  };
}

async function named(known: Names, events: readonly RecordedEvent[]): Promise<readonly NamedEvent[]> {
  const items: NamedEvent[] = [];
  for (const event of events) {
    const { actor, userId, clientId } = event;
    items.push({
      event,
      actorName:
        actor.kind === "user"
          ? await known.ofUser(actor.userId)
          : await known.ofClient(actor.kind === "client" ? actor.clientId : undefined),
      username: await known.ofUser(userId),
      clientName: await known.ofClient(clientId),
    });
  }
  return items;
}
