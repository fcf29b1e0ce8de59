import type { UiLocale } from "../../languages/languages.ts";
import type { Instant } from "../../time.ts";

export const formatNumber = (locale: UiLocale, value: number): string => new Intl.NumberFormat(locale).format(value);

const byteUnits = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** "1.4 MB", in steps of a thousand, as disks are sold. */
export function formatBytes(locale: UiLocale, bytes: number): string {
  const step = Math.min(byteUnits.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: byteUnits[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** step);
}

/** "1 Jan", in UTC. */
export const formatDay = (locale: UiLocale, at: Instant): string =>
  new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" }).format(at);

/** "14:00", in UTC. */
export const formatTime = (locale: UiLocale, at: Instant): string =>
  new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" }).format(at);

/** "1 Jan 2030, 14:05 UTC". */
export const formatMoment = (locale: UiLocale, at: Instant): string =>
  new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "UTC",
    timeZoneName: "short",
  }).format(at);
