import { readFileSync } from "node:fs";
import { isOutOfDescriptors } from "../open-files.ts";
import type { Duration } from "../time.ts";

/**
 * Looks at the contents of files now and then, through whatever links lead to them, and tells when they have changed. Those
 * that belong together are replaced one after the other: it waits until two looks in a row have seen the same.
 *
 * @returns how to end it
 */
export function watchFiles(paths: readonly string[], every: Duration, changed: () => void): () => void {
  let known = contentsOf(paths);
  let before = known;
  const timer = setInterval(() => {
    const now = contentsOf(paths);
    if (now === undefined) return;
    const isNew = now !== known && now === before;
    before = now;
    if (!isNew) return;
    known = now;
    changed();
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}

/** Undefined while nothing can be looked at, because too many files are open. */
function contentsOf(paths: readonly string[]): string | undefined {
  try {
    return JSON.stringify(paths.map(contentOf));
  } catch (error) {
    if (isOutOfDescriptors(error)) return undefined;
    throw error;
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isOutOfDescriptors(error)) throw error;
    // It is away for a moment; what is made of that is the reader's business.
    return undefined;
  }
}
