import type { TotpEnrolment } from "../identity/totp.ts";
import type { Texts } from "../languages/door/en.ts";
import { type AccountFace, AccountLine } from "./account-line.tsx";
import { PrintButton } from "./desk/print-button.tsx";
import type { FormSecrets } from "./hidden-fields.tsx";
import { PasskeyForm } from "./passkey-form.tsx";
import { type Problem, ProblemSummary, problemsOf } from "./problem-summary.tsx";
import { RecoveryCodesList, type RecoveryCodesListView } from "./recovery-codes-list.tsx";
import { TotpForm } from "./totp-form.tsx";

export type EnrolmentView = FormSecrets & {
  readonly texts: Texts;
  readonly basePath: string;
  readonly account: AccountFace;
  readonly totp: TotpEnrolment;
  /** What passkey.js needs; absent where passkeys are not possible. */
  readonly passkeyOptions: string | undefined;
  readonly switchAccountUrl: string;
  readonly problems?: readonly Problem<"code">[] | undefined;
};

export const EnrolmentPage = ({ texts, basePath, problems = [], ...view }: EnrolmentView) => {
  const words = texts.enrolment;
  const action = `${basePath}/login/enrolment`;
  const { csrf, handle, passkeyOptions } = view;
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <ProblemSummary problems={problems} />
      {passkeyOptions === undefined ? null : (
        <section class="way" data-needs-passkeys="">
          <h2>{words.passkeyTitle}</h2>
          <p>{words.passkeyLead}</p>
          <PasskeyForm
            id="passkey-enrolment"
            texts={texts}
            basePath={basePath}
            action={action}
            ceremony="create"
            options={passkeyOptions}
            csrf={csrf}
            handle={handle}
            label={texts.passkeys.create}
            isPrimary
          />
        </section>
      )}
      <section class="way">
        <h2>{words.appTitle}</h2>
        <p>{words.appLead}</p>
        <TotpForm
          texts={texts}
          action={action}
          enrolment={view.totp}
          problems={problemsOf(problems, "code")}
          csrf={csrf}
          handle={handle}
        />
      </section>
      <AccountLine account={view.account} switchAccountUrl={view.switchAccountUrl} texts={texts} />
      <script src={`${basePath}/assets/copy.js`} defer></script>
    </>
  );
};

/** What comes with the first factor. */
export const EnrolledPage = ({
  basePath,
  onward,
  ...view
}: RecoveryCodesListView & {
  readonly basePath: string;
  readonly onward: string;
}) => (
  <>
    <h1>{view.texts.recoveryCodes.title}</h1>
    <p class="lead">{view.texts.recoveryCodes.lead}</p>
    <RecoveryCodesList {...view} />
    <PrintButton label={view.texts.recoveryCodes.print} />
    <p>
      <a class="button" id="continue" href={onward}>
        {view.texts.recoveryCodes.done}
      </a>
    </p>
    <script src={`${basePath}/assets/copy.js`} defer></script>
  </>
);
