import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { basePathOf, paths } from "../http/paths.ts";
import { HomePage } from "./home-view.tsx";
import { atPage, goTo, pageResponse, textsOf, type Visit } from "./page-visit.ts";

const hidden = { detail: { hide: true } };

/** The start page. Below a path, the issuer as people type it lacks the slash at the end. */
export const homePage = (context: Context) => {
  const page = new Elysia({ name: "home-page" }).get(
    paths.home,
    ({ request, server }) => atPage(context, request, server, show),
    hidden,
  );
  return basePathOf(context.config.issuer) === "" ? page : page.get("", () => goTo({ context }, paths.home), hidden);
};

async function show(visit: Visit): Promise<Response> {
  const { context, browser, basePath } = visit;
  const texts = await textsOf(visit);
  const needsSetup = !(await context.store.users.hasAdministrator());
  const account = browser.signedIn?.user;
  const body = (
    <HomePage
      texts={texts}
      basePath={basePath}
      account={account}
      isAdministrator={account?.role === "admin"}
      needsSetup={needsSetup}
    />
  );
  return pageResponse(visit, { texts, title: texts.home.title, body, formTarget: "here" });
}
