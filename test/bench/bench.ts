import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measurements } from "./figures/all.ts";
import type { Measurement } from "./figures.ts";
import { type Effort, runScenario, startAll } from "./harness.ts";
import { thisMachine } from "./machine.ts";
import { type Options, readOptions, Usage } from "./options.ts";
import { bare } from "./peers/bare.ts";
import { hydra } from "./peers/hydra.ts";
import { oidcProvider } from "./peers/oidc-provider.ts";
import { FillFault, postern, type Revision } from "./peers/postern.ts";
import { benchmarksPage, summary } from "./report.ts";
import { checkAlike, merged, OtherMachine, pagePath, type Results, readResults, writeResults } from "./results.ts";
import { otherRevision, RevisionFault, thisRevision } from "./revision.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios/all.ts";
import type { Peer } from "./subject.ts";
import { haveWrk, NoLoader } from "./wrk.ts";

// `bun run bench`: what the executable does under load, beside others. options.ts has the usage.

const full: Effort = { rounds: 5, seconds: 3, warmUp: 3, connections: 64 };
const quick: Effort = { rounds: 3, seconds: 1, warmUp: 1, connections: 64 };

/** Beside whom it is measured: a new one has its file in peers/ and its place here. */
const others: readonly Peer[] = [bare, oidcProvider, hydra];

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** Names of what failed, with the reason. */
const failures: string[] = [];

async function main(): Promise<void> {
  const options = readOptions(
    process.argv.slice(2),
    [...scenarios, ...measurements].map(({ name }) => name),
  );
  await haveWrk(say);
  const folder = mkdtempSync(join(tmpdir(), "postern-bench-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
  const began = performance.now();
  if (options.against === undefined) await measureBesideOthers(options, folder);
  else await measureAgainst(options, options.against, folder);
  say(`${Math.round((performance.now() - began) / 1000)} s`);
  for (const failure of failures) say(`FAILED: ${failure}`);
  process.exit(failures.length === 0 ? 0 : 1);
}

async function measureBesideOthers(options: Options, folder: string): Promise<void> {
  const revision = thisRevision("Postern");
  const chosen = choose(options);
  const isWhole = options.names.length === 0 && !options.quick;
  // Now, not when all is measured.
  if (options.write && !isWhole) checkAlike(readResults(), { machine: thisMachine(), effort: effortOf(options) });
  const results = await measureAll({ ...chosen, revision, peers: [postern(revision), ...others] }, options, folder);
  process.stdout.write(summary(results));
  if (!(isWhole || options.write)) return;
  if (failures.length > 0) return say("nothing is written: something failed");
  writeResults(merged(readResults(), results, isWhole));
  // As it is read back: numbers are rounded then.
  writeFileSync(pagePath, benchmarksPage(readResults() ?? results));
  say(`written: ${pagePath}`);
}

/** Two revisions of Postern in turn. What is measured of one alone is measured of each, one after the other. */
async function measureAgainst(options: Options, name: string, folder: string): Promise<void> {
  const [mine, other] = [thisRevision("this tree"), await otherRevision(name, folder, say)];
  const { scenarios: chosen, measurements: alone } = choose(options);
  const asked = options.names.length > 0 ? alone : [];
  const both = { scenarios: chosen, measurements: asked, revision: mine, peers: [postern(mine), postern(other)] };
  process.stdout.write(summary(await measureAll(both, options, folder)));
  if (asked.length === 0) return;
  process.stdout.write(`\n${name}:\n\n`);
  const theirs = { scenarios: [], measurements: asked, revision: other, peers: [] };
  process.stdout.write(summary(await measureAll(theirs, options, join(folder, "theirs"))));
}

interface Chosen {
  readonly scenarios: readonly Scenario[];
  readonly measurements: readonly Measurement[];
}

function choose({ names, quick: isQuick }: Options): Chosen {
  const isAsked = ({ name }: { readonly name: string }) => names.includes(name);
  if (names.length > 0) return { scenarios: scenarios.filter(isAsked), measurements: measurements.filter(isAsked) };
  if (isQuick) return { scenarios: scenarios.filter((scenario) => scenario.quick === true), measurements: [] };
  return { scenarios, measurements };
}

const effortOf = (options: Options): Effort => (options.quick ? quick : full);

interface Plan extends Chosen {
  /** Of which the figures are. */
  readonly revision: Revision;
  /** Who runs the scenarios. */
  readonly peers: readonly Peer[];
}

async function measureAll(plan: Plan, options: Options, folder: string): Promise<Results> {
  const { revision, peers } = plan;
  const effort = effortOf(options);
  const stamp = { date: new Date().toISOString().slice(0, 10), commit: revision.commit };
  const measured: Record<string, Results["scenarios"][string]> = {};
  const subjects = plan.scenarios.length === 0 ? [] : await startAll(peers, folder, say);
  for (const scenario of plan.scenarios) {
    const lacks = ({ name }: { readonly name: string }) =>
      peers.find((peer) => peer.name === name)?.lacks?.[scenario.name];
    await orFail(scenario.name, async () => {
      const result = await runScenario({ scenario, subjects, lacks, effort, folder, say });
      measured[scenario.name] = { ...result, title: scenario.title, ...stamp };
    });
  }
  const running = new Set(subjects.map(({ name }) => name));
  for (const subject of subjects) await subject.stop();
  const figures: Record<string, Results["figures"][string]> = {};
  for (const { name, title, measure } of plan.measurements) {
    say(`${name}: ${title}`);
    await orFail(name, async () => {
      for (const figure of await measure({ revision, effort, folder, say }))
        figures[figure.name] = { ...figure, ...stamp };
    });
  }
  const servers = peers
    .filter(({ name }) => running.has(name))
    .map((peer) => ({ name: peer.name, about: peer.about() }));
  return { machine: thisMachine(), effort, servers, scenarios: measured, figures };
}

/** What fails is told, and what comes after is measured all the same. */
async function orFail(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = reasonOf(error);
    failures.push(`${name}: ${reason}`);
    say(`FAILED: ${name}: ${reason}`);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

try {
  await main();
} catch (error) {
  if (error instanceof Usage) {
    (error.exitCode === 0 ? process.stdout : process.stderr).write(error.message);
    process.exit(error.exitCode);
  }
  const isExpected = [FillFault, NoLoader, OtherMachine, RevisionFault].some((kind) => error instanceof kind);
  say(isExpected ? reasonOf(error) : `${error instanceof Error ? error.stack : error}`);
  process.exit(1);
}
