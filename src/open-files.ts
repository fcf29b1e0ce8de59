import { readFileSync } from "node:fs";

/** EMFILE: this process has no more; ENFILE: nor has the whole system (open(2)). */
export const isOutOfDescriptors = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EMFILE" || error.code === "ENFILE");

/** The soft limit of this process: 0 when no file is left to read it from, undefined where the system does not tell. */
export function limitOfOpenFiles(): number | undefined {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch (error) {
    return isOutOfDescriptors(error) ? 0 : undefined;
  }
}
