import type { Brand } from "../brand.ts";

/** What a secret is for: a code never passes for a token, in types as in the store. */
export type SecretKind =
  | "client-secret"
  | "authorization-code"
  | "device-code"
  | "user-code"
  | "session"
  | "setup-link"
  | "account-link"
  | "recovery-code"
  | "registration-token"
  | "initial-access-token";

/** SHA-256 (HMAC-SHA-256 for short codes) of a secret, base64url. Made only in crypto/hash.ts. */
export type Hashed<Kind extends SecretKind> = Brand<string, `hashed ${Kind}`>;
