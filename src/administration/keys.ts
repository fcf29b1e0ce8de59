import type { Context } from "../context.ts";
import type { Actor } from "../model/event.ts";
import type { StoredKey } from "../model/key.ts";
import type { Instant } from "../time.ts";

/** `next` is published and does not sign yet; `kept` only proves what it made before. */
export type KeyState = "next" | "active" | "kept";

export interface KeyInUse {
  readonly key: StoredKey;
  readonly state: KeyState;
}

/** Every key and what it does now, without its secret part. */
export async function listKeys({ store, clock }: Pick<Context, "store" | "clock">): Promise<readonly KeyInUse[]> {
  const keys = await store.keys.list();
  const now = clock.now();
  return keys.map((key) => ({ key, state: stateOf(key, keys, now) }));
}

function stateOf(key: StoredKey, all: readonly StoredKey[], now: Instant): KeyState {
  const same = all.filter(({ purpose, algorithm }) => purpose === key.purpose && algorithm === key.algorithm);
  const active = same.findLast(({ activeFrom }) => activeFrom <= now) ?? same[0];
  if (active === key) return "active";
  return key.activeFrom > now ? "next" : "kept";
}

/**
 * Makes new keys of every kind; the old ones stay until nothing made with them can be alive.
 *
 * @throws WrongInstanceSecret
 */
export async function rotateKeys({ keys }: Pick<Context, "keys">, actor: Actor): Promise<void> {
  // Opened first: keys sealed under another secret than the rest would stop the server at its next start.
  await keys.open();
  await keys.rotate(actor);
}
