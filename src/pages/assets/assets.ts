import webauthn from "@simplewebauthn/browser/bundle/index.umd.min.js" with { type: "text" };
import passwordEstimator from "@zxcvbn-ts/core/dist/zxcvbn-ts.js" with { type: "file" };
import knownPasswords from "@zxcvbn-ts/language-common/dist/zxcvbn-ts.js" with { type: "file" };
import copy from "./copy.js" with { type: "text" };
import deskStyles from "./desk.css" with { type: "text" };
import formPost from "./form-post.js" with { type: "text" };
import icon from "./icon.svg" with { type: "text" };
import localTime from "./local-time.js" with { type: "text" };
import passkey from "./passkey.js" with { type: "text" };
import passwordMeter from "./password-meter.js" with { type: "text" };
import styles from "./postern.css" with { type: "text" };

/** A file served below the base path as it is. What is large stays in the executable until somebody asks for it. */
export type Asset = { readonly type: string; readonly body: string | Uint8Array<ArrayBuffer> | Bun.BunFile };

const style = (body: string): Asset => ({ type: "text/css; charset=utf-8", body });
const script = (body: Asset["body"]): Asset => ({ type: "text/javascript; charset=utf-8", body });

/** By path below the base path. */
export const assets: ReadonlyMap<string, Asset> = new Map([
  ["/assets/postern.css", style(styles)],
  ["/assets/desk.css", style(deskStyles)],
  ["/assets/copy.js", script(copy)],
  ["/assets/local-time.js", script(localTime)],
  ["/assets/webauthn.js", script(webauthn)],
  ["/assets/passkey.js", script(passkey)],
  ["/assets/password-meter.js", script(passwordMeter)],
  ["/assets/password-estimator.js", script(Bun.file(passwordEstimator))],
  ["/assets/known-passwords.js", script(Bun.file(knownPasswords))],
  ["/assets/form-post.js", script(formPost)],
  ["/assets/icon.svg", { type: "image/svg+xml", body: icon }],
]);
