import type { Instant } from "../time.ts";
import type { Metrics } from "./metrics.ts";

/** What became of the backups that the server makes by itself, since it started. */
export interface BackupOutcomes {
  succeeded(at: Instant): void;
  failed(): void;
  /** The last one failed. */
  readonly isFailing: boolean;
  /** When the newest backup that is known was made, also by the server that ran before. */
  readonly lastAt: Instant | undefined;
  /** Tells of one that was there already. */
  found(at: Instant): void;
}

export function backupOutcomes(metrics: Metrics): BackupOutcomes {
  let isFailing = false;
  let lastAt: Instant | undefined;
  return {
    succeeded: (at) => {
      isFailing = false;
      lastAt = at;
      metrics.count("postern_backups_total", { result: "created" });
    },
    failed: () => {
      isFailing = true;
      metrics.count("postern_backups_total", { result: "failed" });
    },
    found: (at) => {
      lastAt = at;
    },
    get isFailing() {
      return isFailing;
    },
    get lastAt() {
      return lastAt;
    },
  };
}
