import { createHash } from "node:crypto";
import type { SigningAlgorithm } from "../../src/model/client.ts";

/**
 * `at_hash` as a client computes it; neither library checks it in the code flow.
 *
 * @source OIDC Core §3.1.3.6: the left half of the hash that the ID token's `alg` uses; for Ed25519 that is SHA-512
 */
export function atHashOf(accessToken: string, algorithm: SigningAlgorithm): string {
  const digest = createHash(algorithm === "EdDSA" ? "sha512" : "sha256")
    .update(accessToken)
    .digest();
  return digest.subarray(0, digest.length / 2).toString("base64url");
}
