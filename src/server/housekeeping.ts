import type { Context } from "../context.ts";
import { hours, minutes } from "../time.ts";

const every = minutes(1);
const batch = 200;
const aJump = hours(1);

/** Once a minute: writes the last-used times and deletes what is spent, in small batches so that nobody waits long. */
export function housekeeping(context: Pick<Context, "store" | "clock" | "lastUsed" | "log">): { stop(): void } {
  let running = false;
  let before = context.clock.now();

  const round = async () => {
    if (running) return;
    running = true;
    try {
      const now = context.clock.now();
      if (Math.abs(now - before - every) > aJump)
        context.log.warn("the clock has jumped", { seconds: Math.round((now - before) / 1000) });
      before = now;
      await context.lastUsed.write();
      let deleted = 0;
      do {
        deleted = await context.store.sweep({ now, limit: batch });
        if (deleted > 0) await Bun.sleep(20);
      } while (deleted === batch);
    } catch (error) {
      context.log.warn("housekeeping failed and will be tried again", { error });
    } finally {
      running = false;
    }
  };

  const timer = setInterval(round, every);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
