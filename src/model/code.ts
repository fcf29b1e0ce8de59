import type { ClientId, GrantId, SessionId, UserId } from "../brand.ts";
import type { Instant } from "../time.ts";
import type { Hashed } from "./secret.ts";

/** What an authorization code stands for (RFC 6749 §4.1.2). */
export interface AuthorizationCode {
  readonly hash: Hashed<"authorization-code">;
  readonly clientId: ClientId;
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly redirectUri: string;
  /** Whether the authorization request named the redirect URI (RFC 6749 §4.1.3). */
  readonly redirectUriSent: boolean;
  /** S256 (RFC 7636 §4.3). */
  readonly codeChallenge?: string | undefined;
  readonly scope: readonly string[];
  readonly nonce?: string | undefined;
  readonly claims?: string | undefined;
  readonly authTime: Instant;
  readonly amr: readonly string[];
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  /** Wrong verifiers or redirect URIs so far. */
  readonly failures: number;
  readonly redeemedAt?: Instant | undefined;
  readonly grantId?: GrantId | undefined;
}

export type DeviceCodeState = "pending" | "approved" | "denied" | "redeemed";

/** A device's request and how far it has come (RFC 8628 §3). */
export interface DeviceCode {
  readonly hash: Hashed<"device-code">;
  readonly userCodeHash: Hashed<"user-code">;
  readonly clientId: ClientId;
  readonly scope: readonly string[];
  readonly state: DeviceCodeState;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  /** Whole seconds between polls; grows with each slow_down (RFC 8628 §3.5). */
  readonly interval: number;
  /** Where the request came from, to be shown to the person. */
  readonly address?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly lastPollAt?: Instant | undefined;
  readonly decidedAt?: Instant | undefined;
  readonly userId?: UserId | undefined;
  readonly sessionId?: SessionId | undefined;
  readonly authTime?: Instant | undefined;
  readonly amr: readonly string[];
  readonly grantId?: GrantId | undefined;
}

/** What a poll has to know as long as nobody has decided. */
export type PolledDevice = Pick<
  DeviceCode,
  "hash" | "clientId" | "state" | "createdAt" | "expiresAt" | "interval" | "lastPollAt"
>;
