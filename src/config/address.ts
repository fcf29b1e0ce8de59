import { resolve } from "node:path";
import { quoted, SettingFault } from "./fault.ts";

// node:net has isIP, but importing it costs 5 ms of the start (measured with Bun 1.4.5); the URL parser is already there.

/** Where the server listens. An IPv6 host stands without its brackets; port 0 lets the system choose. */
export type Listen =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string; readonly mode: number };

/** A socket is for its owner and group, unless `?mode=` says otherwise. */
const usualMode = 0o660;

/** Reads one or more addresses, separated by commas. */
export function parseListenList(text: string): readonly Listen[] {
  const list = text.split(",").map((entry) => entry.trim());
  const each = new Map(list.filter((entry) => entry !== "").map((entry) => [entry, parseListen(entry)]));
  // By what they mean: written twice, perhaps differently, it is one.
  const distinct = new Map([...each.values()].map((listen) => [listenText(listen), listen]));
  // Without any entry, for the sake of its message.
  return distinct.size === 0 ? [parseListen(text)] : [...distinct.values()];
}

/** Reads `host:port`, `[::]:port` or `unix:/path/to.sock`, perhaps with `?mode=0660`. */
export function parseListen(text: string): Listen {
  if (text.startsWith("unix:")) return parseSocket(text.slice("unix:".length));
  const [, bracketed, bare, digits] = /^(?:\[([^[\]]*)\]|([^[\]:]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  const host = (bracketed ?? bare ?? "").toLowerCase();
  if (digits === undefined || !(bracketed === undefined ? isIpv4(host) || isHostName(host) : isIpv6(host))) {
    throw new SettingFault(
      `is ${quoted(text)}, not an address to listen on`,
      "write host:port such as 127.0.0.1:8080, [::]:8080 for every address, or unix:/path/to.sock; several with commas",
    );
  }
  if (port > 65535) throw new SettingFault(`is ${quoted(text)}, with a port above 65535`, "write a port up to 65535");
  return { kind: "tcp", host, port };
}

/** Whether only this machine can reach the listener by an address that `http://localhost` would find. */
export function isLoopbackListen(listen: Listen): boolean {
  if (listen.kind === "unix") return false;
  const { host } = listen;
  if (isIpv4(host)) return host.startsWith("127.");
  if (isIpv6(host)) return new URL(`http://[${host}]`).hostname === "[::1]";
  return host === "localhost" || host.endsWith(".localhost");
}

/** The listener as `POSTERN_LISTEN` would name it. */
export function listenText(listen: Listen): string {
  if (listen.kind === "unix") return `unix:${listen.path}`;
  return listen.host.includes(":") ? `[${listen.host}]:${listen.port}` : `${listen.host}:${listen.port}`;
}

/** Reads a list of CIDRs and `unix`. A bare address becomes the CIDR of that one address. */
export function parseTrustedProxies(text: string): readonly string[] {
  return entries(text).map((entry) => {
    if (entry === "unix") return entry;
    const cidr = findCidr(entry);
    if (cidr !== undefined) return cidr;
    throw new SettingFault(
      `names ${quoted(entry)}, not a CIDR`,
      "write CIDRs such as 192.168.1.0/24 or fd00::/8, and unix for peers on a socket, separated by commas",
    );
  });
}

/** Reads a list of CIDRs and host names; host names become lower case. */
export function parseOutboundAllow(text: string): readonly string[] {
  return entries(text).map((entry) => {
    const allowed = findCidr(entry) ?? (isHostName(entry) ? entry : undefined);
    if (allowed !== undefined) return allowed;
    throw new SettingFault(
      `names ${quoted(entry)}, neither a host nor a CIDR`,
      "write host names such as nas.lan (no scheme, port or *) and CIDRs such as 10.0.0.0/8, separated by commas",
    );
  });
}

function parseSocket(text: string): Listen {
  const [path = "", query, ...more] = text.split("?");
  const [, digits] = /^mode=0?([0-7]{3})$/.exec(query ?? "") ?? [];
  if (more.length > 0 || (query !== undefined && digits === undefined)) {
    throw new SettingFault(
      `has ${quoted(`?${[query, ...more].join("?")}`)} after a socket`,
      "write the mode as unix:/path/to.sock?mode=0660, in octal digits",
    );
  }
  return {
    kind: "unix",
    path: parseSocketPath(path),
    mode: digits === undefined ? usualMode : Number.parseInt(digits, 8),
  };
}

/** An absolute path that a unix socket can have. */
export function parseSocketPath(path: string): string {
  if (!path.startsWith("/") || path.endsWith("/") || path.includes("\0")) {
    throw new SettingFault(
      `names the socket ${quoted(path)}`,
      "write an absolute path, such as unix:/run/postern.sock",
    );
  }
  const resolved = resolve(path);
  // unix(7): sun_path has 108 bytes, the last of them zero.
  if (new TextEncoder().encode(resolved).length > 107) {
    throw new SettingFault(
      "names a socket path of more than 107 bytes",
      "write a shorter path, the system takes no more",
    );
  }
  return resolved;
}

function entries(text: string): readonly string[] {
  if (text === "") return [];
  const list = text.split(",").map((entry) => entry.trim().toLowerCase());
  return [...new Set(list.filter((entry) => entry !== ""))];
}

function findCidr(text: string): string | undefined {
  const [address = "", prefix, more] = text.split("/");
  const bits = isIpv4(address) ? 32 : isIpv6(address) ? 128 : undefined;
  if (bits === undefined || more !== undefined) return undefined;
  if (prefix === undefined) return `${address}/${bits}`;
  return isWholeNumberUpTo(bits, prefix) ? text : undefined;
}

function isIpv4(text: string): boolean {
  const octets = text.split(".");
  return octets.length === 4 && octets.every((octet) => isWholeNumberUpTo(255, octet));
}

// Without leading zeros, which some parsers take for octal.
function isWholeNumberUpTo(limit: number, text: string): boolean {
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 && value <= limit && String(value) === text;
}

function isIpv6(text: string): boolean {
  return /^[0-9a-f:.]+$/.test(text) && text.includes(":") && URL.canParse(`http://[${text}]`);
}

// RFC 1123 §2.1, and the underscore that networks at home use. The last label is not all digits: that would be an address.
function isHostName(text: string): boolean {
  const labels = text.split(".");
  if (text.length > 253 || /^\d+$/.test(labels.at(-1) ?? "")) return false;
  return labels.every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
}
