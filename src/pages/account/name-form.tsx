import { HiddenFields } from "../hidden-fields.tsx";
import { type Problem, problemsOf } from "../problem-summary.tsx";
import { TextField } from "../text-field.tsx";

type NameFormView = {
  readonly id: string;
  /** With the base path. */
  readonly action: string;
  readonly csrf: string;
  readonly label: string;
  readonly hint: string;
  readonly typed: string;
  readonly problems: readonly Problem<"name">[];
  readonly isRequired: boolean;
  readonly buttonLabel: string;
  /** Where "Cancel" leads. */
  readonly back: string;
  readonly cancelLabel: string;
};

/** What a person calls a thing of theirs. */
export const NameForm = ({ id, action, csrf, typed, problems, ...view }: NameFormView) => (
  <form id={id} method="post" action={action}>
    <HiddenFields csrf={csrf} />
    <TextField
      id="name"
      label={view.label}
      hint={view.hint}
      problems={problemsOf(problems, "name")}
      input={{ type: "text", autocomplete: "off", maxlength: 100, required: view.isRequired, value: typed }}
    />
    <div class="actions">
      <button class="button" type="submit" id={`${id}-button`}>
        {view.buttonLabel}
      </button>
      <a class="button button-quiet" href={view.back}>
        {view.cancelLabel}
      </a>
    </div>
  </form>
);
