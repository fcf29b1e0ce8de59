import { join } from "node:path";
import { processorSeconds } from "./machine.ts";
import { newPlace } from "./place.ts";
import type { Say } from "./say.ts";
import type { Scenario } from "./scenario.ts";
import { Missing, type Peer, type Subject } from "./subject.ts";
import { type Answers, wrk } from "./wrk.ts";

// Runs scenarios on servers, round by round. In each round every server has its turn, so that what else the machine does
// meanwhile meets all of them alike.

export interface Effort {
  readonly rounds: number;
  /** Of each round; wrk knows whole seconds. */
  readonly seconds: number;
  /** Before the first round, for compilers that learn while the program runs. */
  readonly warmUp: number;
  readonly connections: number;
}

/** What one round of one server gave; operations are what the scenario counts. */
export interface Round extends Pick<Answers, "p50" | "p99" | "loaderShare"> {
  readonly perSecond: number;
  /** Processor time of the server for one operation, in microseconds: steadier than the rate on a machine that is shared. */
  readonly microseconds: number;
}

export interface ScenarioResult {
  readonly scenario: string;
  readonly rounds: Readonly<Record<string, readonly Round[]>>;
  /** Servers that could not, and why. */
  readonly lacking: Readonly<Record<string, string>>;
  /** What is worth knowing beside the figures. */
  readonly notes: readonly string[];
}

/** Starts the peers that can run here; the others are told of, and left out. */
export async function startAll(peers: readonly Peer[], folder: string, say: Say): Promise<readonly Subject[]> {
  const subjects: Subject[] = [];
  for (const peer of peers) {
    say(`starting ${peer.name}`);
    try {
      subjects.push(await peer.start(newPlace({ folder, say }, peer.name)));
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      say(`${peer.name} is left out: ${error.message}`);
    }
  }
  return subjects;
}

interface Run {
  readonly scenario: Scenario;
  readonly subjects: readonly Subject[];
  readonly lacks: (subject: Subject) => string | undefined;
  readonly effort: Effort;
  readonly folder: string;
  readonly say: Say;
}

/** @throws WrongAnswers or an AssertionError, when anything that came back was not right */
export async function runScenario({ scenario, subjects, lacks, effort, folder, say }: Run): Promise<ScenarioResult> {
  const rounds: Record<string, Round[]> = {};
  const lacking: Record<string, string> = {};
  for (let round = -1; round < effort.rounds; round++) {
    // Who goes first has the machine as the other has left it: by turns.
    for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
      const { name } = subject;
      const lack = lacks(subject);
      if (lack !== undefined) lacking[name] = lack;
      if (lacking[name] !== undefined) continue;
      const seconds = round < 0 ? effort.warmUp : effort.seconds;
      const measured = await measure(scenario, subject, { ...effort, seconds, folder });
      if (measured === undefined) lacking[name] = "it has none";
      else if (round >= 0) {
        rounds[name] = [...(rounds[name] ?? []), measured];
        say(`${scenario.name} ${round + 1}/${effort.rounds} ${name}: ${Math.round(measured.perSecond)}/s`);
      }
    }
  }
  const notes = subjects.flatMap((subject) => scenario.note?.(subject) ?? []);
  return { scenario: scenario.name, rounds, lacking, notes };
}

/** One round on one server, with a look at its answers before and after. */
export async function measure(
  scenario: Scenario,
  subject: Subject,
  { connections, seconds, delay, folder }: Omit<Effort, "rounds" | "warmUp"> & { folder: string; delay?: number },
): Promise<Round | undefined> {
  const atOnce = scenario.connections ?? connections;
  const load = await scenario.load(subject, atOnce);
  if (load === undefined) return undefined;
  try {
    await scenario.check(subject);
    const before = processorSeconds(subject.pid);
    const answers = await wrk({
      address: scenario.address?.(subject) ?? subject.address,
      load,
      connections: atOnce,
      seconds,
      folder: join(folder, "load"),
      ...(delay === undefined ? {} : { delay }),
    });
    const used = processorSeconds(subject.pid) - before;
    await scenario.check(subject);
    const perOperation = scenario.requestsPerOperation ?? 1;
    return {
      perSecond: answers.perSecond / perOperation,
      microseconds: (used * 1e6 * perOperation) / answers.answers,
      p50: answers.p50,
      p99: answers.p99,
      loaderShare: answers.loaderShare,
    };
  } catch (error) {
    throw new Error(`${scenario.name}: ${subject.name} answered wrongly`, { cause: error });
  }
}
