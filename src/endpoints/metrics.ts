import { statSync } from "node:fs";
import { Elysia, t } from "elysia";
import manifest from "../../package.json" with { type: "json" };
import type { Context } from "../context.ts";
import { paths } from "../http/paths.ts";
import { notStored } from "../http/respond.ts";
import { refusals } from "../http/schemas.ts";
import type { KeyPurpose, StoredKey } from "../model/key.ts";
import type { Liveness } from "../store/records.ts";
import { between, type Instant, minutes, numericDate } from "../time.ts";

type Gauge = Parameters<Context["metrics"]["render"]>[0][number];

/** The database and the log that SQLite keeps beside it. */
interface DatabaseFiles {
  readonly database: string;
  readonly log: string;
}

/** All that is counted and measured, for Prometheus. */
export const metricsEndpoint = (
  context: Pick<Context, "config" | "metrics" | "clock" | "keys" | "startedAt" | "store" | "backups" | "workers">,
  { database, log }: DatabaseFiles,
) => {
  const alive = livenessOf(context);
  return new Elysia({ name: "metrics" }).get(
    paths.metrics,
    async ({ set }) => {
      await context.workers?.gather();
      const { stored } = await context.keys.open();
      const now = context.clock.now();
      const logBytes = sizeOf(log);
      const { lastAt: lastBackup } = context.backups;
      Object.assign(set.headers, notStored, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
      return context.metrics.render([
        {
          name: "postern_build_info",
          labels: { version: manifest.version, runtime: `bun ${Bun.version}` },
          value: 1,
        },
        { name: "postern_uptime_seconds", value: wholeSeconds(context.startedAt, now) },
        { name: "postern_workers", value: context.workers?.serving() ?? 1 },
        { name: "process_resident_memory_bytes", value: process.memoryUsage.rss() + (context.workers?.memory() ?? 0) },
        { name: "postern_database_bytes", value: sizeOf(database) + logBytes },
        { name: "postern_database_wal_bytes", value: logBytes },
        ...whereThereIs("postern_database_limit_bytes", context.config.databaseMaxSize),
        { name: "postern_write_queue_length", value: context.store.waitingWrites() },
        ...livenessGauges(await alive()),
        { name: "postern_signing_key_age_seconds", value: oldestInUse(stored, "signing", now) },
        { name: "postern_sealing_key_age_seconds", value: oldestInUse(stored, "sealing", now) },
        { name: "postern_derivation_key_age_seconds", value: oldestInUse(stored, "derivation", now) },
        ...whereThereIs("postern_last_backup_timestamp_seconds", lastBackup && numericDate(lastBackup)),
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
};

const countedEvery = minutes(1);

/** Anybody may ask, and with many grants it takes a while to count them: they are counted once a minute. */
function livenessOf({ store, clock }: Pick<Context, "store" | "clock">): () => Promise<Liveness | undefined> {
  let last: { readonly at: Instant; readonly found: Promise<Liveness | undefined> } | undefined;
  return () => {
    const at = clock.now();
    if (last === undefined || Math.abs(between(last.at, at)) >= countedEvery) {
      // A store that cannot count now is what somebody wants to see the other metrics for.
      last = { at, found: store.statistics.live({ at }).catch(() => undefined) };
    }
    return last.found;
  };
}

const livenessGauges = (alive: Liveness | undefined): readonly Gauge[] =>
  alive === undefined
    ? []
    : [
        { name: "postern_live_grants", value: alive.liveGrants },
        { name: "postern_live_sessions", value: alive.sessions },
      ];

/** Only where the operator has configured it, or it has happened. */
const whereThereIs = (name: Gauge["name"], value: number | undefined): readonly Gauge[] =>
  value === undefined ? [] : [{ name, value }];

/** What a key cannot lack: one of each algorithm signs, so the gauge tells of the one that was forgotten. */
function oldestInUse(stored: readonly StoredKey[], purpose: KeyPurpose, now: Instant): number {
  const newest = new Map<string, number>();
  for (const key of stored) {
    if (key.purpose === purpose && key.activeFrom <= now) newest.set(key.algorithm, wholeSeconds(key.activeFrom, now));
  }
  return Math.max(0, ...newest.values());
}

const wholeSeconds = (start: Instant, end: Instant) => Math.max(0, Math.floor((end - start) / 1000));

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
