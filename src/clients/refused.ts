import { OAuthError } from "../oauth-error.ts";

/** RFC 6749 §5.2: the same words, whatever was wrong: an answer tells nobody whether a client exists. */
export const clientRefused = (cause?: unknown): OAuthError =>
  new OAuthError("invalid_client", "client authentication failed", {
    challenge: "Basic",
    ...(cause === undefined ? {} : { cause }),
  });
