import type { SessionId, UserId } from "../../brand.ts";
import type { Session, User } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import { PageHead } from "../desk/page-head.tsx";
import { Pager } from "../desk/pager.tsx";
import { Sentence } from "../sentence.tsx";
import { adminPaths } from "./admin-navigation.ts";
import type { DeskView } from "./desk-view.ts";
import { DoneNotice } from "./done-notice.tsx";
import { type Listed, listAddress } from "./list-page.ts";
import { nameOf } from "./person-name.tsx";
import { SessionTable } from "./session-table.tsx";

type SessionsView = DeskView & {
  readonly now: Instant;
  /** Whose, where only those of one person are asked for. */
  readonly user: User | undefined;
  readonly sessions: Listed<Session>;
  readonly people: ReadonlyMap<UserId, User>;
  readonly ownSession: SessionId;
  readonly csrf: (session: Session) => string;
  readonly done: string | undefined;
};

export const SessionsPage = ({ user, sessions, done, ...view }: SessionsView) => {
  const { words, texts, basePath } = view;
  const own = words.sessions;
  const path = `${basePath}${adminPaths.sessions}`;
  const person = user?.username;
  return (
    <>
      <PageHead
        title={own.title}
        lead={user === undefined ? own.lead : <Sentence of={own.leadOf}>{nameOf(user)}</Sentence>}
        actions={
          user === undefined ? undefined : (
            <a class="button button-quiet" href={path}>
              {own.everyone}
            </a>
          )
        }
      />
      <DoneNotice words={words.done} code={done} />
      <SessionTable
        {...view}
        sessions={sessions.items}
        fields={{ ...(person === undefined ? {} : { person }), offset: String(sessions.offset) }}
        empty={user === undefined ? own.none : own.noneOfPerson}
      />
      <Pager {...sessions} href={(offset) => listAddress(path, { person }, offset)} texts={texts} />
    </>
  );
};
