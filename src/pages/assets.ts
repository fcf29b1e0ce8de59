import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { type Asset, assets } from "./assets/assets.ts";
import { brandStyles } from "./brand-styles.ts";

/** Styles, scripts and pictures of the pages: in the executable, but for the operator's logo; none comes from elsewhere. */
export const assetFiles = ({ config }: Pick<Context, "config">, logo?: Asset) => {
  const files = new Elysia({ name: "assets" });
  for (const [path, asset] of everyAsset(config.brand.color, logo)) {
    const tag = tagOf(asset);
    files.get(path, ({ request }) => answer(request, asset, tag), { detail: { hide: true } });
  }
  return files;
};

const everyAsset = (color: string | undefined, logo: Asset | undefined): ReadonlyMap<string, Asset> =>
  new Map([
    ...assets,
    ...(color === undefined
      ? []
      : [["/assets/brand.css", { type: "text/css; charset=utf-8", body: brandStyles(color) }] as const]),
    ...(logo === undefined ? [] : [["/assets/brand-logo", logo] as const]),
  ]);

/** Asked for again each time and answered by the tag: after an upgrade no page meets the styles of the day before. */
const caching = "public, no-cache";

/** Files change with the executable alone: their path and size tell one from another. Weak, since they may be sent compressed. */
const tagOf = ({ body }: Asset): string =>
  body instanceof Blob
    ? `W/"${Bun.hash(`${body.name} ${body.size}`).toString(36)}"`
    : `"${Bun.hash(body).toString(36)}"`;

/** An SVG that is opened as a document of its own gets to do nothing. */
const alone = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

async function answer(request: Request, { type, body }: Asset, tag: string): Promise<Response> {
  const headers = { "cache-control": caching, etag: tag, "x-content-type-options": "nosniff" };
  // RFC 9110 §13.1.2.
  if (request.headers.get("if-none-match")?.includes(tag) === true) return new Response(null, { status: 304, headers });
  const policy = type.startsWith("image/") ? { "content-security-policy": alone } : {};
  const sent = { ...headers, ...policy, "content-type": type };
  if (!(body instanceof Blob)) return new Response(body, { headers: sent });
  const vary = { ...sent, vary: "accept-encoding" };
  // RFC 9110 §12.5.3; who names a weight for gzip gets the file as it is, which is always acceptable.
  if (!/(?:^|,) *gzip *(?:,|$)/.test(request.headers.get("accept-encoding") ?? ""))
    return new Response(body, { headers: vary });
  return new Response(Bun.gzipSync(await body.bytes()), { headers: { ...vary, "content-encoding": "gzip" } });
}
