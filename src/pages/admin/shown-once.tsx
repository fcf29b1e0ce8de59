import type { ClientWithSecret } from "../../administration/clients.ts";
import { kindOf } from "../../clients/kinds.ts";
import type { OwnScopes } from "../../context.ts";
import type { Client } from "../../model/client.ts";
import { clientName } from "../client-face.ts";
import { Copyable } from "../desk/copyable.tsx";
import { Notice } from "../desk/notice.tsx";
import { PageHead } from "../desk/page-head.tsx";
import { Panel } from "../desk/panel.tsx";
import { Sentence } from "../sentence.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { adminPage } from "./admin-page.ts";
import { type ApplicationView, type ApplicationVisit, pathOfClient } from "./application-page.ts";
import { Endpoints } from "./endpoints-view.tsx";
import { filledRecipe } from "./filled-recipe.ts";
import { RecipeSteps } from "./recipe-view.tsx";
import type { Recipe } from "./recipes/recipe.ts";
import { recipesFor } from "./recipes/recipes.ts";

/** The answer to a form that made an app: its secret, and what to do with it. Nothing of it can be looked up later. */
export async function newClientShown(
  visit: ApplicationVisit,
  { client, secret }: ClientWithSecret,
  recipe: Recipe | undefined,
): Promise<Response> {
  const own = await visit.context.ownScopes();
  const title = visit.apps.once.titleNew(clientName(client, visit.texts));
  return adminPage(visit, {
    part: "apps",
    title,
    body: (
      <ShownOnce {...visit} ownScopes={own} client={client} secret={secret?.reveal()} recipe={recipe} isNew={true} />
    ),
  });
}

/** The answer to a form that made another secret. */
export async function newSecretShown(
  visit: ApplicationVisit,
  client: Client,
  secret: ClientWithSecret["secret"],
): Promise<Response> {
  const own = await visit.context.ownScopes();
  const title = visit.apps.once.titleSecret(clientName(client, visit.texts));
  return adminPage(visit, {
    part: "apps",
    title,
    body: (
      <ShownOnce
        {...visit}
        ownScopes={own}
        client={client}
        secret={secret?.reveal()}
        recipe={undefined}
        isNew={false}
      />
    ),
  });
}

type ShownOnceView = ApplicationView &
  Pick<ApplicationVisit, "context"> & {
    readonly ownScopes: OwnScopes;
    readonly client: Client;
    readonly secret: string | undefined;
    /** The software that it was made for. */
    readonly recipe: Recipe | undefined;
    readonly isNew: boolean;
  };

const ShownOnce = ({ client, secret, recipe, isNew, ownScopes, ...view }: ShownOnceView) => {
  const { apps, texts, basePath, context } = view;
  const own = apps.once;
  const kind = kindOf(client.metadata);
  const others = recipesFor(kind).filter((other) => other !== recipe);
  const { redirect_uris: redirectUris = [] } = client.metadata;
  const here = { issuer: context.config.issuer, own: ownScopes };
  return (
    <>
      <PageHead
        title={<Sentence of={isNew ? own.titleNew : own.titleSecret}>{clientName(client, texts)}</Sentence>}
        lead={isNew ? own.leadNew : own.leadSecret}
      />
      {secret === undefined ? null : (
        <Notice kind="warning">
          <p>{own.warning}</p>
        </Notice>
      )}
      <Copyable id="client-id" text={client.id} label={own.clientId} />
      {secret === undefined ? null : <Copyable id="client-secret" text={secret} label={own.clientSecret} />}
      {redirectUris.length === 0 ? null : (
        <Copyable id="redirect-uris" text={redirectUris.join("\n")} label={own.redirectUris} />
      )}
      {isNew && recipe !== undefined ? (
        <Panel id={`recipe-${recipe.id}`} title={apps.recipe.title(recipe.software)}>
          <RecipeSteps {...filledRecipe(here, recipe, client, secret)} apps={apps} />
        </Panel>
      ) : null}
      {isNew ? <Endpoints apps={apps} issuer={context.config.issuer} kind={kind} /> : null}
      {others.length === 0 ? null : (
        <Panel id="recipes" title={apps.client.recipes} hint={apps.client.recipesHint}>
          {others.map((other) => (
            <details key={other.id} class="more" id={`recipe-${other.id}`}>
              <summary>{other.software}</summary>
              <div class="more-fields">
                <RecipeSteps {...filledRecipe(here, other, client, secret)} apps={apps} />
              </div>
            </details>
          ))}
        </Panel>
      )}
      <div class="actions">
        <a class="button button-quiet" id="to-client" href={`${basePath}${pathOfClient(client.id)}`}>
          {own.toApp}
        </a>
        {isNew ? (
          <a class="button button-quiet" id="another" href={`${basePath}${adminPaths.apps}/new`}>
            {own.another}
          </a>
        ) : null}
      </div>
    </>
  );
};
