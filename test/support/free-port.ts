import { randomInt } from "node:crypto";

/** Below those that systems give to outgoing connections (32768 and above), any of which could take it a moment later. */
const [lowest, beyond] = [10_000, 32_000];

/** A port that was free a moment ago. Chosen by chance, so that two runs of tests at once hardly ever choose the same. */
export function freePort(): number {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(lowest, beyond);
    if (isFree(port)) return port;
  }
  throw new Error("no port is free");
}

function isFree(port: number): boolean {
  try {
    // Without development Bun shares ports unless it is told not to.
    Bun.serve({ port, hostname: "127.0.0.1", reusePort: false, fetch: () => new Response() }).stop(true);
    return true;
  } catch {
    return false;
  }
}
