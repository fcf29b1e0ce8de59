import { Elysia } from "elysia";
import type { BrandLogo } from "../config/brand-logo.ts";
import type { Context } from "../context.ts";
import type { ApiDocument } from "../endpoints/openapi.ts";
import { paths } from "../http/paths.ts";
import { later } from "./later.ts";

/** What is not in the executable as it is. */
export interface PublicFiles {
  /** The operator's. */
  readonly logo: BrandLogo | undefined;
  /** What the API takes and gives. */
  readonly apiDocument: () => Promise<ApiDocument>;
}

/**
 * What anybody may ask for and everybody gets the same of: the files of the pages, and the API's documents. Each process
 * answers it by itself, a worker too: some are long, and what passes through the channel is copied for each who asks.
 */
export const publicFiles = (context: Context, basePath: string, { logo, apiDocument }: PublicFiles) =>
  new Elysia({ prefix: basePath, strictPath: true, normalize: false })
    .use(
      later(context, basePath, [`${paths.assets}/*`], async () => {
        const { assetFiles } = await import("../pages/assets.ts");
        return (its) => assetFiles(its, logo);
      }),
    )
    .use(
      later(context, basePath, [paths.docs, `${paths.docs}/*`], async () => {
        const [{ docsPage }, { openapiEndpoint }] = await Promise.all([
          import("../pages/docs.tsx"),
          import("../endpoints/openapi.ts"),
        ]);
        return (its) => new Elysia().use(docsPage(its)).use(openapiEndpoint(apiDocument));
      }),
    );
