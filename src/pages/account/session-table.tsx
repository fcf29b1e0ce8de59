import type { SessionId } from "../../brand.ts";
import type { Session } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import { ActionForm } from "../desk/action-form.tsx";
import { Badge } from "../desk/badge.tsx";
import { DataTable } from "../desk/data-table.tsx";
import { Ago, Moment } from "../desk/moment.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";
import { PlaceWords, programWords } from "./where.tsx";

type SessionTableView = AccountView & {
  readonly now: Instant;
  readonly sessions: readonly Session[];
  readonly currentSession: SessionId;
  /** The token of the form that ends a session; without it there are none. */
  readonly csrfToEnd?: (id: SessionId) => string;
};

/** The browsers in which a person is signed in, the one that is looked with marked. */
export const SessionTable = ({ words, texts, locale, basePath, now, sessions, ...view }: SessionTableView) => {
  const own = words.sessions;
  const { currentSession, csrfToEnd } = view;
  return (
    <DataTable
      caption={own.caption}
      columns={[
        { key: "browser", label: own.browser },
        { key: "place", label: own.place },
        { key: "since", label: own.since },
        { key: "last-seen", label: own.lastSeen },
        ...(csrfToEnd === undefined ? [] : [{ key: "end", label: own.end }]),
      ]}
      rows={sessions.map((session) => ({
        id: `session-${session.id}`,
        cells: [
          <>
            <span id={`browser-${session.id}`}>{programWords(words, session.userAgent)}</span>{" "}
            {session.id === currentSession ? <Badge kind="good">{own.thisOne}</Badge> : null}
          </>,
          <PlaceWords key="place" words={words} address={session.address} />,
          <Moment key="since" at={session.createdAt} locale={locale} />,
          <Ago key="last-seen" at={session.lastSeenAt} now={now} texts={texts} />,
          ...(csrfToEnd === undefined
            ? []
            : [
                session.id === currentSession ? null : (
                  <ActionForm
                    key="end"
                    id={`end-${session.id}`}
                    action={`${basePath}${accountPaths.sessions}/${session.id}/end`}
                    csrf={csrfToEnd(session.id)}
                    label={own.end}
                    kind="plain"
                    describedBy={`browser-${session.id}`}
                  />
                ),
              ]),
        ],
      }))}
      empty={own.empty}
    />
  );
};
