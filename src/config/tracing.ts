import { quoted, SettingFault } from "./fault.ts";
import { Hidden } from "./hidden.ts";

/**
 * Reads where the collector is, and gives the address that traces go to.
 *
 * @source OpenTelemetry, "OTLP Exporter Configuration": `v1/traces` below the endpoint
 */
export function parseCollector(text: string): string {
  const url = /^https?:\/\//.test(text) ? URL.parse(text) : null;
  const isPlain = url !== null && url.username === "" && url.password === "" && !/[?#]/.test(text);
  if (isPlain) return `${url.href.replace(/\/$/, "")}/v1/traces`;
  // A name and password before the host would be a secret: it is not shown.
  throw new SettingFault(
    url === null ? `is ${quoted(text)}, not the address of a collector` : "has more than a host and a path in it",
    "write the address of its OTLP/HTTP receiver, such as http://127.0.0.1:4318",
  );
}

/** Reads a part from 0 to 1. */
export function parseRatio(text: string): number {
  const ratio = /^(?:0|1|[01]?\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new SettingFault(`is ${quoted(text)}`, "write a number from 0 to 1, such as 0.1 for a tenth of the traces");
}

export function parseServiceName(text: string): string {
  if (text.length <= 100 && !/\p{Cc}/u.test(text)) return text;
  throw new SettingFault("is too long, or has control characters in it", "write a name of at most 100 characters");
}

/** What a collector wants to see before it takes anything, such as a token. */
export type CollectorHeaders = readonly (readonly [name: string, value: Hidden])[];

/** RFC 9110 §5.6.2. */
const token = /^[\w!#$%&'*+.^`|~-]+$/;
/** RFC 9110 §5.5: visible characters of ASCII, with spaces and tabs between them. */
const fieldValue = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;
/** These tell what is sent and how, which is for the exporter to say. */
const own: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "content-type",
  "expect",
  "host",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Reads a list of `name=value`, each value percent-encoded where it has to be.
 *
 * @source OpenTelemetry, "OTLP Exporter Configuration", "Specifying headers via environment variables": as W3C Baggage, without
 *   what stands there behind a semicolon
 */
export function parseCollectorHeaders(text: string): CollectorHeaders {
  const headers = new Map<string, Hidden>();
  const entries = text.split(",").map((entry) => entry.trim());
  for (const [index, entry] of entries.entries()) {
    if (entry === "") continue;
    const [name, value] = headerIn(entry);
    // Whatever is wrong with an entry, part of it may be the secret: none of it is shown.
    if (name === undefined || value === undefined || headers.has(name) || own.has(name))
      throw new SettingFault(
        `has an entry, number ${index + 1}, that is no header to be added`,
        "write name=value, with commas between the headers and %2C for one in a value, such as authorization=Bearer%20TOKEN",
      );
    headers.set(name, new Hidden(value));
  }
  return [...headers];
}

function headerIn(entry: string): readonly [name?: string, value?: string] {
  const equals = entry.indexOf("=");
  if (equals === -1) return [];
  const name = entry.slice(0, equals).trim().toLowerCase();
  const value = decoded(entry.slice(equals + 1).trim());
  return token.test(name) && value !== undefined && fieldValue.test(value) ? [name, value] : [];
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
