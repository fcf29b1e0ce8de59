import type { AccountTexts } from "../../languages/account/en.ts";
import type { UiLocale } from "../../languages/languages.ts";
import { Badge } from "../desk/badge.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Moment } from "../desk/moment.tsx";
import { Sentence } from "../sentence.tsx";
import type { PersonalEvent, PersonalEventName } from "./personal-events.ts";
import { PlaceWords } from "./where.tsx";

type EventTableView = {
  readonly words: AccountTexts;
  readonly locale: UiLocale;
  readonly events: readonly PersonalEvent[];
};

/** What a stranger would leave behind. */
const worthChecking: ReadonlySet<PersonalEventName> = new Set([
  "sign-in.failed",
  "recovery-code.used",
  "user.recovered",
  "factors.reset",
  "link.used",
  "grant.code-replayed",
  "grant.refresh-replayed",
]);

/** What happened to an account, in plain words. */
export const EventTable = ({ words, locale, events }: EventTableView) => {
  const own = words.activity;
  return (
    <DataTable
      caption={own.caption}
      columns={[
        { key: "what", label: own.what },
        { key: "when", label: own.when },
        { key: "place", label: own.place },
      ]}
      rows={events.map((event) => ({
        id: `event-${event.id}`,
        cells: [
          <>
            <EventSentence event={event} words={words} />{" "}
            {worthChecking.has(event.name) ? <Badge kind="warning">{own.check}</Badge> : null}
          </>,
          <Moment key="when" at={event.at} locale={locale} />,
          <Origin key="place" event={event} words={words} />,
        ],
      }))}
      empty={own.empty}
    />
  );
};

type EventView = { readonly event: PersonalEvent; readonly words: AccountTexts };

const EventSentence = ({ event, words }: EventView) => {
  const { name, appName, detail } = event;
  const failure = Object.entries(words.activity.failures).find(([factor]) => factor === detail?.factor)?.[1];
  if (name === "sign-in.failed" && failure !== undefined) return <>{failure}</>;
  const sentences: Readonly<Record<PersonalEventName, (name: string) => string>> = words.events;
  const passkey = typeof detail?.passkey === "string" ? detail.passkey : undefined;
  return <Sentence of={sentences[name]}>{passkey ?? appName ?? words.activity.goneApp}</Sentence>;
};

/** Where it was done, and by whom if not by the person. */
const Origin = ({ event, words }: EventView) => {
  const { actor, clientId, isOwnDoing, address } = event;
  const place = address === undefined ? null : <PlaceWords words={words} address={address} />;
  const own = words.activity;
  switch (actor.kind) {
    case "anonymous":
      return place;
    case "user":
      // An administrator's address is none of the person's business.
      return isOwnDoing ? place : own.byAdministrator;
    case "cli":
      return own.byOwner;
    case "system":
      return own.byServer;
    case "client":
      // A client of an administrator, at the API.
      if (actor.clientId !== clientId) return own.byAdministrator;
      return (
        <>
          {place} {own.byApp}
        </>
      );
  }
};
