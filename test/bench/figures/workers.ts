import type { Figure, Measurement } from "../figures.ts";
import { measure } from "../harness.ts";
import { install } from "../peers/postern.ts";
import { newPlace } from "../place.ts";
import { clientCredentialsScenarios } from "../scenarios/client-credentials.ts";
import { introspectionScenarios } from "../scenarios/introspection.ts";
import { refresh } from "../scenarios/refresh.ts";
import { median } from "../statistics.ts";

// What a second process gives (POSTERN_WORKERS), on all cores, of which the loader needs one as well.

const [opaque, , , rs256] = clientCredentialsScenarios;
const [introspection] = introspectionScenarios;
const scenarios = [opaque, rs256, introspection, refresh].filter((scenario) => scenario !== undefined);

export const workers: Measurement = {
  name: "workers",
  title: "one process and two workers",
  measure: async (bench) => {
    const { effort, say } = bench;
    const counts = [1, 2];
    const rates = new Map<string, number[]>();
    const place = newPlace(bench, "workers");
    const installation = await install(bench.revision, { grants: 1000, tokens: 0 }, place);
    for (let turn = 0; turn < effort.rounds; turn++) {
      for (const count of turn % 2 === 0 ? counts : counts.toReversed()) {
        const server = await installation.serve({ env: { POSTERN_WORKERS: String(count) }, unpinned: true });
        for (const scenario of scenarios) {
          const loaded = { connections: effort.connections, folder: place.folder };
          await measure(scenario, server, { ...loaded, seconds: effort.warmUp });
          const round = await measure(scenario, server, { ...loaded, seconds: effort.seconds });
          const key = `workers-${scenario.name}-${count}`;
          rates.set(key, [...(rates.get(key) ?? []), round?.perSecond ?? Number.NaN]);
        }
        await server.stop();
        say(`workers ${turn + 1}/${effort.rounds}: ${count}`);
      }
    }
    return scenarios.flatMap(({ name, title }) =>
      counts.map(
        (count): Figure => ({
          name: `workers-${name}-${count}`,
          title: `${title}, all cores`,
          column: count === 1 ? "one process" : `${count} workers`,
          value: median(rates.get(`workers-${name}-${count}`) ?? []),
          unit: "/s",
        }),
      ),
    );
  },
};
