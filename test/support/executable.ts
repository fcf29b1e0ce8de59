import { statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./repository.ts";

/** What `bun run build` makes; the test command builds it first. */
export const executable = join(root, "dist/postern");

/**
 * How to run Postern: as what is shipped, which starts in a fraction of the time, where that was made of the sources as they
 * are now; else from the sources.
 */
export function postern(): readonly string[] {
  const made = statSync(executable, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return made > newest() ? [executable] : [process.execPath, join(root, "src/main.ts")];
}

/** When a source was changed last. */
function newest(): number {
  const sources = [...new Bun.Glob("{src/**/*,package.json}").scanSync({ cwd: root })];
  return Math.max(...sources.map((path) => statSync(join(root, path)).mtimeMs));
}
