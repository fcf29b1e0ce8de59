import { asGrantId, type GrantId } from "../brand.ts";
import { hmac, isSameMac } from "../crypto/hash.ts";
import type { OpenKeys, SymmetricKey } from "../crypto/key-ring.ts";

/**
 * A refresh token is derived: key number, grant and generation, and a MAC over them. The store holds the generation
 * alone, and the same generation always gives the same token, so that a lost answer can be given again.
 */
export interface RefreshTokenFacts {
  readonly grantId: GrantId;
  readonly generation: number;
}

const prefix = "pst_rt_";
const version = 1;
// Version (1), key number (4), grant id (16), generation (4), MAC (32).
const contentBytes = 25;
const macBytes = 32;

export function deriveRefreshToken(key: SymmetricKey, { grantId, generation }: RefreshTokenFacts): string {
  const content = Buffer.alloc(contentBytes);
  content.writeUInt8(version, 0);
  content.writeUInt32BE(key.number, 1);
  content.write(grantId, 5, 16, "base64url");
  content.writeUInt32BE(generation, 21);
  return prefix + Buffer.concat([content, hmac(key.bytes, content)]).toString("base64url");
}

/** Whether it looks like one: kinds of token are never mistaken for each other. */
export const isRefreshToken = (token: string): boolean => token.startsWith(prefix);

/** Gives undefined for everything that was not derived with a key that is still kept. */
export function readRefreshToken(keys: OpenKeys, token: string): RefreshTokenFacts | undefined {
  if (!token.startsWith(prefix) || token.length > 128) return undefined;
  const encoded = token.slice(prefix.length);
  const bytes = Buffer.from(encoded, "base64url");
  if (bytes.length !== contentBytes + macBytes || bytes.toString("base64url") !== encoded) return undefined;
  const content = bytes.subarray(0, contentBytes);
  const key = keys.derivationByNumber.get(content.readUInt32BE(1));
  if (key === undefined || content.readUInt8(0) !== version) return undefined;
  if (!isSameMac(hmac(key.bytes, content), bytes.subarray(contentBytes))) return undefined;
  return { grantId: asGrantId(content.toString("base64url", 5, 21)), generation: content.readUInt32BE(21) };
}
