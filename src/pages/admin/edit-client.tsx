import { Elysia } from "elysia";
import { findClient, readAdministratorMetadata, updateClient } from "../../administration/clients.ts";
import { Refused } from "../../administration/refused.ts";
import { clientVersion } from "../../administration/versions.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { type Client, isDeclaredClient } from "../../model/client.ts";
import { clientName } from "../client-face.ts";
import { isRecentlySignedIn, signInFirst } from "../own-visit.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { actorOf, adminPage } from "./admin-page.ts";
import { type ApplicationVisit, asClientAnswered, atClient, clientPath, pathOfClient } from "./application-page.ts";
import { clientProblem } from "./client-problem.ts";
import { type EditValues, editFormNames, scopesIn, sentValues, valuesOf, withKeys } from "./edit-client-form.ts";
import { EditClientPage } from "./edit-client-view.tsx";
import { readFormWithLists } from "./form-with-lists.ts";
import { allScopes } from "./offered-scopes.ts";
import { newSecretShown } from "./shown-once.tsx";

const path = `${clientPath}/edit` as const;
const formPurpose = ({ id }: Client) => `admin edit client ${id}`;
const pathOf = ({ id }: Client) => `${pathOfClient(id)}/edit`;

/** Changes what an app is registered for. */
export const editClientPage = (context: Context) =>
  new Elysia({ name: "edit-client-page" })
    .get(path, ({ request, server, params: { id } }) => atClient(context, request, server, id, show), {
      detail: { hide: true },
    })
    .post(path, ({ request, server, params: { id } }) => atClient(context, request, server, id, submit), {
      parse: "none",
      detail: { hide: true },
    });

async function show(visit: ApplicationVisit, client: Client): Promise<Response> {
  if (isDeclaredClient(client)) return goTo(visit, pathOfClient(client.id));
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, pathOf(client));
  return form(visit, client, valuesOf(client.metadata), []);
}

async function submit(visit: ApplicationVisit, client: Client): Promise<Response> {
  const { context, request, browser, apps } = visit;
  const scopes = await scopesFor(visit, client);
  const sent = await readFormWithLists(request, editFormNames(scopes));
  checkForm(context, request, browser, formPurpose(client), sent.get("csrf"));
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, pathOf(client));
  // All of it is replaced: nobody's change is overwritten unseen.
  if (sent.get("version") !== clientVersion(client)) return outdatedForm(visit, client);
  const values = sentValues(client.metadata, scopes, sent);
  const members = withKeys(values);
  if (members === undefined) {
    return form(visit, client, values, [{ message: apps.problems.keysRefused, fields: ["jwks"] }]);
  }
  try {
    const metadata = readAdministratorMetadata(context, members);
    const { secret } = await updateClient(context, actorOf(visit), client.id, metadata, client.metadata);
    // It has come to prove itself with a secret.
    if (secret !== undefined) return newSecretShown(visit, client, secret);
  } catch (error) {
    if (error instanceof Refused && error.refusal === "outdated")
      return outdatedForm(visit, await findClient(context, client.id));
    const problem = clientProblem(error, apps);
    if (problem === undefined) throw asClientAnswered(error);
    return form(visit, client, values, [problem]);
  }
  return goTo(visit, pathOfClient(client.id), { done: "saved" });
}

const outdatedForm = (visit: ApplicationVisit, client: Client): Promise<Response> =>
  form(visit, client, valuesOf(client.metadata), [{ message: visit.apps.problems.outdated, fields: [] }]);

/** Those that it is registered for are there, whether they are known or not. */
async function scopesFor({ context }: ApplicationVisit, { metadata }: Client): Promise<readonly string[]> {
  const { members } = valuesOf(metadata);
  return allScopes(await context.ownScopes(), [...scopesIn(members, "scope"), ...scopesIn(members, "accepts")]);
}

async function form(
  visit: ApplicationVisit,
  client: Client,
  values: EditValues,
  problems: readonly Problem<string>[],
): Promise<Response> {
  const { context, browser, basePath, apps, texts } = visit;
  const name = clientName(client, texts);
  const body = (
    <EditClientPage
      apps={apps}
      texts={texts}
      name={name}
      action={`${basePath}${pathOf(client)}`}
      back={`${basePath}${pathOfClient(client.id)}`}
      csrf={csrfToken(context, browser, formPurpose(client))}
      version={clientVersion(client)}
      values={values}
      problems={problems}
      scopes={await scopesFor(visit, client)}
      descriptions={Object.fromEntries((await context.ownScopes()).sentences)}
    />
  );
  return adminPage(visit, { part: "apps", title: apps.editing.title(name), body });
}
