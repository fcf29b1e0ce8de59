import { createHmac, hash as digest, timingSafeEqual } from "node:crypto";
import type { Hashed, SecretKind } from "../model/secret.ts";
import { Secret } from "./secret.ts";

/** Short codes have hashes with a key. */
type Long = Exclude<SecretKind, "user-code" | "recovery-code">;

/** SHA-256, base64url. Right for secrets of 256 random bits: they cannot be guessed, so they need no slow hash. */
export function hash<Kind extends Long>(secret: Secret<Kind>): Hashed<Kind> {
  return digest("sha256", secret.reveal(), "base64url") as Hashed<Kind>;
}

/** The same of what somebody presents as a secret of this kind. */
export const hashPresented = <Kind extends Long>(kind: Kind, presented: string): Hashed<Kind> =>
  hash(new Secret(kind, presented));

/** Tells one text from another, where neither is a secret: of a thing that can be changed, its version. */
export const fingerprint = (text: string): string => digest("sha256", text, "base64url").slice(0, 22);

/** HMAC-SHA-256: short codes can be tried one by one, so their hashes are worth nothing without a key that is not in the database. */
export const hashUserCode = (key: Uint8Array, normalised: string): Hashed<"user-code"> =>
  createHmac("sha256", key).update(normalised).digest("base64url") as Hashed<"user-code">;

/** As `hashUserCode`, under a key of the person's own. */
export const hashRecoveryCode = (key: Uint8Array, normalised: string): Hashed<"recovery-code"> =>
  createHmac("sha256", key).update(normalised).digest("base64url") as Hashed<"recovery-code">;

/**
 * Compares two hashes in a time that tells nothing: each character is looked at, and no branch depends on any. (Without
 * the two buffers that timingSafeEqual needs, at each token and introspection request.)
 */
export function isSameHash<Kind extends SecretKind>(a: Hashed<Kind>, b: Hashed<Kind>): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}

/** HMAC-SHA-256 in full. The hasher with the key in it is made once and copied: half of what it costs. */
export function hmac(key: Uint8Array, data: string | Uint8Array): Buffer {
  let keyed = keyedHashers.get(key);
  if (keyed === undefined) {
    keyed = new Bun.CryptoHasher("sha256", key);
    keyedHashers.set(key, keyed);
  }
  return keyed.copy().update(data).digest();
}

const keyedHashers = new WeakMap<Uint8Array, Bun.CryptoHasher>();

/** Compares two MACs in a time that tells nothing. */
export const isSameMac = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);

/** Left half of SHA-256, base64url: `at_hash` (OIDC Core §3.1.3.6) for algorithms that end in 256, and what is usual for EdDSA over Ed25519 is SHA-512. */
export function leftHalfHash(algorithm: string, value: string): string {
  const whole = digest(algorithm === "EdDSA" ? "sha512" : "sha256", value, "buffer");
  return whole.subarray(0, whole.length / 2).toString("base64url");
}
