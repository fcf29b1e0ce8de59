import type { Context } from "../context.ts";
import type { User } from "../model/user.ts";
import { knownBrowserFailures } from "../throttle/limits.ts";
import type { Limit, Wait } from "../throttle/throttle.ts";
import { between, type Duration, hours, type Instant, inSeconds, milliseconds, minutes, seconds } from "../time.ts";
import { markFor } from "./known-browsers.ts";

// After some wrong passwords or codes in a row the next try must wait, each time twice as long: an account is slowed down,
// never locked for good. A name that nobody has is slowed down in the same way, or the wait would tell which names exist.
// A browser that the person is known from is slowed down by its own failures alone.

/** Failures in a row from which on there is a wait. */
const free = 5;
const first = seconds(5);
const longest = minutes(15);

/** Failures that the store may not have committed yet. The window is over before the wait is that it leads to. */
const failuresAtOnce: Limit = { name: "sign-in at once", most: free, per: first };

type Waiting = Pick<Context, "throttle" | "clock">;

/** Whose failures are counted together: an account's, those of a name without one, or those of a browser it is known from. */
export interface Counted {
  readonly name: string;
  readonly user: User | undefined;
  /** The browser's mark for this person. */
  readonly mark: string | undefined;
}

export function countedFor(
  context: Pick<Context, "keys" | "throttle">,
  name: string,
  user: User | undefined,
  knownCookie: string | undefined,
): Counted {
  const mark = user && markFor(context, knownCookie, user);
  // Whoever knows the password can make browsers known without end: beyond so many failures they count as strangers.
  const isWornOut = user !== undefined && context.throttle.exceeded(knownBrowserFailures, user.id) !== undefined;
  return { name, user, mark: isWornOut ? undefined : mark };
}

/** The wait until another try; undefined when it may be made now. */
export function lockedFor(context: Waiting, { name, user, mark }: Counted): Wait | undefined {
  const seconds =
    mark !== undefined
      ? rememberedLockedFor(context, browsers, mark)
      : user === undefined
        ? rememberedLockedFor(context, names, name)
        : knownLockedFor(user, context.clock.now());
  return seconds === undefined ? undefined : { limit: "sign-in lockout", seconds };
}

/** The same for tries that come all at once: nothing waits between the last look at this and the count of the failure. */
export const crowdedOut = (context: Waiting, counted: Counted): Wait | undefined =>
  lockedFor(context, counted) ?? context.throttle.waitFor(failuresAtOnce, keyOf(counted));

/** Counts a failure. An account's is written, with the event; each of the others costs a write as well, or it would be answered sooner. */
export async function countFailure(
  context: Waiting & Pick<Context, "store">,
  counted: Counted,
  { address, factor }: { readonly address: string; readonly factor: "password" | "code" },
): Promise<void> {
  const { store, clock, throttle } = context;
  const { name, user, mark } = counted;
  throttle.count(failuresAtOnce, keyOf(counted));
  if (user === undefined) {
    rememberFailure(context, names, name);
    return store.check();
  }
  const at = clock.now();
  const detail = { factor };
  const event = { at, name: "sign-in.failed", actor: { kind: "anonymous" }, userId: user.id, address, detail } as const;
  if (mark === undefined) return store.users.recordFailure({ id: user.id, now: at, free, first, longest, event });
  throttle.count(knownBrowserFailures, user.id);
  rememberFailure(context, browsers, mark);
  return store.events.record(event);
}

/** The person has shown all that was asked for. */
export async function forgetFailures(
  context: Waiting & Pick<Context, "store">,
  { user, mark }: Counted,
): Promise<void> {
  if (mark !== undefined) context.throttle.clear(failuresOf(browsers, free), mark);
  if (user !== undefined && user.failures > 0) await context.store.users.clearFailures({ id: user.id });
}

const keyOf = ({ name, mark }: Counted): string => (mark === undefined ? name : `browser ${mark}`);

function knownLockedFor({ lockedUntil }: User, now: Instant): number | undefined {
  const left = lockedUntil === undefined ? 0 : between(now, lockedUntil);
  // A wait that is longer than the longest belongs to a clock that was set back.
  return left <= 0 || left > longest ? undefined : inSeconds(milliseconds(left)) + 1;
}

/** What is counted in memory: names that strangers make up without end, and browsers that are known. */
type Remembered = "sign-in unknown" | "sign-in known browser";
const names: Remembered = "sign-in unknown";
const browsers: Remembered = "sign-in known browser";

function rememberFailure({ throttle }: Waiting, kind: Remembered, key: string): void {
  throttle.count(failuresOf(kind, free), key);
  const count = countOf(throttle, kind, key);
  if (count < free) return;
  throttle.clear(waitOf(kind, count), key);
  throttle.count(waitOf(kind, count), key);
}

function rememberedLockedFor({ throttle }: Waiting, kind: Remembered, key: string): number | undefined {
  const count = countOf(throttle, kind, key);
  return count < free ? undefined : throttle.exceeded(waitOf(kind, count), key);
}

/** An account's failures are not forgotten before it is signed in to: as little are those of a name without one. */
const failuresOf = (kind: Remembered, most: number): Limit => ({ name: kind, most, per: hours(24 * 365) });
const waitOf = (kind: Remembered, failures: number): Limit => ({
  name: `${kind} wait`,
  most: 1,
  per: waitAfter(failures),
});
const waitAfter = (failures: number): Duration => milliseconds(Math.min(longest, first * 2 ** (failures - free)));

/** The wait no longer grows after so many. */
const mostCounted = 20;

function countOf(throttle: Context["throttle"], kind: Remembered, key: string): number {
  let count = 0;
  while (count < mostCounted && throttle.exceeded(failuresOf(kind, count + 1), key) !== undefined) count += 1;
  return count;
}
