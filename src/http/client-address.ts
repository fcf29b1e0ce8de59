import type { Context } from "../context.ts";
import { addressMatcher, type Hops, isLoopback, resolveClientAddress } from "../rules/client-address.ts";

/** What Bun's server knows of a connection. */
export interface Peer {
  requestIP(request: Request): { readonly address: string; readonly port?: number } | null;
}

/** Where a request comes from, as far as it can be trusted. */
export interface Origin {
  /** The client's address; `unix` for a local socket, `unknown` where the client has gone. */
  readonly address: string;
  /** Limits by address alone do not apply: everybody behind this box's own proxy would share them. */
  readonly isLocal: boolean;
  /** Whether the request came over TLS, as the proxy says or as Postern serves itself; undefined when nobody says. */
  readonly protocol: "http" | "https" | undefined;
}

/** The other end of a connection. */
export interface PeerAddress {
  /** An address, `unix`, or `unknown`. */
  readonly address: string;
  readonly port?: number | undefined;
}

const toldPeers = new WeakMap<Request, PeerAddress>();

/**
 * To be told of each request of which Bun itself does not say where it comes from: over a unix socket, or by way of another
 * process.
 */
export function comesFrom(request: Request, peer: PeerAddress): void {
  toldPeers.set(request, peer);
}

const matchers = new WeakMap<readonly string[], (address: string) => boolean>();

/** Whether an address is that of one of the operator's proxies. */
export function isTrustedProxy({ config }: Pick<Context, "config">, address: string): boolean {
  let isTrusted = matchers.get(config.trustedProxies);
  if (isTrusted === undefined) {
    isTrusted = addressMatcher(config.trustedProxies);
    matchers.set(config.trustedProxies, isTrusted);
  }
  return isTrusted(address);
}

/** The other end of the connection that a request came by. */
export const peerOf = (request: Request, peer: Peer | null): PeerAddress =>
  // Of a connection that is closed already nobody knows the address: that must not make a stranger local.
  toldPeers.get(request) ?? peer?.requestIP(request) ?? { address: "unknown" };

export const peerAddress = (request: Request, peer: Peer | null): string => peerOf(request, peer).address;

export function originOf(context: Pick<Context, "config">, request: Request, peer: Peer | null): Origin {
  const end = farEnd(context, peerAddress(request, peer));
  if (!end.isProxy) return end.origin;
  const forwarded = request.headers.get("forwarded");
  const forwardedFor = request.headers.get("x-forwarded-for");
  const forwardedProto = request.headers.get("x-forwarded-proto");
  if (forwarded === null && forwardedFor === null && forwardedProto === null) return end.origin;
  return originBehind(context, { peer: end.origin.address, forwarded, forwardedFor, forwardedProto });
}

function originBehind(context: Pick<Context, "config">, hops: Hops): Origin {
  const { address, protocol } = resolveClientAddress(hops, (hop) => isTrustedProxy(context, hop));
  return { address, isLocal: address === "unix" || isLoopback(address), protocol };
}

/** The other end of a connection. */
interface FarEnd {
  /** Of what comes from there without a word of a proxy. */
  readonly origin: Origin;
  /** Whether its word about others counts. */
  readonly isProxy: boolean;
}

/** The few services that ask thousands of times a second do so from the same addresses: what those mean is read once. */
const farEnds = new WeakMap<readonly string[], Map<string, FarEnd>>();
const mostFarEnds = 1000;

function farEnd(context: Pick<Context, "config">, address: string): FarEnd {
  const { trustedProxies } = context.config;
  let known = farEnds.get(trustedProxies);
  if (known === undefined) {
    known = new Map();
    farEnds.set(trustedProxies, known);
  }
  let end = known.get(address);
  if (end === undefined) {
    const origin = originBehind(context, { peer: address });
    end = { origin, isProxy: isTrustedProxy(context, origin.address) };
    if (known.size >= mostFarEnds) known.clear();
    known.set(address, end);
  }
  return end;
}
