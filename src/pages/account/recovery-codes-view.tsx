import { areFewCodes } from "../../identity/recovery-codes.ts";
import type { RecoveryCodes } from "../../model/factor.ts";
import { ActionForm } from "../desk/action-form.tsx";
import { Facts } from "../desk/facts.tsx";
import { Moment } from "../desk/moment.tsx";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { PrintButton } from "../desk/print-button.tsx";
import { RecoveryCodesList, type RecoveryCodesListView } from "../recovery-codes-list.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";

type RecoveryCodesView = AccountView & {
  readonly codes: RecoveryCodes | undefined;
  /** Something that they can stand in for. */
  readonly hasFactor: boolean;
  readonly csrf: string;
};

export const RecoveryCodesPage = ({ words, locale, basePath, codes, hasFactor, csrf }: RecoveryCodesView) => {
  const own = words.recoveryCodes;
  return (
    <>
      <PageHead title={own.title} lead={own.lead} />
      <Notice kind={hasFactor && areFewCodes(codes?.left ?? 0) ? "warning" : "info"}>
        <p>{hasFactor ? (codes === undefined ? own.none : own.left(codes.left)) : own.needsFactor}</p>
      </Notice>
      {codes === undefined ? null : (
        <Facts items={[[own.made, <Moment key="made" at={codes.madeAt} locale={locale} />]]} />
      )}
      {hasFactor ? (
        <div class="ask">
          {codes === undefined ? null : (
            <p class="hint" id="make-hint">
              {own.makeNewHint}
            </p>
          )}
          <ActionForm
            id="make-codes"
            action={`${basePath}${accountPaths.recoveryCodes}`}
            csrf={csrf}
            label={codes === undefined ? own.make : own.makeNew}
            kind={codes === undefined ? "primary" : "danger"}
            describedBy={codes === undefined ? undefined : "make-hint"}
          />
        </div>
      ) : null}
    </>
  );
};

type NewCodesView = AccountView & RecoveryCodesListView;

export const NewCodesPage = ({ words, basePath, ...view }: NewCodesView) => (
  <>
    <PageHead title={view.texts.recoveryCodes.title} lead={view.texts.recoveryCodes.lead} />
    <RecoveryCodesList {...view} />
    <div class="actions">
      <a class="button" id="kept" href={`${basePath}${accountPaths.overview}`}>
        {words.recoveryCodes.back}
      </a>
      <PrintButton label={view.texts.recoveryCodes.print} />
    </div>
  </>
);
