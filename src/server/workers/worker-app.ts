import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { introspectionEndpoint } from "../../endpoints/introspection.ts";
import { jwksEndpoint } from "../../endpoints/jwks.ts";
import { metadataEndpoints } from "../../endpoints/metadata.ts";
import { tokenEndpoint } from "../../endpoints/token.ts";
import { userinfoEndpoint } from "../../endpoints/userinfo.ts";
import { basePathOf } from "../../http/paths.ts";
import { strictTransport } from "../../http/respond.ts";
import { composed } from "../composed.ts";
import { refusing } from "../error-response.ts";
import { type PublicFiles, publicFiles } from "../public-files.ts";

/** What programs ask for all the time, and what is long and the same for all: a worker answers no more than this by itself. */
export function createWorkerApp(context: Context, files: PublicFiles) {
  const basePath = basePathOf(context.config.issuer);
  const endpoints = new Elysia({ strictPath: true, normalize: false })
    .headers(strictTransport(context.config))
    .use(basePath === "" ? new Elysia() : metadataEndpoints(context, "inserted"))
    .use(
      new Elysia({ prefix: basePath, strictPath: true, normalize: false })
        .use(metadataEndpoints(context, "below"))
        .use(jwksEndpoint(context))
        .use(tokenEndpoint(context, refusing(context)))
        .use(introspectionEndpoint(context))
        .use(userinfoEndpoint(context)),
    )
    .use(publicFiles(context, basePath, files));
  return composed(context, basePath, endpoints);
}
