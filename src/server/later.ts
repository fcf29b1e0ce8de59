import { type AnyElysia, Elysia } from "elysia";
import type { Context } from "../context.ts";
import { once } from "../once.ts";
import { composed } from "./composed.ts";

/** Plugins that are a part of their own: the pages on the way in, the account pages, the admin pages, the REST API. */
export type Part = (context: Context) => AnyElysia;

/**
 * A part of the app that a server which only hands out and checks tokens never reaches. It is loaded with the first
 * request that does, so that such a server neither starts slower nor grows for it.
 *
 * @param routes the paths that are the part's own. What it does not know below a `/*` is a 404.
 */
export function later(context: Context, basePath: string, routes: readonly string[], load: () => Promise<Part>) {
  const composedOnce = once(async () => {
    const part = await load();
    const app = composed(
      context,
      basePath,
      new Elysia({ prefix: basePath, strictPath: true, normalize: false }).use(part(context)),
    );
    app.compile();
    return app;
  });
  const answer = async ({ request, server }: { readonly request: Request; readonly server: AnyElysia["server"] }) => {
    const app = await composedOnce();
    app.server = server;
    return app.handle(request);
  };
  const mounted = new Elysia({ name: `later ${routes.join(" ")}` });
  for (const route of routes) mounted.all(route, answer, { parse: "none", detail: { hide: true } });
  return mounted;
}
