/** Where chance comes from. */
export interface Random {
  /** Fresh bytes that nobody can foretell; the caller owns them. */
  bytes(length: number): Uint8Array;
}

const poolBytes = 8192;

/** The operating system's generator, asked for some kilobytes at a time: tokens need 16 bytes each, thousands a second. */
export function systemRandom(): Random {
  const pool = new Uint8Array(poolBytes);
  let used = poolBytes;
  return {
    bytes: (length) => {
      if (length > poolBytes) return crypto.getRandomValues(new Uint8Array(length));
      if (used + length > poolBytes) {
        crypto.getRandomValues(pool);
        used = 0;
      }
      const taken = pool.slice(used, used + length);
      // What was handed out is not kept.
      pool.fill(0, used, used + length);
      used += length;
      return taken;
    },
  };
}
