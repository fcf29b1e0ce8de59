import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { paths } from "../http/paths.ts";
import { HomePage } from "./home-view.tsx";
import { atPage, pageResponse, textsOf, type Visit } from "./page-visit.ts";

/** The start page. */
export const homePage = (context: Context) =>
  new Elysia({ name: "home-page" }).get(paths.home, ({ request, server }) => atPage(context, request, server, show), {
    detail: { hide: true },
  });

async function show(visit: Visit): Promise<Response> {
  const { context, browser, basePath } = visit;
  const texts = textsOf(visit);
  const needsSetup = !(await context.store.users.hasAdministrator());
  const body = <HomePage texts={texts} basePath={basePath} account={browser.signedIn?.user} needsSetup={needsSetup} />;
  return pageResponse(visit, { texts, title: texts.home.title, body, formTarget: "here" });
}
