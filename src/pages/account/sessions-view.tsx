import type { SessionId } from "../../brand.ts";
import type { Session } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import { DoneNotice } from "../admin/done-notice.tsx";
import { type Listed, listAddress } from "../admin/list-page.ts";
import { ActionForm } from "../desk/action-form.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Pager } from "../desk/pager.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";
import { SessionTable } from "./session-table.tsx";

type SessionsView = AccountView & {
  readonly now: Instant;
  readonly sessions: Listed<Session>;
  readonly currentSession: SessionId;
  readonly csrfToEnd: (id: SessionId) => string;
  readonly csrfToEndOthers: string;
  readonly done: string | undefined;
};

export const SessionsPage = ({ sessions, csrfToEndOthers, done, ...view }: SessionsView) => {
  const { words, texts, basePath } = view;
  const path = `${basePath}${accountPaths.sessions}`;
  return (
    <>
      <PageHead
        title={words.sessions.title}
        lead={words.sessions.lead}
        actions={
          sessions.total < 2 ? undefined : (
            <ActionForm
              id="end-others"
              action={`${path}/end-others`}
              csrf={csrfToEndOthers}
              label={words.sessions.endOthers}
              kind="danger"
            />
          )
        }
      />
      <DoneNotice words={words.done} code={done} />
      <SessionTable {...view} sessions={sessions.items} />
      <Pager {...sessions} href={(offset) => listAddress(path, {}, offset)} texts={texts} />
    </>
  );
};
