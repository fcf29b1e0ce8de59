import { addressMatcher, isNetwork, isPrivateAddress, normaliseAddress } from "./client-address.ts";

/** The private hosts and networks that the operator lets Postern fetch from. */
export interface OutboundAllowance {
  /** Whether the host is named, or is an address in a network that is. */
  allowsHost(host: string): boolean;
  /** Whether a connection may go to the address: it is public, or in a network that is named. */
  allowsAddress(address: string): boolean;
}

/** @param entries CIDRs and host names in lower case */
export function outboundAllowance(entries: readonly string[]): OutboundAllowance {
  const names = new Set(entries.filter((entry) => !isNetwork(entry)));
  const isInNetwork = addressMatcher(entries.filter(isNetwork));
  return {
    allowsHost: (host) => names.has(host) || isInNetwork(host),
    allowsAddress: (address) => !isPrivateAddress(address) || isInNetwork(address),
  };
}

export interface OutboundTarget {
  readonly url: URL;
  /** Without the brackets of IPv6. */
  readonly host: string;
  /** Whether the host is an address, and so needs no resolving. */
  readonly isAddress: boolean;
}

/**
 * The address of something to fetch, taken apart; `undefined` when it may not be fetched whatever its host resolves to:
 * not https (http only where the operator named the host), a user name, a fragment, a port that belongs to another
 * service, a private address that the operator did not name.
 *
 * @source RFC 9700 §2.6; RFC 6890; attacks SS-01, SS-02, SS-03, SS-09
 */
export function outboundTarget(address: string, allowance: OutboundAllowance): OutboundTarget | undefined {
  // Only what a URL is made of: the parser would quietly drop a tab or a line break.
  if (address.length > 2048 || !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(address)) return undefined;
  const url = URL.parse(address);
  if (url === null || url.username !== "" || url.password !== "" || address.includes("#")) return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const isNamed = allowance.allowsHost(host);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isNamed)) return undefined;
  if (!isNamed && /(?:^|\.)localhost\.?$/.test(host)) return undefined;
  if (!mayHavePort(url)) return undefined;
  const isAddress = normaliseAddress(host) !== undefined;
  if (isAddress && !isNamed && !allowance.allowsAddress(host)) return undefined;
  return { url, host, isAddress };
}

/** The scheme's own port, or one that no system service has for its own. */
function mayHavePort({ port }: URL): boolean {
  if (port === "" || port === "443") return true;
  return Number(port) >= 1024 && !portsOfStores.has(port);
}

/** Databases and the like, which may take a request for one of their own. */
const portsOfStores: ReadonlySet<string> = new Set(["2375", "3306", "5432", "6379", "9200", "11211", "27017"]);
