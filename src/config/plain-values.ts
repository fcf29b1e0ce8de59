import { resolve } from "node:path";
import { quoted, SettingFault } from "./fault.ts";
import { Hidden } from "./hidden.ts";

/** A parser that takes exactly these words. */
export function oneOf<Word extends string>(...words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw new SettingFault(`is ${quoted(text)}`, `write ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`);
  };
}

export function parseBoolean(text: string): boolean {
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw new SettingFault(`is ${quoted(text)}`, "write true or false");
}

/** Makes a path absolute, so that it means the same after a change of directory. */
export function parsePath(text: string): string {
  if (text.includes("\0")) throw new SettingFault("holds a zero byte", "write a path");
  return resolve(text);
}

export function parseUsername(text: string): string {
  if (!/\p{Cc}/u.test(text) && text.length <= 128) return text;
  throw new SettingFault("is not a user name", "write at most 128 characters, no control characters");
}

export const leastSecretLength = 32;

/** Reads the instance secret; a short one could be guessed from the encrypted keys of a stolen database. */
export function parseInstanceSecret(text: string): Hidden {
  if ([...text].length >= leastSecretLength) return new Hidden(text);
  throw new SettingFault(`has fewer than ${leastSecretLength} characters`, "make one with: openssl rand -base64 32");
}

/** Whoever finds a backup can try passphrases for as long as they like. */
export function parsePassphrase(text: string): Hidden {
  if ([...text].length >= 12) return new Hidden(text);
  throw new SettingFault("has fewer than 12 characters", "write several words that nobody would put together");
}

/** More than that share nothing but the wait for each other. */
const mostWorkers = 64;

/** A number of processes, or `auto`: as many as there are processors. */
export function parseWorkers(text: string): number {
  if (text === "auto") return Math.min(mostWorkers, Math.max(1, navigator.hardwareConcurrency));
  try {
    return wholeNumberBetween(1, mostWorkers)(text);
  } catch (error) {
    throw error instanceof SettingFault ? new SettingFault(error.problem, `${error.remedy}, or auto`) : error;
  }
}

export function wholeNumberBetween(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number;
    throw new SettingFault(`is ${quoted(text)}`, `write a whole number from ${least} to ${most}`);
  };
}
