import { Elysia } from "elysia";
import { type ClientWithSecret, createClient, readAdministratorMetadata } from "../../administration/clients.ts";
import { metadataOfKind } from "../../clients/kinds.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { queryText } from "../../http/form.ts";
import { readParameters } from "../../rules/parameters.ts";
import { isRecentlySignedIn, signInFirst } from "../own-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { adminPaths } from "./admin-navigation.ts";
import { actorOf, adminPage } from "./admin-page.ts";
import { type ApplicationVisit, atApplications } from "./application-page.ts";
import { clientProblem } from "./client-problem.ts";
import { readFormWithLists } from "./form-with-lists.ts";
import {
  appAddress,
  formNames,
  type NewClientValues,
  presetValues,
  sentValues,
  type Wanted,
  wantedIn,
} from "./new-client-form.ts";
import { ChooseKindPage, NewClientPage } from "./new-client-view.tsx";
import { offeredAccepts, offeredScopes } from "./offered-scopes.ts";
import { newClientShown } from "./shown-once.tsx";

const path = `${adminPaths.apps}/new` as const;
const queryNames: ReadonlySet<"kind" | "recipe"> = new Set(["kind", "recipe"]);
const formPurpose = "admin new client";

/** Adds an app in two steps: what it is, then what that needs. The answer to the second shows its secret, once. */
export const newClientPage = (context: Context) =>
  new Elysia({ name: "new-client-page" })
    .get(path, ({ request, server }) => atApplications(context, request, server, show), { detail: { hide: true } })
    .post(path, ({ request, server }) => atApplications(context, request, server, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: ApplicationVisit): Promise<Response> {
  const wanted = wantedAt(visit);
  if (wanted === undefined) return choice(visit);
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, addressOf(wanted));
  return form(visit, wanted, presetValues(wanted), []);
}

async function submit(visit: ApplicationVisit): Promise<Response> {
  const { context, request, browser, apps } = visit;
  const wanted = wantedAt(visit);
  if (wanted === undefined) return choice(visit);
  const own = await context.ownScopes();
  const sent = await readFormWithLists(request, formNames(own, wanted));
  checkForm(context, request, browser, formPurpose, sent.get("csrf"));
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, addressOf(wanted));
  const values = sentValues(own, wanted, sent);
  const problems = missingFrom(visit, wanted, values);
  if (problems.length > 0) return form(visit, wanted, values, problems);
  try {
    return newClientShown(visit, await create(visit, wanted, values), wanted.recipe);
  } catch (error) {
    const problem = clientProblem(error, apps);
    if (problem === undefined) throw error;
    const isAboutApp = wanted.recipe?.exampleApp !== undefined && problem.fields.includes("redirect_uris");
    return form(visit, wanted, values, [isAboutApp ? { ...problem, fields: ["app"] } : problem]);
  }
}

/** What was chosen in the first step stands in the address of the second. */
function wantedAt({ request }: ApplicationVisit): Wanted | undefined {
  const query = readParameters(queryText(request), queryNames);
  return wantedIn(query.get("kind"), query.get("recipe"));
}

function choice(visit: ApplicationVisit): Promise<Response> {
  const { apps, basePath } = visit;
  const body = <ChooseKindPage apps={apps} action={`${basePath}${path}`} />;
  return adminPage(visit, { part: "apps", title: apps.create.title, body });
}

const create = (
  visit: ApplicationVisit,
  { kind }: Wanted,
  { answers, id }: NewClientValues,
): Promise<ClientWithSecret> =>
  createClient(visit.context, actorOf(visit), {
    metadata: readAdministratorMetadata(visit.context, metadataOfKind(kind, answers)),
    ...(id === "" ? {} : { id }),
  });

/** What is to be said before the metadata are read at all. */
function missingFrom(
  { apps: { problems } }: ApplicationVisit,
  { recipe }: Wanted,
  { answers, app }: NewClientValues,
): readonly Problem<string>[] {
  const hasNoApp = recipe?.exampleApp !== undefined && appAddress(app) === undefined;
  return [
    ...(answers.name === "" ? [{ message: problems.nameMissing, fields: ["client_name"] }] : []),
    ...(hasNoApp ? [{ message: problems.addressRefused, fields: ["app"] }] : []),
  ];
}

const addressOf = ({ kind, recipe }: Wanted): string =>
  recipe === undefined ? `${path}?kind=${kind}` : `${path}?recipe=${recipe.id}`;

async function form(
  visit: ApplicationVisit,
  wanted: Wanted,
  values: NewClientValues,
  problems: readonly Problem<string>[],
): Promise<Response> {
  const { context, browser, basePath, apps, texts } = visit;
  const { kind, recipe } = wanted;
  const own = await context.ownScopes();
  const body = (
    <NewClientPage
      apps={apps}
      texts={texts}
      action={`${basePath}${addressOf(wanted)}`}
      csrf={csrfToken(context, browser, formPurpose)}
      wanted={wanted}
      values={values}
      problems={problems}
      offeredScopes={offeredScopes(own, kind, recipe?.scope ?? [])}
      offeredAccepts={offeredAccepts(own, recipe?.accepts ?? [])}
      descriptions={Object.fromEntries(own.sentences)}
    />
  );
  const title = recipe === undefined ? apps.create.titleOf(apps.kinds[kind]) : apps.create.titleFor(recipe.software);
  return adminPage(visit, { part: "apps", title, body });
}
