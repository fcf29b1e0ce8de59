import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { type Asset, assets } from "./assets/assets.ts";
import { brandStyles } from "./brand-styles.ts";
import { sendFile, sharedFile } from "./shared-file.ts";

/** Styles, scripts and pictures of the pages: in the executable, but for the operator's logo; none comes from elsewhere. */
export const assetFiles = ({ config }: Pick<Context, "config">, logo?: Asset) => {
  const files = new Elysia({ name: "assets" });
  for (const [path, asset] of everyAsset(config.brand.color, logo)) {
    const file = sharedFile(asset);
    files.get(path, ({ request }) => sendFile(request, file), { detail: { hide: true } });
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
