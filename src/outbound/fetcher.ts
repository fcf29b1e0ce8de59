import { parseStrictJson } from "../rules/json.ts";
import { type OutboundTarget, outboundAllowance, outboundTarget } from "../rules/outbound-address.ts";
import { type Duration, minutes, seconds } from "../time.ts";
import { boundedText } from "./bounded-text.ts";

/** The one way out of the process. */
export interface Fetcher {
  /** A JSON document from an https address that may be fetched. Rejects with `FetchRefused`. */
  json(address: string, limits: { readonly mostBytes: number }): Promise<unknown>;
}

/** The address may not be fetched, or did not give what was asked for. The reason is for the log alone. */
export class FetchRefused extends Error {
  override readonly name = "FetchRefused";
}

interface FetcherOptions {
  /** Private hosts and networks that may be fetched from all the same. */
  readonly outboundAllow: readonly string[];
  /** Counts a request; gives the seconds to wait when it is one too many. */
  readonly count: (
    limit: { readonly name: string; readonly most: number; readonly per: Duration },
    key: string,
  ) => number | undefined;
  readonly network?: Network;
}

/** The far side: names, time and trust. Tests have one of their own. */
export interface Network {
  /** Every address of the host. */
  resolve(host: string): Promise<readonly string[]>;
  /** From the first question to the last byte. */
  readonly deadline: Duration;
  /** A certificate authority instead of the system's, PEM. */
  readonly authority?: string;
}

const systemNetwork: Network = {
  // The system's resolver: it knows the names of the local network too.
  resolve: async (host) => (await Bun.dns.lookup(host, { backend: "system" })).map(({ address }) => address),
  deadline: seconds(5),
};

/** Postern is no tool to flood others with. */
const requestsToHost = { name: "outbound host", most: 10, per: minutes(1) };
const requestsInAll = { name: "outbound all", most: 300, per: minutes(1) };
const mostHeaderCharacters = 16_384;
/** Of a host with many addresses so many are tried. */
const mostAddresses = 3;

/**
 * Fetches from public addresses alone. Every address that the host has is checked, and the connection goes to one of
 * those that were checked, never to what a second question would give; the certificate must be that of the host.
 * Redirects are not followed, nothing is sent along, and everything is bounded.
 *
 * @source RFC 9700 §2.6; attacks SS-01 to SS-13
 */
export function fetcher({ outboundAllow, count, network = systemNetwork }: FetcherOptions): Fetcher {
  const allowance = outboundAllowance(outboundAllow);

  const addressesOf = async ({ host, isAddress }: OutboundTarget, signal: AbortSignal): Promise<readonly string[]> => {
    const addresses = isAddress ? [host] : await orAborted(network.resolve(host), signal);
    // One private address among public ones is enough to refuse: the next answer might hold that alone.
    const mayConnect = allowance.allowsHost(host) || addresses.every(allowance.allowsAddress);
    if (addresses.length === 0 || !mayConnect)
      throw new FetchRefused("the host has an address that may not be fetched from");
    return addresses.slice(0, mostAddresses);
  };

  const connect = async (
    target: OutboundTarget,
    addresses: readonly string[],
    signal: AbortSignal,
  ): Promise<Response> => {
    let last: unknown;
    for (const address of addresses) {
      try {
        return await fetch(pinned(target.url, address), requestTo(target, network.authority, signal));
      } catch (error) {
        last = error;
        if (signal.aborted) break;
      }
    }
    throw new FetchRefused("the host could not be reached", { cause: last });
  };

  return {
    json: async (address, { mostBytes }) => {
      const target = outboundTarget(address, allowance);
      if (target === undefined) throw new FetchRefused("the address may not be fetched");
      if (count(requestsToHost, target.host) !== undefined || count(requestsInAll, "") !== undefined) {
        throw new FetchRefused("too many requests go out");
      }
      const signal = AbortSignal.timeout(network.deadline);
      try {
        const response = await connect(target, await addressesOf(target, signal), signal);
        checkHead(response, mostBytes);
        const text = await boundedText(response.body, mostBytes);
        if (text === undefined) throw new FetchRefused("the answer is too long");
        return parseStrictJson(text);
      } catch (error) {
        throw error instanceof FetchRefused
          ? error
          : new FetchRefused("the answer is not what was asked for", { cause: error });
      }
    },
  };
}

/** The URL with the checked address for its host: what connects does not ask for the name again. */
function pinned(url: URL, address: string): URL {
  const result = new URL(url);
  result.hostname = address.includes(":") ? `[${address}]` : address;
  return result;
}

interface PinnedRequest extends BunFetchRequestInit {
  readonly decompress: boolean;
}

function requestTo(
  { url, host, isAddress }: OutboundTarget,
  authority: string | undefined,
  signal: AbortSignal,
): PinnedRequest {
  return {
    method: "GET",
    redirect: "manual",
    signal,
    headers: { host: url.host, accept: "application/json", "accept-encoding": "identity", "user-agent": "Postern" },
    credentials: "omit",
    // No connection is shared: each is checked for its own host.
    keepalive: false,
    // What connects is what was checked, not a proxy that the environment names.
    proxy: false,
    decompress: false,
    tls: {
      rejectUnauthorized: true,
      // The name that the certificate must hold, and that the server is asked for (SNI).
      ...(isAddress ? {} : { serverName: host }),
      ...(authority === undefined ? {} : { ca: authority }),
    },
  };
}

function checkHead(response: Response, mostBytes: number): void {
  if (response.status !== 200) throw new FetchRefused(`the answer has status ${response.status}`);
  if (response.headers.has("content-encoding")) throw new FetchRefused("the answer is compressed");
  if (Number(response.headers.get("content-length") ?? 0) > mostBytes) throw new FetchRefused("the answer is too long");
  let characters = 0;
  for (const [name, value] of response.headers) characters += name.length + value.length;
  if (characters > mostHeaderCharacters) throw new FetchRefused("the answer has too many headers");
}

/** A resolver has no way to be stopped: who waits for it is. */
async function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(new FetchRefused("the host was not found in time"));
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
