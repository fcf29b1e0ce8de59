import type { Texts } from "../languages/door/en.ts";
import { CheckIcon, PlusIcon } from "./icons.tsx";

/** A scope in words, and whether the person has not allowed it to this client before. */
export type ScopeLine = { readonly name: string; readonly sentence: string; readonly isNew: boolean };

type ScopeListView = { readonly scopes: readonly ScopeLine[]; readonly texts: Texts };

/** What a client will be able to do. Where something was allowed before, what is new stands first and is marked. */
export const ScopeList = ({ scopes, texts }: ScopeListView) => {
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
              <li key={scope.name} data-scope={scope.name}>
                {before.length === 0 ? <CheckIcon /> : <PlusIcon />}
                <span>{scope.sentence}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {before.length === 0 ? null : (
        <section class="scopes scopes-before" aria-labelledby="scopes-before">
          <h2 id="scopes-before">{texts.consent.allowedBefore}</h2>
          <ul>
            {before.map((scope) => (
              <li key={scope.name} data-scope={scope.name}>
                <CheckIcon />
                <span>{scope.sentence}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
};
