import type { Config } from "../config/load.ts";
import { basePathOf } from "./paths.ts";

/**
 * `session`: who is signed in. `browser`: which browser this is, before anybody is. `device`: the user code that a link
 * brought. `known`: who has signed in here before.
 */
export type CookieName = "session" | "browser" | "device" | "known";

const suffixes: Readonly<Record<CookieName, string>> = {
  session: "",
  browser: "-browser",
  device: "-device",
  known: "-known",
};

/**
 * The name says how far the cookie can be trusted: with `__Host-` no other host and no plain http can have set it. A base
 * path rules that out, and plain http every prefix.
 */
function cookieName({ issuer }: Pick<Config, "issuer">, name: CookieName): string {
  const prefix = issuer.startsWith("http:") ? "" : basePathOf(issuer) === "" ? "__Host-" : "__Secure-";
  return `${prefix}postern${suffixes[name]}`;
}

/** The cookie's value. Sent twice it is nobody's: one of the two was planted. */
export function readCookie(config: Pick<Config, "issuer">, request: Request, name: CookieName): string | undefined {
  const header = request.headers.get("cookie");
  if (header === null) return undefined;
  const wanted = `${cookieName(config, name)}=`;
  const found = header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(wanted));
  const [only] = found;
  return found.length === 1 && only !== undefined && only.length > wanted.length
    ? only.slice(wanted.length)
    : undefined;
}

/** A `Set-Cookie` value. Without `seconds` the cookie ends with the browser. */
export function setCookie(config: Pick<Config, "issuer">, name: CookieName, value: string, seconds?: number): string {
  const { issuer } = config;
  const attributes = [
    `${cookieName(config, name)}=${value}`,
    `Path=${basePathOf(issuer) || "/"}`,
    "HttpOnly",
    "SameSite=Lax",
    ...(issuer.startsWith("http:") ? [] : ["Secure"]),
    ...(seconds === undefined ? [] : [`Max-Age=${seconds}`]),
  ];
  return attributes.join("; ");
}

export const clearCookie = (config: Pick<Config, "issuer">, name: CookieName): string => setCookie(config, name, "", 0);
