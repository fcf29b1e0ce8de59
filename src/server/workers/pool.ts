import { type Listen, listenText } from "../../config/address.ts";
import type { Config } from "../../config/load.ts";
import { milliseconds, seconds } from "../../time.ts";
import { checkFree } from "../bind.ts";
import { type Handlers, type Listener, startListener } from "../listener.ts";
import { OtherGone, type Port } from "./link.ts";
import type { Attended, Supervised, Supervisor } from "./supervisor.ts";

/** A process that does a worker's work. */
export interface Launched {
  readonly pid: number;
  readonly port: Port;
  /** At once, whatever it does. */
  kill(): void;
  /** Talks to it no more: it ends by itself. */
  dismiss(): void;
  /** Resolves when it has ended: how, in words. */
  readonly ended: Promise<string>;
}

export type Launch = () => Launched;

interface PoolOptions extends Supervised {
  readonly supervisor: Supervisor;
  readonly launch: Launch;
  readonly instanceSecret: string;
  readonly changed: Handlers["changed"];
}

interface Worker extends Attended {
  readonly launched: Launched;
  isServing: boolean;
  isHung: boolean;
  /** Beats of the heart since it answered. */
  unanswered: number;
}

const beat = seconds(1);
/** Who has been silent for so many beats is replaced: counted, not measured, for a machine that slept has skipped them. */
const mostUnanswered = 5;
/** While it starts, from a slow disk, beside others that start. */
const mostUnansweredAtStart = 60;

/** Who has lived so long has not died of its start. */
const settledAfter = seconds(60);
const firstPause = milliseconds(100);
const longestPause = seconds(30);
const pauseAfter = (deaths: number): number => Math.min(longestPause, firstPause * 2 ** (deaths - 1));

/** What a drained worker may take to close what it has open. */
const toClose = seconds(5);

/**
 * Has workers listen on every address that has a port, all of them on the same, and replaces whoever dies or hangs. What
 * processes cannot share, a socket in the file system, is listened on here.
 *
 * @throws ListenFault
 */
