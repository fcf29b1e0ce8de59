import { type AnyElysia, Elysia } from "elysia";
import type { Context } from "../context.ts";
import { composed } from "./composed.ts";

/** Plugins that are a part of their own: the account pages, the admin pages, the REST API. */
export type Part = (context: Context) => AnyElysia;

/**
 * A part of the app that most requests never reach. It is loaded with the first one that does, so that a server that only
 * hands out tokens neither starts slower nor grows for it. All below `path` is the part's own: what it does not know is a 404.
 */
export function later(context: Context, basePath: string, path: string, load: () => Promise<Part>) {
  let loading: Promise<AnyElysia> | undefined;
  const compose = async () => {
    const part = await load();
    const app = composed(
      context,
      basePath,
      new Elysia({ prefix: basePath, strictPath: true, normalize: false }).use(part(context)),
    );
    app.compile();
    return app;
  };
  const hidden = { parse: "none", detail: { hide: true } } as const;
  const answer = async ({ request, server }: { readonly request: Request; readonly server: AnyElysia["server"] }) => {
    loading ??= compose().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    const app = await loading;
    app.server = server;
    return app.handle(request);
  };
  return new Elysia({ name: `later ${path}` }).all(path, answer, hidden).all(`${path}/*`, answer, hidden);
}
