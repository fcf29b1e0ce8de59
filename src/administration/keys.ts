import type { Context } from "../context.ts";
import { keyInUse, nextRotation } from "../crypto/key-schedule.ts";
import type { Actor } from "../model/event.ts";
import type { StoredKey } from "../model/key.ts";
import type { Instant } from "../time.ts";
import { Refused } from "./refused.ts";

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
  if (keyInUse(all, key, now) === key) return "active";
  return key.activeFrom > now ? "next" : "kept";
}

/** When new keys are made by themselves; undefined where that is off. */
export async function nextRotationOf({
  store,
  clock,
  config: { keyRotation },
}: Pick<Context, "store" | "clock" | "config">): Promise<Instant | undefined> {
  return keyRotation === undefined ? undefined : nextRotation(await store.keys.list(), clock.now(), keyRotation);
}

/**
 * Makes new keys of every kind; the old ones stay until nothing made with them can be alive.
 *
 * @throws WrongInstanceSecret
 * @throws Refused, on a clock on which the present keys were not made yet
 */
export async function rotateKeys(context: Pick<Context, "keys" | "store" | "clock">, actor: Actor): Promise<void> {
  const now = context.clock.now();
  // How long they have to be kept could not be told.
  if ((await listKeys(context)).some(({ key, state }) => state === "active" && key.createdAt > now))
    throw new Refused(
      "invalid",
      "the clock of this machine is before the time at which the keys were made: set it first",
    );
  await context.keys.rotate(actor);
}
