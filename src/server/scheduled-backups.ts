import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeBackup } from "../backup/write.ts";
import type { Context } from "../context.ts";
import { CopyUnderWay } from "../store/store.ts";
import { between, type Duration, hours, type Instant, minutes, seconds } from "../time.ts";
import { type BackupNames, backupNames } from "./backup-names.ts";

/** A box that has just been switched on has other things to do, and perhaps not yet the right time. */
const firstLook = seconds(30);
const look = minutes(1);
/** Whatever went wrong is not mended within a minute, and each failure is an event. */
const longestRetry = hours(1);

export interface ScheduledBackups {
  /** Makes a backup where one is due. */
  round(): Promise<void>;
  /** A backup that is under way is given up. */
  stop(): Promise<void>;
}

interface Schedule {
  readonly folder: string;
  readonly every: Duration;
  readonly keep: number;
}

type Needed = Pick<Context, "store" | "clock" | "random" | "config" | "log" | "backups">;

/**
 * Backups that the server makes by itself. What is due is told by the files that are there: so one that was missed, since
 * the box was off, is made soon after the start. A clock that jumps costs at most one backup too many, or one too late by
 * one interval; a file with a time in the future is not waited for.
 */
export function scheduledBackups(context: Needed, { folder, every, keep }: Schedule, secret: string): ScheduledBackups {
  const { clock, log, store, config, backups } = context;
  const retry = Math.min(every, longestRetry);
  let lastFailure: Instant | undefined;
  let underWay: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;

  const isNear = (one: Instant, other: Instant, distance: number) => Math.abs(between(one, other)) < distance;

  const makeIfDue = async (signal: AbortSignal): Promise<void> => {
    const now = clock.now();
    if (lastFailure !== undefined && isNear(lastFailure, now, retry)) return;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const own = await backupNames(context);
      const there = own.among(await readdir(folder));
      const newest = there.findLast(({ at }) => at <= now);
      if (newest !== undefined) backups.found(newest.at);
      if (there.some(({ at }) => isNear(at, now, every))) return;
      await make(own, now, signal);
      lastFailure = undefined;
    } catch (error) {
      // Somebody makes one by hand: the next look tells whether this one is still wanted.
      if (signal.aborted || error instanceof CopyUnderWay) return;
      lastFailure = now;
      backups.failed();
      log.error("the backup failed", { folder, error });
      await record({ at: now, name: "backup.failed", actor: { kind: "system" }, detail: { reason: reasonOf(error) } });
    }
  };

  const make = async (own: BackupNames, now: Instant, signal: AbortSignal): Promise<void> => {
    for (const name of own.leftIn(await readdir(folder))) await rm(join(folder, name), { force: true });
    const name = own.nameAt(now);
    const file = join(folder, name);
    const passphrase = config.backupPassphrase?.reveal();
    const written = await writeBackup(
      { ...context, withCopy: store.withCopy, instanceSecret: secret, issuer: config.issuer },
      { file, passphrase, mayReplace: () => !existsSync(file), signal },
    );
    if (written === undefined) return;
    const detail = { file, bytes: written.bytes, encrypted: passphrase !== undefined };
    backups.succeeded(now);
    log.info("a backup was made", detail);
    await record({ at: now, name: "backup.created", actor: { kind: "system" }, detail });
    await prune(own, name, now).catch((error: unknown) =>
      log.error("old backups could not be deleted", { folder, error }),
    );
  };

  /**
   * The one that was just made stays, whatever the clock says of it. One with a time to come was made while the clock was
   * ahead, so before this one: it goes first, or nothing but such files would be left until then.
   */
  const prune = async (own: BackupNames, made: string, now: Instant): Promise<void> => {
    const others = own
      .among(await readdir(folder))
      .filter(({ name }) => name !== made)
      .sort((one, other) => Number(other.at > now) - Number(one.at > now));
    for (const old of others.slice(0, Math.max(0, others.length + 1 - keep))) await rm(join(folder, old.name));
  };

  const record = (event: Parameters<typeof store.events.record>[0]) =>
    store.events
      .record(event)
      .catch((error: unknown) => log.warn("the audit log could not be written", { event: event.name, error }));

  const round = async (): Promise<void> => {
    if (underWay !== undefined) return;
    const controller = new AbortController();
    underWay = { controller, done: makeIfDue(controller.signal) };
    await underWay.done;
    underWay = undefined;
  };

  const timers = [setTimeout(round, firstLook), setInterval(round, look)];
  for (const timer of timers) timer.unref();
  return {
    round,
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      underWay?.controller.abort();
      await underWay?.done;
    },
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : "unknown");
