import { Elysia } from "elysia";
import { placeShown } from "../../administration/declaration-guard.ts";
import { listScopes } from "../../administration/scopes.ts";
import type { Context } from "../../context.ts";
import { adminPaths } from "./admin-navigation.ts";
import { adminPage } from "./admin-page.ts";
import { atOperation, type OperationVisit } from "./operation-page.ts";
import { ScopesPage } from "./scopes-view.tsx";

/** Every scope that this server knows, and where it is described. */
export const scopesPage = (context: Context) =>
  new Elysia({ name: "scopes-page" }).get(
    adminPaths.scopes,
    ({ request, server }) => atOperation(context, request, server, show),
    { detail: { hide: true } },
  );

async function show(visit: OperationVisit): Promise<Response> {
  const { context, operation } = visit;
  const body = <ScopesPage {...visit} scopes={await listScopes(context)} place={await placeShown(context)} />;
  return adminPage(visit, { part: "scopes", title: operation.scopes.title, body });
}
