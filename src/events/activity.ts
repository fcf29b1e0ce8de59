import type { ActivityName } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { type Clock, hours, instant } from "../time.ts";
import type { Metrics } from "./metrics.ts";

/** What happened, by the hour: read off the counters once a minute, so that no request pays for it. */
export interface Activity {
  /** Adds what was counted since the last time to the present hour. */
  write(): Promise<void>;
}

interface Sources {
  readonly metrics: Pick<Metrics, "total">;
  readonly clock: Clock;
  readonly store: Pick<Store, "touch">;
}

export function activity({ metrics, clock, store }: Sources): Activity {
  const written = new Map<ActivityName, number>();

  const write = async () => {
    const hour = instant(Math.floor(clock.now() / hours(1)) * hours(1));
    const counts = totalsOf(metrics)
      .map(({ name, total }) => ({ hour, name, count: total - (written.get(name) ?? 0) }))
      .filter(({ count }) => count > 0);
    if (counts.length === 0) return;
    const add = (sign: 1 | -1) => {
      for (const { name, count } of counts) written.set(name, (written.get(name) ?? 0) + sign * count);
    };
    // Taken before it is written: who writes meanwhile does not count it again.
    add(1);
    try {
      await store.touch({ grants: [], clients: [], sessions: [], activity: counts });
    } catch (error) {
      add(-1);
      throw error;
    }
  };

  return { write };
}

function totalsOf(metrics: Pick<Metrics, "total">): readonly { readonly name: ActivityName; readonly total: number }[] {
  const signIns = metrics.total("postern_sign_ins_total", { result: "signed-in" });
  return [
    { name: "tokens", total: metrics.total("postern_tokens_issued_total") },
    { name: "sign-ins", total: signIns },
    { name: "failed-sign-ins", total: metrics.total("postern_sign_ins_total") - signIns },
  ];
}
