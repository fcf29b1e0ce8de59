import type { ComponentChildren } from "preact";
import type { ApplicationTexts } from "../../languages/applications/en.ts";
import type { Texts } from "../../languages/door/en.ts";
import { grantTypes } from "../../model/client.ts";
import { CheckField, SelectField, TextAreaField } from "../desk/fields.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { HiddenFields } from "../hidden-fields.tsx";
import { type Problem, ProblemSummary, problemsOf } from "../problem-summary.tsx";
import { Sentence } from "../sentence.tsx";
import { TextField } from "../text-field.tsx";
import {
  type BoxMember,
  type ChoiceMember,
  choices,
  type EditValues,
  grantBox,
  isTicked,
  type ListMember,
  listIn,
  scopesIn,
  type TextMember,
  textIn,
} from "./edit-client-form.ts";
import { ScopeFields } from "./scope-fields.tsx";

type EditClientView = {
  readonly apps: ApplicationTexts;
  readonly texts: Texts;
  readonly name: string;
  /** With the base path. */
  readonly action: string;
  /** Where "Cancel" leads. */
  readonly back: string;
  readonly csrf: string;
  /** Of what the form was opened with. */
  readonly version: string;
  readonly values: EditValues;
  readonly problems: readonly Problem<string>[];
  readonly scopes: readonly string[];
  readonly descriptions: Readonly<Record<string, string>>;
};

export const EditClientPage = (view: EditClientView) => {
  const { apps, name, action, back, csrf, problems } = view;
  return (
    <>
      <PageHead title={<Sentence of={apps.editing.title}>{name}</Sentence>} lead={apps.editing.lead} />
      <ProblemSummary problems={problems} />
      <form id="edit-client" method="post" action={action}>
        <HiddenFields csrf={csrf} />
        <input type="hidden" name="version" value={view.version} />
        <Group name="people" apps={apps}>
          <Text member="client_name" hint={apps.fields.client_nameHint} view={view} />
          <Text member="client_uri" view={view} />
          <Text member="logo_uri" view={view} />
          <Text member="policy_uri" view={view} />
          <Text member="tos_uri" view={view} />
          <List member="contacts" hint={apps.fields.contactsHint} view={view} />
        </Group>
        <Group name="addresses" apps={apps}>
          <List member="redirect_uris" hint={apps.fields.redirect_urisHint} view={view} />
          <List member="post_logout_redirect_uris" hint={apps.fields.post_logout_redirect_urisHint} view={view} />
          <Text member="initiate_login_uri" view={view} />
          <List member="request_uris" hint={apps.fields.request_urisHint} view={view} />
        </Group>
        <Group name="access" apps={apps}>
          <Grants {...view} />
          <Scopes member="scope" hint={apps.fields.scopeHint} view={view} />
          <Box member="resource_server" view={view} />
          <Scopes member="accepts" hint={apps.fields.acceptsHint} view={view} />
        </Group>
        <Group name="safety" apps={apps}>
          <Choice
            member="token_endpoint_auth_method"
            words={Object.entries(apps.fields.token_endpoint_auth_methods)}
            view={view}
          />
          <Choice member="application_type" words={Object.entries(apps.fields.application_types)} view={view} />
          <Box member="require_pkce" hint={apps.fields.require_pkceHint} view={view} />
          <Box member="require_mfa" hint={apps.fields.require_mfaHint} view={view} />
          <Box member="first_party" hint={apps.fields.first_partyHint} view={view} />
        </Group>
        <Group name="tokens" apps={apps}>
          <Choice member="access_token_format" words={Object.entries(apps.fields.access_token_formats)} view={view} />
          <Choice member="id_token_signed_response_alg" words={[["", apps.fields.usualAlgorithm]]} view={view} />
          <Box member="rotate_refresh_tokens" view={view} />
          <Text member="default_max_age" hint={apps.fields.default_max_ageHint} view={view} />
          <Box member="require_auth_time" view={view} />
          <List member="default_acr_values" hint={apps.fields.default_acr_valuesHint} view={view} />
        </Group>
        <Group name="keys" apps={apps}>
          <TextAreaField
            id="jwks"
            label={apps.fields.jwks}
            hint={named("jwks", apps.fields.jwksHint)}
            problems={problemsOf(problems, "jwks")}
            value={view.values.keys}
            area={{ spellcheck: false }}
          />
          <Text member="jwks_uri" view={view} />
          <Choice member="token_endpoint_auth_signing_alg" words={[["", apps.fields.anyAlgorithm]]} view={view} />
        </Group>
        <Group name="software" apps={apps}>
          <Text member="software_id" view={view} />
          <Text member="software_version" view={view} />
        </Group>
        <div class="actions">
          <button class="button" type="submit" id="save">
            {apps.editing.save}
          </button>
          <a class="button button-quiet" id="cancel" href={back}>
            {apps.actions.cancel}
          </a>
        </div>
      </form>
    </>
  );
};

