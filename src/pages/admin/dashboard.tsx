import { Elysia } from "elysia";
import manifest from "../../../package.json" with { type: "json" };
import { pageOfEvents } from "../../administration/events.ts";
import { statisticsOf } from "../../administration/statistics.ts";
import type { Context } from "../../context.ts";
import { adminPaths } from "./admin-navigation.ts";
import { type AdminVisit, adminPage, atAdministration } from "./admin-page.ts";
import { DashboardPage } from "./dashboard-view.tsx";

const mostEvents = 10;

/** How the server is, at a glance. */
export const dashboardPage = (context: Context) =>
  new Elysia({ name: "dashboard-page" }).get(
    adminPaths.dashboard,
    ({ request, server }) => atAdministration(context, request, server, show),
    { detail: { hide: true } },
  );

async function show(visit: AdminVisit): Promise<Response> {
  const { context, words } = visit;
  const body = (
    <DashboardPage
      {...visit}
      overview={await statisticsOf(context)}
      events={(await pageOfEvents(context, { limit: mostEvents })).items}
      version={manifest.version}
      startedAt={context.startedAt}
    />
  );
  return adminPage(visit, { part: "dashboard", title: words.dashboard.title, body });
}
