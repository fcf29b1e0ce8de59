import type { Context } from "../context.ts";
import type { User } from "../model/user.ts";
import type { Limit } from "../throttle/throttle.ts";
import { between, type Duration, hours, type Instant, inSeconds, milliseconds, minutes, seconds } from "../time.ts";

// After some wrong passwords in a row the next try must wait, each time twice as long: an account is slowed down, never
// locked for good. A name that nobody has is slowed down in the same way, or the wait would tell which names exist.

/** Wrong passwords in a row from which on there is a wait. */
const free = 5;
const first = seconds(5);
const longest = minutes(15);

/** What the store's verb wants to know. */
export const lockout = { free, first, longest } as const;

/**
 * Failures of one name that the store may not have committed yet. The window is over before the wait is that it leads to.
 */
export const failuresAtOnce: Limit = { name: "sign-in at once", most: free, per: first };

type Waiting = Pick<Context, "throttle" | "clock">;

/** Seconds until another password may be tried for this name; undefined when it may now. */
export function lockedFor(context: Waiting, name: string, user: User | undefined): number | undefined {
  return user === undefined ? unknownLockedFor(context, name) : knownLockedFor(user, context.clock.now());
}

function knownLockedFor({ lockedUntil }: User, now: Instant): number | undefined {
  const left = lockedUntil === undefined ? 0 : between(now, lockedUntil);
  // A wait that is longer than the longest belongs to a clock that was set back.
  return left <= 0 || left > longest ? undefined : inSeconds(milliseconds(left)) + 1;
}

/** Counts a failure of a name that nobody has: in memory, since strangers make these up without end. */
export function recordUnknownFailure({ throttle }: Waiting, name: string): void {
  throttle.count(failuresOfUnknown(free), name);
  const count = countOf(throttle, name);
  if (count < free) return;
  throttle.clear(waitOfUnknown(count), name);
  throttle.count(waitOfUnknown(count), name);
}

function unknownLockedFor({ throttle }: Waiting, name: string): number | undefined {
  const count = countOf(throttle, name);
  return count < free ? undefined : throttle.exceeded(waitOfUnknown(count), name);
}

/** An account's failures are not forgotten before it is signed in to: as little are those of a name without one. */
const failuresOfUnknown = (most: number): Limit => ({ name: "sign-in unknown", most, per: hours(24 * 365) });
const waitOfUnknown = (failures: number): Limit => ({
  name: "sign-in unknown wait",
  most: 1,
  per: waitAfter(failures),
});
const waitAfter = (failures: number): Duration => milliseconds(Math.min(longest, first * 2 ** (failures - free)));

/** The wait no longer grows after so many. */
const mostCounted = 20;

function countOf(throttle: Context["throttle"], name: string): number {
  let count = 0;
  while (count < mostCounted && throttle.exceeded(failuresOfUnknown(count + 1), name) !== undefined) count += 1;
  return count;
}
