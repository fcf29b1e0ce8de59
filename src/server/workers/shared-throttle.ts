import { type KnownThrottle, type Limit, shortKey, type Throttle } from "../../throttle/throttle.ts";
import type { Counted } from "./talk.ts";

/**
 * A throttle whose counts are told to the other processes, which count them too: so the question whether a limit is used up
 * is answered here, and a request that nobody failed before waits for nobody.
 */
export const telling = (throttle: KnownThrottle, tell: (event: Counted) => void): KnownThrottle => ({
  ...throttle,
  count: (limit, key) => {
    tell(counted(limit, key, false));
    return throttle.count(limit, key);
  },
  clear: (limit, key) => {
    tell(counted(limit, key, true));
    throttle.clear(limit, key);
  },
});

const counted = ({ name, most, per }: Limit, key: string, isCleared: boolean): Counted => ({
  limit: { name, most, per },
  key: shortKey(key),
  isCleared,
});

/** Counts what another process has counted. */
export function countAlso(throttle: Throttle, { limit, key, isCleared }: Counted): void {
  if (isCleared) throttle.clear(limit, key);
  else throttle.count(limit, key);
}
