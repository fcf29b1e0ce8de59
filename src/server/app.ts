import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { clientConfigurationEndpoint } from "../endpoints/client-configuration.ts";
import { deviceAuthorizationEndpoint } from "../endpoints/device-authorization.ts";
import { healthEndpoints } from "../endpoints/health.ts";
import { introspectionEndpoint } from "../endpoints/introspection.ts";
import { jwksEndpoint } from "../endpoints/jwks.ts";
import { metadataEndpoints } from "../endpoints/metadata.ts";
import { metricsEndpoint } from "../endpoints/metrics.ts";
import type { ApiDocument } from "../endpoints/openapi.ts";
import { registrationEndpoint } from "../endpoints/registration.ts";
import { revocationEndpoint } from "../endpoints/revocation.ts";
import { selfTestEndpoint } from "../endpoints/self-test.ts";
import { tokenEndpoint } from "../endpoints/token.ts";
import { userinfoEndpoint } from "../endpoints/userinfo.ts";
import { basePathOf, paths } from "../http/paths.ts";
import { strictTransport } from "../http/respond.ts";
import { once } from "../once.ts";
import { composed } from "./composed.ts";
import { refusing } from "./error-response.ts";
import { databasePath } from "./instance.ts";
import { later, type Part } from "./later.ts";
import { type PublicFiles, publicFiles } from "./public-files.ts";

/** Composes the plugins. All stands below the issuer's path, but for the metadata that RFC 8414 §3.1 puts outside. */
export function createApp(context: Context, files: PublicFiles) {
  const basePath = basePathOf(context.config.issuer);
  const part = (routes: readonly string[], load: () => Promise<Part>) => later(context, basePath, routes, load);
  const everything = new Elysia({ strictPath: true, normalize: false })
    .headers(strictTransport(context.config))
    .use(basePath === "" ? new Elysia() : metadataEndpoints(context, "inserted"))
    .use(belowIssuer(context, basePath))
    .use(
      new Elysia({ prefix: basePath, strictPath: true, normalize: false })
        .use(part(doorPaths(basePath), async () => (await import("../pages/door.ts")).doorPages))
        .use(part(at(paths.account), async () => (await import("../pages/account/account.ts")).accountPages))
        .use(part(at(paths.admin), async () => (await import("../pages/admin/admin.ts")).adminPages))
        .use(part(at(paths.api), async () => (await import("../endpoints/api/api.ts")).administrationApi)),
    )
    .use(publicFiles(context, basePath, files));
  return composed(context, basePath, everything);
}

/** A path, and all below it. */
const at = (path: string): readonly string[] => [path, `${path}/*`];

/** Below a path, the issuer as people type it lacks the slash of the home page. */
const doorPaths = (basePath: string): readonly string[] => [
  ...(basePath === "" ? [] : [""]),
  paths.home,
  paths.authorize,
  paths.authorizeContinue,
  paths.signIn,
  paths.secondFactor,
  paths.passkeySignIn,
  paths.enrolment,
  paths.accountLink,
  paths.consent,
  paths.device,
  paths.deviceDecision,
  paths.endSession,
  paths.setup,
];

/** What the API takes and gives, of the endpoints that are there from the start and of those that are loaded later. */
export const apiDocument = (context: Context): (() => Promise<ApiDocument>) =>
  once(async () => {
    const [{ openapiDocument }, { administrationApi }, { doorPages }] = await Promise.all([
      import("../endpoints/openapi.ts"),
      import("../endpoints/api/api.ts"),
      import("../pages/door.ts"),
    ]);
    const { issuer } = context.config;
    const basePath = basePathOf(issuer);
    const loadedLater = new Elysia({ prefix: basePath, strictPath: true, normalize: false })
      .use(doorPages(context))
      .use(administrationApi(context));
    return openapiDocument(issuer, belowIssuer(context, basePath).use(loadedLater));
  });

/** One line an endpoint. */
const belowIssuer = (context: Context, prefix: string) => {
  const database = databasePath(context.config.dataDir);
  return new Elysia({ prefix, strictPath: true, normalize: false })
    .use(healthEndpoints(context))
    .use(metricsEndpoint(context, { database, log: `${database}-wal` }))
    .use(selfTestEndpoint(context))
    .use(metadataEndpoints(context, "below"))
    .use(jwksEndpoint(context))
    .use(tokenEndpoint(context, refusing(context)))
    .use(deviceAuthorizationEndpoint(context))
    .use(introspectionEndpoint(context))
    .use(revocationEndpoint(context))
    .use(registrationEndpoint(context))
    .use(clientConfigurationEndpoint(context))
    .use(userinfoEndpoint(context));
};
