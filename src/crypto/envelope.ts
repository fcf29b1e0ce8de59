import type { SymmetricKey } from "./key-ring.ts";
import type { Random } from "./random.ts";
import { openOnce, sealOnce } from "./seal.ts";

// What leaves the server sealed: opaque access tokens, and state that travels through browsers. In the clear, and
// authenticated: version (1), key number (4), id (16). The rest is sealed.

const version = 1;
const clearBytes = 21;

/** Seals under the key that the envelope names. `use` is authenticated with it: one kind never passes for another. */
export function sealEnvelope(key: SymmetricKey, random: Random, use: string, plain: Uint8Array): string {
  const clear = Buffer.alloc(clearBytes);
  const id = random.bytes(16);
  clear.writeUInt8(version, 0);
  clear.writeUInt32BE(key.number, 1);
  clear.set(id, 5);
  return Buffer.concat([clear, sealOnce(key.bytes, labelOf(use, clear), id, plain)]).toString("base64url");
}

/** Gives undefined for everything that was not sealed here for this use, with a key that is still kept. */
export function openEnvelope(
  keysByNumber: ReadonlyMap<number, SymmetricKey>,
  use: string,
  envelope: string,
): { readonly id: Buffer; readonly plain: Buffer } | undefined {
  const bytes = Buffer.from(envelope, "base64url");
  // Buffer skips what is not base64url: only what encodes back to the same text is what was made.
  if (bytes.length < clearBytes || bytes.toString("base64url") !== envelope) return undefined;
  const clear = bytes.subarray(0, clearBytes);
  if (clear.readUInt8(0) !== version) return undefined;
  const key = keysByNumber.get(clear.readUInt32BE(1));
  const id = clear.subarray(5);
  const plain = key && openOnce(key.bytes, labelOf(use, clear), id, bytes.subarray(clearBytes));
  return plain && { id, plain };
}

const labelOf = (use: string, clear: Uint8Array) => Buffer.concat([Buffer.from(`${use}\0`), clear]);
