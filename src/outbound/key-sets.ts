import type { ClientId } from "../brand.ts";
import { readPublicJwk } from "../crypto/public-jwk.ts";
import type { PublicJwk } from "../model/client.ts";
import { between, type Clock, hours, type Instant, seconds } from "../time.ts";
import type { Fetcher } from "./fetcher.ts";

/**
 * The keys that clients publish at their `jwks_uri`, which is asked at most once an hour, and once a minute where newer
 * ones are wanted. Where it gives nothing there are none.
 *
 * @throws FetchRefused
 * @source OIDC Core §10.1.1; attack SS-15
 */
export interface KeySets {
  keys(context: Fetching, id: ClientId, address: string): Promise<readonly PublicJwk[]>;
  newerKeys(context: Fetching, id: ClientId, address: string): Promise<readonly PublicJwk[]>;
}

interface Fetching {
  readonly clock: Clock;
  readonly fetcher: Fetcher;
}

const keptFor = hours(1);
/** A key that a client has just begun to use is found after this long at the latest. */
const leastBetweenFetches = seconds(60);
const leastAfterFailure = seconds(10);
const mostClients = 1000;
const mostBytes = 65_536;
const mostKeys = 100;

interface KeySet {
  readonly address: string;
  /** The last that were fetched. */
  keys: readonly PublicJwk[];
  fetchedAt?: Instant;
  askedAt?: Instant;
  underWay?: Promise<void>;
}

export function keySets(): KeySets {
  // The client that asked last stands last.
  const cache = new Map<ClientId, KeySet>();
  const setOf = (id: ClientId, address: string): KeySet => {
    const known = cache.get(id);
    const set = known?.address === address ? known : { address, keys: [] };
    cache.delete(id);
    cache.set(id, set);
    if (cache.size > mostClients) {
      const oldest = cache.keys().next();
      if (!oldest.done) cache.delete(oldest.value);
    }
    return set;
  };
  const fetched = async (context: Fetching, set: KeySet): Promise<readonly PublicJwk[]> => {
    await fetchAgain(context, set);
    return isFresh(context, set) ? set.keys : [];
  };
  return {
    keys: async (context, id, address) => {
      const set = setOf(id, address);
      return isFresh(context, set) ? set.keys : fetched(context, set);
    },
    newerKeys: (context, id, address) => fetched(context, setOf(id, address)),
  };
}

const isFresh = ({ clock }: Fetching, { fetchedAt }: KeySet): boolean => isWithin(clock.now(), fetchedAt, keptFor);

/** A time in the future belongs to a clock that has been set back. */
const isWithin = (now: Instant, since: Instant | undefined, duration: number): boolean =>
  since !== undefined && since <= now && between(since, now) < duration;

/** Requests that come while one is under way wait for that one. */
async function fetchAgain(context: Fetching, set: KeySet): Promise<void> {
  if (set.underWay === undefined) {
    const now = context.clock.now();
    const wait = isFresh(context, set) ? leastBetweenFetches : leastAfterFailure;
    if (isWithin(now, set.askedAt, wait)) return;
    set.askedAt = now;
    set.underWay = readKeys(context, set.address)
      .then((keys) => {
        set.keys = keys;
        set.fetchedAt = now;
      })
      .finally(() => {
        delete set.underWay;
      });
  }
  await set.underWay;
}

/** What is no key that may be used is passed over: a set may hold keys for other purposes. */
async function readKeys({ fetcher }: Fetching, address: string): Promise<readonly PublicJwk[]> {
  const document = await fetcher.json(address, { mostBytes });
  const keys = typeof document === "object" && document !== null && "keys" in document ? document.keys : undefined;
  return Array.isArray(keys) ? keys.slice(0, mostKeys).flatMap((key) => readPublicJwk(key) ?? []) : [];
}
