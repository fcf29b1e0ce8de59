import { createCipheriv, createDecipheriv, createHash, timingSafeEqual } from "node:crypto";

// A long content in pieces, each of which proves itself, its place and whether it is the last: so it can be written and
// read piece by piece, and nothing can be changed, cut off, swapped or added unnoticed. With a key the pieces are sealed
// (AES-256-GCM, the construction STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, 2015), without one they are
// checked by SHA-256, which shows damage but no intent.

export interface FramePlace {
  readonly index: number;
  readonly isLast: boolean;
}

export interface Framing {
  /** What follows each body. */
  readonly proofBytes: number;
  make(place: FramePlace, plain: Uint8Array): { readonly body: Uint8Array; readonly proof: Uint8Array };
  /** Gives undefined when anything is not as it was made. */
  open(place: FramePlace, body: Uint8Array, proof: Uint8Array): Uint8Array | undefined;
}

const sealing = "aes-256-gcm";
const tag = { authTagLength: 16 };

/** @param key for this one content alone: nonces count from 0. @param head what stands before the pieces */
export function sealedFraming(key: Uint8Array, head: Uint8Array): Framing {
  return {
    proofBytes: 16,
    make: (place, plain) => {
      const cipher = createCipheriv(sealing, key, nonceOf(place), tag);
      cipher.setAAD(labelOf(place, head));
      const body = cipher.update(plain);
      cipher.final();
      return { body, proof: cipher.getAuthTag() };
    },
    open: (place, body, proof) => {
      const decipher = createDecipheriv(sealing, key, nonceOf(place), tag);
      decipher.setAAD(labelOf(place, head));
      decipher.setAuthTag(proof);
      const plain = decipher.update(body);
      try {
        decipher.final();
        return plain;
      } catch {
        return undefined;
      }
    },
  };
}

export function checkedFraming(head: Uint8Array): Framing {
  const proofOf = (place: FramePlace, body: Uint8Array) =>
    createHash("sha256").update(labelOf(place, head)).update(body).digest();
  return {
    proofBytes: 32,
    make: (place, plain) => ({ body: plain, proof: proofOf(place, plain) }),
    open: (place, body, proof) => (timingSafeEqual(proofOf(place, body), proof) ? body : undefined),
  };
}

function nonceOf({ index }: FramePlace): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(index), 4);
  return nonce;
}

const labelOf = (place: FramePlace, head: Uint8Array): Uint8Array =>
  Buffer.concat([createHash("sha256").update(head).digest(), nonceOf(place), Buffer.from([place.isLast ? 1 : 0])]);
