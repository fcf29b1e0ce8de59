import { addressMatcher, isLoopback } from "./client-address.ts";

/** Where an address is, as far as a person can make something of it. */
export type Place = "this-box" | "home-network" | "elsewhere" | "unknown";

/** RFC 1918 §3; RFC 4193 §3.1; link-local: RFC 3927 §2.1, RFC 4291 §2.5.6. */
const isAtHome = addressMatcher([
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "fc00::/7",
  "169.254.0.0/16",
  "fe80::/10",
]);

export function placeOf(address: string | undefined): Place {
  if (address === undefined || address === "unknown") return "unknown";
  if (address === "unix" || isLoopback(address)) return "this-box";
  return isAtHome(address) ? "home-network" : "elsewhere";
}