export async function startPool(options: PoolOptions): Promise<Listener> {
  const { context, log, files, supervisor, launch, instanceSecret, answerAt, changed } = options;
  const { config, metrics } = context;
  const staff = new Set<Worker>();
  let isEnding = false;

  const employ = async (listen: readonly Listen[]) => {
    const launched = launch();
    const attended = supervisor.attend(launched.port, { context, log, files, answerAt });
    const worker: Worker = { ...attended, launched, isServing: false, isHung: false, unanswered: 0 };
    staff.add(worker);
    void launched.ended.then(() => staff.delete(worker));
    try {
      const bound = await worker.serve({
        config: withoutSecrets(config),
        logo: files.logo,
        instanceSecret,
        collectorHeaders: config.tracing?.headers.map(([name, value]) => [name, value.reveal()] as const) ?? [],
        listen,
        startedAt: context.startedAt,
        lastCommitBeforeOpening: context.store.lastCommitBeforeOpening,
        level: log.level(),
        counted: supervisor.counted(),
      });
      worker.isServing = true;
      worker.unanswered = 0;
      return { worker, bound };
    } catch (error) {
      launched.kill();
      if (!(error instanceof OtherGone)) throw error;
      throw new Error(`a worker ended while it started: ${await launched.ended}`, { cause: error });
    }
  };

  /** One that cannot be started is tried again, less and less often. */
  const replace = async (listen: readonly Listen[], deathsBefore: number): Promise<Worker | undefined> => {
    for (let deaths = deathsBefore; !isEnding; deaths += 1) {
      await pause(pauseAfter(deaths));
      if (isEnding) return undefined;
      try {
        return (await employ(listen)).worker;
      } catch (error) {
        if (!isEnding) log.error("a worker could not be started", { error, milliseconds: pauseAfter(deaths + 1) });
      }
    }
    return undefined;
  };

  /** Somebody is always in a worker's place. */
  const keep = async (first: Worker | undefined, listen: readonly Listen[]) => {
    let worker = first ?? (await replace(listen, 1));
    let deaths = 0;
    while (worker !== undefined) {
      const since = performance.now();
      const ended = await worker.launched.ended;
      if (isEnding) return;
      deaths = performance.now() - since >= settledAfter ? 1 : deaths + 1;
      const reason = worker.isHung ? "hung" : "died";
      metrics.count("postern_worker_restarts_total", { reason });
      const facts = { worker: worker.launched.pid, reason, ended, milliseconds: pauseAfter(deaths) };
      log.error("a worker has ended and is replaced", facts);
      worker = await replace(listen, deaths);
    }
  };

  const heartbeat = setInterval(() => {
    for (const worker of staff) {
      if (worker.unanswered >= (worker.isServing ? mostUnanswered : mostUnansweredAtStart)) {
        if (isEnding && !worker.isHung)
          log.warn("a worker that does not answer is ended; what it was doing is cut off", {
            pid: worker.launched.pid,
          });
        worker.isHung = true;
        worker.launched.kill();
        continue;
      }
      worker.unanswered += 1;
      worker.ping().then(
        () => {
          worker.unanswered = 0;
        },
        () => undefined,
      );
    }
  }, beat);
  heartbeat.unref();

  const drain = async (worker: Worker) => {
    const { launched } = worker;
    const deadline = setTimeout(launched.kill, config.drainTimeout + toClose);
    if (!worker.isServing) launched.kill();
    // One that dies meanwhile has nothing left to hand over.
    await worker
      .ask("drain", undefined)
      .then(worker.gather)
      .catch(() => undefined);
    launched.dismiss();
    await launched.ended;
    clearTimeout(deadline);
  };

  const endAll = async () => {
    isEnding = true;
    await Promise.all([own?.stop(), ...[...staff].map(drain)]);
    // Until then: one that hangs answers nothing that is under way, either.
    clearInterval(heartbeat);
  };

  const here = config.listen.filter(({ kind }) => kind === "unix");
  const own = here.length === 0 ? undefined : await startListener({ ...config, listen: here }, { answerAt, changed });
  try {
    const ports = config.listen.filter((one) => one.kind === "tcp");
    for (const one of ports) await untilFree(one);
    // Where the system is to choose a port, the first one tells the others which.
    const { worker: first, bound } = await employ(ports);
    const others = Array.from({ length: config.workers - 1 }, () => employ(bound));
    void keep(first, bound);
    for (const other of await Promise.allSettled(others)) {
      if (other.status === "rejected") log.error("a worker could not be started", { error: other.reason });
      void keep(other.status === "fulfilled" ? other.value.worker : undefined, bound);
    }
    const asBound = new Map<Listen, Listen>(ports.map((one, position) => [one, bound[position] ?? one]));
    return {
      addresses: config.listen.map((one) => listenText(asBound.get(one) ?? one)),
      reloadCertificate: async () => {
        let isNew = false;
        // One after the other: while one changes over, the others take the connections.
        for (const worker of staff) {
          const reloaded = worker.ask("reloadCertificate", undefined);
          // In the place of one that ends meanwhile comes one that reads the files.
          isNew = (await reloaded.catch(unlessGone)) || isNew;
        }
        return isNew;
      },
      shed: async () => own?.shed(),
      stop: endAll,
    };
  } catch (error) {
    for (const worker of staff) worker.launched.kill();
    await endAll();
    throw error;
  }
}

function unlessGone(error: unknown): false {
  if (error instanceof OtherGone) return false;
  throw error;
}

/** What a worker needs of it is told beside. */
const withoutSecrets = (config: Config): Config => ({
  ...config,
  secret: undefined,
  secretPrevious: undefined,
  adminPassword: undefined,
  backupPassphrase: undefined,
  tracing: config.tracing && { ...config.tracing, headers: [] },
  settings: [],
});

/** Does not keep the process from its end. */
const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });

/** Workers of a server that was killed may take a moment to notice. */
const mostTries = 20;
const betweenTries = milliseconds(50);

async function untilFree(listen: Listen & { readonly kind: "tcp" }): Promise<void> {
  if (listen.port === 0) return;
  for (let tries = 1; ; tries += 1) {
    try {
      return await checkFree(listen);
    } catch (error) {
      if (tries === mostTries) throw error;
      await Bun.sleep(betweenTries);
    }
  }
}
