import webauthn from "@simplewebauthn/browser/bundle/index.umd.min.js" with { type: "text" };
import copy from "./copy.js" with { type: "text" };
import deskStyles from "./desk.css" with { type: "text" };
import formPost from "./form-post.js" with { type: "text" };
import icon from "./icon.svg" with { type: "text" };
import localTime from "./local-time.js" with { type: "text" };
import passkey from "./passkey.js" with { type: "text" };
import styles from "./postern.css" with { type: "text" };

/** A file served below the base path as it is. */
export type Asset = { readonly type: string; readonly body: string | Uint8Array<ArrayBuffer> };

const style = (body: string): Asset => ({ type: "text/css; charset=utf-8", body });
const script = (body: string): Asset => ({ type: "text/javascript; charset=utf-8", body });

/** By path below the base path. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ["/assets/postern.css", style(styles)],
  ["/assets/desk.css", style(deskStyles)],
  ["/assets/copy.js", script(copy)],
  ["/assets/local-time.js", script(localTime)],
  ["/assets/webauthn.js", script(webauthn)],
  ["/assets/passkey.js", script(passkey)],
  ["/assets/form-post.js", script(formPost)],
  ["/assets/icon.svg", { type: "image/svg+xml", body: icon }],
]);
