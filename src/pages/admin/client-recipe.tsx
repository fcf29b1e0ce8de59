import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import type { Client } from "../../model/client.ts";
import { clientName } from "../client-face.ts";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { Sentence } from "../sentence.tsx";
import { adminPage, nothingHere } from "./admin-page.ts";
import { type ApplicationView, type ApplicationVisit, atClient, clientPath, pathOfClient } from "./application-page.ts";
import { type FilledRecipe, filledRecipe } from "./filled-recipe.ts";
import { RecipeSteps } from "./recipe-view.tsx";
import { recipeOf } from "./recipes/recipes.ts";

/** How some software is set up with the values of an app. */
export const clientRecipePage = (context: Context) =>
  new Elysia({ name: "client-recipe-page" }).get(
    `${clientPath}/recipes/:recipe`,
    ({ request, server, params: { id, recipe } }) =>
      atClient(context, request, server, id, async (visit, client) => show(visit, client, recipe)),
    { detail: { hide: true } },
  );

async function show(visit: ApplicationVisit, client: Client, recipeId: string): Promise<Response> {
  const recipe = recipeOf(recipeId);
  if (recipe === undefined) throw nothingHere();
  const { config, ownScopes } = visit.context;
  const filled = filledRecipe({ issuer: config.issuer, own: await ownScopes() }, recipe, client, undefined);
  return adminPage(visit, {
    part: "apps",
    title: visit.apps.recipe.title(recipe.software),
    body: <RecipePage {...visit} client={client} filled={filled} />,
  });
}

type RecipePageView = ApplicationView & { readonly client: Client; readonly filled: FilledRecipe };

const RecipePage = ({ apps, texts, basePath, client, filled }: RecipePageView) => {
  const { recipe, values, isAppKnown } = filled;
  const own = apps.recipe;
  const hasPlaceholder = recipe.steps(values).some(({ text }) => text.includes(values.clientSecret));
  return (
    <>
      <PageHead
        title={own.title(recipe.software)}
        lead={<Sentence of={own.lead}>{clientName(client, texts)}</Sentence>}
        actions={
          <a class="button button-quiet" id="to-client" href={`${basePath}${pathOfClient(client.id)}`}>
            {own.toApp}
          </a>
        }
      />
      {isAppKnown ? null : (
        <Notice kind="info">
          <p>{own.addressUnknown(values.app)}</p>
        </Notice>
      )}
      {hasPlaceholder ? (
        <Notice kind="info">
          <p>{own.secretUnknown(values.clientSecret)}</p>
        </Notice>
      ) : null}
      <Panel id="steps" title={own.steps}>
        <RecipeSteps {...filled} apps={apps} />
      </Panel>
    </>
  );
};
