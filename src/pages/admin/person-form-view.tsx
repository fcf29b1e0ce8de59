import type { AdministrationTexts } from "../../languages/administration/en.ts";
import type { DeclarableMember } from "../../model/user.ts";
import { CheckField, RadioGroup } from "../desk/fields.tsx";
import { Notice } from "../desk/notice.tsx";
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
  /** These are greyed. */
  readonly declared?: readonly DeclarableMember[];
};

const PersonFields = ({ words, values, problems, usernameHint, declared = [] }: PersonFieldsView) => {
  const own = words.personForm;
  const of = (field: PersonField) => problemsOf(problems, field);
  const isGreyed = (name: DeclarableMember) => declared.includes(name);
  const hintOf = (name: DeclarableMember, hint: string) => (isGreyed(name) ? words.problems.declared : hint);
  return (
    <>
      <TextField
        id="username"
        label={own.username}
        hint={hintOf("username", usernameHint)}
        problems={of("username")}
        input={{
          ...plain,
          autocapitalize: "none",
          spellcheck: false,
          required: true,
          value: values.username,
          readOnly: isGreyed("username"),
        }}
      />
      <TextField
        id="display_name"
        label={own.displayName}
        hint={hintOf("displayName", own.displayNameHint)}
        problems={of("display_name")}
        input={{ ...plain, value: values.displayName, readOnly: isGreyed("displayName") }}
      />
      <TextField
        id="email"
        label={own.email}
        hint={hintOf("email", own.emailHint)}
        problems={of("email")}
        input={{ ...plain, type: "email", spellcheck: false, value: values.email, readOnly: isGreyed("email") }}
      />
      <CheckField
        id="email_verified"
        label={own.emailVerified}
        hint={hintOf("emailVerified", own.emailVerifiedHint)}
        problems={of("email_verified")}
        isChecked={values.emailVerified}
        isDisabled={isGreyed("emailVerified")}
      />
      <RadioGroup
        id="role"
        label={own.role}
        hint={isGreyed("role") ? words.problems.declared : undefined}
        problems={of("role")}
        value={values.role}
        isDisabled={isGreyed("role")}
        options={[
          { value: "user", label: own.roles.user, hint: own.roles.userHint },
          { value: "admin", label: own.roles.admin, hint: own.roles.adminHint },
        ]}
      />
      <TextField
        id="groups"
        label={own.groups}
        hint={hintOf("groups", own.groupsHint)}
        problems={of("groups")}
        input={{
          ...plain,
          autocapitalize: "none",
          spellcheck: false,
          value: values.groups,
          readOnly: isGreyed("groups"),
        }}
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
  readonly declared: readonly DeclarableMember[];
  /** Where what `postern apply` declared is found. */
  readonly place: string;
  /** An administrator who takes the role from themselves is asked whether they mean it. */
  readonly asksForOwnRole: boolean;
};

export const EditPersonPage = ({ name, shown, place, asksForOwnRole, ...view }: EditPersonView) => {
  const { words, action, back, csrf, problems, declared } = view;
  const own = words.personForm;
  return (
    <>
      <PageHead title={<Sentence of={own.editTitle}>{name}</Sentence>} />
      {declared.length === 0 ? null : (
        <Notice kind="info">
          <p id="declared">{words.person.declared(place)}</p>
        </Notice>
      )}
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
