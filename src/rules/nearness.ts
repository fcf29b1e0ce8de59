import { isLoopback, isPrivateAddress, networkOf, normaliseAddress } from "./client-address.ts";

/** Whether two requests come from one network, as far as their addresses tell. */
export type Nearness = "same" | "other" | "unknown";

/**
 * Compares where a device asks from with where its person is. In a public network an IPv4 address is one household's; in
 * a private one the /24 is taken for the network; of IPv6 it is the /64. What comes from this very machine is near to
 * everybody in its private network. Of one address of each family nothing can be told: a home has both.
 *
 * @param one in its shortest form; `unix` for a local socket
 */
export function nearness(one: string, other: string): Nearness {
  const [isHere, isOtherHere] = [isThisMachine(one), isThisMachine(other)];
  const [family, otherFamily] = [familyOf(one), familyOf(other)];
  if (isHere && isOtherHere) return "same";
  if ((!isHere && family === undefined) || (!isOtherHere && otherFamily === undefined)) return "unknown";
  if (isHere || isOtherHere) return isPrivateAddress(isHere ? other : one) ? "same" : "other";
  if (family !== otherFamily) return "unknown";
  return localNetworkOf(one) === localNetworkOf(other) ? "same" : "other";
}

const isThisMachine = (address: string): boolean => address === "unix" || isLoopback(address);

function familyOf(address: string): 4 | 6 | undefined {
  const normal = normaliseAddress(address);
  return normal === undefined ? undefined : normal.includes(":") ? 6 : 4;
}

const localNetworkOf = (address: string): string =>
  !address.includes(":") && isPrivateAddress(address) ? address.slice(0, address.lastIndexOf(".")) : networkOf(address);
