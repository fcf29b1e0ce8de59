import { OAuthError, type RefusalOptions } from "../oauth-error.ts";

/** RFC 6749 §5.2: the same words, whatever was wrong: an answer tells nobody whether a client exists. */
export const clientRefused = ({ cause, checks, about }: Why = {}): OAuthError =>
  new OAuthError("invalid_client", "client authentication failed", {
    challenge: "Basic",
    ...(cause === undefined ? {} : { cause }),
    ...(checks === undefined ? {} : { checks }),
    ...(about === undefined ? {} : { about }),
  });

/** What was wrong, for the trace of the refusal alone. */
type Why = Pick<RefusalOptions, "cause" | "checks" | "about">;
