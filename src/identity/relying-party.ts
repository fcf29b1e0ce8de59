import type { Context } from "../context.ts";

type Issuing = Pick<Context["config"], "issuer">;

/**
 * The relying party's id: the host of the issuer. Undefined where browsers know no passkeys: at an IP address, and
 * without TLS anywhere but on the machine itself.
 *
 * @source WebAuthn §5.1.3: the id is a valid domain; https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
 */
export function relyingPartyId({ issuer }: Issuing): string | undefined {
  const { protocol, hostname } = new URL(issuer);
  const isLocal = hostname === "localhost" || hostname.endsWith(".localhost");
  if (protocol !== "https:" && !isLocal) return undefined;
  // The URL standard writes every spelling of an IPv4 address as four decimal numbers.
  return /^\[|^[0-9.]+$/.test(hostname) ? undefined : hostname;
}

export const arePasskeysPossible = (config: Issuing): boolean => relyingPartyId(config) !== undefined;
