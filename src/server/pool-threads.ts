import { readdirSync, readFileSync, statSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

const threads = "/proc/self/task";
/** On a core that others want as well a thread that is nicer by so much gets a tenth. */
const nicer = 10;
const nicest = 19;
const stoodBack = new Set<string>();
let lookedAt = 0;

/**
 * Lets the threads that hash passwords stand back behind the one that answers requests, so that a flood of wrong passwords
 * delays nobody else. To Linux a thread has a priority of its own (setpriority(2)); elsewhere nothing happens. They are those of
 * Bun's pool, which starts them when it needs them: to be called before each piece of such work.
 */
export function poolStandsBack(): void {
  const number = numberOfThreads();
  if (number === lookedAt) return;
  lookedAt = number;
  const running = threadsOfProcess();
  for (const thread of stoodBack) if (!running.includes(thread)) stoodBack.delete(thread);
  for (const thread of running) if (!stoodBack.has(thread) && standsBack(thread)) stoodBack.add(thread);
}

/** As many more as a folder has links of its own. To look at each takes a hundred times as long. */
function numberOfThreads(): number {
  return statSync(threads, { throwIfNoEntry: false })?.nlink ?? 0;
}

function threadsOfProcess(): readonly string[] {
  try {
    return readdirSync(threads);
  } catch {
    return []; // No /proc, or no descriptor left.
  }
}

/** False for one that is none of the pool's, or has ended meanwhile, or where a system call filter forbids it. */
function standsBack(thread: string): boolean {
  try {
    if (!readFileSync(`${threads}/${thread}/comm`, "utf8").startsWith("Bun Pool")) return false;
    setPriority(Number(thread), Math.min(nicest, getPriority() + nicer));
    return true;
  } catch {
    return false;
  }
}
