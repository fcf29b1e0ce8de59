import type { UserId } from "../brand.ts";
import type { Instant } from "../time.ts";
import type { Hashed } from "./secret.ts";

/** A WebAuthn credential of a person. */
export interface Passkey {
  /** The credential's id, base64url. */
  readonly id: string;
  readonly userId: UserId;
  /** COSE, base64url. */
  readonly publicKey: string;
  /** As the authenticator counted last; 0 where it does not count. */
  readonly signCount: number;
  readonly transports: readonly string[];
  /** What the person calls it. */
  readonly name: string;
  /**
   * Whether copies of it can be kept elsewhere, for good (WebAuthn §6.1.3, BE); undefined where it was registered before
   * that was kept.
   */
  readonly isBackupEligible: boolean | undefined;
  /** Whether there are copies elsewhere: then it is no one piece of hardware. */
  readonly isBackedUp: boolean;
  /** The model of the authenticator, where it says so. */
  readonly aaguid: string;
  /** The host that it belongs to: under another issuer it is of no use. */
  readonly rpId: string;
  readonly createdAt: Instant;
  readonly lastUsedAt?: Instant | undefined;
}

/** An authenticator app (RFC 6238). */
export interface Totp {
  /** The seed, sealed under the instance secret. */
  readonly sealedSeed: string;
  readonly confirmedAt: Instant;
  /** The time step of the newest code that was used: this and older ones are spent (RFC 6238 §5.2). */
  readonly lastStep: number;
}

export interface RecoveryCodes {
  /** The key of the codes' MACs, sealed under the instance secret. */
  readonly sealedKey: string;
  readonly madeAt: Instant;
  readonly left: number;
}

/** What a person has beside the password. */
export interface Factors {
  readonly passkeys: readonly Passkey[];
  readonly totp?: Totp | undefined;
  readonly recoveryCodes?: RecoveryCodes | undefined;
}

/** What was shown at a sign-in beside the password, to be used up with it. */
export type FactorProof =
  | { readonly kind: "totp"; readonly step: number }
  | { readonly kind: "recovery-code"; readonly hash: Hashed<"recovery-code"> }
  | {
      readonly kind: "passkey";
      readonly id: string;
      readonly signCount: number;
      readonly isBackupEligible: boolean;
      readonly isBackedUp: boolean;
      /** The challenge that was answered. */
      readonly challenge: { readonly id: string; readonly expiresAt: Instant };
    };
