import type { SessionId, UserId } from "../../brand.ts";
import type { Session, User } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import { programWords } from "../account/where.tsx";
import { ActionForm } from "../desk/action-form.tsx";
import { Badge } from "../desk/badge.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Ago, Moment } from "../desk/moment.tsx";
import { Address } from "./address.tsx";
import { adminPaths } from "./admin-navigation.ts";
import type { DeskView } from "./desk-view.ts";
import { PersonName } from "./person-name.tsx";

type SessionTableView = DeskView & {
  readonly now: Instant;
  readonly sessions: readonly Session[];
  /** Who they are, where the sessions are of several people. */
  readonly people?: ReadonlyMap<UserId, User>;
  /** The session in which the administrator looks at this. */
  readonly ownSession: SessionId;
  readonly csrf: (session: Session) => string;
  /** Tells the form where to come back to. */
  readonly fields: Readonly<Record<string, string>>;
  readonly empty: string;
};

/** Browsers in which somebody is signed in, each with a button that ends the session. */
export const SessionTable = ({ words, texts, locale, basePath, now, people, ...view }: SessionTableView) => {
  const own = words.sessions;
  return (
    <DataTable
      caption={own.caption}
      columns={[
        ...(people === undefined ? [] : [{ key: "person", label: own.person }]),
        { key: "browser", label: own.browser },
        { key: "place", label: own.place },
        { key: "started", label: own.started },
        { key: "seen", label: own.seen },
        { key: "end", label: own.end },
      ]}
      rows={view.sessions.map((session) => {
        const user = people?.get(session.userId);
        const id = `session-${session.id}`;
        return {
          id,
          cells: [
            ...(people === undefined
              ? []
              : [user === undefined ? session.userId : <PersonName key="person" user={user} basePath={basePath} />]),
            <>
              <span id={`${id}-browser`}>{programWords(words, session.userAgent)}</span>
              {session.id === view.ownSession ? (
                <>
                  {" "}
                  <Badge kind="neutral">{own.current}</Badge>
                </>
              ) : null}
            </>,
            <Address key="place" words={words} address={session.address} />,
            <Moment key="started" at={session.createdAt} locale={locale} />,
            <Ago key="seen" at={session.lastSeenAt} now={now} texts={texts} />,
            <ActionForm
              key="end"
              id={`end-${session.id}`}
              action={`${basePath}${adminPaths.sessions}/${session.id}/end`}
              csrf={view.csrf(session)}
              fields={view.fields}
              label={own.end}
              kind="plain"
              describedBy={people === undefined ? `${id}-browser` : id}
            />,
          ],
        };
      })}
      empty={view.empty}
    />
  );
};
