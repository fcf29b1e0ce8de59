import formPost from "./form-post.js" with { type: "text" };
import icon from "./icon.svg" with { type: "text" };
import styles from "./postern.css" with { type: "text" };

/** A file served below the base path as it is; part of the executable. */
export type Asset = { readonly type: string; readonly body: string };

/** By path below the base path. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ["/assets/postern.css", { type: "text/css; charset=utf-8", body: styles }],
  ["/assets/form-post.js", { type: "text/javascript; charset=utf-8", body: formPost }],
  ["/assets/icon.svg", { type: "image/svg+xml", body: icon }],
]);
