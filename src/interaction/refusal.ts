import { type ErrorCode, OAuthError } from "../oauth-error.ts";
import type { ResponseMode } from "../rules/response-mode.ts";

/** Where an authorization response goes: a client and redirect URI that were checked (RFC 6749 §4.1.2.1). */
export interface ResponseTarget {
  readonly redirectUri: string;
  readonly state?: string | undefined;
  readonly responseMode: ResponseMode;
  /** An unverified client's error is shown before anybody is sent on (RFC 9700 §4.11.2). */
  readonly isVerified: boolean;
}

/** A refusal that the client is told at its redirect URI. */
export class AuthorizationRefusal extends OAuthError {
  readonly target: ResponseTarget;

  constructor(code: ErrorCode, description: string, target: ResponseTarget, cause?: unknown) {
    super(code, description, cause === undefined ? {} : { cause });
    this.target = target;
  }
}
