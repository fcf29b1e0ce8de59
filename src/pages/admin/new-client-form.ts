import {
  type ClientKind,
  clientKinds,
  fieldsOfKind,
  type KindAnswers,
  noAnswers,
  usualScopes,
} from "../../clients/kinds.ts";
import type { OwnScopes } from "../../context.ts";
import type { Parameters } from "../../rules/parameters.ts";
import { wordsIn } from "./form-with-lists.ts";
import { offeredAccepts, offeredScopes } from "./offered-scopes.ts";
import { type Recipe, redirectUrisOf } from "./recipes/recipe.ts";
import { recipeOf } from "./recipes/recipes.ts";
import { scopeBoxNames, tickedScopes } from "./scope-fields.tsx";

/** What is being added: an app of some kind, or some software that is known here. */
export interface Wanted {
  readonly kind: ClientKind;
  readonly recipe: Recipe | undefined;
}

/** What was chosen in the first step; undefined where nothing was. */
export function wantedIn(kind: string | undefined, recipeId: string | undefined): Wanted | undefined {
  const recipe = recipeOf(recipeId);
  if (recipe !== undefined) return { kind: recipe.kind, recipe };
  const known = clientKinds.find((name) => name === kind);
  return known === undefined ? undefined : { kind: known, recipe: undefined };
}

/** What was typed in the second step, as it is shown again. */
export interface NewClientValues {
  readonly answers: KindAnswers;
  /** The address of the software; its redirect URIs follow. */
  readonly app: string;
  readonly id: string;
}

export function presetValues({ kind, recipe }: Wanted): NewClientValues {
  const scope = fieldsOfKind[kind].includes("scope") && kind !== "service" ? usualScopes : [];
  return {
    answers: {
      ...noAnswers,
      name: recipe?.software ?? "",
      scope: recipe?.scope ?? scope,
      accepts: recipe?.accepts ?? [],
      isWithoutPkce: recipe?.isWithoutPkce === true,
    },
    app: "",
    id: "",
  };
}

const offered = (own: OwnScopes, { kind, recipe }: Wanted) => ({
  scope: offeredScopes(own, kind, recipe?.scope ?? []),
  accepts: offeredAccepts(own, recipe?.accepts ?? []),
});

export const formNames = (own: OwnScopes, wanted: Wanted): ReadonlySet<string> =>
  new Set([
    "csrf",
    "client_name",
    "app",
    "redirect_uris",
    "post_logout_redirect_uris",
    "first_party",
    "require_mfa",
    "without_pkce",
    "client_id",
    ...scopeBoxNames("scope", offered(own, wanted).scope),
    ...scopeBoxNames("accepts", offered(own, wanted).accepts),
  ]);

export function sentValues(own: OwnScopes, wanted: Wanted, sent: Parameters): NewClientValues {
  const { scope, accepts } = offered(own, wanted);
  const app = sent.get("app") ?? "";
  const address = appAddress(app);
  const asksForApp = wanted.recipe?.exampleApp !== undefined;
  return {
    answers: {
      name: (sent.get("client_name") ?? "").trim(),
      redirectUris:
        wanted.recipe !== undefined && asksForApp
          ? address === undefined
            ? []
            : redirectUrisOf(wanted.recipe, address)
          : wordsIn(sent.get("redirect_uris")),
      postLogoutRedirectUris: wordsIn(sent.get("post_logout_redirect_uris")),
      scope: tickedScopes(sent, "scope", scope),
      accepts: tickedScopes(sent, "accepts", accepts),
      isFirstParty: sent.get("first_party") === "on",
      needsSecondFactor: sent.get("require_mfa") === "on",
      isWithoutPkce: sent.get("without_pkce") === "on",
    },
    app,
    id: (sent.get("client_id") ?? "").trim(),
  };
}

/** The address of some software, https and without a slash at its end; who types a host alone means that. */
export function appAddress(text: string): string | undefined {
  const typed = text.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`);
  if (url === null || url.protocol !== "https:" || url.username !== "" || url.password !== "") return undefined;
  return url.hostname === "" ? undefined : url.origin + url.pathname.replace(/\/+$/, "");
}
