import { hash } from "node:crypto";
import { ownText } from "../own-text.ts";
import { type Clock, type Duration, type Instant, inSeconds, milliseconds } from "../time.ts";
import { type Generations, generations } from "./generations.ts";

/** At most `most` events of a kind in any `per`, for one key. */
export interface Limit {
  readonly name: string;
  readonly most: number;
  readonly per: Duration;
}

/** A limit that is used up, and the seconds until it is not. */
export interface Wait {
  readonly limit: string;
  readonly seconds: number;
}

export interface Throttle {
  /** Seconds to wait, when the limit is used up for the key; asking counts nothing. */
  exceeded(limit: Limit, key: string): number | undefined;
  /** Counts an event; gives the seconds to wait when it is one too many. */
  count(limit: Limit, key: string): number | undefined;
  /** `exceeded`, for a refusal that says which limit it was. */
  waitFor(limit: Limit, key: string): Wait | undefined;
  /** Forgets what was counted. */
  clear(limit: Limit, key: string): void;
}

/** What has been counted for a key, as another process may go on from it. */
export interface CountedSoFar {
  readonly limit: string;
  readonly key: string;
  readonly start: Instant;
  readonly counted: number;
}

/** A throttle that another one can begin with. */
export interface KnownThrottle extends Throttle {
  countedSoFar(): readonly CountedSoFar[];
  begin(counted: readonly CountedSoFar[]): void;
}

interface Window {
  start: Instant;
  counted: number;
}

/** Keys that each limit remembers at least, and twice as many at most; its oldest windows go first. */
const fewestKeys = 10_000;
/** What is longer (anybody can send the name of a client that there is not) is remembered by its hash. */
const mostKeyCharacters = 80;

/** Fixed windows that begin with the first event, in memory, on the context's clock. */
export function throttle(clock: Clock): KnownThrottle {
  // One map a limit: who floods one of them with made-up keys pushes out the windows of no other.
  const windowsByLimit = new Map<string, Generations<Window>>();

  const windowsOf = (name: string): Generations<Window> => {
    let windows = windowsByLimit.get(name);
    if (windows === undefined) {
      windows = generations(fewestKeys);
      windowsByLimit.set(name, windows);
    }
    return windows;
  };

  const current = (limit: Limit, key: string): Window | undefined => {
    const window = windowsOf(limit.name).get(shortKey(key));
    if (window === undefined) return undefined;
    const age = clock.now() - window.start;
    // A window from the future belongs to a clock that has been set back.
    return age >= 0 && age < limit.per ? window : undefined;
  };

  const secondsLeft = (limit: Limit, window: Window) =>
    Math.max(1, inSeconds(milliseconds(window.start + limit.per - clock.now())) + 1);

  const exceeded = (limit: Limit, key: string): number | undefined => {
    const window = current(limit, key);
    return window !== undefined && window.counted >= limit.most ? secondsLeft(limit, window) : undefined;
  };

  return {
    exceeded,
    waitFor: (limit, key) => {
      const seconds = exceeded(limit, key);
      return seconds === undefined ? undefined : { limit: limit.name, seconds };
    },
    count: (limit, key) => {
      let window = current(limit, key);
      if (window === undefined) {
        window = { start: clock.now(), counted: 0 };
        windowsOf(limit.name).set(ownText(shortKey(key)), window);
      }
      window.counted += 1;
      return window.counted > limit.most ? secondsLeft(limit, window) : undefined;
    },
    clear: (limit, key) => {
      windowsOf(limit.name).delete(shortKey(key));
    },
    countedSoFar: () =>
      [...windowsByLimit].flatMap(([limit, windows]) =>
        windows.entries().map(([key, window]) => ({ limit, key, ...window })),
      ),
    begin: (all) => {
      for (const { limit, key, start, counted } of all) windowsOf(limit).set(key, { start, counted });
    },
  };
}

/** The same key in fewer characters, for who keeps it. */
export const shortKey = (key: string) => (key.length > mostKeyCharacters ? hash("sha256", key, "base64url") : key);
