import type { TotpEnrolment } from "../../identity/totp.ts";
import type { Totp } from "../../model/factor.ts";
import { DoneNotice } from "../admin/done-notice.tsx";
import { ActionForm } from "../desk/action-form.tsx";
import { Badge } from "../desk/badge.tsx";
import { Facts } from "../desk/facts.tsx";
import { Moment } from "../desk/moment.tsx";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { type Problem, ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { TotpForm } from "../totp-form.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";

type AuthenticatorView = AccountView & {
  /** What there is. */
  readonly totp: Totp | undefined;
  /** What is set up. */
  readonly enrolment: TotpEnrolment | undefined;
  /** There is nothing that would let the person in without a device. */
  readonly needsCodes: boolean;
  /** The person's only second step. */
  readonly isLast: boolean;
  /** It must stay, by the policy of the server. */
  readonly isNeeded: boolean;
  readonly csrfToAdd: string;
  readonly csrfToRemove: string;
  readonly problems: readonly Problem<"code">[];
  readonly done: string | undefined;
};

export const AuthenticatorPage = ({ problems, done, ...view }: AuthenticatorView) => {
  const { words, texts, basePath, totp, enrolment, needsCodes, csrfToAdd } = view;
  const own = words.authenticator;
  const path = `${basePath}${accountPaths.authenticator}`;
  return (
    <>
      <PageHead title={own.title} lead={own.lead} />
      <DoneNotice words={words.done} code={done} />
      <ProblemSummary problems={problems} />
      {needsCodes ? (
        <Notice kind="warning">
          <p>
            <a href={`${basePath}${accountPaths.recoveryCodes}`}>{own.makeCodes}</a>
          </p>
        </Notice>
      ) : null}
      {enrolment === undefined ? null : (
        <Panel
          id="set-up"
          title={totp === undefined ? own.setUp : own.anew}
          hint={totp === undefined ? undefined : own.anewHint}
        >
          <TotpForm
            texts={texts}
            action={path}
            enrolment={enrolment}
            csrf={csrfToAdd}
            problems={problemsOf(problems, "code")}
          />
        </Panel>
      )}
      {totp === undefined ? null : <PresentApp {...view} totp={totp} path={path} />}
    </>
  );
};

type PresentAppView = Omit<AuthenticatorView, "problems" | "done"> & { readonly totp: Totp; readonly path: string };

const PresentApp = ({ words, locale, totp, enrolment, path, ...view }: PresentAppView) => {
  const own = words.authenticator;
  const { isLast, isNeeded, csrfToRemove } = view;
  return (
    <>
      <Facts
        items={[
          [
            own.state,
            <Badge key="state" kind="good">
              {own.on}
            </Badge>,
          ],
          [own.since, <Moment key="since" at={totp.confirmedAt} locale={locale} />],
        ]}
      />
      {enrolment === undefined ? (
        <p>
          <a class="button button-quiet" id="anew" href={`${path}?anew=1`}>
            {own.anew}
          </a>
        </p>
      ) : null}
      <Panel id="remove" title={own.removeTitle} hint={isLast && !isNeeded ? own.removeLastHint : own.removeHint}>
        {isNeeded ? (
          <Notice kind="info">
            <p>{own.needed}</p>
          </Notice>
        ) : (
          <ActionForm
            id="remove-authenticator"
            action={`${path}/remove`}
            csrf={csrfToRemove}
            label={own.remove}
            kind="danger"
          />
        )}
      </Panel>
    </>
  );
};
