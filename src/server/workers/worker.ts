import { parseListen } from "../../config/address.ts";
import { Hidden } from "../../config/hidden.ts";
import type { Config } from "../../config/load.ts";
import type { Context } from "../../context.ts";
import type { Random } from "../../crypto/random.ts";
import { type AdjustableLog, log } from "../../events/log.ts";
import { peerOf } from "../../http/client-address.ts";
import type { Verifier } from "../../outbound/verifier.ts";
import { VerifierFault } from "../../outbound/verifier-fault.ts";
import { type Store, StoreUnavailable } from "../../store/store.ts";
import type { WriteQueue } from "../../store/write-queue.ts";
import type { PollTimes } from "../../throttle/poll-times.ts";
import { type KnownThrottle, throttle } from "../../throttle/throttle.ts";
import type { Clock } from "../../time.ts";
import { answering } from "../answering.ts";
import type { AnswerAt } from "../bind.ts";
import { createContext } from "../create-context.ts";
import { keepDescriptorsFree } from "../descriptors.ts";
import { pathOf } from "../endpoint-names.ts";
import { type Handlers, type Listener, type Listening, startListener } from "../listener.ts";
import { forwarding } from "./forwarding.ts";
import { type Link, link, type Port } from "./link.ts";
import { noting } from "./notes.ts";
import { countAlso, telling } from "./shared-throttle.ts";
import type { Orders, ToSupervisor, ToWorker, WantedKeys } from "./talk.ts";
import { createWorkerApp } from "./worker-app.ts";

export interface WorkerOptions {
  readonly port: Port;
  readonly clock: Clock;
  readonly random: Random;
  /** Opens the database for reading; what writes goes to the queue. */
  readonly openStore: (config: Config, queue: WriteQueue) => Store;
  readonly listen?: (listening: Listening, handlers: Handlers) => Promise<Listener>;
  /** When to tell what was counted and noted: a little later, so that many requests share a message. */
  readonly soon?: (work: () => void) => void;
}

/** In milliseconds: so long what was counted and noted may be unknown to the supervisor. */
const toldWithin = 500;

/** More writes than that under way are not taken: the supervisor or the disk stands still. */
const mostWrites = 10_000;

/** Answers requests beside other workers, as the supervisor at the other end says. */
export function startWorker(options: WorkerOptions): void {
  let working: Promise<Working> | undefined;
  const begun = () => working ?? Promise.reject(new Error("there are no orders yet"));
  const supervisor: Link<ToSupervisor> = link<ToSupervisor>(options.port, {
    serve: async (orders) => {
      working = work(options, supervisor, orders);
      return (await working).listener.addresses.map(parseListen);
    },
    ping: async ({ level }) => {
      (await working)?.log.setLevel(level);
      return { memory: process.memoryUsage.rss() };
    },
    counted: async (event) => countAlso((await begun()).throttle, event),
    handOver: async () => (await begun()).notes.taken(),
    reloadCertificate: async () => (await begun()).listener.reloadCertificate(),
    drain: async () => {
      await (await begun()).end();
    },
  } satisfies ToWorker);
}

interface Working {
  readonly listener: Listener;
  readonly log: AdjustableLog;
  /** Its own counts, told to nobody. */
  readonly throttle: KnownThrottle;
  readonly notes: ReturnType<typeof noting>;
  /** Answers what is under way, and tells the collector of it. */
  end(): Promise<void>;
}

