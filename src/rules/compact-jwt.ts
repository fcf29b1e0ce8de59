import { OAuthError } from "../oauth-error.ts";
import { isJsonObject, type JsonObject, parseStrictJson } from "./json.ts";

/** A JWT over 16 KiB is refused before any work is done with it. */
export const maxJwtCharacters = 16_384;
/** A key's name is looked up as it is; nobody needs a longer one. */
const maxKeyIdCharacters = 256;

/** What a JWT says, before anybody has verified it: to learn whose key to ask for, and what to check. */
export interface CompactJwt {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/**
 * Reads a JWT in compact form: three base64url parts without padding, of which two are UTF-8 JSON objects that no two
 * parsers understand differently. `undefined` for everything else: a JWE, JSON serialisation, white space, a header with
 * `crit`, for Postern knows no extension that could be critical.
 *
 * @source RFC 7515 §4.1.11, §7.1; RFC 8725 §2.4, §3.7, §3.10; RFC 8725bis §3.14
 */
export function readCompactJwt(token: string): CompactJwt | undefined {
  if (token.length > maxJwtCharacters) return undefined;
  const parts = token.split(".");
  if (parts.length !== 3 || !parts.every(isBase64url)) return undefined;
  const [header, claims] = parts.map(decodeObject);
  if (header === undefined || claims === undefined || "crit" in header) return undefined;
  const { kid } = header;
  if (kid !== undefined && (typeof kid !== "string" || kid.length > maxKeyIdCharacters)) return undefined;
  return { header, claims };
}

/** Whether the text is the one way to write some octets: no padding, no stray bits, nothing skipped; not empty. */
const isBase64url = (text: string): boolean =>
  text !== "" && Buffer.from(text, "base64url").toString("base64url") === text;

function decodeObject(part: string): JsonObject | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(part, "base64url"));
    const value = parseStrictJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch (error) {
    // Not UTF-8, or not JSON as we take it.
    if (error instanceof TypeError || error instanceof OAuthError) return undefined;
    throw error;
  }
}
