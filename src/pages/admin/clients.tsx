import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { queryText } from "../../http/form.ts";
import { readParameters } from "../../rules/parameters.ts";
import { adminPaths } from "./admin-navigation.ts";
import { adminPage } from "./admin-page.ts";
import { type ApplicationVisit, atApplications } from "./application-page.ts";
import { ClientsPage } from "./clients-view.tsx";
import { readPage } from "./list-page.ts";

const queryNames: ReadonlySet<"q" | "offset" | "done"> = new Set(["q", "offset", "done"]);

/** Every app: found, and paged. */
export const clientsPage = (context: Context) =>
  new Elysia({ name: "clients-page" }).get(
    adminPaths.apps,
    ({ request, server }) => atApplications(context, request, server, show),
    { detail: { hide: true } },
  );

async function show(visit: ApplicationVisit): Promise<Response> {
  const { context, request, apps } = visit;
  const query = readParameters(queryText(request), queryNames);
  const text = query.get("q")?.trim() || undefined;
  const clients = await readPage(query.get("offset"), (part) => context.store.clients.page({ ...part, text }));
  const body = (
    <ClientsPage {...visit} now={context.clock.now()} clients={clients} text={text} done={query.get("done")} />
  );
  return adminPage(visit, { part: "apps", title: apps.list.title, body });
}
