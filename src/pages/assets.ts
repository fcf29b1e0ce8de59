import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { type Asset, assets } from "./assets/assets.ts";

/** A day without asking again; then the tag tells whether anything has changed. */
const maxAge = "public, max-age=86400";

/** Styles, scripts and pictures of the pages: all of them are in the executable, none comes from elsewhere. */
export const assetFiles = (_context: Context) => {
  const files = new Elysia({ name: "assets" });
  for (const [path, asset] of assets) {
    const tag = `"${Bun.hash(asset.body).toString(36)}"`;
    files.get(path, ({ request }) => answer(request, asset, tag), { detail: { hide: true } });
  }
  return files;
};

function answer(request: Request, { type, body }: Asset, tag: string): Response {
  const headers = { "cache-control": maxAge, etag: tag, "x-content-type-options": "nosniff" };
  // RFC 9110 §13.1.2.
  if (request.headers.get("if-none-match")?.includes(tag) === true) return new Response(null, { status: 304, headers });
  return new Response(body, { headers: { ...headers, "content-type": type } });
}
