import type { Context } from "../context.ts";
import { addressMatcher, isLoopback, resolveClientAddress } from "../rules/client-address.ts";

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
  const { address, protocol } = resolveClientAddress(
    {
      peer: peerAddress(request, peer),
      forwarded: request.headers.get("forwarded"),
      forwardedFor: request.headers.get("x-forwarded-for"),
      forwardedProto: request.headers.get("x-forwarded-proto"),
    },
    (hop) => isTrustedProxy(context, hop),
  );
  return { address, isLocal: address === "unix" || isLoopback(address), protocol };
}
