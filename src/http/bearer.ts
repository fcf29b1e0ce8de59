import { OAuthError } from "../oauth-error.ts";

/**
 * The bearer token of the Authorization header. `undefined` when the request names no such credentials.
 *
 * @throws OAuthError invalid_token, when the header is there but malformed
 * @source RFC 6750 §2.1
 */
export function bearerToken(request: Request): string | undefined {
  const header = request.headers.get("authorization");
  if (header === null || !/^bearer(\s|$)/i.test(header)) return undefined;
  const token = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(header)?.[1];
  if (token === undefined)
    throw new OAuthError("invalid_token", "the access token is malformed", { challenge: "Bearer" });
  return token;
}

/** RFC 6750 §3.1: a request without credentials gets the challenge without an error code. */
export const noBearer = (scope?: string): OAuthError =>
  new OAuthError("invalid_token", "an access token is needed", {
    challenge: "Bearer-bare",
    ...(scope === undefined ? {} : { scope }),
  });
