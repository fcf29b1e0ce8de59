import type { ClientId } from "../brand.ts";
import type { Context } from "../context.ts";
import { readPublicJwk } from "../crypto/public-jwk.ts";
import type { Client, PublicJwk } from "../model/client.ts";
import { between, hours, type Instant, seconds } from "../time.ts";

type Fetching = Pick<Context, "clock" | "fetcher">;

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

/** One cache for each way out, so for each server; the client that asked last stands last. */
const caches = new WeakMap<Context["fetcher"], Map<ClientId, KeySet>>();

/**
 * The keys that the client has published and that are wanted: from its metadata, or from its `jwks_uri`, which is asked
 * at most once an hour, and once a minute where no key is among them that is wanted.
 *
 * @throws FetchRefused
 * @source OIDC Core §10.1.1; attack SS-15
 */
export async function publishedKeys(
  context: Fetching,
  { id, metadata }: Pick<Client, "id" | "metadata">,
  isWanted: (key: PublicJwk) => boolean,
): Promise<readonly PublicJwk[]> {
  if (metadata.jwks !== undefined) return metadata.jwks.keys.filter(isWanted);
  if (metadata.jwks_uri === undefined) return [];
  const set = keySetOf(context, id, metadata.jwks_uri);
  if (!isFresh(context, set) || !set.keys.some(isWanted)) await fetchAgain(context, set);
  return isFresh(context, set) ? set.keys.filter(isWanted) : [];
}

function keySetOf({ fetcher }: Fetching, id: ClientId, address: string): KeySet {
  const cache = caches.get(fetcher) ?? new Map<ClientId, KeySet>();
  caches.set(fetcher, cache);
  const known = cache.get(id);
  const set = known?.address === address ? known : { address, keys: [] };
  cache.delete(id);
  cache.set(id, set);
  if (cache.size > mostClients) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  return set;
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
