import { ownScopes } from "../administration/scopes.ts";
import type { Listen } from "../config/address.ts";
import { readBrandLogo } from "../config/brand-logo.ts";
import type { Config } from "../config/load.ts";
import type { Context } from "../context.ts";
import { keyRing } from "../crypto/key-ring.ts";
import { passwords } from "../crypto/password.ts";
import type { Random } from "../crypto/random.ts";
import { activity } from "../events/activity.ts";
import { backupOutcomes } from "../events/backups.ts";
import { lastUsed } from "../events/last-used.ts";
import type { Log } from "../events/log.ts";
import { metrics } from "../events/metrics.ts";
import { logOfRequests, requests } from "../events/requests.ts";
import { traces } from "../events/traces.ts";
import { isDeclaredTooLarge, tooLarge } from "../http/body.ts";
import { comesBySocket, isTrustedProxy, peerAddress } from "../http/client-address.ts";
import { basePathOf, pathBelow } from "../http/paths.ts";
import { fetcher } from "../outbound/fetcher.ts";
import { type Store, StoreUnavailable } from "../store/store.ts";
import { pollTimes } from "../throttle/poll-times.ts";
import { throttle } from "../throttle/throttle.ts";
import { type Clock, hours, longer, seconds } from "../time.ts";
import { createApp } from "./app.ts";
import { keepDescriptorsFree } from "./descriptors.ts";
import { endpointNames } from "./endpoint-names.ts";
import { errorResponse } from "./error-response.ts";
import { watchFiles } from "./file-watch.ts";
import { hostCheck } from "./host-check.ts";
import { hostVerifier } from "./host-verifier.ts";
import { housekeeping } from "./housekeeping.ts";
import { ListenFault } from "./listen-fault.ts";
import { startListener } from "./listener.ts";
import { machineOf } from "./machine.ts";
import { observed } from "./observed.ts";
import type { ScheduledBackups } from "./scheduled-backups.ts";

interface StartOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly instanceSecret: string;
  readonly log: Log;
}

/** Of a command there is no end to announce. */
const endless = new AbortController().signal;

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

/** Makes the context of a server, or of a command that does a server's work on the same data. */
export function createContext(
  { config, clock, random, store, instanceSecret, log }: StartOptions,
  ending: AbortSignal = endless,
): Context {
  const limits = throttle(clock);
  const counters = metrics();
  const answered = requests(random);
  const ownLog = logOfRequests(log, answered);
  return {
    config,
    ownScopes: lastKnown(
      config.scopes,
      ownScopes({ store, config }, (names) =>
        log.warn("POSTERN_SCOPES describes scopes that are declared as well, and counts", { scopes: names.join(" ") }),
      ),
    ),
    clock,
    random,
    store,
    keys: keyRing({
      store,
      clock,
      random,
      instanceSecret,
      lifetimes: {
        signing: longer(config.idTokenLifetime, config.accessTokenLifetime),
        // Page state is sealed with the same keys, and lives for half an hour.
        sealing: longer(config.accessTokenLifetime, hours(1)),
        derivation: config.refreshTokenMaxLifetime,
      },
    }),
    passwords: passwords(machineOf()),
    throttle: limits,
    pollTimes: pollTimes(),
    lastUsed: lastUsed(store),
    activity: activity({ metrics: counters, clock, store }),
    log: ownLog,
    metrics: counters,
    traces: traces(store),
    backups: backupOutcomes(counters),
    requests: answered,
    verifier: config.verifier && hostVerifier(config.verifier, { log: ownLog, metrics: counters, throttle: limits }),
    fetcher: fetcher({ outboundAllow: config.outboundAllow, count: limits.count }),
    startedAt: clock.now(),
    ending,
  };
}

/** How long a new certificate may go unnoticed: twice this. */
const often = seconds(2);

/**
 * What is public is told while the disk fails, as it was known last. Whatever needs the store beyond that asks it itself,
 * and is refused.
 */
function lastKnown<Known>(first: Known, read: () => Promise<Known>): () => Promise<Known> {
  let known = first;
  return async () => {
    try {
      known = await read();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
    return known;
  };
}

/** RFC 9110 §15.5.20. */
const misdirected = () =>
  Response.json(
    { error: "invalid_request", error_description: "this server does not go by that name: see POSTERN_ISSUER" },
    { status: 421, headers: { "cache-control": "no-store" } },
  );

/** Starts to listen; the keys that are quick to make are there when it returns. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { config, log } = options;
  const logo = config.brand.logoFile === undefined ? undefined : readBrandLogo(config.brand.logoFile);
  const ending = new AbortController();
  const plain = createContext(options, ending.signal);
  const commits = plain.metrics.histogram("postern_database_commit_duration_seconds", {});
  plain.store.observe({ committed: (seconds) => commits.add(seconds) });
  const traced = config.tracing && (await import("./tracer.ts")).tracer(plain, config.tracing);
  const context = traced?.context ?? plain;
  const { complete } = await context.keys.ensure();
  const keysMade = complete.catch((error: unknown) => {
    // A server that ends before the key is there makes it at the next start.
    if (!ending.signal.aborted) log.error("the RSA key could not be made", { error });
  });
  const app = createApp(context, logo);
  app.compile();
  const basePath = basePathOf(config.issuer);
  const endpointOf = endpointNames(app.routes, basePath);
  const observedBy = { context, tracing: traced?.tracing, endpointOf, peer: () => app.server };
  const answerAt = (listen: Listen) => {
    const isOurs = hostCheck(config.issuer, listen);
    const answerOurs = observed(observedBy, (request) =>
      isOurs(request.headers.get("host")) ? answer(request) : misdirected(),
    );
    if (listen.kind === "tcp") return answerOurs;
    return (request: Request) => {
      comesBySocket(request);
      return answerOurs(request);
    };
  };
  const answer = (request: Request) => {
    if (isDeclaredTooLarge(request)) {
      return errorResponse(
        context,
        request,
        app.server,
        pathBelow(basePath, new URL(request.url).pathname),
        tooLarge(isTrustedProxy(context, peerAddress(request, app.server))),
      );
    }
    return app.fetch(request);
  };
  const changed = (server: typeof app.server) => {
    app.server = server;
  };
  const listener = await startListener(config, { answerAt, changed }).catch((error: unknown) => {
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

async function startBackups(context: Context, instanceSecret: string): Promise<ScheduledBackups | undefined> {
  const { backups } = context.config;
  if (backups === undefined) return undefined;
  const { scheduledBackups } = await import("./scheduled-backups.ts");
  return scheduledBackups(context, backups, instanceSecret);
}
