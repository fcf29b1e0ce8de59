import type { Clock, Instant } from "../../time.ts";
import type { StoreLimits } from "../limits.ts";
import { StoreUnavailable } from "../store.ts";
import type { WriteQueue, WriteRequest } from "../write-queue.ts";
import { runBatch, type WriteResult } from "./batch.ts";
import { roomIn } from "./budget.ts";
import { openWriter } from "./database.ts";
import { isLimitSmall, requireDescriptors } from "./descriptors.ts";
import { inSlices } from "./slices.ts";
import type { FromWriter, NumberedRequest, ToWriter } from "./writer.ts";
import { createWrites } from "./writes.ts";

/** Told after each commit how long it took, in seconds. */
type OnCommit = (seconds: number) => void;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: Error) => void;
}

interface Settled {
  readonly result: WriteResult;
  readonly caller: Waiting;
}

/**
 * What waits for a slow disk is committed together, and going on with all of it at once would hold up whoever only reads:
 * between so many answers the thread looks for requests.
 */
const answersAtOnce = 8;

export interface ServerQueue extends WriteQueue {
  /** From now on a slow disk delays writers alone. */
  serve(): Promise<void>;
}

/**
 * The queue of a server. While it starts there is nobody to hold up, and its few writes are made at once; then a Worker
 * takes over. It starts with the first write, so that a server that only reads does without it; at once, and has opened its files
 * when `serve` resolves, where connections can use up the descriptors that it needs.
 */
export function serverQueue(path: string, clock: Clock, limits: StoreLimits, committed?: OnCommit): ServerQueue {
  let queue = inlineQueue(path, clock, limits, committed);
  let serving: Promise<void> | undefined;
  // A server may be told to end before its keys are made.
  let isClosed = false;
  return {
    write: (request) => queue.write(request),
    waiting: () => queue.waiting(),
    ping: () => queue.ping(),
    serve: () => {
      if (serving === undefined) {
        const starting = queue;
        const working = workerQueue(path, clock, limits, committed);
        queue = working;
        serving = starting.close().then(() => {
          if (!isLimitSmall() || isClosed) return;
          working.start();
          return working.ping();
        });
      }
      return serving;
    },
    close: () => {
      isClosed = true;
      return queue.close();
    },
  };
}

