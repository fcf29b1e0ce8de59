import { statSync } from "node:fs";
import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { paths } from "../http/paths.ts";
import { notStored } from "../http/respond.ts";
import { refusals } from "../http/schemas.ts";
import type { KeyPurpose, StoredKey } from "../model/key.ts";
import { type Instant, numericDate } from "../time.ts";

/** Counters and gauges for Prometheus. `databaseFiles` are the database and what SQLite keeps beside it. */
export const metricsEndpoint = (
  context: Pick<Context, "config" | "metrics" | "clock" | "keys" | "startedAt" | "backups">,
  databaseFiles: readonly string[],
) =>
  new Elysia({ name: "metrics" }).get(
    paths.metrics,
    async ({ set }) => {
      const { stored } = await context.keys.open();
      const now = context.clock.now();
      const keyAge = (purpose: KeyPurpose) => ({
        name: `postern_${purpose}_key_age_seconds`,
        help: `Age of the ${purpose} key in use, the oldest where there are several.`,
        value: oldestInUse(stored, purpose, now),
      });
      Object.assign(set.headers, notStored, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
      return context.metrics.render([
        { name: "process_resident_memory_bytes", help: "Resident memory.", value: process.memoryUsage.rss() },
        {
          name: "postern_uptime_seconds",
          help: "Seconds since the start.",
          value: wholeSeconds(context.startedAt, now),
        },
        {
          name: "postern_database_bytes",
          help: "Size of the database and its write-ahead log.",
          value: sizeOf(databaseFiles),
        },
        ...(context.config.databaseMaxSize === undefined
          ? []
          : [
              {
                name: "postern_database_limit_bytes",
                help: "POSTERN_DB_MAX_SIZE: what the database may grow to, without its log.",
                value: context.config.databaseMaxSize,
              },
            ]),
        keyAge("signing"),
        keyAge("sealing"),
        keyAge("derivation"),
        ...lastBackup(context),
      ]);
    },
    {
      response: {
        200: t.String({ description: "Prometheus text format 0.0.4" }),
        405: refusals[405],
        500: refusals[500],
      },
      detail: { summary: "Metrics", tags: ["Operation"] },
    },
  );

/** A counter that stands still tells nobody for how long: an alarm compares this with the time. */
const lastBackup = ({ backups: { lastAt } }: Pick<Context, "backups">) =>
  lastAt === undefined
    ? []
    : [
        {
          name: "postern_last_backup_timestamp_seconds",
          help: "When the server made its newest backup.",
          value: numericDate(lastAt),
        },
      ];

/** What a key cannot lack: one of each algorithm signs, so the gauge tells of the one that was forgotten. */
function oldestInUse(stored: readonly StoredKey[], purpose: KeyPurpose, now: Instant): number {
  const newest = new Map<string, number>();
  for (const key of stored) {
    if (key.purpose === purpose && key.activeFrom <= now) newest.set(key.algorithm, wholeSeconds(key.activeFrom, now));
  }
  return Math.max(0, ...newest.values());
}

const wholeSeconds = (start: Instant, end: Instant) => Math.max(0, Math.floor((end - start) / 1000));

const sizeOf = (files: readonly string[]) =>
  files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
