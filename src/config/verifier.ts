import { parseSocketPath } from "./address.ts";
import { quoted, SettingFault } from "./fault.ts";

/** Who knows the host's own users. */
export type VerifierAddress =
  /** HTTP over a unix socket. */
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "http"; readonly url: string }
  /** A program that is run for each question. */
  | { readonly kind: "exec"; readonly path: string };

/** Reads `unix:/path`, `http://…`, `https://…` or `exec:/path`. */
export function parseVerifier(text: string): VerifierAddress {
  if (text.startsWith("unix:")) return { kind: "unix", path: parseSocketPath(text.slice("unix:".length)) };
  if (text.startsWith("exec:")) return { kind: "exec", path: programPath(text.slice("exec:".length)) };
  const url = /^https?:\/\//.test(text) ? URL.parse(text) : null;
  const isPlain = url !== null && url.username === "" && url.password === "" && !/[?#]/.test(text);
  if (isPlain) return { kind: "http", url: url.href };
  // A name and password before the host would be a secret: it is not shown.
  throw new SettingFault(
    url === null ? `is ${quoted(text)}, not the address of a verifier` : "has more than a host and a path in it",
    "write unix:/path/to.sock, exec:/path/to/program or http://127.0.0.1:port/path",
  );
}

function programPath(path: string): string {
  if (path.startsWith("/") && !path.endsWith("/") && !path.includes("\0")) return path;
  throw new SettingFault(
    `names the program ${quoted(path)}`,
    "write its absolute path and nothing else, such as exec:/usr/libexec/check-user",
  );
}

/**
 * Whether the passwords may be sent there: it is this machine, or a host that the operator has named in
 * POSTERN_OUTBOUND_ALLOW. A network there does not count: passwords go to a known place.
 */
export function mayGetPasswords(verifier: VerifierAddress, outboundAllow: readonly string[]): boolean {
  if (verifier.kind !== "http") return true;
  const host = hostOf(verifier.url);
  const named = [host, `${host}/32`, `${host}/128`];
  return isLoopbackHost(host) || named.some((entry) => outboundAllow.includes(entry));
}

/** Whether a password on its way there can be read by others in the network. */
export const isReadableOnTheWay = (verifier: VerifierAddress): boolean =>
  verifier.kind === "http" && verifier.url.startsWith("http:") && !isLoopbackHost(hostOf(verifier.url));

/** Without the brackets of IPv6. */
const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");

const isLoopbackHost = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
