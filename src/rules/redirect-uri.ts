import { type ErrorCode, OAuthError } from "../oauth-error.ts";
import { encodeFormComponent } from "./form-encoding.ts";

/** `mixed` is a public client that named no `application_type`: it may hold all kinds of URI in one list. */
export interface RedirectUriPolicy {
  readonly applicationType: "web" | "native" | "mixed";
  /** Private-use schemes without a dot that are accepted all the same. */
  readonly nativeSchemes?: readonly string[];
}

export const maxRedirectUris = 20;
const maxPostLogoutRedirectUris = 10;
const maxRedirectUriBytes = 2048;

/**
 * Dotless schemes that widely used MCP clients register: one refused URI fails their whole registration.
 *
 * @source RFC 8252 §7.1, §8.4 (SHOULD reject), from which this list departs
 */
const defaultNativeSchemes: readonly string[] = ["cursor", "vscode", "vscode-insiders", "windsurf", "claude"];

/**
 * Whether the URI of a request is one that the client registered: the same string, and nothing else counts as the same.
 * The one exception is the port of a native client on its own machine.
 *
 * @source RFC 6749 §3.1.2.3; RFC 9700 §2.1: "exact string matching except for port numbers in localhost redirection
 * URIs of native apps"; RFC 8252 §7.3: "MUST allow any port to be specified at the time of the request"
 */
export function isRegisteredRedirectUri(
  requested: string,
  registered: readonly string[],
  applicationType: "web" | "native",
): boolean {
  if (registered.includes(requested)) return true;
  if (applicationType !== "native") return false;
  const portless = withoutPort(requested);
  return portless !== undefined && registered.some((uri) => withoutPort(uri) === portless);
}

/** Whether the URI leads to the person's own machine by plain http, where any program may listen (RFC 8252 §8.3). */
export const isLoopbackRedirectUri = (uri: string): boolean => withoutPort(uri) !== undefined;

/**
 * The URI with parameters added to its query; those without a value are left out. What was registered stays byte for
 * byte: it is never taken apart and written anew.
 *
 * @source RFC 6749 §3.1.2: the query component "MUST be retained when adding additional query parameters"; App. B
 */
export function appendToRedirectUri(uri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  let location = uri;
  let separator = separatorAfter(uri);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    location += `${separator}${encodeFormComponent(name)}=${encodeFormComponent(value)}`;
    separator = "&";
  }
  return location;
}

function separatorAfter(uri: string): string {
  const query = uri.indexOf("?");
  if (query < 0) return "?";
  // Only the first question mark opens the query; a later one is a character of it.
  return query === uri.length - 1 || uri.endsWith("&") ? "" : "&";
}

/**
 * Checks a client's `redirect_uris`. Whether the client needs any is the caller's question: none at all pass.
 *
 * @throws OAuthError invalid_redirect_uri, naming the index and not the value
 * @source RFC 7591 §2, §5; RFC 8252 §7, §8.4; RFC 9700 §2.1, §2.6; OIDC Registration §2
 */
export function checkRedirectUris(uris: readonly string[], policy: RedirectUriPolicy): void {
  checkEach(uris, "redirect_uris", maxRedirectUris, "invalid_redirect_uri", (uri) => faultOf(uri, policy));
}

/**
 * Checks a client's `post_logout_redirect_uris`: https, and for native clients http on the loopback interface.
 *
 * @throws OAuthError invalid_client_metadata, naming the index and not the value
 * @source OIDC RP-Initiated Logout §3.1
 */
export function checkPostLogoutRedirectUris(uris: readonly string[], policy: RedirectUriPolicy): void {
  const code = "invalid_client_metadata";
  checkEach(uris, "post_logout_redirect_uris", maxPostLogoutRedirectUris, code, (uri) => {
    const fault = faultOf(uri, policy);
    return fault ?? (/^https?:/.test(uri) ? undefined : "has a scheme that is not allowed");
  });
}

function checkEach(
  uris: readonly string[],
  member: string,
  max: number,
  code: ErrorCode,
  findFault: (uri: string) => string | undefined,
): void {
  if (uris.length > max) throw new OAuthError(code, `${member} has more than ${max} entries`, { member });
  for (const [index, uri] of uris.entries()) {
    const fault = uris.indexOf(uri) === index ? findFault(uri) : "is a repetition";
    if (fault !== undefined) throw new OAuthError(code, `${member}[${index}] ${fault}`, { member });
  }
}

