/** Every error code that Postern answers with, and the specification that defines it. */
const definedBy = {
  invalid_request: "RFC 6749 §5.2",
  invalid_client: "RFC 6749 §5.2",
  invalid_grant: "RFC 6749 §5.2",
  unauthorized_client: "RFC 6749 §5.2",
  unsupported_grant_type: "RFC 6749 §5.2",
  invalid_scope: "RFC 6749 §5.2",
  access_denied: "RFC 6749 §4.1.2.1",
  unsupported_response_type: "RFC 6749 §4.1.2.1",
  server_error: "RFC 6749 §4.1.2.1",
  temporarily_unavailable: "RFC 6749 §4.1.2.1",

  invalid_token: "RFC 6750 §3.1",
  insufficient_scope: "RFC 6750 §3.1",

  unsupported_token_type: "RFC 7009 §2.2.1",

  invalid_redirect_uri: "RFC 7591 §3.2.2",
  invalid_client_metadata: "RFC 7591 §3.2.2",

  authorization_pending: "RFC 8628 §3.5",
  slow_down: "RFC 8628 §3.5",
  expired_token: "RFC 8628 §3.5",

  login_required: "OIDC Core §3.1.2.6",
  interaction_required: "OIDC Core §3.1.2.6",
  consent_required: "OIDC Core §3.1.2.6",
  account_selection_required: "OIDC Core §3.1.2.6",
  request_not_supported: "OIDC Core §3.1.2.6",
  request_uri_not_supported: "OIDC Core §3.1.2.6",
  registration_not_supported: "OIDC Core §3.1.2.6",
  unmet_authentication_requirements: "OIDC Unmet Authentication Requirements §2",
} as const;

export type ErrorCode = keyof typeof definedBy;
export const errorCodes = Object.keys(definedBy) as readonly ErrorCode[];

/** The kinds of error page; their texts are in languages/. */
export type PageWords =
  | "invalidRequest"
  | "unknownClient"
  | "redirectMismatch"
  | "forbidden"
  | "notAllowed"
  | "expired"
  | "signOutRefused"
  | "setupLink"
  | "accountLink"
  | "notFound"
  | "methodNotAllowed"
  | "tooLarge"
  | "tooManyRequests"
  | "accountDisabled"
  | "busy"
  | "cannotWrite"
  | "unavailable"
  | "serverError";

/** One rule that was checked, and how it came out: for administrators. Values are never secrets, nor what was typed as one. */
export interface Check {
  /** The rule in plain words, with its source: "redirect_uri is one that the client registered (RFC 6749 §3.1.2.4)". */
  readonly rule: string;
  readonly isMet: boolean;
  readonly expected?: string | undefined;
  readonly received?: string | undefined;
}

/** How an answer to a refusal departs from the default of its code. */
export interface RefusalOptions {
  /** The HTTP status, where it is not the code's own (400; 401 for invalid_client and invalid_token; 403 for insufficient_scope). */
  readonly status?: number;
  /** Seconds for `Retry-After` (RFC 9110 §10.2.3). */
  readonly retryAfter?: number;
  /** The limit that stopped the request, for the metrics. */
  readonly limit?: string;
  /** The scopes that would do, for `insufficient_scope` and the bare Bearer challenge (RFC 6750 §3). */
  readonly scope?: string;
  /** `Basic` or `Bearer`: the challenge of a 401. */
  readonly challenge?: "Basic" | "Bearer" | "Bearer-bare" | "Basic+Bearer";
  /** Which words a person reads, where the refusal is shown on a page. */
  readonly page?: PageWords;
  /** Header `Allow`, for a 405. */
  readonly allow?: string;
  /** The connection ends with the answer: the rest of the request is not read. */
  readonly closes?: true;
  /** The member or parameter that is wrong, where the answer has a place for it (RFC 9457). */
  readonly member?: string | undefined;
  /** The code of the answer, where it can have more than those above (http/problem.ts). */
  readonly reason?: string;
  /** What went wrong inside; for the log alone. */
  readonly cause?: unknown;
  /** What was checked, for the trace that an administrator reads (events/traces.ts). */
  readonly checks?: readonly Check[];
  /** The client and the person that it was about, as far as they were known. */
  readonly about?: { readonly clientId?: string | undefined; readonly userId?: string | undefined };
}

/** The rule that stopped a request, with what it wanted and what came: for `RefusalOptions.checks`. */
export const unmet = (rule: string, values: Pick<Check, "expected" | "received"> = {}): readonly Check[] => [
  { rule, isMet: false, ...values },
];

/**
 * A refusal in the protocol's own words. The description is a fixed phrase: it echoes no input and keeps to the
 * characters of RFC 6749 §5.2 (%x20-21 / %x23-5B / %x5D-7E).
 */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly code: ErrorCode;
  readonly options: RefusalOptions;

  constructor(code: ErrorCode, description: string, options: RefusalOptions = {}) {
    super(description, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.options = options;
  }

  get description(): string {
    return this.message;
  }

  /** RFC 6749 §5.2: 400, but for a failed client authentication; RFC 6750 §3.1 for tokens. */
  get status(): number {
    if (this.options.status !== undefined) return this.options.status;
    switch (this.code) {
      case "invalid_client":
      case "invalid_token":
        return 401;
      case "insufficient_scope":
        return 403;
      case "server_error":
        return 500;
      case "temporarily_unavailable":
        return 503;
      default:
        return 400;
    }
  }
}
