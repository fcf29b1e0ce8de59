import { readdirSync, readFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

const threads = "/proc/self/task";
/** On a core that others want as well a thread that is nicer by so much gets a tenth. */
const nicer = 10;
const nicest = 19;
const stoodBack = new Set<string>();

/**
 * Lets the threads that hash passwords stand back behind the one that answers requests, so that a flood of wrong passwords
 * delays nobody else. To Linux a thread has a priority of its own (setpriority(2)); elsewhere nothing happens. They are those of
 * Bun's pool, which starts them when it needs them: to be called before each piece of such work.
 */
export function poolStandsBack(): void {
  try {
    for (const thread of readdirSync(threads)) {
      if (stoodBack.has(thread) || !readFileSync(`${threads}/${thread}/comm`, "utf8").startsWith("Bun Pool")) continue;
      setPriority(Number(thread), Math.min(nicest, getPriority() + nicer));
      stoodBack.add(thread);
    }
  } catch {
    // No /proc, a thread that ended meanwhile, or no descriptor left: the next time may do.
  }
}
