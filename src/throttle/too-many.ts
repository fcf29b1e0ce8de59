import { OAuthError } from "../oauth-error.ts";
import type { Wait } from "./throttle.ts";

/** RFC 9126 §2.3 and RFC 6585 §4: 429, and `Retry-After` says for how long. */
export const tooMany = (description: string, { limit, seconds }: Wait): OAuthError =>
  new OAuthError("temporarily_unavailable", description, { status: 429, retryAfter: seconds, limit });
