import type { Context } from "../context.ts";
import { after, between, type Duration, hours, minutes } from "../time.ts";
import { storageWatch } from "./storage-watch.ts";

const every = minutes(1);
/** Rows that are deleted at once, and pages that are given back. */
const batch = 200;
/** In milliseconds, for whoever else wants to write. */
const pause = 20;
/** Of giving back pages: what is left waits for the next minute. */
const mostSteps = 50;
const aJump = hours(1);
/**
 * Nothing is deleted, and no key made, on a clock that has just jumped or just started: a corrected one finds all as it
 * was. What a day decides (housekeeping waits so long after expiry) is soon believed; of years there is more doubt.
 */
const steadyAfter = (jump: Duration): Duration => (Math.abs(jump) > hours(24) ? hours(6) : hours(1));

export interface Housekeeping {
  /** What is done once a minute. */
  round(): Promise<void>;
  stop(): void;
}

/** Once a minute: writes what waits in memory and deletes what is spent, in small batches so that nobody waits long. */
export function housekeeping(
  context: Pick<
    Context,
    "config" | "store" | "keys" | "clock" | "lastUsed" | "activity" | "traces" | "log" | "workers"
  >,
): Housekeeping {
  const watch = storageWatch(context);
  let running = false;
  let before = context.clock.now();
  const gap = between(context.store.lastCommitBeforeOpening ?? before, before);
  // Forward it is how long the server was down, for all that can be told.
  if (gap < -aJump) context.log.warn("the clock is before the last write to the database", { seconds: gap / 1000 });
  let steadyFrom = after(before, steadyAfter(gap));

  const round = async () => {
    if (running) return;
    running = true;
    try {
      const now = context.clock.now();
      const jump = between(after(before, every), now);
      if (Math.abs(jump) > aJump) {
        context.log.warn("the clock has jumped", { seconds: Math.round(jump / 1000) });
        steadyFrom = after(now, steadyAfter(jump));
      }
      before = now;
      await watch.look();
      await context.workers?.gather();
      await context.lastUsed.write();
      await context.activity.write();
      await context.traces.write();
      if (now < steadyFrom) return;
      let deleted = 0;
      do {
        deleted = await context.store.sweep({ now, limit: batch });
        if (deleted > 0) await Bun.sleep(pause);
      } while (deleted === batch);
      for (let steps = 0; steps < mostSteps && (await context.store.shrink({ pages: batch })); steps += 1)
        await Bun.sleep(pause);
      const { keyRotation } = context.config;
      if (keyRotation !== undefined && (await context.keys.rotateDue(keyRotation, { kind: "system" })) === "rotated")
        context.log.info("new keys were made: they take over from those that have reached their age");
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
