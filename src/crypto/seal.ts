import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import { hmac } from "./hash.ts";

const algorithm = "aes-256-gcm";
const tagBytes = 16;
const nonceBytes = 12;
const noNonce = new Uint8Array(nonceBytes);

/** A key for one use of the instance secret, so that no two uses share one (RFC 5869). */
export const deriveKey = (secret: string, use: string): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, "postern", use, 32));

/**
 * AES-256-GCM under a key that is made for this one message from `key` and `id`: no nonce can repeat, however many
 * messages there are. The tag belongs behind what is sealed. `id` must be random (128 bits) and is authenticated with `label`.
 */
export function sealOnce(
  key: Uint8Array,
  label: Uint8Array,
  id: Uint8Array,
  plain: Uint8Array,
): readonly [sealed: Buffer, tag: Buffer] {
  const cipher = createCipheriv(algorithm, hmac(key, id), noNonce);
  cipher.setAAD(label);
  const sealed = cipher.update(plain);
  cipher.final();
  return [sealed, cipher.getAuthTag()];
}

/** Gives undefined when anything was changed. */
export function openOnce(key: Uint8Array, label: Uint8Array, id: Uint8Array, sealed: Uint8Array): Buffer | undefined {
  if (sealed.length < tagBytes) return undefined;
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv(algorithm, hmac(key, id), noNonce, { authTagLength: tagBytes });
  decipher.setAAD(label);
  decipher.setAuthTag(sealed.subarray(end));
  const plain = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}

/** The use of the key that keys and people's secrets are sealed under in the database. */
export const keyEncryption = "key encryption";

/** Seals a key for the database under the instance secret's key: random nonce, ciphertext, tag; base64url. */
export function sealKey(keyEncryptionKey: Uint8Array, label: string, nonce: Uint8Array, plain: Uint8Array): string {
  const cipher = createCipheriv(algorithm, keyEncryptionKey, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(label));
  const sealed = cipher.update(plain);
  cipher.final();
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("base64url");
}

/** Gives undefined when the instance secret is another one, or the database was changed. */
export function openKey(keyEncryptionKey: Uint8Array, label: string, sealed: string): Buffer | undefined {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv(algorithm, keyEncryptionKey, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(label));
  decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
  const plain = decipher.update(bytes.subarray(nonceBytes, bytes.length - tagBytes));
  try {
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
}
