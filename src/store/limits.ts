import type { Duration } from "../time.ts";

/** What an operator lets the database take. */
export interface StoreLimits {
  /** Of the file, without its log. */
  readonly maxBytes?: number | undefined;
  /** How long an event stays in the audit log. */
  readonly auditRetention?: Duration | undefined;
  /** After so long without use, and after so long in all, a browser session is over. */
  readonly sessions?: { readonly idle: Duration; readonly most: Duration } | undefined;
}
