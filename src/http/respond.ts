import type { Config } from "../config/load.ts";
import type { OAuthError } from "../oauth-error.ts";
import { isLoopback } from "../rules/client-address.ts";
import type { Peer } from "./client-address.ts";

/** Where tokens or personal data pass, nothing is kept (RFC 6749 §5.1). */
export const notStored = { "cache-control": "no-store", pragma: "no-cache" } as const;

/** Endpoints for programs in a browser (RFC 9700 §2.6): no cookie is read there, so any origin may ask. */
export const crossOrigin = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "WWW-Authenticate, Retry-After",
} as const;

export const preflight = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization, content-type, dpop",
  "access-control-max-age": "600",
} as const;

/** An endpoint that answers programs directly. */
export const direct = { ...notStored, ...crossOrigin, "content-type": "application/json" } as const;

/**
 * The answer of such an endpoint, for Elysia's `mapResponse`, which has checked it against its schema. The headers are made
 * once: to set five of them costs more than to write out the answer.
 */
export function directly(config: Pick<Config, "issuer">) {
  const headers = new Headers({ ...direct, ...strictTransport(config) });
  return ({ responseValue, set }: { readonly responseValue: unknown; readonly set: { headers: object } }) => {
    // A refusal is one already: Elysia asks for that too.
    if (responseValue instanceof Response) return undefined;
    // All of them stand above: there is nothing to add.
    set.headers = {};
    return new Response(JSON.stringify(responseValue), { headers });
  };
}

/**
 * Makes the answer to a refusal, and tells of it as of one that was thrown (server/error-response.ts).
 *
 * @param path the endpoint's, below the issuer's
 */
export type Refuse = (
  request: Request,
  peer: Peer | null,
  path: string,
  refusal: OAuthError,
) => Response | Promise<Response>;

/** OIDC Discovery §3, RFC 7517: public, the same for all, and asked for often. */
export const shared = {
  ...crossOrigin,
  "content-type": "application/json",
  "cache-control": "public, max-age=300",
} as const;

/** RFC 6797: who has once come over TLS does so from now on. Not where the name is one of this machine. */
export const strictTransport = ({ issuer }: Pick<Config, "issuer">): Readonly<Record<string, string>> => {
  const { protocol, hostname } = new URL(issuer);
  const isThisMachine =
    hostname === "localhost" || hostname.endsWith(".localhost") || isLoopback(hostname.replace(/^\[|\]$/g, ""));
  return protocol === "https:" && !isThisMachine ? { "strict-transport-security": "max-age=31536000" } : {};
};
