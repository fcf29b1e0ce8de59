import type { ClientId, GrantId, SessionId, UserId } from "../brand.ts";
import type { Instant } from "../time.ts";

export type GrantEnd =
  | "revoked"
  | "code-replayed"
  | "refresh-replayed"
  | "signed-out"
  | "user-disabled"
  | "password-changed"
  | "host-refused"
  | "client-changed"
  | "too-many-revocations";

/**
 * One authorization: who allowed which client what, and when. A grant owns its tokens; ending it ends them all.
 * The lists are immutable but for a client's standing grant, whose scope only grows at its end: tokens name scopes by
 * position.
 */
export interface Grant {
  readonly id: GrantId;
  readonly clientId: ClientId;
  /** Absent for a client's standing grant (client_credentials). */
  readonly userId?: UserId | undefined;
  /** The browser session in which it was given, when it ends with that session. */
  readonly sessionId?: SessionId | undefined;
  readonly scope: readonly string[];
  readonly createdAt: Instant;
  readonly authTime?: Instant | undefined;
  readonly amr: readonly string[];
  /** The browser session in which it was given, for `sid`. */
  readonly sid?: SessionId | undefined;
  /** The `claims` parameter (OIDC Core §5.5), as it came. */
  readonly claims?: string | undefined;
  /** Tokens of an earlier epoch are dead. */
  readonly epoch: number;
  /** The generation of the live refresh token; 0 when there is none. */
  readonly refreshGeneration: number;
  readonly refreshRotatedAt?: Instant | undefined;
  /** When the refresh token dies unless it is used. */
  readonly refreshExpiresAt?: Instant | undefined;
  /** When it dies in any case. */
  readonly refreshMaxExpiresAt?: Instant | undefined;
  readonly lastUsedAt?: Instant | undefined;
  /** What the person calls the device. */
  readonly name?: string | undefined;
  /** Where its tokens were last asked for. */
  readonly address?: string | undefined;
  /** The program that asked first. */
  readonly userAgent?: string | undefined;
  /** No token of the grant can be alive after this; absent for a standing grant. */
  readonly keepUntil?: Instant | undefined;
  readonly endedAt?: Instant | undefined;
  readonly endedBecause?: GrantEnd | undefined;
}

/** What a user has allowed a client to ask without asking again. */
export interface Consent {
  readonly userId: UserId;
  readonly clientId: ClientId;
  readonly scope: readonly string[];
  /** Optional scopes that the person took out: they are not asked for again, and not given. */
  readonly declined: readonly string[];
  readonly grantedAt: Instant;
}
