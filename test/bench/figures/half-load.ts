import { join } from "node:path";
import type { Bench, Figure, Measurement } from "../figures.ts";
import { measure } from "../harness.ts";
import { paceOf } from "../pace.ts";
import { postern } from "../peers/postern.ts";
import { newPlace } from "../place.ts";
import type { Scenario } from "../scenario.ts";
import { clientCredentialsScenarios } from "../scenarios/client-credentials.ts";
import { introspectionScenarios } from "../scenarios/introspection.ts";
import { refresh } from "../scenarios/refresh.ts";
import type { Subject } from "../subject.ts";

// Latency where there is room: at half of the most that it can answer.

export const halfLoad: Measurement = {
  name: "half-load",
  title: "latency at half of the maximum load",
  measure: async (bench) => {
    const subject = await postern(bench.revision).start(newPlace(bench, "half-load"));
    const scenarios = [clientCredentialsScenarios[0], introspectionScenarios[0], refresh];
    const figures: Figure[] = [];
    for (const scenario of scenarios)
      if (scenario !== undefined) figures.push(...(await atHalf(bench, subject, scenario)));
    await subject.stop();
    return figures;
  },
};

async function atHalf(
  { effort, folder, say }: Bench,
  subject: Subject,
  scenario: Scenario,
): Promise<readonly Figure[]> {
  const own = join(folder, "half-load");
  const { seconds } = effort;
  const most = await measure(scenario, subject, { connections: effort.connections, seconds, folder: own });
  if (most === undefined) return [];
  const pace = paceOf(most.perSecond / 2);
  const half = await measure(scenario, subject, { ...pace, seconds: seconds + 1, folder: own });
  if (half === undefined) return [];
  const share = Math.round((half.perSecond / most.perSecond) * 100);
  say(`half-load ${scenario.name}: ${Math.round(half.perSecond)}/s of ${Math.round(most.perSecond)}/s`);
  const note = `at ${Math.round(half.perSecond)}/s, ${share} % of the most`;
  return ([50, 99] as const).map((percent) => ({
    name: `half-load-${scenario.name}-p${percent}`,
    title: `${scenario.title}: p${percent} at half load`,
    value: half[`p${percent}`],
    unit: "ms",
    note,
  }));
}
