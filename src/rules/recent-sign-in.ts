import { between, type Duration, type Instant, minutes } from "../time.ts";
import { isRestrictedScope } from "./scope.ts";

/** How old an authentication may be for changes that could lock somebody out, or let somebody in. */
const recentEnough: Duration = minutes(10);

/** A time that has not come yet belongs to a clock that was set back. */
export function isRecentSignIn(authTime: Instant, now: Instant): boolean {
  const age = between(authTime, now);
  return age >= 0 && age <= recentEnough;
}

/** Whoever sits down at an open browser does not give this server away: a token over it can do all that its pages can. */
export const isRecentEnoughToGive = (authTime: Instant, scope: readonly string[], now: Instant): boolean =>
  !scope.some(isRestrictedScope) || isRecentSignIn(authTime, now);
