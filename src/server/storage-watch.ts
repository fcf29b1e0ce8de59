import { isNearLimit } from "../administration/statistics.ts";
import type { Context } from "../context.ts";

/** Beyond this the log of the database is longer than any checkpoint leaves it, for somebody holds it. */
const longLog = 64 * 1024 ** 2;

/** Tells the operator in the log before the database is full, when it is, and when it is not any more. */
export function storageWatch({ store, log }: Pick<Context, "store" | "log">): { look(): Promise<void> } {
  let told: "roomy" | "near" | "full" = "roomy";
  let isLogLong = false;
  return {
    look: async () => {
      const size = await store.statistics.size();
      const { usedBytes, logBytes, limit } = size;
      const state =
        limit !== undefined && usedBytes >= limit.growthEndsAt ? "full" : isNearLimit(size) ? "near" : "roomy";
      const facts = { bytes: usedBytes, limit: limit?.maxBytes };
      if (state !== told && state === "full")
        log.error(
          "the database has reached POSTERN_DB_MAX_SIZE: nothing new is taken but sign-ins, sign-outs and revocations",
          facts,
        );
      else if (state !== told && state === "near") log.warn("the database comes near POSTERN_DB_MAX_SIZE", facts);
      else if (state !== told) log.info("the database has room again", facts);
      told = state;
      if (logBytes > longLog && !isLogLong)
        log.warn("the log of the database grows, for another process has been reading it for long", {
          bytes: logBytes,
        });
      isLogLong = logBytes > longLog;
    },
  };
}
