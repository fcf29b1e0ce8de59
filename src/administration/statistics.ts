import type { Context } from "../context.ts";
import { hasSecondFactor } from "../identity/factors.ts";
import type { StoredKey } from "../model/key.ts";
import { isLoopback } from "../rules/client-address.ts";
import type { ActivityCount, DatabaseSize, Statistics } from "../store/records.ts";
import {
  before,
  between,
  type Duration,
  days,
  hours,
  type Instant,
  instant,
  longer,
  milliseconds,
  minutes,
} from "../time.ts";
import { listKeys } from "./keys.ts";

/** What happened in one hour, or on one day. */
export interface ActivityPoint {
  /** When the hour or the day (UTC) began. */
  readonly at: Instant;
  readonly tokens: number;
  readonly signIns: number;
  readonly failedSignIns: number;
}

export interface KeyAge {
  readonly number: number;
  readonly purpose: StoredKey["purpose"];
  readonly algorithm: StoredKey["algorithm"];
  readonly createdAt: Instant;
  readonly age: Duration;
}

/** What an administrator may want to change. Pages put it into words. */
export type Warning =
  /** Who loses the only administrator's account has to get to the box itself. */
  | { readonly code: "one-administrator" }
  | { readonly code: "administrators-without-second-factor"; readonly usernames: readonly string[] }
  | { readonly code: "registrations-waiting"; readonly count: number }
  | { readonly code: "registration-open" }
  /** Passwords and tokens cross the network unencrypted. */
  | { readonly code: "http-issuer" }
  | { readonly code: "every-proxy-trusted" }
  | { readonly code: "keys-old"; readonly age: Duration }
  | { readonly code: "database-large"; readonly bytes: number }
  | { readonly code: "backup-failed" }
  /** Nothing new is taken when the limit is reached. */
  | { readonly code: "database-near-limit"; readonly bytes: number; readonly limit: number };
export type WarningCode = Warning["code"];

export interface Overview {
  readonly at: Instant;
  readonly now: Statistics;
  /** The 24 hours that end with the present one, the oldest first. */
  readonly lastDay: readonly ActivityPoint[];
  /** The 30 days that end with today, the oldest first. */
  readonly lastMonth: readonly ActivityPoint[];
  /** Of the keys in use. */
  readonly keys: readonly KeyAge[];
  readonly warnings: readonly Warning[];
}

const oldKey = days(180);
/** An administrator is told of keys that are older. Those that are made by themselves: when that has failed for long. */
export const usualKeyAge = (keyRotation: Duration | undefined): Duration =>
  keyRotation === undefined ? oldKey : longer(oldKey, milliseconds(keyRotation * 1.5));
const largeDatabase = 2 * 1024 ** 3;

/** Four fifths of what it may grow to: there is time to do something. */
export const isNearLimit = ({ usedBytes, limit }: DatabaseSize): boolean =>
  limit !== undefined && usedBytes >= limit.growthEndsAt * 0.8;

/** The numbers of the dashboard, as of now; what happened in the last minute may not be counted yet. */
export async function statisticsOf(
  context: Pick<Context, "store" | "clock" | "config" | "backups">,
): Promise<Overview> {
  const { store, clock } = context;
  const at = clock.now();
  const [today, thisHour] = [startOf(days(1), at), startOf(hours(1), at)];
  const since = before(today, days(29));
  const counts = await store.statistics.activity({ since });
  const numbers = await countsOf(context, at);
  const keys = (await listKeys(context))
    .filter(({ state }) => state === "active")
    .map(({ key: { number, purpose, algorithm, createdAt } }) => ({
      number,
      purpose,
      algorithm,
      createdAt,
      age: between(createdAt, at),
    }));
  return {
    at,
    now: numbers,
    lastDay: series(counts, hours(1), before(thisHour, hours(23)), 24),
    lastMonth: series(counts, days(1), since, 30),
    keys,
    warnings: await warningsOf(context, numbers, keys),
  };
}

