import type { Listen } from "../../config/address.ts";
import type { Context } from "../../context.ts";
import type { AdjustableLog } from "../../events/log.ts";
import type { Workers } from "../../events/workers.ts";
import { type KnownThrottle, throttle } from "../../throttle/throttle.ts";
import type { Clock } from "../../time.ts";
import type { Answer, AnswerAt } from "../bind.ts";
import type { PublicFiles } from "../public-files.ts";
import { forwarded } from "./forwarding.ts";
import { type Link, link, type Port } from "./link.ts";
import { takeOver } from "./notes.ts";
import { countAlso, telling } from "./shared-throttle.ts";
import type { Counted, Notes, Orders, SentVerdict, ToSupervisor, ToWorker } from "./talk.ts";

/** In milliseconds: so long a worker may take to tell what it has counted. */
const toldWithin = 1000;

/** What the process that workers belong to shares with them. */
export interface Supervisor {
  /** For its own context. */
  readonly throttle: KnownThrottle;
  readonly workers: Workers;
  /** What has been counted so far, for a worker to begin with. */
  counted(): ReturnType<KnownThrottle["countedSoFar"]>;
  /** Answers what a worker asks, until it has gone. */
  attend(port: Port, supervised: Supervised): Attended;
}

/** What workers are answered with. */
export interface Supervised {
  readonly context: Context;
  readonly log: AdjustableLog;
  readonly files: PublicFiles;
  readonly answerAt: AnswerAt;
}

export interface Attended extends Pick<Link<ToWorker>, "ask"> {
  /** Has it listen, and tells where it does. */
  serve(orders: Orders): Promise<readonly Listen[]>;
  ping(): Promise<void>;
  /** Takes over what it has counted and noted. */
  gather(): Promise<void>;
}

interface Known {
  isServing: boolean;
  memory: number;
  readonly take: (notes: Notes) => void;
}

export function supervisor(clock: Clock): Supervisor {
  const counts = throttle(clock);
  const all = new Map<Link<ToWorker>, Known>();
  const tellOthers = (event: Counted, from?: Link<ToWorker>) => {
    for (const worker of all.keys()) if (worker !== from) worker.tell("counted", event);
  };

  return {
    throttle: telling(counts, tellOthers),
    counted: counts.countedSoFar,
    workers: {
      gather: async () => {
        const told = [...all].map(([worker, { take }]) =>
          worker.ask("handOver", undefined).then(take, () => undefined),
        );
        await Promise.race([Promise.all(told), Bun.sleep(toldWithin)]);
      },
      serving: () => [...all.values()].filter(({ isServing }) => isServing).length,
      memory: () => [...all.values()].reduce((sum, { memory }) => sum + memory, 0),
    },
    attend: (port, { context, log, files, answerAt }) => {
      const take = (notes: Notes) => takeOver(context, notes);
      const answers = forwarded(answeredOnce(answerAt));
      const { store, pollTimes, keySets, verifier, requests } = context;
      const worker: Link<ToWorker> = link<ToWorker>(port, {
        ...answers,
        apiDocument: files.apiDocument,
        write: store.write,
        counted: (event) => {
          countAlso(counts, event);
          tellOthers(event, worker);
        },
        poll: ({ deviceCode, at }) => pollTimes.note(deviceCode, at),
        forgetPolls: pollTimes.forget,
        verify: async (question): Promise<SentVerdict> => {
          const verdict = await verifier?.ask(question);
          if (verdict === undefined) throw new Error("there is no verifier");
          if (verdict.kind !== "unavailable") return verdict;
          return { kind: "unavailable", fault: verdict.fault.kind, detail: verdict.fault.detail };
        },
        keys: ({ id, address, isNewer, span }) => {
          const above = span && { ...span, since: performance.now(), startedAt: clock.now(), end: () => undefined };
          return requests.answering(above, () =>
            isNewer ? keySets.newerKeys(context, id, address) : keySets.keys(context, id, address),
          );
        },
        noted: take,
        logged: log.passOn,
      } satisfies ToSupervisor);
      const known: Known = { isServing: false, memory: 0, take };
      all.set(worker, known);
      port.onGone(() => {
        all.delete(worker);
        answers.stopAll();
      });
      return {
        ask: worker.ask,
        serve: async (orders) => {
          const bound = await worker.ask("serve", orders);
          known.isServing = true;
          return bound;
        },
        gather: async () => take(await worker.ask("handOver", undefined)),
        ping: async () => {
          known.memory = (await worker.ask("ping", { level: log.level() })).memory;
        },
      };
    },
  };
}

/** What answers at an address is made once for each. */
function answeredOnce(answerAt: AnswerAt): AnswerAt {
  const answers = new Map<string, Answer>();
  return (listen: Listen) => {
    const key = JSON.stringify(listen);
    const answer = answers.get(key) ?? answerAt(listen);
    answers.set(key, answer);
    return answer;
  };
}
