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

/** OIDC Discovery §3, RFC 7517: public, the same for all, and asked for often. */
export const shared = { ...crossOrigin, "content-type": "application/json", "cache-control": "public, max-age=300" } as const;