/** To count this many takes a noticeable time, in which nobody else is answered: it is done once a minute at most. */
const manyGrants = 10_000;
const counted = new WeakMap<object, { readonly at: Instant; readonly numbers: Statistics }>();

async function countsOf({ store }: Pick<Context, "store">, at: Instant): Promise<Statistics> {
  const last = counted.get(store);
  const age = last && between(last.at, at);
  if (last !== undefined && age !== undefined && last.numbers.liveGrants > manyGrants && age >= 0 && age < minutes(1))
    return last.numbers;
  const numbers = await store.statistics.now({ at });
  counted.set(store, { at, numbers });
  return numbers;
}

/** Days are those of UTC, which has no summer time: all have 24 hours. */
const startOf = (step: Duration, at: Instant): Instant => instant(Math.floor(at / step) * step);

/** What was counted, summed by steps; a step in which nothing happened is there too. */
function series(
  counts: readonly ActivityCount[],
  step: Duration,
  from: Instant,
  length: number,
): readonly ActivityPoint[] {
  const sums = new Map<string, number>();
  for (const { hour, name, count } of counts) {
    const place = `${startOf(step, hour)} ${name}`;
    sums.set(place, (sums.get(place) ?? 0) + count);
  }
  return Array.from({ length }, (_, index) => {
    const at = instant(from + index * step);
    const sum = (name: ActivityCount["name"]) => sums.get(`${at} ${name}`) ?? 0;
    return { at, tokens: sum("tokens"), signIns: sum("sign-ins"), failedSignIns: sum("failed-sign-ins") };
  });
}

async function warningsOf(
  context: Pick<Context, "store" | "config" | "backups">,
  numbers: Statistics,
  keys: readonly KeyAge[],
): Promise<readonly Warning[]> {
  const { issuer, registration, trustedProxies, keyRotation } = context.config;
  const size = await context.store.statistics.size();
  const unguarded = await unguardedAdministrators(context);
  const oldest = keys.reduce((age, key) => Math.max(age, key.age), 0);
  const warnings: readonly (Warning | false)[] = [
    isPlainHttp(issuer) && { code: "http-issuer" },
    trustedProxies.some((cidr) => cidr.endsWith("/0")) && { code: "every-proxy-trusted" },
    unguarded.length > 0 && { code: "administrators-without-second-factor", usernames: unguarded },
    numbers.administrators === 1 && { code: "one-administrator" },
    numbers.waitingClients > 0 && { code: "registrations-waiting", count: numbers.waitingClients },
    registration === "open" && { code: "registration-open" },
    context.backups.isFailing && { code: "backup-failed" },
    oldest > usualKeyAge(keyRotation) && { code: "keys-old", age: between(instant(0), instant(oldest)) },
    isNearLimit(size) && { code: "database-near-limit", bytes: size.usedBytes, limit: size.limit?.maxBytes ?? 0 },
    size.limit === undefined &&
      numbers.databaseBytes > largeDatabase && { code: "database-large", bytes: numbers.databaseBytes },
  ];
  return warnings.filter((warning) => warning !== false);
}

const mostNamed = 20;

/** Administrators who sign in with a password alone. */
async function unguardedAdministrators(context: Pick<Context, "store" | "config">): Promise<readonly string[]> {
  const { items } = await context.store.users.page({ role: "admin", offset: 0, limit: 200 });
  const names: string[] = [];
  for (const { id, username, disabledAt } of items) {
    if (disabledAt !== undefined || names.length >= mostNamed) continue;
    if (!hasSecondFactor(context, await context.store.factors.of(id))) names.push(username);
  }
  return names;
}

/** http that leaves this machine. */
function isPlainHttp(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  const isThisMachine = hostname === "localhost" || hostname.endsWith(".localhost");
  return protocol === "http:" && !isThisMachine && !isLoopback(hostname.replace(/^\[|\]$/g, ""));
}
