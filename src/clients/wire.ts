import type { Client } from "../model/client.ts";
import type { JsonObject } from "../rules/json.ts";
import { numericDate } from "../time.ts";

/**
 * The client in the names of RFC 7591 §3.2.1. Its secret is not there: only a hash of it is kept, so it is told once, by
 * whoever made it.
 */
export function clientWire({ id, createdAt, secrets, metadata }: Client): JsonObject {
  const { localized, ...members } = metadata;
  return {
    client_id: id,
    client_id_issued_at: numericDate(createdAt),
    // 0: it does not expire. The member is there exactly where there is a secret.
    ...(secrets.length === 0 ? {} : { client_secret_expires_at: 0 }),
    // Metadata are kept as they are sent; nothing in them is undefined.
    ...JSON.parse(JSON.stringify(members)),
    ...localized,
  };
}
