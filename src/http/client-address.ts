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

const bySocket = new WeakSet<Request>();

/** To be told of each request that comes over a unix socket: Bun itself does not say where one comes from. */
export function comesBySocket(request: Request): void {
  bySocket.add(request);
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

/** The other end of the connection: an address, `unix`, or `unknown`. */
export const peerAddress = (request: Request, peer: Peer | null): string =>
  // Of a connection that is closed already nobody knows the address: that must not make a stranger local.
  bySocket.has(request) ? "unix" : (peer?.requestIP(request)?.address ?? "unknown");

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