async function work(
  { clock, random, openStore, listen = sharedListener, soon = inAMoment }: WorkerOptions,
  supervisor: Link<ToSupervisor>,
  {
    config,
    logo,
    instanceSecret,
    collectorHeaders,
    listen: addresses,
    startedAt,
    lastCommitBeforeOpening,
    level,
    counted,
  }: Orders,
): Promise<Working> {
  const ownLog = log({
    clock,
    level,
    format: config.logFormat,
    write: (line) => supervisor.tell("logged", line),
  });
  const counts = throttle(clock);
  counts.begin(counted);
  const notes = noting();
  const ending = new AbortController();
  const presentSpan = () => {
    const span = plain.requests.present()?.span;
    return span && { traceId: span.traceId, spanId: span.spanId };
  };
  const plain = createContext(
    {
      config,
      clock,
      random,
      store: { ...openStore(config, remoteQueue(supervisor)), lastCommitBeforeOpening },
      instanceSecret,
      log: ownLog,
    },
    ending.signal,
    {
      ...sharedWith(supervisor, config, presentSpan),
      ...pick(notes),
      throttle: telling(counts, (event) => supervisor.tell("counted", event)),
      startedAt,
    },
  );
  // What is public is told while the database fails, as it was known last: so it is known from the start.
  await Promise.all([plain.keys.open(), plain.ownScopes()]);
  const headers = collectorHeaders.map(([name, value]) => [name, new Hidden(value)] as const);
  const traced = config.tracing && (await import("../tracer.ts")).tracer(plain, { ...config.tracing, headers });
  const context = traced?.context ?? plain;
  const app = createWorkerApp(context, { logo, apiDocument: () => supervisor.ask("apiDocument", undefined) });
  let isToTell = false;
  const tellSoon = () => {
    if (isToTell) return;
    isToTell = true;
    soon(async () => {
      isToTell = false;
      supervisor.tell("noted", await notes.taken());
    });
  };
  const forward = forwarding(supervisor);
  const handlers = answering(context, app, traced?.tracing, (request, at) => {
    if (handlers.endpointOf(pathOf(request.url)) !== undefined) return undefined;
    return forward(request, at, peerOf(request, app.server));
  });
  const answerAt: AnswerAt = (at) => {
    const answer = handlers.answerAt(at);
    return (request) => {
      const response = answer(request);
      if (response instanceof Promise) response.then(tellSoon, tellSoon);
      else tellSoon();
      return response;
    };
  };
  const listener = await listen({ ...config, listen: addresses }, { ...handlers, answerAt });
  const leaveDescriptors = keepDescriptorsFree(context, listener);
  return {
    listener,
    log: ownLog,
    throttle: counts,
    notes,
    end: async () => {
      ending.abort();
      leaveDescriptors();
      await listener.stop();
      await traced?.stop();
    },
  };
}

const pick = ({ metrics, lastUsed, traces }: Pick<Context, "metrics" | "lastUsed" | "traces">) => ({
  metrics,
  lastUsed,
  traces,
});

const sharedListener = (listening: Listening, handlers: Handlers) => startListener(listening, handlers, true);

function inAMoment(tell: () => void): void {
  setTimeout(tell, toldWithin);
}

function remoteQueue(supervisor: Link<ToSupervisor>): WriteQueue {
  let waiting = 0;
  return {
    write: async (request) => {
      if (waiting >= mostWrites) throw new StoreUnavailable("too many writes wait");
      waiting += 1;
      try {
        return await supervisor.ask("write", request);
      } finally {
        waiting -= 1;
      }
    },
    waiting: () => waiting,
    ping: async () => undefined,
    close: async () => undefined,
  };
}

/** What is known at one place alone: the supervisor is asked. */
function sharedWith(
  supervisor: Link<ToSupervisor>,
  config: Config,
  presentSpan: () => WantedKeys["span"],
): Pick<Context, "pollTimes" | "keySets" | "verifier"> {
  const pollTimes: PollTimes = {
    note: (deviceCode, at) => supervisor.ask("poll", { deviceCode, at }),
    forget: (deviceCode) => supervisor.tell("forgetPolls", deviceCode),
  };
  const verifier: Verifier = {
    ask: async (question) => {
      const verdict = await supervisor.ask("verify", question);
      if (verdict.kind !== "unavailable") return verdict;
      return { kind: "unavailable", fault: new VerifierFault(verdict.fault, { detail: verdict.detail }) };
    },
    // It is for sign-ins, and they are the supervisor's.
    keepPace: async () => undefined,
  };
  return {
    pollTimes,
    verifier: config.verifier && verifier,
    keySets: {
      keys: (_, id, address) => supervisor.ask("keys", { id, address, isNewer: false, span: presentSpan() }),
      newerKeys: (_, id, address) => supervisor.ask("keys", { id, address, isNewer: true, span: presentSpan() }),
    },
  };
}
