/** What a request says of where it comes from. */
export interface Hops {
  /** The address of the socket's other end, or `unix`. */
  readonly peer: string;
  readonly forwarded?: string | null | undefined;
  readonly forwardedFor?: string | null | undefined;
  readonly forwardedProto?: string | null | undefined;
}

export interface ClientAddress {
  /** In its shortest form; `unix` for a local socket without a proxy's word. */
  readonly address: string;
  /** What the client spoke to the outermost trusted proxy; `undefined` when none says so. */
  readonly protocol: "http" | "https" | undefined;
}

/**
 * Where a request comes from. Read from the right: each trusted proxy is believed about the hop before it, and the first
 * address that is not a trusted proxy is the client. From any other peer the headers mean nothing.
 *
 * With both headers `X-Forwarded-For` counts: it is what proxies write, and most of them pass on a `Forwarded` that the
 * client made up.
 *
 * @param isTrusted whether an address is one of the operator's proxies; see addressMatcher
 * @source RFC 9700 §4.13; RFC 7239 §5.2, §7.4
 */
export function resolveClientAddress(
  { peer, forwarded, forwardedFor, forwardedProto }: Hops,
  isTrusted: (address: string) => boolean,
): ClientAddress {
  const socket = normaliseAddress(peer) ?? peer;
  if (!isTrusted(socket)) return { address: socket, protocol: undefined };

  const hops = forwardedFor ? readForwardedFor(forwardedFor, forwardedProto) : readForwarded(forwarded, forwardedProto);
  let address = socket;
  let protocol: ClientAddress["protocol"] = hops.length === 0 ? readProtocol(lastOf(forwardedProto)) : undefined;
  for (const hop of hops.slice(-maxHops).reverse()) {
    protocol = hop.protocol;
    if (hop.address === undefined) break; // "unknown" or a made-up name: the last proxy is all that is known
    address = hop.address;
    if (!isTrusted(address)) break;
  }
  return { address, protocol };
}

/**
 * A test for addresses in any of the networks. `unix` stands for a local socket.
 *
 * @throws RangeError, for an entry that is neither an address nor a network
 */
export function addressMatcher(networks: readonly string[]): (address: string) => boolean {
  const matchesUnix = networks.includes("unix");
  const parsed = networks.filter((network) => network !== "unix").map(readNetwork);
  return (address) => {
    if (address === "unix") return matchesUnix;
    const octets = parseAddress(address);
    return octets !== undefined && parsed.some((network) => isWithin(octets, network));
  };
}

/** Whether the address is in any of the networks. Where the list stays the same, make one addressMatcher of it. */
export const matchesCidr = (address: string, networks: readonly string[]): boolean => addressMatcher(networks)(address);

/** Whether the text is an address or a network such as `10.0.0.0/8`. */
export const isNetwork = (text: string): boolean => parseNetwork(text) !== undefined;

/** 127.0.0.0/8, ::1, and the former inside IPv6. */
export function isLoopback(address: string): boolean {
  const octets = parseAddress(address);
  return octets !== undefined && loopbackNetworks.some((network) => isWithin(octets, network));
}

/**
 * Whether an address is one that Postern must not fetch from: everything but public unicast addresses. IPv4 inside IPv6
 * (mapped, NAT64, 6to4) is judged by the IPv4 address. What is no address is refused like a private one.
 *
 * @source RFC 6890 and the IANA special-purpose address registries
 */
export function isPrivateAddress(address: string): boolean {
  const octets = parseAddress(address);
  if (octets === undefined || specialNetworks.some((network) => isWithin(octets, network))) return true;
  const embedded = embeddedAddress(octets);
  return embedded !== undefined && isPrivateAddress(embedded);
}