/** The hint, with the name that apps and scripts know. */
const named = (member: string, hint: string | undefined): string =>
  hint === undefined ? member : `${hint} (${member})`;

type GroupView = {
  readonly name: keyof ApplicationTexts["groups"];
  readonly apps: ApplicationTexts;
  readonly children: ComponentChildren;
};

const Group = ({ name, apps, children }: GroupView) => (
  <Panel id={name} title={apps.groups[name]}>
    {children}
  </Panel>
);

type MemberView<Member> = { readonly member: Member; readonly hint?: string; readonly view: EditClientView };

const Text = ({ member, hint, view: { apps, values, problems } }: MemberView<TextMember | "default_max_age">) => (
  <TextField
    id={member}
    label={apps.fields[member]}
    hint={named(member, hint)}
    problems={problemsOf(problems, member)}
    input={{ type: "text", autocomplete: "off", spellcheck: false, value: textIn(values.members, member) }}
  />
);

const List = ({ member, hint, view: { apps, values, problems } }: MemberView<ListMember>) => (
  <TextAreaField
    id={member}
    label={apps.fields[member]}
    hint={named(member, hint)}
    problems={problemsOf(problems, member)}
    value={listIn(values.members, member).join("\n")}
    area={{ spellcheck: false }}
  />
);

const Box = ({ member, hint, view: { apps, values, problems } }: MemberView<BoxMember>) => (
  <CheckField
    id={member}
    label={apps.fields[member]}
    hint={named(member, hint)}
    problems={problemsOf(problems, member)}
    isChecked={isTicked(values.members, member)}
  />
);

type ChoiceView = MemberView<ChoiceMember> & {
  /** What has none is its own word. */
  readonly words: readonly (readonly [value: string, word: string])[];
};

const Choice = ({ member, words, view: { apps, values, problems } }: ChoiceView) => (
  <SelectField
    id={member}
    label={apps.fields[member]}
    hint={named(member, undefined)}
    problems={problemsOf(problems, member)}
    value={textIn(values.members, member)}
    options={choices[member].map((value) => ({ value, label: new Map(words).get(value) ?? value }))}
  />
);

const Scopes = ({ member, hint, view }: MemberView<"scope" | "accepts">) => (
  <ScopeFields
    field={member}
    label={view.apps.fields[member]}
    hint={named(member, hint)}
    offered={view.scopes}
    ticked={scopesIn(view.values.members, member)}
    problems={problemsOf(view.problems, member)}
    descriptions={view.descriptions}
    texts={view.texts}
  />
);

const Grants = ({ apps, values, problems }: EditClientView) => (
  <fieldset
    class="choices"
    id="grant_types"
    aria-describedby={["grant_types-hint", ...problemsOf(problems, "grant_types")].join(" ")}
  >
    <legend>{apps.fields.grant_types}</legend>
    <p class="hint" id="grant_types-hint">
      {named("grant_types", undefined)}
    </p>
    {grantTypes.map((type) => (
      <CheckField
        key={type}
        id={grantBox(type)}
        label={apps.fields.grants[type]}
        hint={type}
        isChecked={listIn(values.members, "grant_types").includes(type)}
      />
    ))}
  </fieldset>
);
