import type { CrashReport } from "./crashes.ts";

const mebibyte = 1024 * 1024;
/** `journal_size_limit` is 8 MiB; a burst may go beyond it until the next checkpoint. */
const longestLog = 16 * mebibyte;
/** In KiB, with all that this load asks for at once. */
const mostMemory = 256 * 1024;
/** What a garbage collector may lag behind, in KiB. */
const slack = 8 * 1024;

/** Whether the last quarter of the sizes is no larger than the quarter before it, within a twentieth. */
export function isLevel(sizes: readonly number[]): boolean {
  const quarter = Math.floor(sizes.length / 4);
  const most = (part: readonly number[]) => Math.max(...part);
  return most(sizes.slice(-quarter)) <= most(sizes.slice(-2 * quarter, -quarter)) * 1.05;
}

/** What may not be, each in a sentence. */
export function faultsOfReport({ complaints, mostLogBytes, memory }: CrashReport): readonly string[] {
  const faults = [...complaints];
  if (mostLogBytes > longestLog) faults.push(`the write-ahead log grew to ${mostLogBytes} bytes`);
  const { most, early, late } = memory;
  if (most > mostMemory) faults.push(`resident memory reached ${most} KiB`);
  if (early !== undefined && late !== undefined && late > early * 1.1 + slack)
    faults.push(`resident memory grows: from ${early} to ${late} KiB`);
  return faults;
}