/** The address in its shortest form; IPv4 inside IPv6 as IPv4; without a zone. `undefined` when it is no address. */
export function normaliseAddress(text: string): string | undefined {
  const octets = parseAddress(text);
  if (octets === undefined) return undefined;
  if (octets.length === 4) return octets.join(".");
  const groups = Array.from(
    { length: 8 },
    (_, index) => ((octets[2 * index] ?? 0) << 8) | (octets[2 * index + 1] ?? 0),
  );
  return compress(groups.map((group) => group.toString(16)));
}

/**
 * What limits count an address as: who has an IPv6 address has the 2^64 beside it too, so those are one. Takes an
 * address in its shortest form; anything else stays as it is.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const octets = parseAddress(address);
  return octets?.length === 16 ? `${Buffer.from(octets.slice(0, 8)).toString("hex")}::/64` : address;
}

interface Network {
  readonly octets: readonly number[];
  readonly bits: number;
}

/** 4 or 16 octets. Four decimal numbers alone are IPv4: no leading zero, no fewer parts, no hexadecimal. */
function parseAddress(text: string): readonly number[] | undefined {
  if (!text.includes(":")) return parseV4(text);
  const octets = parseV6(text.replace(/%[A-Za-z0-9._~-]*$/, ""));
  // RFC 4291 §2.5.5.2: ::ffff:192.0.2.1 is an IPv4 node.
  return octets !== undefined && isWithin(octets, v4Mapped) ? octets.slice(12) : octets;
}

function parseV4(text: string): readonly number[] | undefined {
  const parts = text.split(".");
  const isWhole =
    parts.length === 4 && parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256);
  return isWhole ? parts.map(Number) : undefined;
}

function parseV6(text: string): readonly number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => readGroups(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 14) return undefined;
  return [...head, ...Array.from({ length: 16 - head.length - tail.length }, () => 0), ...tail];
}

/** Groups of four hexadecimal digits; the last may be an IPv4 address (RFC 4291 §2.2). */
function readGroups(text: string, mayEndInV4: boolean): readonly number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const octets: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (mayEndInV4 && index === groups.length - 1 && group.includes(".")) {
      const v4 = parseV4(group);
      if (v4 === undefined) return undefined;
      octets.push(...v4);
    } else {
      if (!/^[0-9A-Fa-f]{1,4}$/.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      octets.push(value >> 8, value & 0xff);
    }
  }
  return octets;
}

/** RFC 5952 §4.2: the longest run of zero groups, two at least, becomes `::`; of two the first. */
function compress(groups: readonly string[]): string {
  let start = -1;
  let length = 1;
  for (let from = 0; from < groups.length; from++) {
    let run = 0;
    while (groups[from + run] === "0") run++;
    if (run > length) {
      start = from;
      length = run;
    }
  }
  if (start < 0) return groups.join(":");
  return `${groups.slice(0, start).join(":")}::${groups.slice(start + length).join(":")}`;
}

function parseNetwork(text: string): Network | undefined {
  const [, address = "", prefix] = /^([^/]+)(?:\/([0-9]{1,3}))?$/.exec(text) ?? [];
  const octets = parseAddress(address);
  if (octets === undefined) return undefined;
  const widest = octets.length * 8;
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8: the address has been read as IPv4, so its prefix is too.
  const isMapped = octets.length === 4 && address.includes(":");
  const bits = prefix === undefined ? widest : Number(prefix) - (isMapped ? 96 : 0);
  return bits >= 0 && bits <= widest ? { octets, bits } : undefined;
}

function readNetwork(text: string): Network {
  const network = parseNetwork(text);
  if (network === undefined) throw new RangeError(`not an address or a network: ${text}`);
  return network;
}

function isWithin(octets: readonly number[], { octets: base, bits }: Network): boolean {
  if (octets.length !== base.length) return false;
  for (let index = 0, left = bits; left > 0; index++, left -= 8) {
    const mask = left >= 8 ? 0xff : 0xff & (0xff << (8 - left));
    if (((octets[index] ?? 0) & mask) !== ((base[index] ?? 0) & mask)) return false;
  }
  return true;
}

