import type { OwnScopes } from "../../context.ts";
import type { Client } from "../../model/client.ts";
import { appOf, type Lack, lackingFor } from "./recipes/lacking.ts";
import { placeholder, type Recipe, type RecipeValues } from "./recipes/recipe.ts";

/** A recipe with the values of a client, and what the client lacks for it. */
export interface FilledRecipe {
  readonly recipe: Recipe;
  readonly values: RecipeValues;
  readonly lacks: readonly Lack[];
  /** Whether the address of the software follows from what the client is registered for. */
  readonly isAppKnown: boolean;
}

/** `secret`: where it is known, which is right after it was made. */
export function filledRecipe(
  { issuer, own }: { readonly issuer: string; readonly own: OwnScopes },
  recipe: Recipe,
  client: Client,
  secret: string | undefined,
): FilledRecipe {
  const { app, isKnown } = appOf(recipe, client);
  return {
    recipe,
    values: { issuer, clientId: client.id, clientSecret: secret ?? placeholder("CLIENT_SECRET"), app },
    lacks: lackingFor(own, recipe, client, app),
    isAppKnown: isKnown,
  };
}
