import { type Duration, days, hours, inSeconds, minutes, seconds } from "../time.ts";
import { quoted, SettingFault } from "./fault.ts";

/** How a duration is written, in the words of messages and of the configuration page. */
export const durationSyntax = "a whole number with s, m, h, d or y (365 days), such as 90s or 30d, or plain seconds";

/** A parser of durations that refuses what is outside the bounds; the bounds are written as an operator would. */
export function durationBetween(shortest: string, longest: string): (text: string) => Duration {
  return (text) => {
    const duration = parseDuration(text);
    const bounds = `write a duration from ${shortest} to ${longest}`;
    if (duration < parseDuration(shortest)) throw new SettingFault(`is ${quoted(text)}, which is too short`, bounds);
    if (duration > parseDuration(longest)) throw new SettingFault(`is ${quoted(text)}, which is too long`, bounds);
    return duration;
  };
}

/** The shortest way to write a duration that `parseDuration` reads back. */
export function durationText(duration: Duration): string {
  const whole = inSeconds(duration);
  const unit = units.find(([, length]) => whole > 0 && whole % inSeconds(length(1)) === 0);
  return unit === undefined ? `${whole}s` : `${whole / inSeconds(unit[1](1))}${unit[0]}`;
}

const units: readonly (readonly [string, (count: number) => Duration])[] = [
  ["y", (count) => days(count * 365)],
  ["d", days],
  ["h", hours],
  ["m", minutes],
  ["s", seconds],
];

// Every start reads a dozen durations, so this does without a regular expression, which would have to be compiled first.
function parseDuration(text: string): Duration {
  const unit = units.find(([letter]) => text.endsWith(letter));
  const digits = unit === undefined ? text : text.slice(0, -1);
  const count = Number(digits);
  // Ten digits are more than every bound. String(count) differs from what Number takes beside digits: "", "1e3", "0x1".
  if (
    digits.length > 10 ||
    !Number.isInteger(count) ||
    count < 0 ||
    String(count).padStart(digits.length, "0") !== digits
  ) {
    throw new SettingFault(`is ${quoted(text)}, not a duration`, `write ${durationSyntax}`);
  }
  return unit === undefined ? seconds(count) : unit[1](count);
}
