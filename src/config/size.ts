import { quoted, SettingFault } from "./fault.ts";

const units: readonly (readonly [letter: string, bytes: number])[] = [
  ["g", 1024 ** 3],
  ["m", 1024 ** 2],
];

/** A parser of sizes in bytes that refuses what is smaller. */
export function sizeFrom(smallest: string): (text: string) => number {
  return (text) => {
    const bytes = parseSize(text);
    if (bytes >= parseSize(smallest)) return bytes;
    throw new SettingFault(`is ${quoted(text)}, which is too small`, `write a size of at least ${smallest}`);
  };
}

function parseSize(text: string): number {
  const found = /^(\d{1,12})([gm])$/.exec(text.toLowerCase());
  const unit = units.find(([letter]) => letter === found?.[2]);
  if (found === null || unit === undefined)
    throw new SettingFault(`is ${quoted(text)}, not a size`, "write a whole number with m or g, such as 512m or 2g");
  return Number(found[1]) * unit[1];
}
