import { OAuthError } from "../oauth-error.ts";
import { isJsonObject, type JsonValue, parseStrictJson } from "./json.ts";

/** How one claim is asked for; `null` is a plain wish (OIDC Core §5.5.1). */
export interface ClaimRequest {
  readonly essential: boolean;
  readonly value?: JsonValue;
  readonly values?: readonly JsonValue[];
}
export type RequestedClaims = ReadonlyMap<string, ClaimRequest | null>;

export interface ClaimsRequest {
  readonly idToken: RequestedClaims;
  readonly userinfo: RequestedClaims;
}

const maxClaimsBytes = 8192;

/**
 * Reads the `claims` parameter. Claims that we do not know stay in it, and whoever answers ignores them; unknown members
 * are left out.
 *
 * @throws OAuthError invalid_request, for bad JSON, a wrong type or over 8 KiB
 * @source OIDC Core §5.5
 */
export function parseClaimsRequest(text: string): ClaimsRequest {
  if (Buffer.byteLength(text) > maxClaimsBytes) throw new OAuthError("invalid_request", "claims is too long");
  const request = parseStrictJson(text);
  if (!isJsonObject(request)) throw wrongType();
  return { idToken: readClaims(request.id_token), userinfo: readClaims(request.userinfo) };
}

function readClaims(member: JsonValue | undefined): RequestedClaims {
  const claims = new Map<string, ClaimRequest | null>();
  if (member === undefined) return claims;
  if (!isJsonObject(member)) throw wrongType();
  for (const [name, request] of Object.entries(member)) claims.set(name, readClaim(request));
  return claims;
}

// OIDC Core §5.5.1: null, or a JSON object with essential, value and values; "other members MAY be defined", and those
// "that are not understood MUST be ignored".
function readClaim(request: JsonValue): ClaimRequest | null {
  if (request === null) return null;
  if (!isJsonObject(request)) throw wrongType();
  const { essential = false, value, values } = request;
  if (typeof essential !== "boolean") throw wrongType();
  if (values !== undefined && !isJsonArray(values)) throw wrongType();
  return { essential, ...(value === undefined ? {} : { value }), ...(values === undefined ? {} : { values }) };
}

const isJsonArray = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

const wrongType = () => new OAuthError("invalid_request", "claims has a member of a wrong type");
