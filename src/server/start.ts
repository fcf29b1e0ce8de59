import { readBrandLogo } from "../config/brand-logo.ts";
import type { Context } from "../context.ts";
import type { AdjustableLog } from "../events/log.ts";
import { seconds } from "../time.ts";
import { answering } from "./answering.ts";
import { apiDocument, createApp } from "./app.ts";
import { type ContextOptions, createContext } from "./create-context.ts";
import { keepDescriptorsFree } from "./descriptors.ts";
import { watchFiles } from "./file-watch.ts";
import { housekeeping } from "./housekeeping.ts";
import { ListenFault } from "./listen-fault.ts";
import { type Listener, startListener } from "./listener.ts";
import type { ScheduledBackups } from "./scheduled-backups.ts";
import type { Launch, startPool } from "./workers/pool.ts";

export interface StartOptions extends ContextOptions {
  readonly log: AdjustableLog;
  /** How a worker is started; for a server that may have several (POSTERN_WORKERS). */
  readonly launch?: Launch | undefined;
}

export interface RunningServer {
  /** Each address as it was bound: `host:port` or `unix:/path`. */
  readonly listen: readonly string[];
  readonly context: Context;
  /** Resolves when the keys that take long to make are there. */
  readonly keysMade: Promise<void>;
  /** Where it makes backups by itself. */
  readonly backups: ScheduledBackups | undefined;
  /** Serves the certificate that the files hold now, or says in the log why it does not. */
  reloadCertificate(): Promise<void>;
  /** Answers what is under way, writes what waits, closes the store. */
  stop(): Promise<void>;
}

/** How long a new certificate may go unnoticed: twice this. */
const often = seconds(2);

/** Starts to listen; the keys that are quick to make are there when it returns. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { config, log } = options;
  const logo = config.brand.logoFile === undefined ? undefined : readBrandLogo(config.brand.logoFile);
  const ending = new AbortController();
  // A socket in the file system has one owner: where there are only those, one process answers.
  const hasPorts = config.listen.some(({ kind }) => kind === "tcp");
  const launch = config.workers > 1 && hasPorts ? options.launch : undefined;
  const shared = launch && (await import("./workers/supervisor.ts")).supervisor(options.clock);
  const plain = createContext(options, ending.signal, shared && { throttle: shared.throttle, workers: shared.workers });
  const commits = plain.metrics.histogram("postern_database_commit_duration_seconds", {});
  plain.store.observe({ committed: (seconds) => commits.add(seconds) });
  const traced = config.tracing && (await import("./tracer.ts")).tracer(plain, config.tracing);
  const context = traced?.context ?? plain;
  const { complete } = await context.keys.ensure();
  const keysMade = complete.catch((error: unknown) => {
    // A server that ends before the key is there makes it at the next start.
    if (!ending.signal.aborted) log.error("the RSA key could not be made", { error });
  });
  const files = { logo, apiDocument: apiDocument(context) };
  const handlers = answering(context, createApp(context, files), traced?.tracing);
  const listening =
    shared === undefined || launch === undefined
      ? startListener(config, handlers)
      : startWorkers({ ...options, ...handlers, context, files, supervisor: shared, launch }, keysMade);
  const listener = await listening.catch((error: unknown) => {
    ending.abort();
    throw error;
  });
  const leaveDescriptors = keepDescriptorsFree(context, listener);
  const keeper = housekeeping(context);
  const backups = await startBackups(context, options.instanceSecret);
  const reloadCertificate = () =>
    listener.reloadCertificate().then(
      (isNew) => {
        if (isNew) log.info("a new certificate is served", { file: config.tls?.certFile });
      },
      (error: unknown) => {
        const fault = error instanceof ListenFault ? error.message : error;
        log.error("the certificate was not reloaded: the one before stays", { fault });
      },
    );
  const { tls } = config;
  const unwatch = tls === undefined ? undefined : watchFiles([tls.certFile, tls.keyFile], often, reloadCertificate);

  return {
    listen: listener.addresses,
    context,
    keysMade,
    backups,
    reloadCertificate,
    stop: async () => {
      ending.abort();
      unwatch?.();
      leaveDescriptors();
      keeper.stop();
      await backups?.stop();
      await listener.stop();
      await traced?.stop();
      await context.lastUsed
        .write()
        .catch((error: unknown) => log.warn("the last-used times were not written", { error }));
      await context.activity.write().catch((error: unknown) => log.warn("the activity was not written", { error }));
      await context.traces.write().catch((error: unknown) => log.warn("the traces were not written", { error }));
      await options.store.close();
    },
  };
}

/** They sign with the keys of this process: the one that takes long must be there. */
async function startWorkers(pool: Parameters<typeof startPool>[0], keysMade: Promise<void>): Promise<Listener> {
  await keysMade;
  return (await import("./workers/pool.ts")).startPool(pool);
}

async function startBackups(context: Context, instanceSecret: string): Promise<ScheduledBackups | undefined> {
  const { backups } = context.config;
  if (backups === undefined) return undefined;
  const { scheduledBackups } = await import("./scheduled-backups.ts");
  return scheduledBackups(context, backups, instanceSecret);
}
