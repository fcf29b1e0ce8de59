import type { Texts } from "../languages/door/en.ts";
import { type AccountFace, AccountLine } from "./account-line.tsx";
import { type FormSecrets, HiddenFields } from "./hidden-fields.tsx";
import { PasskeyForm } from "./passkey-form.tsx";
import { type Problem, ProblemSummary, problemsOf } from "./problem-summary.tsx";
import { TextField } from "./text-field.tsx";

export type SecondFactorView = FormSecrets & {
  readonly texts: Texts;
  readonly basePath: string;
  /** Sealed, that the password was shown; absent for somebody who is signed in by it. */
  readonly shown: string | undefined;
  readonly account: AccountFace;
  /** The person has an authenticator app; otherwise the field takes recovery codes alone. */
  readonly hasApp: boolean;
  /** What passkey.js needs; absent where the person has none to use here. */
  readonly passkeyOptions: string | undefined;
  readonly startOverUrl: string;
  readonly problems?: readonly Problem<"code">[] | undefined;
};

export const SecondFactorPage = ({ texts, basePath, problems = [], ...view }: SecondFactorView) => {
  const { shown, hasApp, passkeyOptions } = view;
  const words = texts.secondFactor;
  const action = `${basePath}/login/second-factor`;
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{shown === undefined ? words.leadSignedIn : words.lead}</p>
      <ProblemSummary problems={problems} />
      <form id="second-factor" method="post" action={action}>
        <HiddenFields csrf={view.csrf} handle={view.handle} />
        {shown === undefined ? null : <input type="hidden" name="shown" value={shown} />}
        <TextField
          id="code"
          label={hasApp ? words.code : words.recoveryCode}
          hint={hasApp ? words.codeHint : words.recoveryHint}
          problems={problemsOf(problems, "code")}
          input={{
            type: "text",
            autocomplete: "one-time-code",
            autocapitalize: "characters",
            spellcheck: false,
            maxlength: 64,
            required: true,
            autofocus: hasApp,
          }}
        />
        <button class="button" type="submit" id="verify-button">
          {words.button}
        </button>
      </form>
      {passkeyOptions === undefined ? null : (
        <PasskeyForm
          id="second-factor-passkey"
          texts={texts}
          basePath={basePath}
          action={action}
          ceremony="get"
          options={passkeyOptions}
          csrf={view.csrf}
          handle={view.handle}
          fields={shown === undefined ? {} : { shown }}
          or={texts.signIn.or}
          label={texts.passkeys.confirm}
        />
      )}
      <AccountLine account={view.account} switchAccountUrl={view.startOverUrl} texts={texts} />
    </>
  );
};

/** After a recovery code: how many are left. */
export const RecoveredPage = ({
  texts,
  left,
  onward,
}: {
  readonly texts: Texts;
  readonly left: number;
  readonly onward: string;
}) => (
  <>
    <h1>{texts.secondFactor.recoveredTitle}</h1>
    <p class="lead">{texts.secondFactor.recovered(left)}</p>
    <p>
      <a class="button" id="continue" href={onward}>
        {texts.common.continue}
      </a>
    </p>
  </>
);
