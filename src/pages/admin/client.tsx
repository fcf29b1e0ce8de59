import { Elysia } from "elysia";
import { addClientSecret, setClientDisabled, withLatestUses } from "../../administration/clients.ts";
import { placeShown } from "../../administration/declaration-guard.ts";
import { pageOfGrants } from "../../administration/grants.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { queryText, readForm } from "../../http/form.ts";
import { type Client, mostClientSecrets } from "../../model/client.ts";
import { readParameters } from "../../rules/parameters.ts";
import { clientName } from "../client-face.ts";
import { isRecentlySignedIn, signInFirst } from "../own-visit.ts";
import { goTo } from "../page-visit.ts";
import { actorOf, adminPage } from "./admin-page.ts";
import { type ApplicationVisit, asClientAnswered, atClient, clientPath, pathOfClient } from "./application-page.ts";
import { ClientPage } from "./client-view.tsx";
import { grantToken } from "./grants.tsx";
import { foundById } from "./lookups.ts";
import { newSecretShown } from "./shown-once.tsx";

const queryNames: ReadonlySet<"done"> = new Set(["done"]);
const formNames: ReadonlySet<"csrf"> = new Set(["csrf"]);

const enablePurpose = ({ id }: Client) => `admin switch on client ${id}`;
const secretPurpose = ({ id }: Client) => `admin add secret client ${id}`;

/** So many grants stand on the page of an app; the rest are in their own list. */
const mostGrants = 5;

/** All that is to be known of one app. */
export const clientPage = (context: Context) =>
  new Elysia({ name: "client-page" })
    .get(clientPath, ({ request, server, params: { id } }) => atClient(context, request, server, id, show), {
      detail: { hide: true },
    })
    .post(
      `${clientPath}/switch-on`,
      ({ request, server, params: { id } }) => atClient(context, request, server, id, enable),
      { parse: "none", detail: { hide: true } },
    )
    .post(
      `${clientPath}/secrets`,
      ({ request, server, params: { id } }) => atClient(context, request, server, id, addSecret),
      { parse: "none", detail: { hide: true } },
    );

async function show(visit: ApplicationVisit, client: Client): Promise<Response> {
  const done = readParameters(queryText(visit.request), queryNames).get("done");
  return page(visit, client, { done, problem: undefined });
}

async function enable(visit: ApplicationVisit, client: Client): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, enablePurpose(client), sent.get("csrf"));
  try {
    await setClientDisabled(context, actorOf(visit), client.id, false);
  } catch (error) {
    throw asClientAnswered(error);
  }
  return goTo(visit, pathOfClient(client.id), { done: "switched-on" });
}

async function addSecret(visit: ApplicationVisit, client: Client): Promise<Response> {
  const { context, request, browser, apps } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, secretPurpose(client), sent.get("csrf"));
  if (!isRecentlySignedIn(visit)) return signInFirst(visit, pathOfClient(client.id));
  // A third one would end the oldest, which may be the one in use.
  if (client.secrets.length >= mostClientSecrets) {
    return page(visit, client, { done: undefined, problem: apps.problems.twoSecrets });
  }
  try {
    const { secret } = await addClientSecret(context, actorOf(visit), client.id);
    return newSecretShown(visit, client, secret);
  } catch (error) {
    throw asClientAnswered(error);
  }
}

interface Said {
  readonly done: string | undefined;
  readonly problem: string | undefined;
}

async function page(visit: ApplicationVisit, client: Client, { done, problem }: Said): Promise<Response> {
  const { context, browser, texts } = visit;
  const grants = await pageOfGrants(context, { clientId: client.id, offset: 0, limit: mostGrants });
  const body = (
    <ClientPage
      {...visit}
      now={context.clock.now()}
      issuer={context.config.issuer}
      client={withLatestUses(context, client)}
      grants={grants}
      people={
        await foundById(
          grants.items.map(({ userId }) => userId),
          context.store.users.find,
        )
      }
      grantToken={(grant) => grantToken(visit, grant)}
      enableToken={csrfToken(context, browser, enablePurpose(client))}
      secretToken={csrfToken(context, browser, secretPurpose(client))}
      done={done}
      problem={problem}
      place={await placeShown(context)}
    />
  );
  return adminPage(visit, { part: "apps", title: clientName(client, texts), body });
}
