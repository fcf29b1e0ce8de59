import { ownScopes } from "../administration/scopes.ts";
import type { Config } from "../config/load.ts";
import type { Context } from "../context.ts";
import { keyRing } from "../crypto/key-ring.ts";
import { type Passwords, passwords } from "../crypto/password.ts";
import type { Random } from "../crypto/random.ts";
import { derivedFrom } from "../derived.ts";
import { activity } from "../events/activity.ts";
import { backupOutcomes } from "../events/backups.ts";
import { lastUsed } from "../events/last-used.ts";
import type { Log } from "../events/log.ts";
import { metrics } from "../events/metrics.ts";
import { logOfRequests, requests } from "../events/requests.ts";
import { traces } from "../events/traces.ts";
import { fetcher } from "../outbound/fetcher.ts";
import { keySets } from "../outbound/key-sets.ts";
import { type Store, StoreUnavailable } from "../store/store.ts";
import { pollTimes } from "../throttle/poll-times.ts";
import { throttle } from "../throttle/throttle.ts";
import { type Clock, hours, longer } from "../time.ts";
import { hostVerifier } from "./host-verifier.ts";
import { machineOf } from "./machine.ts";

export interface ContextOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly instanceSecret: string;
  readonly log: Log;
  /** Who checks passwords already, in one line for all; otherwise what the machine affords is looked up. */
  readonly passwords?: Passwords | undefined;
}

/** What one of several processes shares with the others, in the place of what is its own. */
export type Shared = Partial<
  Pick<
    Context,
    "throttle" | "pollTimes" | "lastUsed" | "traces" | "verifier" | "keySets" | "metrics" | "workers" | "startedAt"
  >
>;

/** Of a command there is no end to announce. */
const endless = new AbortController().signal;

/** Makes the context of a server, or of a command that does a server's work on the same data. */
export function createContext(
  { config, clock, random, store, instanceSecret, log, passwords: own }: ContextOptions,
  ending: AbortSignal = endless,
  shared: Shared = {},
): Context {
  const limits = shared.throttle ?? throttle(clock);
  const counters = shared.metrics ?? metrics();
  const answered = requests(random);
  const ownLog = logOfRequests(log, answered);
  return {
    config,
    ownScopes: lastKnown(
      config.scopes,
      ownScopes({ store, config }, (names) =>
        log.warn("POSTERN_SCOPES describes scopes that are declared as well, and counts", { scopes: names.join(" ") }),
      ),
    ),
    clock,
    random,
    store,
    keys: keyRing({
      store,
      clock,
      random,
      instanceSecret,
      lifetimes: {
        signing: longer(config.idTokenLifetime, config.accessTokenLifetime),
        // Page state is sealed with the same keys, and lives for half an hour.
        sealing: longer(config.accessTokenLifetime, hours(1)),
        derivation: config.refreshTokenMaxLifetime,
      },
    }),
    passwords: own ?? passwords(machineOf()),
    throttle: limits,
    pollTimes: pollTimes(),
    lastUsed: lastUsed(store),
    activity: activity({ metrics: counters, clock, store }),
    log: ownLog,
    metrics: counters,
    traces: traces(store),
    backups: backupOutcomes(counters),
    requests: answered,
    verifier: config.verifier && hostVerifier(config.verifier, { log: ownLog, metrics: counters, throttle: limits }),
    fetcher: fetcher({ outboundAllow: config.outboundAllow, count: limits.count }),
    keySets: keySets(),
    workers: undefined,
    startedAt: clock.now(),
    ending,
    ...shared,
  };
}

/**
 * What is public is told while the disk fails, as it was known last. Whatever needs the store beyond that asks it itself,
 * and is refused.
 */
function lastKnown<Known>(first: Known, read: () => Promise<Known>): () => Promise<Known> {
  let known = first;
  const isKnown = (now: Known) => {
    known = now;
    return now;
  };
  return derivedFrom(read, isKnown, (fault) => {
    if (!(fault instanceof StoreUnavailable)) throw fault;
    return known;
  });
}
