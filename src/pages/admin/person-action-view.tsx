import type { AdministrationTexts } from "../../languages/administration/en.ts";
import type { UiLocale } from "../../languages/languages.ts";
import type { User } from "../../model/user.ts";
import { Confirmation } from "../desk/confirmation.tsx";
import { Notice } from "../desk/notice.tsx";
import { formatNumber } from "../desk/numbers.ts";
import { PageHead } from "../desk/page-head.tsx";
import { type Problem, ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { Sentence } from "../sentence.tsx";
import { TextField } from "../text-field.tsx";
import { nameOf } from "./person-name.tsx";

/** In addresses and in texts. */
export const personActions = ["invite", "reset", "remove-factors", "sign-out", "switch-off", "delete"] as const;
export type PersonActionName = (typeof personActions)[number];

type PersonActionView = {
  readonly words: AdministrationTexts;
  readonly locale: UiLocale;
  readonly name: PersonActionName;
  readonly user: User;
  /** Live ones: what the person has to lose. */
  readonly sessions: number;
  readonly grants: number;
  /** The administrator's own account. */
  readonly isSelf: boolean;
  /** With the base path. */
  readonly action: string;
  /** Where "Cancel" leads. */
  readonly back: string;
  readonly csrf: string;
  readonly problems: readonly Problem<"confirmation">[];
};

/** What will happen, and the button that does it. */
export const PersonActionPage = ({ words, locale, name, user, isSelf, problems, ...view }: PersonActionView) => {
  const { person } = words;
  const own = words.actions[name];
  return (
    <>
      <PageHead title={<Sentence of={own.title}>{nameOf(user)}</Sentence>} lead={own.lead} />
      {isSelf && name !== "invite" && name !== "reset" ? (
        <Notice kind="warning">
          <p>{name === "switch-off" ? words.actions.lostToOthers : words.actions.ownAccount}</p>
        </Notice>
      ) : null}
      <ProblemSummary problems={problems} />
      <Confirmation
        id={name}
        action={view.action}
        csrf={view.csrf}
        facts={[
          [person.username, <bdi key="username">{user.username}</bdi>],
          [person.email, user.email === undefined ? person.none : <bdi key="email">{user.email}</bdi>],
          [person.role, words.personForm.roles[user.role]],
          [person.sessions, formatNumber(locale, view.sessions)],
          [person.grants, formatNumber(locale, view.grants)],
        ]}
        label={own.button}
        isHarmful={name === "switch-off" || name === "delete"}
        cancel={words.cancel}
        back={view.back}
      >
        {name === "delete" ? (
          <TextField
            id="confirmation"
            label={words.actions.delete.confirm(user.username)}
            problems={problemsOf(problems, "confirmation")}
            input={{ type: "text", autocomplete: "off", autocapitalize: "none", spellcheck: false, required: true }}
          />
        ) : null}
      </Confirmation>
    </>
  );
};
