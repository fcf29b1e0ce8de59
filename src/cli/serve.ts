import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { reconcileClientsFile } from "../administration/clients-file.ts";
import { ownScopes } from "../administration/scopes.ts";
import { createFirstAdministrator, makeSetupLink, setupAddress } from "../administration/setup.ts";
import { type Config, loadConfig } from "../config/load.ts";
import { passwords } from "../crypto/password.ts";
import { systemRandom } from "../crypto/random.ts";
import { type AdjustableLog, type Log, log } from "../events/log.ts";
import type { Actor } from "../model/event.ts";
import { giveBackCodeOfStart } from "../server/code-pages.ts";
import { dropStagedData, finishSwap } from "../server/data-swap.ts";
import {
  AlreadyRunning,
  databasePath,
  forgetInstance,
  instanceSecret,
  makeDataDirectory,
  openToOthers,
  recordInstance,
  runningInstance,
  setupLinkPath,
} from "../server/instance.ts";
import { ListenFault } from "../server/listen-fault.ts";
import { followLogLevel } from "../server/log-level.ts";
import { machineOf } from "../server/machine.ts";
import { poolStandsBack } from "../server/pool-threads.ts";
import { type RunningServer, startServer } from "../server/start.ts";
import { isLimitSmall } from "../store/sqlite/descriptors.ts";
import { lockDirectory } from "../store/sqlite/directory-lock.ts";
import { openSqliteStore } from "../store/sqlite/open.ts";
import { checkPlace } from "../store/sqlite/place.ts";
import { systemClock } from "../time.ts";
import { becomeOwner } from "./data-directory.ts";
import { sentenceOf } from "./failure.ts";
import { endUnread, logOutput } from "./log-output.ts";
import { type Data, limitsOf } from "./open-data.ts";
import { print } from "./printing.ts";
import { type Signals, takeSignals } from "./signals.ts";

const system: Actor = { kind: "system" };

/** What a server says of itself when it is ready. */
export interface Serving {
  readonly issuer: string;
  /** Each address as it was bound. */
  readonly listen: readonly string[];
}

/** The program that the server is a part of. */
export interface Host {
  ready(serving: Serving): void;
  /** Resolves when the host has gone, or wants the server to end. */
  readonly gone: Promise<void>;
}

/** Runs the server until it is told to stop. */
export async function serve(host?: Host): Promise<void> {
  const signals = takeSignals();
  refuseInheritedSockets(process.env);
  const onTerminal = host === undefined && process.stdout.isTTY === true;
  const loaded = loadConfig(process.env, undefined, { onTerminal, embedded: host !== undefined });
  // A host reads both: one line on standard output, and JSON on standard error.
  const config: Config = host === undefined ? loaded : { ...loaded, logFormat: "json" };
  makeDataDirectory(config.dataDir);
  becomeOwner(config.dataDir);
  checkPlace(config.dataDir, config.databaseJournal);
  const unlock = lock(config.dataDir);
  try {
    const aside = finishSwap(config.dataDir);
    // Of a restore that was killed before that: as large as the database, and as secret.
    dropStagedData(config.dataDir);
    await serveLocked(config, signals, { host, onTerminal, aside });
  } finally {
    forgetInstance(config.dataDir);
    unlock();
    endUnread();
  }
}

/** sd_listen_fds(3). Bun.serve cannot take them over, and would listen where nobody asked it to. */
function refuseInheritedSockets({ LISTEN_PID, LISTEN_FDS }: Readonly<Record<string, string | undefined>>): void {
  if (Number(LISTEN_PID) !== process.pid || !(Number(LISTEN_FDS) > 0)) return;
  throw new ListenFault(
    "systemd has passed on a listening socket, but Postern opens its own: disable the .socket unit, and set POSTERN_LISTEN",
  );
}

interface Beginning {
  readonly host: Host | undefined;
  readonly onTerminal: boolean;
  /** Where a restore that was killed, and is finished now, has put what was there before. */
  readonly aside: string | undefined;
}

async function serveLocked(config: Config, signals: Signals, { host, onTerminal, aside }: Beginning): Promise<void> {
  const clock = systemClock;
  const random = systemRandom();
  const secret = instanceSecret(config, random);
  const ownLog: AdjustableLog = log({
    clock,
    level: config.logLevel,
    format: config.logFormat,
    write: logOutput(host === undefined ? process.stdout : process.stderr, (lines) =>
      ownLog.warn("lines of the log were dropped, for nobody read it", { lines }),
    ),
  });
  const exposed = openToOthers(config.dataDir);
  if (exposed.length > 0)
    ownLog.warn("other users of this machine can read or change what is for the owner alone: see postern doctor", {
      paths: exposed,
    });
  if (aside !== undefined) ownLog.warn("a restore that was interrupted is finished; this was there before", { aside });
  const store = openSqliteStore({
    path: databasePath(config.dataDir),
    clock,
    writer: "worker",
    migrate: true,
    journal: config.databaseJournal,
    limits: limitsOf(config),
    onSnapshot: (snapshot) => ownLog.info("the database is upgraded; postern rollback goes back", { snapshot }),
  });
  const data: Data = {
    config,
    ownScopes: ownScopes({ store, config }, () => undefined),
    clock,
    random,
    store,
    passwords: passwords(machineOf(), undefined, poolStandsBack),
  };
  if (config.secretPrevious !== undefined) {
    const previous = config.secretPrevious.reveal();
    await changeSecret(data, ownLog, { secret, previous }).catch(async (error: unknown) => {
      await store.close();
      throw error;
    });
  }
  // Before it listens: nobody can be faster at the setup page, and no client is missed. Nor can connections use up the
  // descriptors that the writer needs, where there are few.
  const ready = prepare(data, ownLog).then(() => (isLimitSmall() ? store.serve() : undefined));
  await ready.catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const launch = config.workers > 1 ? (await import("./worker-process.ts")).launchWorker : undefined;
  const beginning = startServer({
    config,
    clock,
    random,
    store,
    passwords: data.passwords,
    instanceSecret: secret,
    log: ownLog,
    launch,
  });
  const server = await beginning.catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  try {
    recordInstance(config.dataDir, { issuer: config.issuer, listen: server.listen, pid: process.pid });
    const unfollow = followLogLevel(config.dataDir, ownLog);
    for (const warning of config.warnings) ownLog.warn(warning);
    // Says at the start what there is to say of them.
    await server.context.ownScopes();
    const greeting = await welcome(data, server.listen, ownLog, onTerminal);
    ownLog.info("listening", { listen: server.listen, issuer: config.issuer });
    if (greeting !== undefined) print(greeting);
    host?.ready({ issuer: config.issuer, listen: server.listen });
    // The writes of a first start are done; the rest belong to requests.
    server.keysMade
      .then(() => store.serve())
      .catch((error: unknown) => ownLog.error("the writer did not take over", { error }));
    giveBackCodeOfStart();
    const manager = await serviceManager();
    const status = `listening on ${server.listen.join(", ")}`;
    manager?.ready(status);
    const unwatch = manager?.watch(store.ping);
    signals.onReload(async () => {
      manager?.reloading();
      await reloadAll(data, server, ownLog);
      manager?.ready(status);
    });
    await (host === undefined ? signals.stop : Promise.race([signals.stop, host.gone]));
    ownLog.info("stopping");
    manager?.stopping();
    unwatch?.();
    unfollow();
  } finally {
    await server.stop();
  }
}

