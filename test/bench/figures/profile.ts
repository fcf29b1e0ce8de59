import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench, Figure, Measurement } from "../figures.ts";
import { measure } from "../harness.ts";
import { install } from "../peers/postern.ts";
import { newPlace } from "../place.ts";
import type { Scenario } from "../scenario.ts";
import { clientCredentialsScenarios } from "../scenarios/client-credentials.ts";
import { devicePolling } from "../scenarios/device.ts";
import { introspectionScenarios } from "../scenarios/introspection.ts";
import { refresh } from "../scenarios/refresh.ts";

// Where the time of the thread that answers goes, by the runtime's own sampling profiler, from the sources (which have
// the same code as the executable, and file names).

const [clientCredentials] = clientCredentialsScenarios;
const [introspection] = introspectionScenarios;
const profiled: readonly Scenario[] = [clientCredentials, introspection, refresh, devicePolling].filter(
  (scenario) => scenario !== undefined,
);

export const profile: Measurement = {
  name: "profile",
  title: "where the time goes",
  measure: async (bench) => {
    const figures: Figure[] = [];
    for (const scenario of profiled) figures.push(...(await profileOf(scenario, bench)));
    return figures;
  },
};

async function profileOf(scenario: Scenario, bench: Bench): Promise<readonly Figure[]> {
  const place = newPlace(bench, `profile-${scenario.name}`);
  const profiles = join(place.folder, "profiles");
  mkdirSync(profiles);
  const installation = await install(bench.revision, { grants: 1000, tokens: 0 }, place);
  const server = await installation.serve({ fromSources: ["--cpu-prof", `--cpu-prof-dir=${profiles}`] });
  // The compiler has learned by then what it will learn.
  for (const seconds of [bench.effort.warmUp, bench.effort.seconds])
    await measure(scenario, server, { connections: bench.effort.connections, seconds, folder: place.folder });
  await server.stop();
  bench.say(`profile: ${scenario.name}`);
  const [file] = readdirSync(profiles).filter((name) => name.endsWith(".cpuprofile"));
  if (file === undefined) throw new Error("the profiler has left no profile");
  const shares = sharesOf(JSON.parse(readFileSync(join(profiles, file), "utf8")));
  return areas.map((area) => ({
    name: `profile-${scenario.name}-${area}`,
    title: `share of its thread: ${area}`,
    column: scenario.name,
    value: 100 * (shares.get(area) ?? 0),
    unit: "%",
  }));
}

/** The format of Chrome's profiler: https://chromedevtools.github.io/devtools-protocol/tot/Profiler#type-Profile */
interface CpuProfile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

interface Node {
  readonly id: number;
  readonly callFrame: { readonly url: string };
  readonly children?: readonly number[];
}

const runtime = "the runtime itself: sockets, HTTP, promises, garbage";
const framework = "Elysia: routing, schemas";
const ownAreas: readonly (readonly [area: string, folders: readonly string[]])[] = [
  ["`crypto/`: sealing, hashing, signing", ["crypto"]],
  ["`store/`: reads of SQLite, writes on their way", ["store"]],
  ["`clients/`, `tokens/`, `grant-types/`, `rules/`: the protocol", ["clients", "tokens", "grant-types", "rules"]],
  ["`http/`, `endpoints/`: forms, headers, answers", ["http", "endpoints"]],
  ["`server/`, `events/`, `throttle/`, others: observing, limits", []],
];
const areas: readonly string[] = [...ownAreas.map(([area]) => area), framework, runtime];

/** Longer than a sample takes: nothing was done in between. */
const pause = 20_000;

/** What is native counts for who has called it. */
export function sharesOf({ nodes, samples, timeDeltas }: CpuProfile): ReadonlyMap<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const areaOfNode = (id: number): string => {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const area = areaOf(byId.get(at)?.callFrame.url ?? "");
      if (area !== undefined) return area;
    }
    return runtime;
  };
  const times = new Map<string, number>();
  let all = 0;
  for (const [position, id] of samples.entries()) {
    const time = timeDeltas[position] ?? 0;
    if (time > pause) continue;
    const area = areaOfNode(id);
    times.set(area, (times.get(area) ?? 0) + time);
    all += time;
  }
  return new Map([...times].map(([area, time]) => [area, time / all]));
}

function areaOf(url: string): string | undefined {
  if (url.includes("node_modules/drizzle-orm/")) return ownAreas[1]?.[0];
  if (/node_modules\/(elysia|@sinclair|memoirist|exact-mirror)\//.test(url)) return framework;
  const [, folder] = /\/src\/([^/]+)\//.exec(url) ?? [];
  if (folder === undefined) return undefined;
  return (ownAreas.find(([, folders]) => folders.includes(folder)) ?? ownAreas.at(-1))?.[0];
}
