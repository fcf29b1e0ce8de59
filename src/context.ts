import type { Config } from "./config/load.ts";
import type { KeyRing } from "./crypto/key-ring.ts";
import type { Passwords } from "./crypto/password.ts";
import type { Random } from "./crypto/random.ts";
import type { Activity } from "./events/activity.ts";
import type { BackupOutcomes } from "./events/backups.ts";
import type { LastUsed } from "./events/last-used.ts";
import type { Log } from "./events/log.ts";
import type { Metrics } from "./events/metrics.ts";
import type { Requests } from "./events/requests.ts";
import type { Traces } from "./events/traces.ts";
import type { Workers } from "./events/workers.ts";
import type { Fetcher } from "./outbound/fetcher.ts";
import type { KeySets } from "./outbound/key-sets.ts";
import type { Verifier } from "./outbound/verifier.ts";
import type { Store } from "./store/store.ts";
import type { PollTimes } from "./throttle/poll-times.ts";
import type { Throttle } from "./throttle/throttle.ts";
import type { Clock, Instant } from "./time.ts";

/** The scopes beside the built-in ones: those of the environment, and those that `postern apply` declared. */
export type OwnScopes = Config["scopes"];

/** All that a request may reach. Functions ask for the part they need: `Pick<Context, "store" | "clock">`. */
export interface Context {
  readonly config: Config;
  /** As they are now; the same object as before unless one of them may have changed. */
  readonly ownScopes: () => Promise<OwnScopes>;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly keys: KeyRing;
  readonly passwords: Passwords;
  readonly throttle: Throttle;
  readonly pollTimes: PollTimes;
  readonly lastUsed: LastUsed;
  readonly activity: Activity;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly traces: Traces;
  readonly requests: Requests;
  readonly backups: BackupOutcomes;
  readonly fetcher: Fetcher;
  readonly keySets: KeySets;
  /** Who knows the host's own users; absent where all people are Postern's. */
  readonly verifier: Verifier | undefined;
  /** Where several processes share the work: the others. */
  readonly workers: Workers | undefined;
  readonly startedAt: Instant;
  /** Aborted as soon as the server takes no more connections: what is under way is still answered. */
  readonly ending: AbortSignal;
}
