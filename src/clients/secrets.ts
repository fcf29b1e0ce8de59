import type { Context } from "../context.ts";
import { newIdentifier, newSecret, type Secret } from "../crypto/secret.ts";
import type { ClientMetadata, ClientSecret } from "../model/client.ts";
import type { Hashed } from "../model/secret.ts";

/** A fresh client secret, where the client's way to authenticate has one (RFC 7591 §3.2.1). */
export function newClientSecret(
  { random }: Pick<Context, "random">,
  metadata: ClientMetadata,
): Secret<"client-secret"> | undefined {
  return usesSecret(metadata) ? newSecret(random, "client-secret") : undefined;
}

/** A secret as the store keeps it. */
export const storedSecret = (
  { random, clock }: Pick<Context, "random" | "clock">,
  hash: Hashed<"client-secret">,
): ClientSecret => ({ id: newIdentifier(random).slice(0, 8), hash, createdAt: clock.now() });

export const usesSecret = ({ token_endpoint_auth_method: method }: ClientMetadata): boolean =>
  method === "client_secret_basic" || method === "client_secret_post";
