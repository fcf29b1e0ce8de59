import { isLoopbackListen, type Listen } from "../config/address.ts";

/**
 * Whether a Host header names this server at an address as it was bound: the issuer's host, the listener's, or this machine. Elysia finds the path in
 * the URL by its position and is led astray by a short or malformed host, so this is asked before it routes.
 */
export function hostCheck(issuer: string, listen: Listen): (host: string | null) => boolean {
  const names = new Set([new URL(issuer).host]);
  if (listen.kind === "unix") names.add("localhost");
  else {
    const suffixes = listen.port === 80 ? ["", ":80"] : [`:${listen.port}`];
    const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
    for (const suffix of suffixes)
      for (const name of [host, "localhost", "127.0.0.1", "[::1]"]) names.add(name + suffix);
  }
  // On every address: any of them may be named, by its digits.
  const anyAddress = listen.kind === "tcp" && !isLoopbackListen(listen) ? `:${listen.port}` : undefined;
  return (host) => {
    if (host === null) return false;
    if (names.has(host) || names.has(host.toLowerCase())) return true;
    return (
      anyAddress !== undefined &&
      host.endsWith(anyAddress) &&
      /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\]):\d+$/i.test(host)
    );
  };
}
