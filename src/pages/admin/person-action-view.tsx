import type { AdministrationTexts } from "../../languages/administration/en.ts";
import type { User } from "../../model/user.ts";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { HiddenFields } from "../hidden-fields.tsx";
import { type Problem, ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { Sentence } from "../sentence.tsx";
import { TextField } from "../text-field.tsx";
import { nameOf } from "./person-name.tsx";

/** In addresses and in texts. */
export const personActions = ["invite", "reset", "remove-factors", "sign-out", "switch-off", "delete"] as const;
export type PersonActionName = (typeof personActions)[number];

type PersonActionView = {
  readonly words: AdministrationTexts;
  readonly name: PersonActionName;
  readonly user: User;
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
export const PersonActionPage = ({ words, name, user, isSelf, action, back, csrf, problems }: PersonActionView) => {
  const own = words.actions[name];
  const isHarmful = name === "switch-off" || name === "delete";
  return (
    <>
      <PageHead title={<Sentence of={own.title}>{nameOf(user)}</Sentence>} lead={own.lead} />
      {isSelf && name !== "invite" && name !== "reset" ? (
        <Notice kind="warning">
          <p>{name === "switch-off" ? words.actions.lostToOthers : words.actions.ownAccount}</p>
        </Notice>
      ) : null}
      <ProblemSummary problems={problems} />
      <form id={name} method="post" action={action}>
        <HiddenFields csrf={csrf} />
        {name === "delete" ? (
          <TextField
            id="confirmation"
            label={words.actions.delete.confirm(user.username)}
            problems={problemsOf(problems, "confirmation")}
            input={{ type: "text", autocomplete: "off", autocapitalize: "none", spellcheck: false, required: true }}
          />
        ) : null}
        <div class="actions">
          <button class={isHarmful ? "button button-danger" : "button"} type="submit" id={`${name}-button`}>
            {own.button}
          </button>
          <a class="button button-quiet" id="cancel" href={back}>
            {words.cancel}
          </a>
        </div>
      </form>
    </>
  );
};
