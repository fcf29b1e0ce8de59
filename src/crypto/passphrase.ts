import { scrypt } from "node:crypto";

/** How a key is made of a passphrase (RFC 7914). */
export interface PassphraseCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** One of the settings of OWASP's Password Storage Cheat Sheet: the one that a small box has memory for, 32 MiB. */
export const passphraseCost: PassphraseCost = { n: 2 ** 15, r: 8, p: 3 };

const mostMemory = 512 * 1024 * 1024;

/** Whether this much may be asked of this machine: the numbers come from a file. */
export const isAffordable = ({ n, r, p }: PassphraseCost): boolean =>
  [n, r, p].every((number) => Number.isSafeInteger(number) && number > 0) &&
  Number.isInteger(Math.log2(n)) &&
  n > 1 &&
  p <= 16 &&
  memoryOf({ n, r, p }) <= mostMemory;

/** A key of 256 bits; made off this thread. */
export const keyOfPassphrase = (passphrase: string, salt: Uint8Array, cost: PassphraseCost): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const { n: N, r, p } = cost;
    // The same passphrase may be typed with different code points for the same signs.
    scrypt(passphrase.normalize("NFC"), salt, 32, { N, r, p, maxmem: 2 * memoryOf(cost) }, (error, key) => {
      // Bun says undefined where Node says null.
      if (error) reject(error);
      else resolve(key);
    });
  });

const memoryOf = ({ n, r, p }: PassphraseCost) => 128 * r * (n + p);