/** Most servers have none, and load nothing for it. */
const serviceManager = async () =>
  process.env.NOTIFY_SOCKET ? (await import("./service-manager.ts")).findServiceManager(process.env) : undefined;

/** What a SIGHUP asks for. A fault leaves everything as it was. */
async function reloadAll(data: Data, server: RunningServer, ownLog: Log): Promise<void> {
  const attempts = [
    reconcile(data, ownLog).catch((error: unknown) =>
      ownLog.error("the clients file was not applied", { fault: sentenceOf(error) }),
    ),
    server.reloadCertificate(),
  ];
  await Promise.all(attempts);
}

/** One server to a directory. */
function lock(dataDir: string): () => void {
  const unlock = lockDirectory(dataDir);
  if (unlock === undefined) {
    const running = runningInstance(dataDir);
    const who = running === undefined ? "" : ` (pid ${running.pid}, on ${running.listen.join(", ")})`;
    throw new AlreadyRunning(`another postern serve${who} works on ${dataDir} already`);
  }
  // What a server that was killed left behind.
  forgetInstance(dataDir);
  return unlock;
}

/** Rarely asked for: what does it is loaded then. */
async function changeSecret(
  data: Data,
  ownLog: Log,
  secrets: { readonly secret: string; readonly previous: string },
): Promise<void> {
  const { changeInstanceSecret } = await import("../administration/instance-secret.ts");
  const { resealed, lost } = await changeInstanceSecret(data, secrets);
  if (resealed > 0)
    ownLog.info("all is sealed under the new secret: POSTERN_SECRET_PREVIOUS can be removed", { resealed });
  else ownLog.info("nothing is sealed under POSTERN_SECRET_PREVIOUS: it can be removed");
  if (lost > 0) ownLog.warn("second factors of some people open under neither secret", { lost });
}

async function prepare(data: Data, ownLog: Log): Promise<void> {
  const { adminUsername, adminPassword } = data.config;
  if (adminUsername !== undefined && adminPassword !== undefined && !(await data.store.users.hasAdministrator())) {
    const wanted = { username: adminUsername, password: adminPassword.reveal() };
    const { username } = await createFirstAdministrator(data, system, wanted);
    ownLog.info("the first administrator was made from the environment", { username });
  }
  await reconcile(data, ownLog);
}

async function reconcile(data: Data, ownLog: Log): Promise<void> {
  const path = data.config.clientsFile;
  if (path === undefined) {
    const left = (await data.store.clients.list()).filter(
      ({ origin, disabledAt }) => origin === "file" && disabledAt === undefined,
    );
    const ids = left.map(({ id }) => id).join(" ");
    if (left.length > 0)
      ownLog.warn("POSTERN_CLIENTS_FILE is not set: the clients that it declared stay as they were", { clients: ids });
    return;
  }
  const { created, updated, disabled } = await reconcileClientsFile(data, path, (file) => readFileSync(file, "utf8"));
  ownLog.info("the clients file was applied", { created, updated, disabled });
}

/**
 * Makes sure that the first administrator gets in. On a terminal the answer is what a person wants to read there;
 * without one the link goes into a file for its owner alone.
 */
async function welcome(
  data: Data,
  listen: readonly string[],
  ownLog: Log,
  onTerminal: boolean,
): Promise<string | undefined> {
  const { config } = data;
  const file = setupLinkPath(config.dataDir);
  // A link from an earlier start no longer works; and the file must be new, for its mode to count.
  if (existsSync(file)) rmSync(file);
  const setupLink = (await data.store.users.hasAdministrator())
    ? undefined
    : setupAddress(config.issuer, await makeSetupLink(data, system));
  if (onTerminal) {
    // For people alone: a service does not load what draws QR codes.
    const { startMessage } = await import("./start-message.ts");
    return startMessage({ config, listen, setupLink });
  }
  if (setupLink !== undefined) {
    writeFileSync(file, `${setupLink}\n`, { mode: 0o600, flag: "wx" });
    ownLog.info("there is no administrator yet: open the link in this file, or run postern setup-link", { file });
  }
  return undefined;
}
