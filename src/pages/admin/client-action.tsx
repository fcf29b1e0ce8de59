import { Elysia } from "elysia";
import { deleteClient, removeClientSecret, setClientDisabled, withLatestUses } from "../../administration/clients.ts";
import { pageOfGrants, revokeGrantsOf } from "../../administration/grants.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { queryText, readForm } from "../../http/form.ts";
import type { Client } from "../../model/client.ts";
import { readParameters } from "../../rules/parameters.ts";
import { clientName } from "../client-face.ts";
import { isRecentlySignedIn, signInFirst } from "../own-visit.ts";
import { goTo } from "../page-visit.ts";
import { adminPaths } from "./admin-navigation.ts";
import { actorOf, adminPage, nothingHere } from "./admin-page.ts";
import { type ApplicationVisit, asClientAnswered, atClient, clientPath, pathOfClient } from "./application-page.ts";
import { type ClientActionName, ClientActionPage, clientActions } from "./client-action-view.tsx";

/** Something that is asked for once more before it is done to an app. */
interface ClientAction {
  /** It cannot be undone: who does it shows first that it is them. */
  readonly isSensitive: boolean;
  readonly run: (visit: ApplicationVisit, client: Client, secretId: string) => Promise<Response>;
}

const path = `${clientPath}/:action` as const;
const queryNames: ReadonlySet<"secret"> = new Set(["secret"]);
const formNames: ReadonlySet<"csrf"> = new Set(["csrf"]);

const actions: Readonly<Record<ClientActionName, ClientAction>> = {
  "switch-off": {
    isSensitive: false,
    run: async (visit, { id }) => {
      await setClientDisabled(visit.context, actorOf(visit), id, true);
      return goTo(visit, pathOfClient(id), { done: "switched-off" });
    },
  },
  delete: {
    isSensitive: true,
    run: async (visit, { id }) => {
      await deleteClient(visit.context, actorOf(visit), id);
      return goTo(visit, adminPaths.apps, { done: "deleted" });
    },
  },
  "end-access": {
    isSensitive: false,
    run: async (visit, { id }) => {
      await revokeGrantsOf(visit.context, actorOf(visit), { clientId: id });
      return goTo(visit, pathOfClient(id), { done: "access-ended" });
    },
  },
  "remove-secret": {
    isSensitive: true,
    run: async (visit, { id }, secretId) => {
      await removeClientSecret(visit.context, actorOf(visit), id, secretId);
      return goTo(visit, pathOfClient(id), { done: "secret-removed" });
    },
  },
};

/** The pages that ask once more, and do it. */
export const clientActionPages = (context: Context) =>
  new Elysia({ name: "client-action-pages" })
    .get(
      path,
      ({ request, server, params: { id, action } }) =>
        atClient(context, request, server, id, async (visit, client) => show(askedAt(visit, client, action))),
      { detail: { hide: true } },
    )
    .post(
      path,
      ({ request, server, params: { id, action } }) =>
        atClient(context, request, server, id, async (visit, client) => submit(askedAt(visit, client, action))),
      { parse: "none", detail: { hide: true } },
    );

interface Asked {
  readonly visit: ApplicationVisit;
  readonly client: Client;
  readonly name: ClientActionName;
  /** Of "remove-secret" alone. */
  readonly secretId: string;
}

/** @throws OAuthError, where there is no such action, or no such secret of this app */
function askedAt(visit: ApplicationVisit, client: Client, action: string): Asked {
  const name = clientActions.find((known) => known === action);
  if (name === undefined) throw nothingHere();
  const secretId = readParameters(queryText(visit.request), queryNames).get("secret") ?? "";
  if (name === "remove-secret" && !client.secrets.some(({ id }) => id === secretId)) throw nothingHere();
  return { visit, client, name, secretId };
}

const formPurpose = ({ name, client, secretId }: Asked) => `admin ${name} client ${client.id} ${secretId}`;

function pathOf({ name, client, secretId }: Asked): string {
  const address = `${pathOfClient(client.id)}/${name}`;
  return name === "remove-secret" ? `${address}?secret=${encodeURIComponent(secretId)}` : address;
}

const mustSignIn = ({ visit, name }: Asked): boolean => actions[name].isSensitive && !isRecentlySignedIn(visit);

async function show(asked: Asked): Promise<Response> {
  if (mustSignIn(asked)) return signInFirst(asked.visit, pathOf(asked));
  const { visit, client, name, secretId } = asked;
  const { context, browser, basePath, apps, texts } = visit;
  const { total: grants } = await pageOfGrants(context, { clientId: client.id, offset: 0, limit: 0 });
  const body = (
    <ClientActionPage
      {...visit}
      now={context.clock.now()}
      name={name}
      client={withLatestUses(context, client)}
      grants={grants}
      secretId={secretId}
      action={`${basePath}${pathOf(asked)}`}
      back={`${basePath}${pathOfClient(client.id)}`}
      csrf={csrfToken(context, browser, formPurpose(asked))}
    />
  );
  return adminPage(visit, { part: "apps", title: apps.actions[name].title(clientName(client, texts)), body });
}

async function submit(asked: Asked): Promise<Response> {
  const { visit, client, name, secretId } = asked;
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose(asked), sent.get("csrf"));
  if (mustSignIn(asked)) return signInFirst(visit, pathOf(asked));
  try {
    return await actions[name].run(visit, client, secretId);
  } catch (error) {
    throw asClientAnswered(error);
  }
}
