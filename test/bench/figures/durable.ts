import type { Figure, Measurement } from "../figures.ts";
import { measure, type Round } from "../harness.ts";
import { install } from "../peers/postern.ts";
import { newPlace } from "../place.ts";
import type { Scenario } from "../scenario.ts";
import { deviceAuthorization } from "../scenarios/device.ts";
import { refresh } from "../scenarios/refresh.ts";
import { median, medianRatio } from "../statistics.ts";

// What is durable before the answer, beside the same with one connection, where each commit holds one write and the next
// begins when the one before was answered.

export const durable: Measurement = {
  name: "durable",
  title: "writes that are durable before the answer",
  measure: async (bench) => {
    const { effort, say } = bench;
    const place = newPlace(bench, "durable");
    // As people run it: the writer has a thread of its own, for which there is a second core.
    const subject = await (await install(bench.revision, { grants: 1000, tokens: 0 }, place)).serve({ unpinned: true });
    const round = async (scenario: Scenario, connections: number): Promise<Round> => {
      const measured = await measure(scenario, subject, { connections, seconds: effort.seconds, folder: place.folder });
      if (measured === undefined) throw new Error(`${scenario.name} cannot be measured`);
      say(`durable: ${scenario.name} with ${connections} connections: ${Math.round(measured.perSecond)}/s`);
      return measured;
    };
    const figures: Figure[] = [];
    for (const scenario of [refresh, deviceAuthorization]) {
      const alone: number[] = [];
      const together: number[] = [];
      await round(scenario, effort.connections);
      for (let turn = 0; turn < effort.rounds; turn++) {
        alone.push((await round(scenario, 1)).perSecond);
        together.push((await round(scenario, effort.connections)).perSecond);
      }
      const { name, title } = scenario;
      figures.push(
        {
          name: `durable-${name}`,
          title: `${title}, ${effort.connections} connections`,
          value: median(together),
          unit: "/s",
        },
        { name: `durable-${name}-alone`, title: `${title}, one at a time`, value: median(alone), unit: "/s" },
        {
          name: `durable-${name}-ratio`,
          title: `${title}: together by one at a time`,
          value: medianRatio(together, alone),
          unit: "×",
        },
      );
    }
    await subject.stop();
    return figures;
  },
};
