import type { StoredKey } from "../model/key.ts";
import { after, before, type Duration, days, earlier, type Instant, later, milliseconds, minutes } from "../time.ts";

// When a key is used, and when the next of its kind is made. The clocks of small hosts jump: what a key's times say is
// believed only where it can be true.

export type KeyKind = Pick<StoredKey, "purpose" | "algorithm">;

export const keyKinds: readonly KeyKind[] = [
  { purpose: "signing", algorithm: "EdDSA" },
  { purpose: "signing", algorithm: "ES256" },
  { purpose: "signing", algorithm: "RS256" },
  { purpose: "sealing", algorithm: "A256GCM" },
  { purpose: "derivation", algorithm: "HS256" },
];

/** A new signing key is published at least this long before it signs: twice the max-age of JWKS (OIDC Core §10.1.1). */
export const publishedBeforeUse = minutes(10);

/** Who caches the key set for longer than it may still sees the next key in time, where there is no hurry. */
const publishedAtEase = days(1);

export const keysOfKind = <Key extends KeyKind>(stored: readonly Key[], { purpose, algorithm }: KeyKind) =>
  stored.filter((key) => key.purpose === purpose && key.algorithm === algorithm);

/** The newest of a kind that may be used; on a clock that went back before all of them, the oldest. */
export function keyInUse<Key extends KeyKind & Pick<StoredKey, "activeFrom">>(
  stored: readonly Key[],
  kind: KeyKind,
  now: Instant,
): Key | undefined {
  const candidates = keysOfKind(stored, kind);
  return candidates.findLast(({ activeFrom }) => activeFrom <= now) ?? candidates[0];
}

/** How long before its time the next key of a kind is made: others must see a signing key before it signs. */
export const madeAhead = ({ purpose }: KeyKind, every: Duration): Duration =>
  purpose === "signing" ? milliseconds(Math.min(publishedAtEase, every / 4)) : milliseconds(0);

/**
 * When the next key of a kind is to be made. One that waits for its time counts, unless it is to wait for longer than any
 * key does: that one was made while the clock was ahead.
 */
function dueAt(stored: readonly StoredKey[], kind: KeyKind, now: Instant, every: Duration): Instant | undefined {
  const inUse = keyInUse(stored, kind, now);
  if (inUse === undefined) return undefined;
  const soon = after(now, publishedAtEase);
  const newest = keysOfKind(stored, kind).findLast(({ activeFrom }) => activeFrom <= soon) ?? inUse;
  return before(after(newest.activeFrom, every), madeAhead(kind, every));
}

/** The kinds whose next key is to be made now: one key each, however long ago that should have been. */
export const dueKinds = (stored: readonly StoredKey[], now: Instant, every: Duration): readonly KeyKind[] =>
  keyKinds.filter((kind) => {
    const due = dueAt(stored, kind, now, every);
    return due !== undefined && due <= now;
  });

/** When keys are made next: never before now. */
export function nextRotation(stored: readonly StoredKey[], now: Instant, every: Duration): Instant | undefined {
  const times = keyKinds.flatMap((kind) => dueAt(stored, kind, now, every) ?? []);
  const [first, ...others] = times;
  return first === undefined ? undefined : later(now, others.reduce(earlier, first));
}
