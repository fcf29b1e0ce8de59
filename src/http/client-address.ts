import type { Context } from "../context.ts";
import { addressMatcher, isLoopback, resolveClientAddress } from "../rules/client-address.ts";

/** What Bun's server knows of a connection. */
export interface Peer {
  requestIP(request: Request): { readonly address: string } | null;
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

export function originOf({ config }: Pick<Context, "config">, request: Request, peer: Peer | null): Origin {
  let isTrusted = matchers.get(config.trustedProxies);
  if (isTrusted === undefined) {
    isTrusted = addressMatcher(config.trustedProxies);
    matchers.set(config.trustedProxies, isTrusted);
  }
  // Of a connection that is closed already nobody knows the address: that must not make a stranger local.
  const socket = bySocket.has(request) ? "unix" : (peer?.requestIP(request)?.address ?? "unknown");
  const { address, protocol } = resolveClientAddress(
    {
      peer: socket,
      forwarded: request.headers.get("forwarded"),
      forwardedFor: request.headers.get("x-forwarded-for"),
      forwardedProto: request.headers.get("x-forwarded-proto"),
    },
    isTrusted,
  );
  return { address, isLocal: address === "unix" || isLoopback(address), protocol };
}
