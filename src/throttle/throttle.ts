import { hash } from "node:crypto";
import { ownText } from "../own-text.ts";
import { type Clock, type Duration, type Instant, inSeconds, milliseconds } from "../time.ts";

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

interface Counted {
  readonly windows: Map<string, Window>;
  /** One walk for good, as in poll-times.ts: a new one would go past all that was deleted, at each key of a flood. */
  readonly oldestFirst: Iterator<string>;
}

/** Keys that each limit remembers at most; beyond that its oldest windows go first. */
const mostKeys = 10_000;
/** What is longer (anybody can send the name of a client that there is not) is remembered by its hash. */
const mostKeyCharacters = 80;

/** Fixed windows that begin with the first event, in memory, on the context's clock. */
export function throttle(clock: Clock): KnownThrottle {
  // One map a limit: who floods one of them with made-up keys pushes out the windows of no other.
  const limits = new Map<string, Counted>();

  const countedBy = (name: string): Counted => {
    let counted = limits.get(name);
    if (counted === undefined) {
      const windows = new Map<string, Window>();
      counted = { windows, oldestFirst: windows.keys() };
      limits.set(name, counted);
    }
    return counted;
  };

  const current = (limit: Limit, key: string): Window | undefined => {
    const window = countedBy(limit.name).windows.get(shortKey(key));
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
        const { windows, oldestFirst } = countedBy(limit.name);
        const name = shortKey(key);
        // Set again at the end: the map keeps the order of insertion, so the oldest window stands first.
        windows.delete(name);
        windows.set(ownText(name), window);
        if (windows.size > mostKeys) {
          const oldest = oldestFirst.next();
          if (!oldest.done) windows.delete(oldest.value);
        }
      }
      window.counted += 1;
      return window.counted > limit.most ? secondsLeft(limit, window) : undefined;
    },
    clear: (limit, key) => {
      countedBy(limit.name).windows.delete(shortKey(key));
    },
    countedSoFar: () =>
      [...limits].flatMap(([limit, { windows }]) => [...windows].map(([key, window]) => ({ limit, key, ...window }))),
    begin: (all) => {
      for (const { limit, key, start, counted } of all) countedBy(limit).windows.set(key, { start, counted });
    },
  };
}

/** The same key in fewer characters, for who keeps it. */
export const shortKey = (key: string) => (key.length > mostKeyCharacters ? hash("sha256", key, "base64url") : key);
