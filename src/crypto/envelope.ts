import type { SymmetricKey } from "./key-ring.ts";
import type { Random } from "./random.ts";
import { openOnce, sealOnce } from "./seal.ts";

// What leaves the server sealed: opaque access tokens, and state that travels through browsers. In the clear, and
// authenticated: version (1), key number (4), id (16). The rest is sealed.

const version = 1;
const idBytes = 16;
const clearBytes = 5 + idBytes;

/** Seals under the key that the envelope names. `use` is authenticated with it: one kind never passes for another. */
export function sealEnvelope(key: SymmetricKey, random: Random, use: string, plain: Uint8Array): string {
  const id = random.bytes(idBytes);
  const clearFrom = use.length + 1;
  const label = Buffer.allocUnsafe(clearFrom + clearBytes);
  label.write(use, 0, "latin1");
  label[use.length] = 0;
  label[clearFrom] = version;
  label.writeUInt32BE(key.number, clearFrom + 1);
  label.set(id, clearFrom + 5);
  const [sealed, tag] = sealOnce(key.bytes, label, id, plain);
  return Buffer.concat([label.subarray(clearFrom), sealed, tag]).toString("base64url");
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
  const label = Buffer.concat([Buffer.from(`${use}\0`), clear]);
  const plain = key && openOnce(key.bytes, label, id, bytes.subarray(clearBytes));
  return plain && { id, plain };
}
