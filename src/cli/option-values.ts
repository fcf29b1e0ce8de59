import { InvalidArgumentError } from "commander";
import { SettingFault } from "../config/fault.ts";
import type { Duration } from "../time.ts";

/** A reader of whole numbers within bounds. */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d{1,10}$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
  };

/** A reader of durations, in the syntax of the settings. */
export const duration =
  (parse: (text: string) => Duration) =>
  (text: string): Duration => {
    const read = tried(parse, text);
    if (!(read instanceof SettingFault)) return read;
    throw new InvalidArgumentError(`It ${read.problem}; ${read.remedy}.`);
  };

function tried(parse: (text: string) => Duration, text: string): Duration | SettingFault {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof SettingFault) return error;
    throw error;
  }
}

/** Collects an option that may be given several times; an empty text stands for an empty list. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] =>
  value === "" ? (before ?? []) : [...(before ?? []), value];