/** What is wrong with a URI, as the end of a sentence. */
function faultOf(uri: string, { applicationType, nativeSchemes }: RedirectUriPolicy): string | undefined {
  // The length first: all that follows then works on a short string. What is longer in bytes is no ASCII anyway.
  if (uri.length > maxRedirectUriBytes) return "is too long";
  // RFC 6749 §3.1.2: "The endpoint URI MUST NOT include a fragment component."
  if (uri.includes("#")) return "has a fragment";
  if (uri.includes("*")) return "has a wildcard";
  // RFC 6749 §3.1.2: "an absolute URI as defined by RFC 3986 §4.3": no space, no backslash, no control character,
  // nothing beyond ASCII. An escaped control character could split a header or end a string somewhere.
  if (!uriCharacters.test(uri)) return "has a character that is not allowed";
  if (escapedControl.test(uri)) return "has an escaped control character";
  const [, scheme, authority, path = ""] = absoluteUri.exec(uri) ?? [];
  if (scheme === undefined) return "is not an absolute URI";
  if (authority?.includes("@")) return "has user information";
  if (hasDotSegment(path)) return "has a dot segment";

  const comparable = scheme.toLowerCase();
  if (forbiddenSchemes.has(comparable)) return "has a scheme that is not allowed";
  if (comparable === "https") return isPlainHost(uri, scheme, authority) ? undefined : "has a host that is not allowed";
  if (comparable === "http") {
    // RFC 9700 §2.6: "MUST NOT allow redirection URIs that use the http scheme except for native clients that use
    // loopback interface redirection".
    if (applicationType === "web") return "must use https; http on this machine is for native clients";
    return isLoopbackRedirectUri(uri) ? undefined : "uses http on a host that is not 127.0.0.1, [::1] or localhost";
  }
  if (applicationType === "web") return "must use https";
  // RFC 8252 §7.1: "apps MUST use a URI scheme based on a domain name under their control, expressed in reverse order".
  const isReverseDomain = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+$/.test(comparable);
  if (!isReverseDomain && !(nativeSchemes ?? defaultNativeSchemes).includes(comparable)) {
    return "has a scheme without a domain name";
  }
  return uri.charAt(scheme.length + 1) === "/" ? undefined : "has no path";
}

/** Whether a browser goes to the host that stands there: no other spelling of it, no port out of range. */
function isPlainHost(uri: string, scheme: string, authority: string | undefined): boolean {
  if (scheme !== "https" || authority === undefined) return false;
  const host = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[1-9][0-9]{0,4})?$/i.exec(authority)?.[1];
  if (host === undefined || !URL.canParse(uri)) return false;
  // An address is compared as a whole, so that 127.1 or 0x7f000001 is not taken for a name. IPv6 has many spellings.
  return host.startsWith("[") || new URL(uri).hostname === host.toLowerCase();
}

/** RFC 3986 §5.2.4, with the escaped forms that some servers unescape before they resolve them. */
function hasDotSegment(path: string): boolean {
  const unescaped = path.replace(/%2e/gi, ".").replace(/%2f|%5c/gi, "/");
  return unescaped.split("/").some((segment) => /^\.\.(?:;|$)/.test(segment));
}

/** The URI without its port where that may differ; `undefined` for every other URI. */
function withoutPort(uri: string): string | undefined {
  const parts = loopback.exec(uri);
  if (parts === null) return undefined;
  const [, host = "", port, rest = ""] = parts;
  if (port !== undefined && Number(port) > 65_535) return undefined;
  return `http://${host}${rest}`;
}

// RFC 8252 §7.3 and §8.3: these three spellings alone, each its own host; http only.
const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::([1-9][0-9]{0,4}))?((?:[/?].*)?)$/s;
const absoluteUri = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?]*))?([^?]*)/;
const uriCharacters = /^(?:[A-Za-z0-9._~:/?[\]@!$&'()+,;=-]|%[0-9A-Fa-f]{2})+$/;
const escapedControl = /%(?:[01][0-9a-f]|7f)/i;
const forbiddenSchemes: ReadonlySet<string> = new Set([
  "javascript",
  "data",
  "vbscript",
  "file",
  "blob",
  "about",
  "ftp",
  "ws",
  "wss",
  "mailto",
  "tel",
]);
