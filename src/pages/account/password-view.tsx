import { DoneNotice } from "../admin/done-notice.tsx";
import { CheckField } from "../desk/fields.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { HiddenFields } from "../hidden-fields.tsx";
import { NewPasswordField } from "../password-field.tsx";
import { type Problem, ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { TextField } from "../text-field.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";

export type PasswordField = "current_password" | "new_password";

type PasswordView = AccountView & {
  readonly username: string;
  /** What others know of the person. */
  readonly names: readonly string[];
  /** Who was invited and signed in otherwise has none yet. */
  readonly hasPassword: boolean;
  /** The password is the host's, and changed there. */
  readonly isFromHost: boolean;
  readonly csrf: string;
  readonly problems: readonly Problem<PasswordField>[];
  readonly keepsOthers: boolean;
  readonly done: string | undefined;
};

export const PasswordPage = (view: PasswordView) => {
  const own = view.words.password;
  return view.isFromHost ? <PageHead title={own.title} lead={own.fromHost} /> : <PasswordForm {...view} />;
};

const PasswordForm = ({ words, texts, basePath, problems, ...view }: PasswordView) => {
  const own = words.password;
  const { username, names, hasPassword, csrf, keepsOthers, done } = view;
  return (
    <>
      <PageHead title={own.title} lead={hasPassword ? own.lead : own.none} />
      <DoneNotice words={words.done} code={done} />
      <ProblemSummary problems={problems} />
      <form id="change-password" method="post" action={`${basePath}${accountPaths.password}`}>
        <HiddenFields csrf={csrf} />
        {/* Tells password managers whose password it is. https://www.chromium.org/developers/design-documents/create-amazing-password-forms/ */}
        <input type="text" value={username} autocomplete="username" readOnly hidden />
        {hasPassword ? (
          <TextField
            id="current_password"
            label={own.current}
            problems={problemsOf(problems, "current_password")}
            input={{ type: "password", autocomplete: "current-password", required: true }}
          />
        ) : null}
        <NewPasswordField
          texts={texts}
          basePath={basePath}
          id="new_password"
          label={own.fresh}
          names={names}
          problems={problemsOf(problems, "new_password")}
        />
        <CheckField id="everywhere" label={own.everywhere} hint={own.everywhereHint} isChecked={!keepsOthers} />
        <button class="button" type="submit" id="change-password-button">
          {own.button}
        </button>
      </form>
    </>
  );
};
