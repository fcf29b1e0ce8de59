import type { Passkey } from "../../model/factor.ts";
import { ActionForm } from "../desk/action-form.tsx";
import { Moment } from "../desk/moment.tsx";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { type Problem, ProblemSummary } from "../problem-summary.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";
import { NameForm } from "./name-form.tsx";

type PasskeyView = AccountView & {
  readonly passkey: Passkey;
  /** What stands in the field. */
  readonly typed: string;
  /** At this address. */
  readonly isUsable: boolean;
  /** The person's only second step. */
  readonly isLast: boolean;
  /** It must stay, by the policy of the server. */
  readonly isNeeded: boolean;
  readonly csrfToRename: string;
  readonly csrfToRemove: string;
  readonly problems: readonly Problem<"name">[];
};

export const PasskeyPage = ({ words, locale, basePath, passkey, typed, problems, ...view }: PasskeyView) => {
  const own = words.passkeys;
  const { isUsable, isLast, isNeeded, csrfToRename, csrfToRemove } = view;
  const path = `${basePath}${accountPaths.passkeys}`;
  return (
    <>
      <PageHead
        title={<bdi>{passkey.name}</bdi>}
        lead={
          <>
            {isUsable ? own[passkey.isBackedUp ? "synced" : "onDevice"] : own.elsewhere} · {own.added}{" "}
            <Moment at={passkey.createdAt} locale={locale} />
          </>
        }
      />
      <ProblemSummary problems={problems} />
      {isUsable ? null : (
        <Notice kind="info">
          <p>{own.elsewhereHint}</p>
        </Notice>
      )}
      <NameForm
        id="rename-passkey"
        action={`${path}/${passkey.id}/name`}
        csrf={csrfToRename}
        label={own.name}
        hint={own.renameHint}
        typed={typed}
        problems={problems}
        isRequired
        buttonLabel={own.rename}
        back={path}
        cancelLabel={words.cancel}
      />
      <Panel id="remove" title={own.removeTitle} hint={isLast && !isNeeded ? own.removeLastHint : own.removeHint}>
        {isNeeded ? (
          <Notice kind="info">
            <p>{own.needed}</p>
          </Notice>
        ) : (
          <ActionForm
            id="remove-passkey"
            action={`${path}/${passkey.id}/remove`}
            csrf={csrfToRemove}
            label={own.remove}
            kind="danger"
          />
        )}
      </Panel>
    </>
  );
};
