import type { Context } from "../context.ts";
import { newSecret, type Secret } from "../crypto/secret.ts";
import type { ClientMetadata } from "../model/client.ts";

/** A fresh client secret, where the client's way to authenticate has one (RFC 7591 §3.2.1). */
export function newClientSecret(
  { random }: Pick<Context, "random">,
  metadata: ClientMetadata,
): Secret<"client-secret"> | undefined {
  return usesSecret(metadata) ? newSecret(random, "client-secret") : undefined;
}

export const usesSecret = ({ token_endpoint_auth_method: method }: ClientMetadata): boolean =>
  method === "client_secret_basic" || method === "client_secret_post";
