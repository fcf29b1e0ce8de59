import type { ComponentChildren } from "preact";
import { clientKinds, fieldsOfKind, type KindField } from "../../clients/kinds.ts";
import type { ApplicationTexts } from "../../languages/applications/en.ts";
import type { Texts } from "../../languages/door/en.ts";
import { CheckField, RadioGroup, TextAreaField } from "../desk/fields.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { HiddenFields } from "../hidden-fields.tsx";
import { type Problem, ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { TextField } from "../text-field.tsx";
import type { NewClientValues, Wanted } from "./new-client-form.ts";
import { recipes } from "./recipes/recipes.ts";
import { ScopeFields } from "./scope-fields.tsx";

type ChooseKindView = {
  readonly apps: ApplicationTexts;
  /** With the base path. */
  readonly action: string;
};

/** The first step: what kind of app it is, or which software. */
export const ChooseKindPage = ({ apps, action }: ChooseKindView) => (
  <>
    <PageHead title={apps.create.title} lead={apps.create.lead} />
    <form id="choose-kind" method="get" action={action}>
      <RadioGroup
        id="kind"
        label={apps.create.kind}
        value="web"
        options={clientKinds.map((kind) => ({
          value: kind,
          label: apps.kinds[kind],
          hint: apps.kinds[`${kind}Hint`],
        }))}
      />
      <button class="button" type="submit" id="choose-kind-button">
        {apps.create.continue}
      </button>
    </form>
    <Panel id="recipes" title={apps.create.recipes} hint={apps.create.recipesHint}>
      <div class="actions">
        {recipes.map(({ id, software }) => (
          <a key={id} class="button button-quiet" id={`recipe-${id}`} href={`${action}?recipe=${id}`}>
            {software}
          </a>
        ))}
      </div>
    </Panel>
  </>
);

type NewClientView = {
  readonly apps: ApplicationTexts;
  readonly texts: Texts;
  /** With the base path, and with what was chosen. */
  readonly action: string;
  readonly csrf: string;
  readonly wanted: Wanted;
  readonly values: NewClientValues;
  readonly problems: readonly Problem<string>[];
  readonly offeredScopes: readonly string[];
  readonly offeredAccepts: readonly string[];
  readonly descriptions: Readonly<Record<string, string>>;
};

const plain = { type: "text", autocomplete: "off", spellcheck: false } as const;

/** The second step: what this kind of app needs, and what it may do without behind "More settings". */
export const NewClientPage = (view: NewClientView) => {
  const { apps, action, csrf, wanted, values, problems } = view;
  const { recipe, kind } = wanted;
  const own = apps.create;
  const [newPath = ""] = action.split("?");
  return (
    <>
      <PageHead
        title={recipe === undefined ? own.titleOf(apps.kinds[kind]) : own.titleFor(recipe.software)}
        lead={apps.kinds[`${kind}Hint`]}
        actions={
          <a class="button button-quiet" id="other-kind" href={newPath}>
            {own.otherKind}
          </a>
        }
      />
      <ProblemSummary problems={problems} />
      <form id="new-client" method="post" action={action}>
        <HiddenFields csrf={csrf} />
        <TextField
          id="client_name"
          label={apps.fields.client_name}
          hint={apps.fields.client_nameHint}
          problems={problemsOf(problems, "client_name")}
          input={{ ...plain, required: true, maxLength: 100, value: values.answers.name }}
        />
        {recipe?.exampleApp === undefined ? null : (
          <TextField
            id="app"
            label={own.address(recipe.software)}
            hint={own.addressHint(recipe.exampleApp)}
            problems={problemsOf(problems, "app")}
            input={{ ...plain, inputMode: "url", required: true, value: values.app }}
          />
        )}
        <KindFields {...view} isOptional={false} />
        <MoreSettings {...view}>
          <KindFields {...view} isOptional={true} />
          <TextField
            id="client_id"
            label={own.identifier}
            hint={own.identifierHint}
            problems={problemsOf(problems, "client_id")}
            input={{ ...plain, autocapitalize: "none", maxLength: 64, value: values.id }}
          />
        </MoreSettings>
        <button class="button" type="submit" id="create-client">
          {own.button}
        </button>
      </form>
    </>
  );
};

const optionalFields: readonly KindField[] = [
  "postLogoutRedirectUris",
  "needsSecondFactor",
  "isFirstParty",
  "isWithoutPkce",
];

/** Open where something in it is wrong. */
const MoreSettings = ({ apps, problems, children }: NewClientView & { readonly children: ComponentChildren }) => {
  const isWrong = problems.some(({ fields }) => fields.some((field) => fieldsOfMore.includes(field)));
  return (
    <details class="more" open={isWrong}>
      <summary>{apps.create.more}</summary>
      <div class="more-fields">{children}</div>
    </details>
  );
};

const fieldsOfMore: readonly string[] = [
  "post_logout_redirect_uris",
  "require_mfa",
  "first_party",
  "without_pkce",
  "client_id",
];

const KindFields = ({ isOptional, ...view }: NewClientView & { readonly isOptional: boolean }) => {
  const { wanted, values } = view;
  // An option that the software needs is no "more": it is seen.
  const isOption = (field: KindField) =>
    optionalFields.includes(field) && !(field === "isWithoutPkce" && values.answers.isWithoutPkce);
  return (
    <>
      {fieldsOfKind[wanted.kind]
        .filter((field) => isOption(field) === isOptional)
        .map((field) => (
          <KindFieldInput key={field} field={field} view={view} />
        ))}
    </>
  );
};

const KindFieldInput = ({ field, view }: { readonly field: KindField; readonly view: NewClientView }) => {
  const { apps, texts, wanted, values, problems, descriptions } = view;
  const { fields } = apps;
  const { answers } = values;
  switch (field) {
    case "redirectUris":
      // They follow from the address of the software.
      return wanted.recipe?.exampleApp !== undefined ? null : (
        <TextAreaField
          id="redirect_uris"
          label={fields.redirect_uris}
          hint={fields.redirect_urisHint}
          problems={problemsOf(problems, "redirect_uris")}
          value={answers.redirectUris.join("\n")}
          area={{ spellcheck: false, required: true }}
        />
      );
    case "postLogoutRedirectUris":
      return (
        <TextAreaField
          id="post_logout_redirect_uris"
          label={fields.post_logout_redirect_uris}
          hint={fields.post_logout_redirect_urisHint}
          problems={problemsOf(problems, "post_logout_redirect_uris")}
          value={answers.postLogoutRedirectUris.join("\n")}
          area={{ spellcheck: false }}
        />
      );
    case "scope":
      return (
        <ScopeFields
          field="scope"
          label={fields.scope}
          hint={fields.scopeHint}
          offered={view.offeredScopes}
          ticked={answers.scope}
          problems={problemsOf(problems, "scope")}
          descriptions={descriptions}
          texts={texts}
        />
      );
    case "accepts":
      return (
        <ScopeFields
          field="accepts"
          label={fields.accepts}
          hint={view.offeredAccepts.length === 0 ? fields.noScopes : fields.acceptsHint}
          offered={view.offeredAccepts}
          ticked={answers.accepts}
          problems={problemsOf(problems, "accepts")}
          descriptions={descriptions}
          texts={texts}
        />
      );
    case "isFirstParty":
      return (
        <CheckField
          id="first_party"
          label={fields.first_party}
          hint={fields.first_partyHint}
          problems={problemsOf(problems, "first_party")}
          isChecked={answers.isFirstParty}
        />
      );
    case "needsSecondFactor":
      return (
        <CheckField
          id="require_mfa"
          label={fields.require_mfa}
          hint={fields.require_mfaHint}
          isChecked={answers.needsSecondFactor}
        />
      );
    case "isWithoutPkce":
      return (
        <CheckField
          id="without_pkce"
          label={apps.create.withoutPkce}
          hint={apps.create.withoutPkceHint}
          isChecked={answers.isWithoutPkce}
        />
      );
  }
};
