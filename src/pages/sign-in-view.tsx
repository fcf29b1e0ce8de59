import type { Texts } from "../languages/door/en.ts";
import { type FormSecrets, HiddenFields } from "./hidden-fields.tsx";
import { PasskeyForm } from "./passkey-form.tsx";
import { type Problem, ProblemSummary, problemsOf } from "./problem-summary.tsx";
import { Sentence } from "./sentence.tsx";
import { TextField } from "./text-field.tsx";

export type SignInView = FormSecrets & {
  readonly texts: Texts;
  readonly basePath: string;
  /** The name of the client that waits, if one does. */
  readonly clientName?: string | undefined;
  /** What was typed before, or `login_hint`. */
  readonly username?: string | undefined;
  /** The person is signed in and must show again that it is them (`prompt=login`, `max_age`). */
  readonly isAgain?: boolean | undefined;
  /** What passkey.js needs; absent where passkeys are not possible. */
  readonly passkey?: { readonly options: string; readonly csrf: string } | undefined;
  readonly problems?: readonly Problem<"username" | "password">[] | undefined;
};

export const SignInPage = ({ texts, basePath, problems = [], ...view }: SignInView) => {
  const { clientName, username = "", isAgain = false, passkey } = view;
  return (
    <>
      <h1>{texts.signIn.title}</h1>
      {clientName === undefined ? null : (
        <p class="lead">
          <Sentence of={texts.signIn.toContinue}>{clientName}</Sentence>
        </p>
      )}
      {isAgain ? <p class="lead">{texts.signIn.again}</p> : null}
      <ProblemSummary problems={problems} />
      <form id="sign-in" method="post" action={`${basePath}/login`}>
        <HiddenFields csrf={view.csrf} handle={view.handle} />
        <TextField
          id="username"
          label={texts.signIn.username}
          problems={problemsOf(problems, "username")}
          input={{
            type: "text",
            // The browser offers its passkeys here (WebAuthn §5.1.7, conditional mediation).
            autocomplete: passkey === undefined ? "username" : "username webauthn",
            autocapitalize: "none",
            spellcheck: false,
            maxlength: 320,
            required: true,
            value: username,
            autofocus: username === "" && problems.length === 0,
          }}
        />
        <TextField
          id="password"
          label={texts.signIn.password}
          problems={problemsOf(problems, "password")}
          input={{
            type: "password",
            autocomplete: "current-password",
            required: true,
            autofocus: username !== "" && problems.length === 0,
          }}
        />
        <button class="button" type="submit" id="sign-in-button">
          {texts.signIn.button}
        </button>
      </form>
      {passkey === undefined ? null : (
        <PasskeyForm
          id="passkey-sign-in"
          texts={texts}
          basePath={basePath}
          action={`${basePath}/login/passkey`}
          ceremony="get"
          options={passkey.options}
          autofill
          orAbove={texts.signIn.or}
          csrf={passkey.csrf}
          handle={view.handle}
          label={texts.passkeys.signIn}
        />
      )}
    </>
  );
};
