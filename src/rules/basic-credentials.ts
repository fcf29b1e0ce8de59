import { OAuthError } from "../oauth-error.ts";
import { decodeFormComponent, hasControlCharacter } from "./form-encoding.ts";

export interface BasicCredentials {
  readonly clientId: string;
  /** May be empty. */
  readonly clientSecret: string;
}

/**
 * The client's credentials of an `Authorization: Basic` header. `undefined` for everything that is none: another scheme,
 * bad base64, no colon, a bad escape, a control character, no client id. The caller answers that with 401.
 *
 * @throws OAuthError invalid_request, for two headers or a list of credentials in one
 * @source RFC 6749 §2.3.1; RFC 7617 §2
 */
export function parseBasicCredentials(authorization: string): BasicCredentials | undefined {
  // Two headers of one name arrive joined by a comma, which is in no character set that Basic or Bearer uses.
  if (authorization.includes(",")) {
    throw new OAuthError("invalid_request", "the request has more than one set of credentials in its header");
  }
  const encoded = basicScheme.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const pair = decodeBase64(encoded);
  if (pair === undefined) return undefined;
  const colon = pair.indexOf(":");
  if (colon < 1) return undefined;
  // RFC 6749 §2.3.1: "The client identifier is encoded using the 'application/x-www-form-urlencoded' encoding
  // algorithm per Appendix B, and the encoded value is used as the username; the client password is encoded using the
  // same algorithm and used as the password."
  const sentId = pair.slice(0, colon);
  const sentSecret = pair.slice(colon + 1);
  if (plain.test(pair)) return { clientId: sentId, clientSecret: sentSecret };
  const clientId = decodeFormComponent(sentId);
  const clientSecret = decodeFormComponent(sentSecret);
  if (clientId === undefined || clientSecret === undefined) return undefined;
  if (hasControlCharacter(clientId) || hasControlCharacter(clientSecret)) return undefined;
  return { clientId, clientSecret };
}

/** Visible ASCII that stands for itself, as in all that Postern hands out: neither `%` nor `+`. */
const plain = /^[\x21-\x24\x26-\x2a\x2c-\x7e]+$/;

/** The octets as characters of Latin-1. Only what encodes back to the same text was base64 to begin with. */
function decodeBase64(encoded: string): string | undefined {
  try {
    const octets = atob(encoded);
    return btoa(octets) === encoded ? octets : undefined;
  } catch {
    return undefined; // a length that base64 does not have
  }
}

const basicScheme = /^ *basic +([A-Za-z0-9+/]+={0,2}) *$/i;
