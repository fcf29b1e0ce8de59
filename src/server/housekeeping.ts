import type { Context } from "../context.ts";
import { hours, minutes } from "../time.ts";

const every = minutes(1);
const batch = 200;
const aJump = hours(1);
/** Nothing is deleted on a clock that has just jumped, or just started: a corrected one finds it valid again. */
const steadyFor = hours(1);

export interface Housekeeping {
  /** What is done once a minute. */
  round(): Promise<void>;
  stop(): void;
}

/** Once a minute: writes what waits in memory and deletes what is spent, in small batches so that nobody waits long. */
export function housekeeping(
  context: Pick<Context, "store" | "clock" | "lastUsed" | "activity" | "traces" | "log">,
): Housekeeping {
  let running = false;
  let before = context.clock.now();
  let steadySince = before;

  const round = async () => {
    if (running) return;
    running = true;
    try {
      const now = context.clock.now();
      if (Math.abs(now - before - every) > aJump) {
        context.log.warn("the clock has jumped", { seconds: Math.round((now - before) / 1000) });
        steadySince = now;
      }
      before = now;
      await context.lastUsed.write();
      await context.activity.write();
      await context.traces.write();
      if (now - steadySince < steadyFor) return;
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
  return { round, stop: () => clearInterval(timer) };
}
