import type { Texts } from "../languages/door/en.ts";
import { type FormSecrets, HiddenFields } from "./hidden-fields.tsx";
import { PasskeyForm } from "./passkey-form.tsx";
import { type Problem, ProblemSummary, problemsOf } from "./problem-summary.tsx";
import { Sentence } from "./sentence.tsx";
import { TextField } from "./text-field.tsx";

export type SecondFactorView = FormSecrets & {
  readonly texts: Texts;
  readonly basePath: string;
  /** Sealed, that the password was shown; absent for somebody who is signed in by it. */
  readonly shown: string | undefined;
  /** Who signs in. */
  readonly name: string;
  /** The person has an authenticator app; otherwise the field takes recovery codes alone. */
  readonly hasApp: boolean;
  /** What passkey.js needs; absent where the person has none to use here. */
  readonly passkeyOptions: string | undefined;
  readonly switchAccountUrl: string;
  readonly problems?: readonly Problem<"code">[] | undefined;
};

/** Asks for the factor that the person uses: a passkey stands first where there is no app. */
export const SecondFactorPage = (view: SecondFactorView) => {
  const { texts, shown, hasApp, problems = [] } = view;
  const words = texts.secondFactor;
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{shown === undefined ? words.leadSignedIn : words.lead}</p>
      <ProblemSummary problems={problems} />
      {hasApp ? (
        <>
          <CodeForm {...view} />
          <PasskeyWay {...view} />
        </>
      ) : (
        <>
          <PasskeyWay {...view} />
          <CodeForm {...view} />
        </>
      )}
      <p class="aside">
        <Sentence of={words.account}>{view.name}</Sentence>{" "}
        <a id="use-another-account" href={view.switchAccountUrl}>
          {texts.common.useAnotherAccount}
        </a>
      </p>
    </>
  );
};

const actionOf = ({ basePath }: SecondFactorView) => `${basePath}/login/second-factor`;

const CodeForm = (view: SecondFactorView) => {
  const { shown, hasApp, problems = [] } = view;
  const words = view.texts.secondFactor;
  return (
    <form id="second-factor" method="post" action={actionOf(view)}>
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
      <button class={hasApp ? "button" : "button button-quiet"} type="submit" id="verify-button">
        {words.button}
      </button>
    </form>
  );
};

const PasskeyWay = (view: SecondFactorView) => {
  const { texts, shown, hasApp, passkeyOptions } = view;
  if (passkeyOptions === undefined) return null;
  return (
    <PasskeyForm
      id="second-factor-passkey"
      texts={texts}
      basePath={view.basePath}
      action={actionOf(view)}
      ceremony="get"
      options={passkeyOptions}
      csrf={view.csrf}
      handle={view.handle}
      fields={shown === undefined ? {} : { shown }}
      {...(hasApp ? { orAbove: texts.signIn.or } : { orBelow: texts.signIn.or, isPrimary: true })}
      label={texts.passkeys.confirm}
    />
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
