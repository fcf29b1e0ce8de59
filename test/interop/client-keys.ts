import { exportJWK } from "jose";
import { type CryptoKey, generateKeyPair } from "oauth4webapi";
import type { AssertionAlgorithm, ClientMetadata } from "../../src/model/client.ts";

/** What a client signs its assertions with, and what it registers for that. */
export interface ClientKey {
  readonly privateKey: { readonly key: CryptoKey; readonly kid: string };
  readonly metadata: Pick<ClientMetadata, "token_endpoint_auth_method" | "token_endpoint_auth_signing_alg" | "jwks">;
}

/** A fresh key pair for `private_key_jwt`. */
export async function newClientKey(algorithm: AssertionAlgorithm): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const { kty, ...members } = await exportJWK(publicKey);
  if (kty === undefined) throw new Error("the key has no type");
  const kid = `client-${algorithm}`;
  return {
    privateKey: { key: privateKey, kid },
    metadata: {
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: algorithm,
      jwks: { keys: [{ ...members, kty, kid, alg: algorithm, use: "sig" }] },
    },
  };
}
