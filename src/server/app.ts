import { Elysia } from "elysia";
import type { BrandLogo } from "../config/brand-logo.ts";
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
import { selfTestEndpoint } from "../endpoints/self-test.ts";
import { tokenEndpoint } from "../endpoints/token.ts";
import { userinfoEndpoint } from "../endpoints/userinfo.ts";
import { basePathOf, paths } from "../http/paths.ts";
import { strictTransport } from "../http/respond.ts";
import { accountLinkPage } from "../pages/account-link.tsx";
import { assetFiles } from "../pages/assets.ts";
import { authorizationEndpoint } from "../pages/authorize.ts";
import { consentPage } from "../pages/consent.tsx";
import { deviceCodePage } from "../pages/device.tsx";
import { deviceDecisionPage } from "../pages/device-decision.tsx";
import { docsPage } from "../pages/docs.tsx";
import { enrolmentPage } from "../pages/enrolment.tsx";
import { homePage } from "../pages/home.tsx";
import { passkeySignInPage } from "../pages/passkey-sign-in.tsx";
import { secondFactorPage } from "../pages/second-factor.tsx";
import { setupPage } from "../pages/setup.tsx";
import { signInPage } from "../pages/sign-in.tsx";
import { signOutPage } from "../pages/sign-out.tsx";
import { composed } from "./composed.ts";
import { databasePath } from "./instance.ts";
import { later } from "./later.ts";

/** Composes the plugins. All stands below the issuer's path, but for the metadata that RFC 8414 §3.1 puts outside. */
export function createApp(context: Context, logo?: BrandLogo) {
  const basePath = basePathOf(context.config.issuer);
  const everything = new Elysia({ strictPath: true, normalize: false })
    .headers(strictTransport(context.config))
    .use(basePath === "" ? new Elysia() : metadataEndpoints(context, "inserted"))
    .use(belowIssuer(context, basePath, logo))
    .use(
      new Elysia({ prefix: basePath, strictPath: true, normalize: false })
        .use(
          later(
            context,
            basePath,
            paths.account,
            async () => (await import("../pages/account/account.ts")).accountPages,
          ),
        )
        .use(later(context, basePath, paths.admin, async () => (await import("../pages/admin/admin.ts")).adminPages))
        .use(
          later(context, basePath, paths.api, async () => (await import("../endpoints/api/api.ts")).administrationApi),
        )
        .use(docsPage(context))
        .use(openapiEndpoint(context, () => everyEndpoint(context, basePath))),
    );
  return composed(context, basePath, everything);
}

/** For the API's documents: the endpoints that are there from the start, and those that are loaded later. */
async function everyEndpoint(context: Context, basePath: string) {
  const { administrationApi } = await import("../endpoints/api/api.ts");
  const api = new Elysia({ prefix: basePath, strictPath: true, normalize: false }).use(administrationApi(context));
  return belowIssuer(context, basePath).use(api);
}

/** One line an endpoint or page. */
const belowIssuer = (context: Context, prefix: string, logo?: BrandLogo) => {
  const database = databasePath(context.config.dataDir);
  return new Elysia({ prefix, strictPath: true, normalize: false })
    .use(healthEndpoints(context))
    .use(metricsEndpoint(context, { database, log: `${database}-wal` }))
    .use(selfTestEndpoint(context))
    .use(metadataEndpoints(context, "below"))
    .use(jwksEndpoint(context))
    .use(authorizationEndpoint(context))
    .use(signInPage(context))
    .use(secondFactorPage(context))
    .use(passkeySignInPage(context))
    .use(enrolmentPage(context))
    .use(consentPage(context))
    .use(signOutPage(context))
    .use(setupPage(context))
    .use(accountLinkPage(context))
    .use(homePage(context))
    .use(assetFiles(context, logo))
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
