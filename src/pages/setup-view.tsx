import type { Texts } from "../languages/door/en.ts";
import { HiddenFields } from "./hidden-fields.tsx";
import { NewPasswordField } from "./password-field.tsx";
import { type Problem, ProblemSummary, problemsOf } from "./problem-summary.tsx";
import { TextField } from "./text-field.tsx";

export type SetupView = {
  readonly texts: Texts;
  readonly basePath: string;
  /** Where the form goes, below the base path. */
  readonly action?: string | undefined;
  readonly csrf: string;
  /** The secret of the one-time link. */
  readonly token: string;
  /** The issuer, so that a wrong address is seen before anyone depends on it. */
  readonly issuer?: string | undefined;
  readonly username?: string | undefined;
  readonly problems?: readonly Problem<"username" | "password">[] | undefined;
};

export const SetupPage = ({ texts, basePath, action = "/setup", problems = [], ...view }: SetupView) => {
  const { csrf, token, issuer, username = "" } = view;
  return (
    <>
      <h1>{texts.setup.title}</h1>
      <p class="lead">{texts.setup.lead}</p>
      <ProblemSummary problems={problems} />
      <form id="setup" method="post" action={`${basePath}${action}`}>
        <HiddenFields csrf={csrf} />
        <input type="hidden" name="token" value={token} />
        <TextField
          id="username"
          label={texts.setup.username}
          problems={problemsOf(problems, "username")}
          input={{
            type: "text",
            autocomplete: "username",
            autocapitalize: "none",
            spellcheck: false,
            required: true,
            value: username,
            autofocus: problems.length === 0,
          }}
        />
        <NewPasswordField
          texts={texts}
          basePath={basePath}
          label={texts.setup.password}
          problems={problemsOf(problems, "password")}
        />
        <button class="button" type="submit" id="create-admin">
          {texts.setup.button}
        </button>
      </form>
      {issuer === undefined ? null : (
        <p class="aside">
          {texts.setup.server} <span class="address">{issuer}</span>
        </p>
      )}
    </>
  );
};
