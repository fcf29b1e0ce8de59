import type { KeyRing } from "./key-ring.ts";
import type { Random } from "./random.ts";
import { openOnce, sealOnce } from "./seal.ts";

// State that travels through the browser: sealed, so that it can be neither read nor made up, and nothing is written
// for somebody who has only looked at a page. What it is for is authenticated with it.

const version = 1;
// In the clear: version (1), key number (4), id (16).
const clearBytes = 21;

/** Seals a value that JSON can hold. The answer is text for a URL or a form field. */
export async function sealState(
  keys: Pick<KeyRing, "sealing">,
  random: Random,
  use: string,
  value: unknown,
): Promise<string> {
  const key = await keys.sealing();
  const clear = Buffer.alloc(clearBytes);
  const id = random.bytes(16);
  clear.writeUInt8(version, 0);
  clear.writeUInt32BE(key.number, 1);
  clear.set(id, 5);
  return Buffer.concat([
    clear,
    sealOnce(key.bytes, labelOf(use, clear), id, Buffer.from(JSON.stringify(value))),
  ]).toString("base64url");
}

/** Gives undefined for everything that was not sealed here for this use. */
export async function openState(keys: Pick<KeyRing, "open">, use: string, sealed: string): Promise<unknown> {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < clearBytes || bytes.toString("base64url") !== sealed || bytes.readUInt8(0) !== version)
    return undefined;
  const clear = bytes.subarray(0, clearBytes);
  const key = (await keys.open()).sealingByNumber.get(clear.readUInt32BE(1));
  const plain = key && openOnce(key.bytes, labelOf(use, clear), clear.subarray(5), bytes.subarray(clearBytes));
  return plain === undefined ? undefined : JSON.parse(plain.toString());
}

const labelOf = (use: string, clear: Uint8Array) => Buffer.concat([Buffer.from(`${use}\0`), clear]);
