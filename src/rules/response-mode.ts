import { OAuthError } from "../oauth-error.ts";

export const responseModes = ["query", "form_post"] as const;
export type ResponseMode = (typeof responseModes)[number];

/**
 * Reads `response_mode`. Absent is `query`, the default of response_type code. A refusal is answered by `query`.
 *
 * @throws OAuthError invalid_request, for any other mode, and for form_post to what is no web address
 * @source OAuth 2.0 Multiple Response Type Encoding Practices §2.1; OAuth 2.0 Form Post Response Mode §2
 */
export function parseResponseMode(text: string | undefined, redirectUri: string): ResponseMode {
  if (text === undefined || text === "query") return "query";
  if (text !== "form_post") throw new OAuthError("invalid_request", "response_mode is not supported");
  // A browser cannot post a form to a private-use scheme (RFC 8252 §7.1).
  if (!/^https?:\/\//.test(redirectUri)) {
    throw new OAuthError("invalid_request", "response_mode form_post needs a redirect_uri with https or http");
  }
  return "form_post";
}
