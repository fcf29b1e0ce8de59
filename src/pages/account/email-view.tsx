import { PageHead } from "../desk/page-head.tsx";
import { HiddenFields } from "../hidden-fields.tsx";
import { type Problem, ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { TextField } from "../text-field.tsx";
import { accountPaths } from "./account-navigation.ts";
import type { AccountView } from "./account-page.ts";

type EmailView = AccountView & {
  /** With the base path. */
  readonly action: string;
  readonly csrf: string;
  readonly email: string;
  readonly problems: readonly Problem<"email">[];
};

export const EmailPage = ({ words, basePath, action, csrf, email, problems }: EmailView) => (
  <>
    <PageHead title={words.email.title} lead={words.email.lead} />
    <ProblemSummary problems={problems} />
    <form id="email-form" method="post" action={action}>
      <HiddenFields csrf={csrf} />
      <TextField
        id="email"
        label={words.email.label}
        hint={words.email.hint}
        problems={problemsOf(problems, "email")}
        input={{ type: "email", autocomplete: "email", spellcheck: false, value: email }}
      />
      <div class="actions">
        <button class="button" type="submit" id="save">
          {words.save}
        </button>
        <a class="button button-quiet" href={`${basePath}${accountPaths.profile}`}>
          {words.cancel}
        </a>
      </div>
    </form>
  </>
);
