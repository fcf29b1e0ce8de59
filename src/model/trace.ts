import type { Check } from "../oauth-error.ts";
import type { Instant } from "../time.ts";

/** Why a request was refused: for an administrator who has been told the request's id. */
export interface Trace {
  readonly requestId: string;
  readonly at: Instant;
  readonly method: string;
  /** Below the issuer's; without the query. */
  readonly path: string;
  readonly address?: string | undefined;
  readonly clientId?: string | undefined;
  readonly userId?: string | undefined;
  /** The error code and description as they were answered. */
  readonly error: string;
  readonly description: string;
  readonly checks: readonly Check[];
}
