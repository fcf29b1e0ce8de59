import type { Hashed } from "../model/secret.ts";
import type { Instant } from "../time.ts";
import { generations } from "./generations.ts";

/** When each device was last seen polling (RFC 8628 §3.5). In memory: a poll that came in time is not worth a write. */
export interface PollTimes {
  /**
   * Notes a poll and gives the one before it. Nothing comes between: of two polls at once one is the later. Another process
   * may be the one that knows.
   */
  note(deviceCode: Hashed<"device-code">, at: Instant): Instant | undefined | Promise<Instant | undefined>;
  forget(deviceCode: Hashed<"device-code">): void;
}

/** So many devices at least, and twice as many at most. */
const fewestRemembered = 20_000;

export function pollTimes(): PollTimes {
  // Of too many those are forgotten that have not polled for longest: their codes have been given up.
  const times = generations<Instant>(fewestRemembered);
  return {
    note: (deviceCode, at) => {
      const before = times.get(deviceCode);
      times.set(deviceCode, at);
      return before;
    },
    forget: (deviceCode) => times.delete(deviceCode),
  };
}
