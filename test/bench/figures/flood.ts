import { join } from "node:path";
import type { Bench, Figure, Measurement } from "../figures.ts";
import { measure, type Round } from "../harness.ts";
import { pinned, residentMebibytes } from "../machine.ts";
import { paceOf } from "../pace.ts";
import { install } from "../peers/postern.ts";
import { newPlace } from "../place.ts";
import type { Scenario } from "../scenario.ts";
import { clientCredentialsScenarios } from "../scenarios/client-credentials.ts";
import { introspectionScenarios } from "../scenarios/introspection.ts";
import { endWithThis } from "../server-process.ts";
import { median } from "../statistics.ts";
import type { Subject } from "../subject.ts";

// What everybody else notices of two hundred wrong passwords at once: at a third of the most that the server can answer, while
// the flood goes on and while it does not.

const [tokens] = clientCredentialsScenarios;
const [introspection] = introspectionScenarios;

export const flood: Measurement = {
  name: "flood",
  title: "a flood of wrong passwords",
  measure: async (bench) => {
    const place = newPlace(bench, "flood");
    const installation = await install(bench.revision, { grants: 1000, tokens: 0 }, place);
    const server = await installation.serve({ env: { POSTERN_TRUSTED_PROXIES: "127.0.0.1" } });
    const figures: Figure[] = [];
    for (const scenario of [tokens, introspection])
      if (scenario !== undefined) figures.push(...(await beside(scenario, server, bench, place.folder)));
    const resident: number[] = [];
    const before = residentMebibytes(server.pid);
    const watch = setInterval(() => resident.push(residentMebibytes(server.pid)), 50);
    const end = await startFlood(server);
    await Bun.sleep(5000);
    bench.say(`flood: its answers by status: ${await end()}`);
    clearInterval(watch);
    await server.stop();
    return [...figures, ...both("flood-memory", "resident memory, the most", "MiB", before, Math.max(...resident))];
  },
};

async function beside(scenario: Scenario, server: Subject, bench: Bench, folder: string): Promise<readonly Figure[]> {
  const seconds = Math.max(2, bench.effort.seconds);
  const most = await measure(scenario, server, { connections: 64, seconds, folder });
  const pace = { ...paceOf((most?.perSecond ?? 1) / 3), seconds, folder: join(folder, scenario.name) };
  const quiet: Round[] = [];
  const busy: Round[] = [];
  // The first only loads the pages, and teaches the compiler.
  for (let round = -1; round < bench.effort.rounds; round++) {
    const before = await measure(scenario, server, pace);
    const end = await startFlood(server);
    const during = await measure(scenario, server, pace);
    await end();
    if (round < 0 || before === undefined || during === undefined) continue;
    quiet.push(before);
    busy.push(during);
    bench.say(`flood: ${scenario.name}: p99 ${before.p99} ms without it, ${during.p99} ms in it`);
  }
  return (["p50", "p99"] as const).flatMap((percentile) => {
    const of = (rounds: readonly Round[]) => median(rounds.map((round) => round[percentile]));
    const title = `${scenario.title}, at a third of the most: ${percentile}`;
    return both(`flood-${scenario.name}-${percentile}`, title, "ms", of(quiet), of(busy));
  });
}

const both = (name: string, title: string, unit: string, before: number, during: number): readonly Figure[] => [
  { name: `${name}-before`, title, column: "without", value: before, unit },
  { name, title, column: "in a flood: 200 wrong passwords at once, every 3 s", value: during, unit },
];

/** @returns what ends it, and tells how often it was answered with which status */
async function startFlood({ address, facts }: Subject): Promise<() => Promise<string>> {
  const script = join(import.meta.dir, "../flooder.ts");
  // Behind the loader, with which it shares a core: what that waits for is to be the server.
  const command = ["nice", "-n", "19", process.execPath, script, address, facts.person?.signIn ?? ""];
  const child = Bun.spawn(pinned("loader", command), { stdout: "pipe", stderr: "inherit" });
  const stop = endWithThis(child);
  const reader = child.stdout.getReader();
  // It has its forms.
  await reader.read();
  return async () => {
    const stopped = stop();
    const text: string[] = [];
    for (let part = await reader.read(); !part.done; part = await reader.read())
      text.push(new TextDecoder().decode(part.value));
    await stopped;
    return text.join("");
  };
}
