import { quoted, SettingFault } from "./fault.ts";

const example = "write the public base URL, such as https://sso.example.net";

/**
 * Reads an issuer: an absolute http or https URL in the one spelling that every URL parser gives back, because clients
 * compare it code point by code point (RFC 8414 §3.3, RFC 9207 §2.4). Whether http will do is for `load` to say.
 *
 * @throws SettingFault, which does not show a value with userinfo: that may hold a password
 * @source RFC 8414 §2: "a URL that uses the "https" scheme and has no query or fragment components"
 */
export function parseIssuer(text: string): string {
  if (text.includes("@")) throw new SettingFault("holds an @: an issuer has no user name or password", example);
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new SettingFault(`is ${quoted(text)}, not an absolute http or https URL`, example);
  }
  const path = url.pathname === "/" ? "" : url.pathname.replace(/\/+$/, "");
  const normal = `${url.origin}${path}`;
  const remedy = `write ${quoted(normal)}`;
  if (text.includes("?")) throw new SettingFault(`is ${quoted(text)}, with a query`, remedy);
  if (text.includes("#")) throw new SettingFault(`is ${quoted(text)}, with a fragment`, remedy);
  if (text.endsWith("/")) throw new SettingFault(`is ${quoted(text)}, which ends in a slash`, remedy);
  if (text !== normal) throw new SettingFault(`is ${quoted(text)}, not in normal form`, remedy);
  if (url.hostname.endsWith(".")) {
    throw new SettingFault(`is ${quoted(text)}, whose host ends in a dot`, "write the host without it");
  }
  // Narrower than a URL's path (RFC 3986 §3.3): the path is also that of cookies and of routes.
  if (path !== "" && !/^(?:\/[A-Za-z0-9._~-]+)+$/.test(path)) {
    const segments = "write path segments of letters, digits and - . _ ~ only, none of them empty";
    throw new SettingFault(`is ${quoted(text)}, with a path that Postern cannot serve`, segments);
  }
  return text;
}

/** Whether what clients send to the issuer crosses a network unencrypted. */
export function isPlainHttpBeyondLoopback(issuer: string): boolean {
  if (issuer.startsWith("https:")) return false;
  const { hostname } = new URL(issuer);
  return !["localhost", "127.0.0.1", "[::1]"].includes(hostname) && !hostname.endsWith(".localhost");
}
