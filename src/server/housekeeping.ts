import type { Context } from "../context.ts";
import { after, between, type Duration, hours, minutes } from "../time.ts";

const every = minutes(1);
const batch = 200;
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
  context: Pick<Context, "config" | "store" | "keys" | "clock" | "lastUsed" | "activity" | "traces" | "log">,
): Housekeeping {
  let running = false;
  let before = context.clock.now();
  let steadyFrom = after(before, steadyAfter(between(context.store.lastCommitBeforeOpening ?? before, before)));

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
      await context.lastUsed.write();
      await context.activity.write();
      await context.traces.write();
      if (now < steadyFrom) return;
      let deleted = 0;
      do {
        deleted = await context.store.sweep({ now, limit: batch });
        if (deleted > 0) await Bun.sleep(20);
      } while (deleted === batch);
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
