import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { clientConfigurationEndpoint } from "../endpoints/client-configuration.ts";
import { deviceAuthorizationEndpoint } from "../endpoints/device-authorization.ts";
import { healthEndpoints } from "../endpoints/health.ts";
import { introspectionEndpoint } from "../endpoints/introspection.ts";
import { jwksEndpoint } from "../endpoints/jwks.ts";
import { metadataEndpoints } from "../endpoints/metadata.ts";
import { metricsEndpoint } from "../endpoints/metrics.ts";
import { openapiEndpoint } from "../endpoints/openapi.ts";
import { registrationEndpoint } from "../endpoints/registration.ts";
import { revocationEndpoint } from "../endpoints/revocation.ts";
import { tokenEndpoint } from "../endpoints/token.ts";
import { userinfoEndpoint } from "../endpoints/userinfo.ts";
import { allowsCrossOrigin, basePathOf, pathBelow } from "../http/paths.ts";
import { preflight, strictTransport } from "../http/respond.ts";
import { OAuthError } from "../oauth-error.ts";
import { assetFiles } from "../pages/assets.ts";
import { authorizationEndpoint } from "../pages/authorize.ts";
import { consentPage } from "../pages/consent.tsx";
import { deviceCodePage } from "../pages/device.tsx";
import { deviceDecisionPage } from "../pages/device-decision.tsx";
import { docsPage } from "../pages/docs.tsx";
import { homePage } from "../pages/home.tsx";
import { setupPage } from "../pages/setup.tsx";
import { signInPage } from "../pages/sign-in.tsx";
import { signOutPage } from "../pages/sign-out.tsx";
import { errorResponse } from "./error-response.ts";
import { databasePath } from "./instance.ts";

/** Composes the plugins. All stands below the issuer's path, but for the metadata that RFC 8414 §3.1 puts outside. */
export function createApp(context: Context) {
  const basePath = basePathOf(context.config.issuer);
  const app = new Elysia({ strictPath: true, normalize: false })
    .headers(strictTransport(context.config))
    .onError(({ request, error, code, path, set }) => {
      const own = pathBelow(basePath, path);
      if (code === "NOT_FOUND") return notRouted(context, request, path, own);
      // Elysia takes an error's `status` for its answer's; a form for the client is a 200 though it tells of an error.
      set.status = 200;
      return errorResponse(
        context,
        request,
        own,
        code === "VALIDATION" && error.type !== "response" ? invalidParameter(error.all) : error,
      );
    })
    .use(basePath === "" ? new Elysia() : metadataEndpoints(context, "inserted"))
    .use(belowIssuer(context, basePath))
    .use(
      new Elysia({ prefix: basePath, strictPath: true, normalize: false })
        .use(docsPage(context))
        .use(openapiEndpoint(context, () => belowIssuer(context, basePath))),
    );

  const methodsOf = new Map<string, string[]>();
  for (const { method, path } of app.routes)
    methodsOf.set(path, [...(methodsOf.get(path) ?? []), method, ...(method === "GET" ? ["HEAD"] : [])]);

  /** Elysia answers 404 to a wrong method too; HTTP wants 405 with `Allow`, and browsers ask by OPTIONS first. */
  function notRouted(answering: Context, request: Request, path: string, own: string): Promise<Response> | Response {
    const methods = methodsOf.get(path) ?? [...methodsOf].find(([route]) => isAt(route, path))?.[1];
    if (methods === undefined)
      return errorResponse(
        answering,
        request,
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
      own,
      new OAuthError("invalid_request", "the method is not allowed here", { status: 405, allow }),
    );
  }

  return app;
}

/** One line an endpoint or page. */
const belowIssuer = (context: Context, prefix: string) => {
  const database = databasePath(context.config.dataDir);
  return new Elysia({ prefix, strictPath: true, normalize: false })
    .use(healthEndpoints(context))
    .use(metricsEndpoint(context, [database, `${database}-wal`]))
    .use(metadataEndpoints(context, "below"))
    .use(jwksEndpoint(context))
    .use(authorizationEndpoint(context))
    .use(signInPage(context))
    .use(consentPage(context))
    .use(signOutPage(context))
    .use(setupPage(context))
    .use(homePage(context))
    .use(assetFiles(context))
    .use(tokenEndpoint(context))
    .use(deviceAuthorizationEndpoint(context))
    .use(deviceCodePage(context))
    .use(deviceDecisionPage(context))
    .use(introspectionEndpoint(context))
    .use(revocationEndpoint(context))
    .use(registrationEndpoint(context))
    .use(clientConfigurationEndpoint(context))
    .use(userinfoEndpoint(context));
};

/** Whether the path is one of a route with a `:name` in it. */
function isAt(route: string, path: string): boolean {
  const [parts, segments] = [route.split("/"), path.split("/")];
  const fits = (part: string, index: number) =>
    part === segments[index] || (part.startsWith(":") && segments[index] !== "");
  return route.includes("/:") && parts.length === segments.length && parts.every(fits);
}

/** Names the parameter that did not fit its schema; what was sent is not repeated. */
function invalidParameter(problems: readonly { readonly path?: unknown }[]): OAuthError {
  const path = problems[0]?.path;
  const name = typeof path === "string" && /^\/[A-Za-z0-9_/]+$/.test(path) ? path.slice(1) : undefined;
  return new OAuthError(
    "invalid_request",
    name === undefined ? "the request is malformed" : `a parameter is malformed: ${name}`,
  );
}
