import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { healthEndpoints } from "../endpoints/health.ts";
import { tokenEndpoint } from "../endpoints/token.ts";
import { allowsCrossOrigin, basePathOf } from "../http/paths.ts";
import { preflight } from "../http/respond.ts";
import { OAuthError } from "../oauth-error.ts";
import { errorResponse } from "./error-response.ts";

/** Composes the plugins: one an endpoint or page, all below the issuer's path. */
export function createApp(context: Context) {
  const basePath = basePathOf(context.config.issuer);
  const app = new Elysia({ prefix: basePath, strictPath: true })
    .onError(({ request, error, code, path }) => {
      const own = path.startsWith(basePath) ? path.slice(basePath.length) : path;
      if (code === "NOT_FOUND") return notRouted(context, request, path, own);
      return errorResponse(context, request, own, code === "VALIDATION" ? invalidParameter(error.all) : error);
    })
    .use(healthEndpoints(context))
    .use(tokenEndpoint(context));

  const methodsOf = new Map<string, string[]>();
  for (const { method, path } of app.routes) methodsOf.set(path, [...(methodsOf.get(path) ?? []), method, ...(method === "GET" ? ["HEAD"] : [])]);

  /** Elysia answers 404 to a wrong method too; HTTP wants 405 with `Allow`, and browsers ask by OPTIONS first. */
  function notRouted(answering: Context, request: Request, path: string, own: string): Promise<Response> | Response {
    const methods = methodsOf.get(path);
    if (methods === undefined) return errorResponse(answering, request, own, new OAuthError("invalid_request", "there is nothing at this address", { status: 404 }));
    const allow = [...methods, ...(allowsCrossOrigin(own) ? ["OPTIONS"] : [])].join(", ");
    if (request.method === "OPTIONS" && allowsCrossOrigin(own)) {
      return new Response(null, { status: 204, headers: { ...preflight, "access-control-allow-methods": allow } });
    }
    return errorResponse(answering, request, own, new OAuthError("invalid_request", "the method is not allowed here", { status: 405, allow }));
  }

  return app;
}

/** Names the parameter that did not fit its schema; what was sent is not repeated. */
function invalidParameter(problems: readonly { readonly path?: unknown }[]): OAuthError {
  const path = problems[0]?.path;
  const name = typeof path === "string" && /^\/[A-Za-z0-9_/]+$/.test(path) ? path.slice(1) : undefined;
  return new OAuthError("invalid_request", name === undefined ? "the request is malformed" : `a parameter is malformed: ${name}`);
}
