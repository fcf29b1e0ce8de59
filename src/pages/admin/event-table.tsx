import type { NamedEvent } from "../../administration/events.ts";
import type { AdministrationTexts } from "../../languages/administration/en.ts";
import { DataTable } from "../desk/data-table.tsx";
import { Moment } from "../desk/moment.tsx";
import { pathOfClient } from "./application-page.ts";
import type { DeskView } from "./desk-view.ts";
import { pathOfPerson } from "./person-at.ts";

type EventTableView = DeskView & {
  readonly events: readonly NamedEvent[];
  /** All are about one person, whom the page names already. */
  readonly isOfOnePerson?: boolean;
};

/** What happened, the newest first, in plain words. */
export const EventTable = ({ words, locale, basePath, events, isOfOnePerson = false }: EventTableView) => {
  const own = words.events;
  return (
    <DataTable
      caption={own.caption}
      columns={[
        { key: "what", label: own.what },
        ...(isOfOnePerson ? [] : [{ key: "whom", label: own.whom }]),
        { key: "app", label: own.app },
        { key: "by", label: own.by },
        { key: "from", label: own.from },
        { key: "when", label: own.when },
      ]}
      rows={events.map((named) => ({
        id: `event-${named.event.id}`,
        cells: [
          whatHappened(words, named),
          ...(isOfOnePerson ? [] : [<Whom key="whom" named={named} basePath={basePath} />]),
          <WhichApp key="app" named={named} basePath={basePath} />,
          <bdi key="by">{actorIn(words, named)}</bdi>,
          named.event.address,
          <Moment key="when" at={named.event.at} locale={locale} />,
        ],
      }))}
      empty={own.none}
    />
  );
};

/** Nobody signs in where a session goes on under a new cookie: that comes of what stands beside it. */
export const whatHappened = ({ events: own }: AdministrationTexts, { event: { name, detail } }: NamedEvent): string =>
  name === "session.started" && detail?.renewed === true ? own.renewed : own.names[name];

type NamedView = { readonly named: NamedEvent; readonly basePath: string };

export const Whom = ({ named: { event, username }, basePath }: NamedView) =>
  event.userId === undefined ? null : username === undefined ? (
    <bdi class="quiet">{goneName(event, "username") ?? event.userId}</bdi>
  ) : (
    <a href={`${basePath}${pathOfPerson(event.userId)}`}>
      <bdi>{username}</bdi>
    </a>
  );

export const WhichApp = ({ named: { event, clientName }, basePath }: NamedView) =>
  event.clientId === undefined ? null : (
    <a href={`${basePath}${pathOfClient(event.clientId)}`}>
      <bdi>{clientName ?? goneName(event, "client_name") ?? event.clientId}</bdi>
    </a>
  );

/** Of who or what is there no more, the event of its end keeps the name. */
function goneName({ detail }: NamedEvent["event"], member: "username" | "client_name"): string | undefined {
  const name = detail?.[member];
  return typeof name === "string" ? name : undefined;
}

export function actorIn(
  { events: { actors } }: AdministrationTexts,
  { event: { actor }, actorName }: NamedEvent,
): string {
  switch (actor.kind) {
    case "user":
      return actorName ?? actor.userId;
    case "client":
      return actorName ?? actor.clientId;
    default:
      return actors[actor.kind];
  }
}
