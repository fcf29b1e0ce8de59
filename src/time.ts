import type { Brand } from "./brand.ts";

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Brand<number, "instant">;
/** Milliseconds. */
export type Duration = Brand<number, "duration">;

/** Where time comes from: the system in production, the test's hand in tests. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => Date.now() as Instant };

export const instant = (milliseconds: number) => milliseconds as Instant;
export const milliseconds = (count: number) => count as Duration;
export const seconds = (count: number) => (count * 1000) as Duration;
export const minutes = (count: number) => seconds(count * 60);
export const hours = (count: number) => minutes(count * 60);
export const days = (count: number) => hours(count * 24);

export const after = (start: Instant, duration: Duration) => (start + duration) as Instant;
export const before = (end: Instant, duration: Duration) => (end - duration) as Instant;
export const between = (start: Instant, end: Instant) => (end - start) as Duration;
export const earlier = (a: Instant, b: Instant) => (a < b ? a : b);
export const later = (a: Instant, b: Instant) => (a > b ? a : b);

export const longer = (a: Duration, b: Duration) => (a > b ? a : b);

/**
 * Whether something that lives shortly was made on a clock that is ahead of the present one by more than a day. Either was
 * wrong; it counts as expired, or it would live until the present clock has caught up. Who holds it gets a new one.
 */
export const isFromFuture = (madeAt: Instant, now: Instant) => madeAt > after(now, days(1));

/** Whole seconds since 1970 (RFC 7519 §2, NumericDate). */
export const numericDate = (at: Instant) => Math.floor(at / 1000);
export const fromNumericDate = (wholeSeconds: number) => (wholeSeconds * 1000) as Instant;
/** Whole seconds, as `expires_in` and `interval` want them. */
export const inSeconds = (duration: Duration) => Math.floor(duration / 1000);

/** `2026-11-23T06:40:00Z`, for people and logs. */
export const isoTime = (at: Instant) => new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z");

/** What HTTP's `Date` (RFC 9110 §5.6.7) and the validity of certificates are written like. */
export function fromDateText(text: string): Instant | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : (at as Instant);
}

/** What `isoTime` writes, also with fractions of a second or an offset (RFC 3339 §5.6); a day alone begins at midnight UTC. */
export function fromIsoTime(text: string): Instant | undefined {
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))?$/i.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : (at as Instant);
}

/** `20261123T064000Z`: the same for names of files, on every file system. */
export const fileTime = (at: Instant) => isoTime(at).replace(/[-:]/g, "");

/** What `fileTime` writes, and nothing else. */
export function fromFileTime(text: string): Instant | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  return fromIsoTime(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
