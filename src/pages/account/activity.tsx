import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { queryText } from "../../http/form.ts";
import { readParameters } from "../../rules/parameters.ts";
import { accountPaths } from "./account-navigation.ts";
import { type AccountVisit, accountPage, atAccount } from "./account-page.ts";
import { ActivityPage } from "./activity-view.tsx";
import { personalEvents } from "./personal-events.ts";

const queryNames: ReadonlySet<"before"> = new Set(["before"]);
const limit = 25;

/** What happened to a person's account. */
export const activityPage = (context: Context) =>
  new Elysia({ name: "account-activity" }).get(
    accountPaths.activity,
    ({ request, server }) => atAccount(context, request, server, show),
    { detail: { hide: true } },
  );

async function show(visit: AccountVisit): Promise<Response> {
  const { request, words } = visit;
  const wanted = readParameters(queryText(request), queryNames).get("before");
  const before = wanted !== undefined && /^\d{1,15}$/.test(wanted) ? Number(wanted) : undefined;
  const events = await personalEvents(visit, { before, limit });
  const body = <ActivityPage {...visit} events={events} isNewest={before === undefined} />;
  return accountPage(visit, { part: "activity", title: words.activity.title, body });
}
