import { quoted, SettingFault } from "./fault.ts";

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
