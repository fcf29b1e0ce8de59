import type { Texts } from "../languages/door/en.ts";
import { CheckIcon, PlusIcon } from "./icons.tsx";

/** A scope in words, and whether the person has not allowed it to this client before. */
export type ScopeLine = {
  readonly name: string;
  readonly sentence: string;
  readonly isNew: boolean;
  /** For what the person may take out. */
  readonly box?: { readonly name: string; readonly isTicked: boolean };
};

type ScopeListView = {
  readonly scopes: readonly ScopeLine[];
  readonly texts: Texts;
  /** The form that the boxes belong to. */
  readonly form?: string;
};

/** The name of the box of a scope. */
export const boxOf = (scope: string): string => `allow:${scope}`;

/** What a client will be able to do. Where something was allowed before, what is new stands first and is marked. */
export const ScopeList = ({ scopes, texts, form }: ScopeListView) => {
  const asked = scopes.filter((scope) => scope.isNew);
  const before = scopes.filter((scope) => !scope.isNew);
  if (scopes.length === 0) return <p class="quiet">{texts.consent.nothing}</p>;
  return (
    <>
      {asked.length === 0 ? null : (
        <section class="scopes" aria-labelledby="scopes-new">
          <h2 id="scopes-new">
            {before.length === 0 ? (
              texts.consent.permissions
            ) : (
              <>
                <span class="tag tag-new">{texts.consent.newMark}</span> {texts.consent.newPermissions}
              </>
            )}
          </h2>
          <ul>
            {asked.map((scope) => (
              <Line key={scope.name} scope={scope} form={form} isAdded={before.length > 0} />
            ))}
          </ul>
        </section>
      )}
      {before.length === 0 ? null : (
        <section class="scopes scopes-before" aria-labelledby="scopes-before">
          <h2 id="scopes-before">{texts.consent.allowedBefore}</h2>
          <ul>
            {before.map((scope) => (
              <Line key={scope.name} scope={scope} form={form} isAdded={false} />
            ))}
          </ul>
        </section>
      )}
      {scopes.some(({ box }) => box !== undefined) ? <p class="hint">{texts.consent.choice}</p> : null}
    </>
  );
};

type LineView = { readonly scope: ScopeLine; readonly form: string | undefined; readonly isAdded: boolean };

const Line = ({ scope: { name, sentence, box }, form, isAdded }: LineView) => (
  <li data-scope={name}>
    {box === undefined ? (
      <>
        {isAdded ? <PlusIcon /> : <CheckIcon />}
        <span>{sentence}</span>
      </>
    ) : (
      <>
        <input type="checkbox" id={box.name} name={box.name} value="yes" form={form} checked={box.isTicked} />
        <label class="scope-words" for={box.name}>
          {sentence}
        </label>
      </>
    )}
  </li>
);
