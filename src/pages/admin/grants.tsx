import { Elysia } from "elysia";
import { pageOfGrants, revokeGrant } from "../../administration/grants.ts";
import { asClientId, asGrantId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { checkForm, csrfToken } from "../../http/browser.ts";
import { queryText, readForm } from "../../http/form.ts";
import type { Client } from "../../model/client.ts";
import type { Grant } from "../../model/grant.ts";
import { type Parameters, readParameters } from "../../rules/parameters.ts";
import { goTo } from "../page-visit.ts";
import { adminPaths } from "./admin-navigation.ts";
import { type AdminVisit, actorOf, adminPage, atAdministration, nothingHere } from "./admin-page.ts";
import { type GrantFilters, GrantsPage } from "./grants-view.tsx";
import { listAddress, offsetIn, readPage } from "./list-page.ts";
import { foundById } from "./lookups.ts";
import { pathOfPerson, personNamed } from "./person-at.ts";

type Filter = "person" | "client" | "offset";

const queryNames: ReadonlySet<Filter | "done"> = new Set(["person", "client", "offset", "done"]);
const formNames: ReadonlySet<Filter | "csrf" | "from"> = new Set(["csrf", "from", "person", "client", "offset"]);
const formPurpose = ({ id }: Grant) => `admin revoke grant ${id}`;

export const grantToken = ({ context, browser }: AdminVisit, grant: Grant): string =>
  csrfToken(context, browser, formPurpose(grant));

/** What apps and devices may do now, for whom; each can be taken back. */
export const grantsPage = (context: Context) =>
  new Elysia({ name: "grants-page" })
    .get(adminPaths.grants, ({ request, server }) => atAdministration(context, request, server, show), {
      detail: { hide: true },
    })
    .post(
      `${adminPaths.grants}/:id/revoke`,
      ({ request, server, params: { id } }) =>
        atAdministration(context, request, server, async (visit) => revoke(visit, await grantAt(visit, id))),
      { parse: "none", detail: { hide: true } },
    );

async function show(visit: AdminVisit): Promise<Response> {
  const { context, request, words } = visit;
  const query = readParameters(queryText(request), queryNames);
  const filters = await filtersOf(visit, query);
  const grants = await readPage(query.get("offset"), (part) =>
    isEmpty(filters)
      ? Promise.resolve({ items: [], total: 0 })
      : pageOfGrants(context, { ...part, userId: filters.user?.id, clientId: filters.clients[0]?.id }),
  );
  const body = (
    <GrantsPage
      {...visit}
      now={context.clock.now()}
      filters={filters}
      grants={grants}
      clients={
        await foundById(
          grants.items.map(({ clientId }) => clientId),
          context.store.clients.find,
        )
      }
      people={
        await foundById(
          grants.items.map(({ userId }) => userId),
          context.store.users.find,
        )
      }
      csrf={(grant) => grantToken(visit, grant)}
      done={query.get("done")}
    />
  );
  return adminPage(visit, { part: "grants", title: words.grants.title, body });
}

/** So many apps are offered where a name is that of several. */
const mostClients = 10;

async function filtersOf(visit: AdminVisit, query: Parameters<Filter | "done">): Promise<GrantFilters> {
  const [person, client] = [query.get("person"), query.get("client")];
  return {
    person,
    client,
    user: person === undefined ? undefined : await personNamed(visit, person),
    clients: client === undefined ? [] : await clientsNamed(visit, client),
  };
}

async function clientsNamed({ context: { store } }: AdminVisit, text: string): Promise<readonly Client[]> {
  const exact = await store.clients.find(asClientId(text));
  return exact === undefined ? (await store.clients.page({ text, offset: 0, limit: mostClients })).items : [exact];
}

/** What was asked for is nobody, no app, or not clear. */
const isEmpty = ({ person, user, client, clients }: GrantFilters): boolean =>
  (person !== undefined && user === undefined) || (client !== undefined && clients.length !== 1);

async function grantAt({ context }: AdminVisit, id: string): Promise<Grant> {
  const grant = await context.store.grants.find(asGrantId(id));
  if (grant === undefined) throw nothingHere();
  return grant;
}

async function revoke(visit: AdminVisit, grant: Grant): Promise<Response> {
  const { context, request, browser } = visit;
  const sent = await readForm(request, formNames);
  checkForm(context, request, browser, formPurpose(grant), sent.get("csrf"));
  await revokeGrant(context, actorOf(visit), grant.id);
  const done = "access-ended";
  if (sent.get("from") === "person" && grant.userId !== undefined)
    return goTo(visit, pathOfPerson(grant.userId), { done });
  const filters = { person: sent.get("person"), client: sent.get("client"), done };
  return goTo(visit, listAddress(adminPaths.grants, filters, offsetIn(sent.get("offset"))));
}
