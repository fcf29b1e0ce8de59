import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Effort, runScenario, type ScenarioResult, startAll } from "./harness.ts";
import { mayPin, thisMachine } from "./machine.ts";
import { readOptions, Usage } from "./options.ts";
import { bare } from "./peers/bare.ts";
import { oidcProvider } from "./peers/oidc-provider.ts";
import { postern } from "./peers/postern.ts";
import { scenarios } from "./scenarios/all.ts";
import { comparison } from "./table.ts";
import { haveWrk } from "./wrk.ts";

// `bun run bench`: what the executable does under load, beside others. options.ts has the usage.

const full: Effort = { rounds: 5, seconds: 3, warmUp: 3, connections: 64 };
const quick: Effort = { rounds: 3, seconds: 1, warmUp: 1, connections: 64 };

const say = (line: string) => process.stderr.write(`${line}\n`);

async function main(): Promise<void> {
  const options = readOptions(
    process.argv.slice(2),
    scenarios.map(({ name }) => name),
  );
  await haveWrk(say);
  const folder = mkdtempSync(join(tmpdir(), "postern-bench-"));
  const clear = () => rmSync(folder, { recursive: true, force: true });
  process.on("exit", clear);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

  const root = resolve(import.meta.dir, "../..");
  const peers = [postern({ name: "Postern", root, commit: commitOf(root) }), bare, oidcProvider];
  const effort = options.quick ? quick : full;
  const chosen = scenarios.filter((scenario) =>
    options.names.length > 0 ? options.names.includes(scenario.name) : !options.quick || scenario.quick === true,
  );
  const subjects = await startAll(peers, folder, say);
  const results: ScenarioResult[] = [];
  for (const scenario of chosen) {
    const lacks = ({ name }: { name: string }) => peers.find((peer) => peer.name === name)?.lacks?.[scenario.name];
    results.push(await runScenario({ scenario, subjects, lacks, effort, folder, say }));
  }
  const titles = new Map(scenarios.map(({ name, title }) => [name, title]));
  process.stdout.write(
    `${comparison(
      results,
      titles,
      subjects.map(({ name }) => name),
    )}\n\n`,
  );
  for (const peer of peers) process.stdout.write(`- ${peer.name}: ${peer.about()}\n`);
  const { processor, cores, system } = thisMachine();
  process.stdout.write(
    `\n${processor}, ${cores} cores, ${system}; ${mayPin() ? "one core for each server, one for the loader" : "nothing is pinned to a core"}; ${effort.connections} connections, ${effort.rounds} rounds of ${effort.seconds} s\n`,
  );
  for (const subject of subjects) await subject.stop();
  process.exit(0);
}

const commitOf = (root: string): string =>
  Bun.spawnSync(["git", "describe", "--always", "--dirty"], { cwd: root }).stdout.toString().trim() || "unknown";

try {
  await main();
} catch (error) {
  if (error instanceof Usage) {
    (error.exitCode === 0 ? process.stdout : process.stderr).write(error.message);
    process.exit(error.exitCode);
  }
  say(error instanceof Error && error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : `${error}`);
  process.exit(1);
}