/** The IPv4 address that a NAT64 (RFC 6052) or 6to4 (RFC 3056) address leads to. */
function embeddedAddress(octets: readonly number[]): string | undefined {
  if (isWithin(octets, nat64)) return octets.slice(12).join(".");
  if (isWithin(octets, sixToFour)) return octets.slice(2, 6).join(".");
  return undefined;
}

interface Hop {
  readonly address: string | undefined;
  readonly protocol: ClientAddress["protocol"];
}

function readForwardedFor(header: string, proto: string | null | undefined): readonly Hop[] {
  const addresses = header.split(",");
  const protocols = (proto ?? "").split(",");
  return addresses.map((entry, index) => ({
    address: readNode(entry.trim()),
    // Each proxy adds one to both lists, or each writes the protocol anew: then the one that is there is for all.
    protocol: readProtocol(protocols[index - addresses.length + protocols.length] ?? protocols[0]),
  }));
}

function readForwarded(header: string | null | undefined, proto: string | null | undefined): readonly Hop[] {
  if (!header) return [];
  return splitUnquoted(header, ",").map((element) => {
    let address: string | undefined;
    let protocol: ClientAddress["protocol"];
    for (const pair of splitUnquoted(element, ";")) {
      const [, name = "", value = ""] = /^\s*([A-Za-z]+)=(.*?)\s*$/.exec(pair) ?? [];
      const text = value.replace(/^"(.*)"$/, "$1").replace(/\\(.)/g, "$1");
      if (name.toLowerCase() === "for") address = readNode(text);
      if (name.toLowerCase() === "proto") protocol = readProtocol(text);
    }
    return { address, protocol: protocol ?? readProtocol(lastOf(proto)) };
  });
}

/** RFC 7239 §4: a value may be a quoted string, in which a separator is none. */
function splitUnquoted(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  let isQuoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === separator && !isQuoted) {
      parts.push(part);
      part = "";
      continue;
    }
    if (character === '"') isQuoted = !isQuoted;
    part += character;
    if (character === "\\" && isQuoted) {
      index++;
      part += text.charAt(index);
    }
  }
  return [...parts, part];
}

/** An address with or without a port: `192.0.2.1:80`, `[2001:db8::1]:80`, `2001:db8::1` (RFC 7239 §6). */
function readNode(text: string): string | undefined {
  const [, bracketed, v4] = /^(?:\[([^\]]+)\]|([0-9.]+))(?::[0-9]{1,5})?$/.exec(text) ?? [];
  return normaliseAddress(bracketed ?? v4 ?? text);
}

function readProtocol(text: string | undefined): ClientAddress["protocol"] {
  const protocol = text?.trim().toLowerCase();
  return protocol === "http" || protocol === "https" ? protocol : undefined;
}

const lastOf = (list: string | null | undefined): string | undefined => list?.split(",").at(-1);

const maxHops = 32;
const v4Mapped: Network = { octets: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0], bits: 96 };
const nat64 = readNetwork("64:ff9b::/96");
const sixToFour = readNetwork("2002::/16");
const loopbackNetworks: readonly Network[] = ["127.0.0.0/8", "::1/128"].map(readNetwork);
const specialNetworks: readonly Network[] = [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private use
  "100.64.0.0/10", // shared address space of carriers
  "127.0.0.0/8", // loopback
  "169.254.0.0/16", // link local; metadata services of clouds
  "172.16.0.0/12", // private use
  "192.0.0.0/24", // protocol assignments
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays, deprecated
  "192.168.0.0/16", // private use
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, and broadcast
  "::/96", // unspecified, loopback, IPv4-compatible
  "64:ff9b:1::/48", // NAT64 for local use
  "100::/64", // discard
  "2001::/23", // protocol assignments, Teredo among them
  "2001:db8::/32", // documentation
  "3fff::/20", // documentation
  "5f00::/16", // segment routing
  "fc00::/7", // unique local
  "fe80::/10", // link local
  "fec0::/10", // site local, deprecated
  "ff00::/8", // multicast
].map(readNetwork);
