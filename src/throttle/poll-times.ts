import type { Hashed } from "../model/secret.ts";
import type { Instant } from "../time.ts";

/** When each device was last seen polling (RFC 8628 §3.5). In memory: a poll that came in time is not worth a write. */
export interface PollTimes {
  /**
   * Notes a poll and gives the one before it. Nothing comes between: of two polls at once one is the later. Another process
   * may be the one that knows.
   */
  note(deviceCode: Hashed<"device-code">, at: Instant): Instant | undefined | Promise<Instant | undefined>;
  forget(deviceCode: Hashed<"device-code">): void;
}

const mostRemembered = 20_000;

export function pollTimes(): PollTimes {
  const times = new Map<string, Instant>();
  // One walk for good: what it has passed is deleted, so it always stands before the oldest. A new one would begin where the
  // deleted stand, and go past thousands of them each time.
  const oldestFirst = times.keys();
  return {
    note: (deviceCode, at) => {
      const before = times.get(deviceCode);
      times.set(deviceCode, at);
      // Who began to poll first goes first: its code expires first, too.
      if (times.size > mostRemembered) {
        const oldest = oldestFirst.next();
        if (!oldest.done) times.delete(oldest.value);
      }
      return before;
    },
    forget: (deviceCode) => {
      times.delete(deviceCode);
    },
  };
}
