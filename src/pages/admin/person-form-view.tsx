import type { AdministrationTexts } from "../../languages/administration/en.ts";
import { CheckField, RadioGroup } from "../desk/fields.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { HiddenFields } from "../hidden-fields.tsx";
import { NewPasswordField } from "../password-field.tsx";
import { type Problem, ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { Sentence } from "../sentence.tsx";
import { TextField } from "../text-field.tsx";
import type { DeskView } from "./desk-view.ts";
import type { PersonField, PersonValues } from "./person-form.ts";

type FormView = Pick<DeskView, "words"> & {
  /** With the base path. */
  readonly action: string;
  /** Where "Cancel" leads. */
  readonly back: string;
  readonly csrf: string;
  readonly values: PersonValues;
  readonly problems: readonly Problem<PersonField>[];
};

/** Names of one's own that a browser would offer here belong to the administrator. */
const plain = { type: "text", autocomplete: "off" } as const;

type PersonFieldsView = Pick<FormView, "values" | "problems"> & {
  readonly words: AdministrationTexts;
  readonly usernameHint: string;
};

const PersonFields = ({ words, values, problems, usernameHint }: PersonFieldsView) => {
  const own = words.personForm;
  const of = (field: PersonField) => problemsOf(problems, field);
  return (
    <>
      <TextField
        id="username"
        label={own.username}
        hint={usernameHint}
        problems={of("username")}
        input={{ ...plain, autocapitalize: "none", spellcheck: false, required: true, value: values.username }}
      />
      <TextField
        id="display_name"
        label={own.displayName}
        hint={own.displayNameHint}
        problems={of("display_name")}
        input={{ ...plain, value: values.displayName }}
      />
      <TextField
        id="email"
        label={own.email}
        hint={own.emailHint}
        problems={of("email")}
        input={{ ...plain, type: "email", spellcheck: false, value: values.email }}
      />
      <CheckField
        id="email_verified"
        label={own.emailVerified}
        hint={own.emailVerifiedHint}
        isChecked={values.emailVerified}
      />
      <RadioGroup
        id="role"
        label={own.role}
        problems={of("role")}
        value={values.role}
        options={[
          { value: "user", label: own.roles.user, hint: own.roles.userHint },
          { value: "admin", label: own.roles.admin, hint: own.roles.adminHint },
        ]}
      />
      <TextField
        id="groups"
        label={own.groups}
        hint={own.groupsHint}
        problems={of("groups")}
        input={{ ...plain, autocapitalize: "none", spellcheck: false, value: values.groups }}
      />
    </>
  );
};

const FormEnd = ({ words, label, back }: Pick<FormView, "words" | "back"> & { readonly label: string }) => (
  <div class="actions">
    <button class="button" type="submit" id="save">
      {label}
    </button>
    <a class="button button-quiet" id="cancel" href={back}>
      {words.cancel}
    </a>
  </div>
);

/** How a new person gets in. */
export type Entry = "invite" | "password";

type NewPersonView = FormView & Pick<DeskView, "texts" | "basePath"> & { readonly entry: Entry };

export const NewPersonPage = ({ entry, texts, basePath, ...view }: NewPersonView) => {
  const { words, action, back, csrf, problems } = view;
  const own = words.personForm;
  return (
    <>
      <PageHead title={own.newTitle} lead={own.newLead} />
      <ProblemSummary problems={problems} />
      <form id="new-person" method="post" action={action}>
        <HiddenFields csrf={csrf} />
        <PersonFields {...view} usernameHint={own.usernameHint} />
        <RadioGroup
          id="entry"
          label={own.entry}
          value={entry}
          options={[
            { value: "invite", label: own.entries.invite, hint: own.entries.inviteHint },
            { value: "password", label: own.entries.password, hint: own.entries.passwordHint },
          ]}
        />
        <NewPasswordField
          texts={texts}
          basePath={basePath}
          label={own.password}
          hint={own.passwordHint}
          problems={problemsOf(problems, "password")}
          isOptional
        />
        <FormEnd words={words} label={own.create} back={back} />
      </form>
    </>
  );
};

type EditPersonView = FormView & {
  readonly name: string;
  /** The values with which the form was opened, as JSON. */
  readonly shown: string;
  /** An administrator who takes the role from themselves is asked whether they mean it. */
  readonly asksForOwnRole: boolean;
};

export const EditPersonPage = ({ name, shown, asksForOwnRole, ...view }: EditPersonView) => {
  const { words, action, back, csrf, problems } = view;
  const own = words.personForm;
  return (
    <>
      <PageHead title={<Sentence of={own.editTitle}>{name}</Sentence>} />
      <ProblemSummary problems={problems} />
      <form id="edit-person" method="post" action={action}>
        <HiddenFields csrf={csrf} />
        <input type="hidden" name="shown" value={shown} />
        <PersonFields {...view} usernameHint={own.renameHint} />
        {asksForOwnRole ? (
          <CheckField id="own_role" label={own.ownRole} problems={problemsOf(problems, "own_role")} />
        ) : null}
        <FormEnd words={words} label={own.save} back={back} />
      </form>
    </>
  );
};
