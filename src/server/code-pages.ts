import { readFileSync, readlinkSync } from "node:fs";
import { openLibc } from "./libc.ts";

/** When all that a start does is done, in milliseconds. */
const afterStart = 5000;

/**
 * Gives back the memory that holds code which only the start has run: 26 of 63 MiB. Once: what runs from then on stays, where
 * other programs want memory too.
 */
export function giveBackCodeOfStart(): void {
  setTimeout(giveBackCode, afterStart).unref();
}

/** sys/mman.h: the pages go, and are read from the file when they are needed again. */
const doNotNeed = 4;

/** On Linux; nothing happens elsewhere, and where anything of this is not to be had. */
export async function giveBackCode(): Promise<void> {
  const libc = await openLibc({ madvise: { args: ["u64", "u64", "i32"], returns: "i32" } });
  if (libc === undefined) return;
  try {
    const mappings = unchangedMappings(readFileSync("/proc/self/smaps", "utf8"), readlinkSync("/proc/self/exe"));
    for (const { start, end } of mappings) libc.madvise(start, end - start, doNotNeed);
  } catch {
    // No /proc, or no descriptor left.
  }
}

interface Mapping {
  readonly start: number;
  readonly end: number;
}

/**
 * What a process has mapped of a file, may not write to and never has: the linker writes addresses into parts that are only
 * read afterwards, and these would be lost.
 *
 * @param smaps the text of `/proc/PID/smaps` (proc(5))
 */
export function unchangedMappings(smaps: string, file: string): readonly Mapping[] {
  const mappings: Mapping[] = [];
  for (const text of smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)) {
    const [, start = "", end = "", path] = /^([0-9a-f]+)-([0-9a-f]+) r-\S+ \S+ \S+ \S+ +(.*)$/m.exec(text) ?? [];
    if (path !== file || !/^Anonymous: +0 kB$/m.test(text) || !/^Swap: +0 kB$/m.test(text)) continue;
    mappings.push({ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) });
  }
  return mappings;
}
