import type { UserId } from "../brand.ts";
import type { Instant } from "../time.ts";
import type { PublicJwk, SigningAlgorithm } from "./client.ts";

/** `signing`: JWTs. `sealing`: opaque access tokens and page state. `derivation`: refresh tokens. */
export type KeyPurpose = "signing" | "sealing" | "derivation";

/** A key as the store holds it: the secret part sealed under the instance secret. */
export interface StoredKey {
  /** The number that tokens name. */
  readonly number: number;
  readonly purpose: KeyPurpose;
  readonly algorithm: SigningAlgorithm | "A256GCM" | "HS256";
  /** AES-256-GCM: nonce, ciphertext, tag; base64url. */
  readonly sealed: string;
  readonly publicJwk?: PublicJwk | undefined;
  readonly createdAt: Instant;
  /** From when new tokens are made with it: later than `createdAt`, so that verifiers have seen it (OIDC Core §10.1.1). */
  readonly activeFrom: Instant;
  /** After this nothing made with it can be alive; the key is removed. Absent while it is the newest of its kind. */
  readonly removeAfter?: Instant | undefined;
}

/** Something in the database that opens under the instance secret alone, and where it is. */
export type Sealed =
  | ({ readonly what: "key"; readonly sealed: string } & Pick<StoredKey, "number" | "purpose" | "algorithm">)
  | { readonly what: "totp-seed" | "recovery-key"; readonly sealed: string; readonly userId: UserId };
