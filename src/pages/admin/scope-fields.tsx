import type { Texts } from "../../languages/door/en.ts";
import { scopeSentence } from "../../languages/languages.ts";
import type { Parameters } from "../../rules/parameters.ts";
import { CheckField } from "../desk/fields.tsx";

/** A list of scopes in a form: each has a box of its own. */
export type ScopeField = "scope" | "accepts";

const boxName = (field: ScopeField, scope: string): string => `${field}:${scope}`;

export const scopeBoxNames = (field: ScopeField, offered: readonly string[]): readonly string[] =>
  offered.map((scope) => boxName(field, scope));

/** Those that were ticked, of those that were offered. */
export const tickedScopes = (sent: Parameters, field: ScopeField, offered: readonly string[]): readonly string[] =>
  offered.filter((scope) => sent.get(boxName(field, scope)) === "on");

type ScopeFieldsView = {
  readonly field: ScopeField;
  readonly label: string;
  readonly hint: string;
  readonly offered: readonly string[];
  readonly ticked: readonly string[];
  readonly problems: readonly string[];
  readonly descriptions: Readonly<Record<string, string>>;
  readonly texts: Texts;
};

export const ScopeFields = ({ field, label, hint, offered, ticked, problems, ...view }: ScopeFieldsView) => (
  <fieldset
    class="choices"
    id={field}
    aria-describedby={[`${field}-hint`, ...problems].join(" ")}
    {...(problems.length === 0 ? {} : { "aria-invalid": "true" as const })}
  >
    <legend>{label}</legend>
    <p class="hint" id={`${field}-hint`}>
      {hint}
    </p>
    {offered.map((scope) => (
      <CheckField
        key={scope}
        id={boxName(field, scope)}
        label={
          <>
            <code>{scope}</code> <span class="hint">{scopeSentence(view.texts, scope, view.descriptions)}</span>
          </>
        }
        isChecked={ticked.includes(scope)}
      />
    ))}
  </fieldset>
);
