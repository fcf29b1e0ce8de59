import type { Hashed } from "../model/secret.ts";
import type { Instant } from "../time.ts";

/** When each device was last seen polling (RFC 8628 §3.5). In memory: a poll that came in time is not worth a write. */
export interface PollTimes {
  last(deviceCode: Hashed<"device-code">): Instant | undefined;
  note(deviceCode: Hashed<"device-code">, at: Instant): void;
  forget(deviceCode: Hashed<"device-code">): void;
}

const mostRemembered = 20_000;

export function pollTimes(): PollTimes {
  const times = new Map<string, Instant>();
  return {
    last: (deviceCode) => times.get(deviceCode),
    note: (deviceCode, at) => {
      times.delete(deviceCode);
      times.set(deviceCode, at);
      if (times.size > mostRemembered) {
        const oldest = times.keys().next();
        if (!oldest.done) times.delete(oldest.value);
      }
    },
    forget: (deviceCode) => {
      times.delete(deviceCode);
    },
  };
}
