import { Elysia } from "elysia";
import { asClientId, asUserId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { queryText } from "../../http/form.ts";
import type { Trace } from "../../model/trace.ts";
import { readParameters } from "../../rules/parameters.ts";
import { goTo } from "../page-visit.ts";
import { adminPaths } from "./admin-navigation.ts";
import { adminPage } from "./admin-page.ts";
import { foundById } from "./lookups.ts";
import { atOperation, type OperationVisit } from "./operation-page.ts";
import { RefusedRequestPage, RefusedRequestsPage } from "./refused-requests-view.tsx";

const queryNames: ReadonlySet<"id"> = new Set(["id"]);

/** So many are listed. */
const mostListed = 50;

/** Why a request was refused: by the number that its error page or answer shows. */
export const refusedRequestsPage = (context: Context) =>
  new Elysia({ name: "refused-requests-page" })
    .get(adminPaths.refusedRequests, ({ request, server }) => atOperation(context, request, server, show), {
      detail: { hide: true },
    })
    .get(
      `${adminPaths.refusedRequests}/:id`,
      ({ request, server, params: { id } }) =>
        atOperation(context, request, server, async (visit) => showOne(visit, id)),
      { detail: { hide: true } },
    );

async function show(visit: OperationVisit): Promise<Response> {
  const id = readParameters(queryText(visit.request), queryNames).get("id")?.trim();
  if (id === undefined || id === "") return list(visit, undefined);
  const trace = await visit.context.traces.find(id);
  if (trace === undefined) return list(visit, id);
  return goTo(visit, `${adminPaths.refusedRequests}/${encodeURIComponent(trace.requestId)}`);
}

async function showOne(visit: OperationVisit, id: string): Promise<Response> {
  const trace = await visit.context.traces.find(id);
  if (trace === undefined) return list(visit, id);
  const body = <RefusedRequestPage {...visit} trace={trace} {...(await named(visit, [trace]))} />;
  return adminPage(visit, { part: "refusedRequests", title: visit.operation.requests.one(trace.requestId), body });
}

/** `missed`: what was asked for and is not there. */
async function list(visit: OperationVisit, missed: string | undefined): Promise<Response> {
  const { context, operation } = visit;
  const traces = await context.traces.list(mostListed);
  const body = <RefusedRequestsPage {...visit} traces={traces} missed={missed} {...(await named(visit, traces))} />;
  return adminPage(visit, { part: "refusedRequests", title: operation.requests.title, body });
}

/** Whom and what the requests were about, as far as they are still there. A client id may be whatever somebody sent. */
const named = async ({ context: { store } }: OperationVisit, traces: readonly Trace[]) => ({
  clients: await foundById(
    traces.map(({ clientId }) => (clientId === undefined ? undefined : asClientId(clientId))),
    store.clients.find,
  ),
  people: await foundById(
    traces.map(({ userId }) => (userId === undefined ? undefined : asUserId(userId))),
    store.users.find,
  ),
});
