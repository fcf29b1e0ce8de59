import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { queryText } from "../../http/form.ts";
import { hasSecondFactor } from "../../identity/factors.ts";
import { readParameters } from "../../rules/parameters.ts";
import { adminPaths } from "./admin-navigation.ts";
import { type AdminVisit, adminPage, atAdministration } from "./admin-page.ts";
import { readPage } from "./list-page.ts";
import { PeoplePage } from "./people-view.tsx";

const queryNames: ReadonlySet<"q" | "role" | "offset" | "done"> = new Set(["q", "role", "offset", "done"]);

/** Everybody who has an account: found, and paged. */
export const peoplePage = (context: Context) =>
  new Elysia({ name: "people-page" }).get(
    adminPaths.people,
    ({ request, server }) => atAdministration(context, request, server, show),
    { detail: { hide: true } },
  );

async function show(visit: AdminVisit): Promise<Response> {
  const { context, request, words } = visit;
  const query = readParameters(queryText(request), queryNames);
  const text = query.get("q")?.trim() || undefined;
  const role = query.get("role") === "admin" ? "admin" : undefined;
  const { items, ...page } = await readPage(query.get("offset"), (part) =>
    context.store.users.page({ ...part, text, role }),
  );
  const people = await Promise.all(
    items.map(async (user) => ({
      user,
      hasSecondFactor: hasSecondFactor(context, await context.store.factors.of(user.id)),
    })),
  );
  const body = (
    <PeoplePage
      {...visit}
      now={context.clock.now()}
      ownId={visit.person.user.id}
      people={{ ...page, items: people }}
      text={text}
      role={role}
      done={query.get("done")}
    />
  );
  return adminPage(visit, { part: "people", title: words.people.title, body });
}