/** Verbs go to a Worker with the only connection that writes. */
export function workerQueue(
  path: string,
  clock: Clock,
  limits: StoreLimits = {},
  committed?: OnCommit,
): WriteQueue & { readonly start: () => void } {
  const waiting = new Map<number, Waiting>();
  /** Each as a text already: what cannot be one is refused to whoever asks for it, and to nobody else. */
  let outgoing: string[] = [];
  // To wake the writer costs more than a write does: what comes while a commit is under way goes to it together.
  let isCommitting = false;
  let lastNumber = 0;
  let closing: PromiseWithResolvers<void> | undefined;
  let worker: Worker | undefined;
  const settling = inSlices<Settled>(answersAtOnce, ({ result, caller }) => settle(result, caller));

  /** @throws StoreUnavailable */
  function start(): Worker {
    requireDescriptors();
    // It lives as long as the server, and most of what it allocates is dead after each commit.
    const fresh = new Worker(writerAddress(), { smol: true });
    fresh.onmessage = ({ data }: MessageEvent<string>) => {
      const message: FromWriter = JSON.parse(data);
      if (message.kind === "closed") {
        fresh.terminate();
        allTold();
        return;
      }
      settling.add(
        message.results.flatMap(({ number, result }) => {
          const caller = waiting.get(number);
          waiting.delete(number);
          return caller === undefined || result === undefined ? [] : { result, caller };
        }),
      );
      if (message.seconds === undefined) return;
      committed?.(message.seconds);
      // Who was answered and is back at once goes with the next commit, and not with the one after it.
      settling.whenDone(() => {
        if (fresh !== worker) return;
        isCommitting = false;
        send();
      });
    };
    fresh.onerror = (event) => {
      event.preventDefault();
      bury(fresh);
    };
    fresh.addEventListener("close", () => bury(fresh));
    post(fresh, { kind: "open", path, limits });
    return fresh;
  }

  /**
   * A dead writer takes the writes under way with it; they may or may not be on disk. The next write starts another: a
   * writer that cannot start at all is tried once a batch, not in a loop.
   */
  function bury(dead: Worker) {
    if (dead !== worker) return;
    worker = undefined;
    isCommitting = false;
    dead.terminate();
    refuseAll(new StoreUnavailable("the writer stopped"));
    allTold();
  }

  const allTold = () => settling.whenDone(() => closing?.resolve());

  function refuseAll(reason: Error) {
    outgoing = [];
    for (const caller of waiting.values()) caller.reject(reason);
    waiting.clear();
  }

  function send() {
    const requests = outgoing;
    outgoing = [];
    if (requests.length === 0) return;
    try {
      worker ??= start();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return refuseAll(error);
    }
    isCommitting = true;
    worker.postMessage(batchText(clock.now(), requests));
  }

  return {
    start: () => {
      worker ??= start();
    },
    waiting: () => waiting.size,
    ping: () =>
      new Promise((resolve, reject) => {
        // Where there is none yet, or no longer, nothing hangs.
        if (worker === undefined || closing !== undefined) return resolve();
        lastNumber += 1;
        waiting.set(lastNumber, { resolve: () => resolve(), reject });
        post(worker, { kind: "ping", number: lastNumber });
      }),
    write: (request) =>
      new Promise((resolve, reject) => {
        if (closing !== undefined) {
          reject(new StoreUnavailable("the store is closing"));
          return;
        }
        lastNumber += 1;
        const numbered: NumberedRequest = { number: lastNumber, ...request };
        const text = JSON.stringify(numbered);
        waiting.set(lastNumber, { resolve, reject });
        if (outgoing.length === 0 && !isCommitting) setImmediate(send);
        outgoing.push(text);
      }),
    close: () => {
      if (closing === undefined) {
        closing = Promise.withResolvers<void>();
        send();
        if (worker === undefined) allTold();
        else post(worker, { kind: "close" });
      }
      return closing.promise;
    },
  };
}

/** The queue of a command: no Worker, the same batches. */
export function inlineQueue(path: string, clock: Clock, limits: StoreLimits = {}, committed?: OnCommit): WriteQueue {
  const connection = openWriter(path);
  const writes = createWrites(connection, limits);
  const hasRoom = roomIn(connection.$client, limits);
  let waiting: { readonly request: WriteRequest; readonly caller: Waiting }[] = [];
  let closed = false;
  const commit = () => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    const since = performance.now();
    const results = runBatch(
      connection,
      writes,
      batch.map(({ request }) => request),
      clock.now(),
      hasRoom,
    );
    committed?.(secondsSince(since));
    for (const [position, { caller }] of batch.entries()) {
      const result = results[position];
      if (result !== undefined) settle(result, caller);
    }
  };
  return {
    write: (request) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new StoreUnavailable("the store is closing"));
          return;
        }
        if (waiting.length === 0) queueMicrotask(commit);
        waiting.push({ request, caller: { resolve, reject } });
      }),
    waiting: () => waiting.length,
    ping: async () => undefined,
    close: async () => {
      closed = true;
      commit();
      connection.$client.close();
    },
  };
}

function settle(result: WriteResult, caller: Waiting) {
  if (result.ok) caller.resolve(result.value);
  else if (result.unavailable) caller.reject(new StoreUnavailable(result.message));
  else caller.reject(new Error(`the store failed: ${result.message}`));
}

/** So long ago was that moment of `performance.now()`. */
const secondsSince = (since: number) => (performance.now() - since) / 1000;

/** As a text: it takes a third of the time that objects take to be cloned, on both sides. */
const post = (worker: Worker, message: ToWriter) => worker.postMessage(JSON.stringify(message));

/** The message `write` of `ToWriter`, of requests that are texts. */
const batchText = (now: Instant, requests: readonly string[]) =>
  `{"kind":"write","now":${now},"requests":[${requests.join(",")}]}`;

/** In the executable (`~BUN` on Windows) the writer is an entry point, found by its path from the folder of the sources. */
const writerAddress = () =>
  /\$bunfs|~BUN/.test(import.meta.url) ? "./store/sqlite/writer.ts" : new URL("./writer.ts", import.meta.url).href;
