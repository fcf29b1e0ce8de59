import { type AnyElysia, Elysia } from "elysia";
import type { Context } from "../context.ts";
import type { Peer } from "../http/client-address.ts";
import { allowsCrossOrigin, pathBelow } from "../http/paths.ts";
import { preflight } from "../http/respond.ts";
import { OAuthError } from "../oauth-error.ts";
import { errorResponse } from "./error-response.ts";

/** Plugins with what they all need around them: refusals become answers, and wrong methods a 405. */
export function composed(context: Context, basePath: string, plugins: AnyElysia) {
  const app = new Elysia({ strictPath: true, normalize: false, encodeSchema: false })
    .onError(({ request, error, code, path, set, server }) => {
      const own = pathBelow(basePath, path);
      if (code === "NOT_FOUND") return notRouted(context, request, server, path, own);
      // Elysia takes an error's `status` for its answer's; a form for the client is a 200 though it tells of an error.
      set.status = 200;
      return errorResponse(context, request, server, own, code === "VALIDATION" ? invalid(error) : error);
    })
    .use(plugins);

  const methodsOf = new Map<string, string[]>();
  for (const { method, path } of app.routes)
    methodsOf.set(path, [...(methodsOf.get(path) ?? []), method, ...(method === "GET" ? ["HEAD"] : [])]);

  /** Elysia answers 404 to a wrong method too; HTTP wants 405 with `Allow`, and browsers ask by OPTIONS first. */
  function notRouted(
    answering: Context,
    request: Request,
    server: Peer | null,
    path: string,
    own: string,
  ): Promise<Response> | Response {
    const methods = methodsOf.get(path) ?? [...methodsOf].find(([route]) => isAt(route, path))?.[1];
    if (methods === undefined)
      return errorResponse(
        answering,
        request,
        server,
        own,
        new OAuthError("invalid_request", "there is nothing at this address", { status: 404 }),
      );
    const allow = [...methods, ...(allowsCrossOrigin(own) ? ["OPTIONS"] : [])].join(", ");
    if (request.method === "OPTIONS" && allowsCrossOrigin(own)) {
      return new Response(null, { status: 204, headers: { ...preflight, "access-control-allow-methods": allow } });
    }
    return errorResponse(
      answering,
      request,
      server,
      own,
      new OAuthError("invalid_request", "the method is not allowed here", { status: 405, allow }),
    );
  }

  return app;
}

/** Whether the path is one of a route with a `:name` in it. */
function isAt(route: string, path: string): boolean {
  const [parts, segments] = [route.split("/"), path.split("/")];
  const fits = (part: string, index: number) =>
    part === segments[index] || (part.startsWith(":") && segments[index] !== "");
  return route.includes("/:") && parts.length === segments.length && parts.every(fits);
}

interface Invalid {
  readonly type: string;
  readonly all: Parameters<typeof invalidParameter>[0];
}

/** What does not fit its schema: a request, or an answer of ours. The answer itself, secrets and all, is not for the log. */
const invalid = ({ type, all }: Invalid): Error =>
  type === "response"
    ? new Error(`an answer does not fit its schema: ${all.map(({ path }) => String(path)).join(" ")}`)
    : invalidParameter(all);

/** Names the parameter that did not fit its schema; what was sent is not repeated. */
function invalidParameter(
  problems: readonly {
    readonly path?: unknown;
    readonly message?: unknown;
    readonly schema?: { readonly title?: unknown };
  }[],
): OAuthError {
  // Its name is not one of ours. TypeBox has no other sign of it that Elysia lets through.
  if (problems.some(({ message }) => message === "Unexpected property"))
    return new OAuthError("invalid_request", "there is a member that is not known", { reason: "unknown_member" });
  // Where Elysia has read a number out of a text, it tells nothing of the place: the schema's title names it.
  const path = problems[0]?.path || `/${problems[0]?.schema?.title ?? ""}`;
  const name = typeof path === "string" && /^\/[A-Za-z0-9_/]+$/.test(path) ? path.slice(1) : undefined;
  return new OAuthError(
    "invalid_request",
    name === undefined ? "the request is malformed" : `a parameter is malformed: ${name}`,
    { member: name?.replace(/\/.*$/, "") },
  );
}
