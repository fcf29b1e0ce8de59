import { statSync } from "node:fs";
import type { Figure, Measurement } from "../figures.ts";
import { type Round, runScenario } from "../harness.ts";
import { residentMebibytes } from "../machine.ts";
import { type Installation, install } from "../peers/postern.ts";
import { newPlace } from "../place.ts";
import type { Scenario } from "../scenario.ts";
import { checkActive, introspectionOf } from "../scenarios/introspection.ts";
import { refresh } from "../scenarios/refresh.ts";
import type { ServerProcess } from "../server-process.ts";
import { median, medianRatio } from "../statistics.ts";
import type { Subject } from "../subject.ts";
import { startFigure, starts, timed } from "./start.ts";

// How it does as the database grows. Each size is asked for the same number of different tokens, in the same random order:
// of every grant where there are few, of grants all over the file where there are many.

const sizes = [1000, 10_000, 1_000_000] as const;
const tokens = 20_000;

const nameOf = (size: number) => `${size.toLocaleString("en")} grants`;

export const growth: Measurement = {
  name: "growth",
  title: "growth from 1,000 to 1 million grants",
  measure: async (bench) => {
    const installations: Installation[] = [];
    for (const grants of sizes) {
      bench.say(`growth: making ${nameOf(grants)}`);
      installations.push(await install(bench.revision, { grants, tokens }, newPlace(bench, `growth-${grants}`)));
    }
    const million: number[] = [];
    for (let turn = 0; turn < starts; turn++)
      million.push(await timed(async () => await last(installations).serve({ unpinned: true })));
    const subjects: (Subject & ServerProcess)[] = [];
    for (const [each, installation] of installations.entries())
      subjects.push({ ...(await installation.serve()), name: nameOf(sizes[each] ?? 0) });
    const figures: Figure[] = [startFigure("start-million", "start to the first 200, 1 million grants", million)];
    for (const [each, { database }] of installations.entries())
      figures.push(figure(each, "size", "size of the database", statSync(database).size / 2 ** 20, "MiB"));
    for (const scenario of [spread, refresh]) {
      const { rounds } = await runScenario({ ...bench, scenario, subjects, lacks: () => undefined });
      const of = (each: number): readonly Round[] => rounds[nameOf(sizes[each] ?? 0)] ?? [];
      for (const each of sizes.keys()) {
        const pick = (key: "perSecond" | "p50" | "p99") => median(of(each).map((round) => round[key]));
        figures.push(
          figure(each, `${scenario.name}-rate`, scenario.title, pick("perSecond"), "/s"),
          figure(each, `${scenario.name}-p50`, `${scenario.title}, p50`, pick("p50"), "ms"),
          figure(each, `${scenario.name}-p99`, `${scenario.title}, p99`, pick("p99"), "ms"),
        );
      }
      figures.push({
        name: `growth-${scenario.name}-ratio`,
        title: `${scenario.title}: p50 at 1 million grants by that at 1,000`,
        value: medianRatio(
          of(2).map(({ p50 }) => p50),
          of(0).map(({ p50 }) => p50),
        ),
        unit: "×",
      });
    }
    for (const [each, { pid }] of subjects.entries())
      figures.push(figure(each, "memory", "resident memory after this", residentMebibytes(pid), "MiB"));
    for (const subject of subjects) await subject.stop();
    return figures;
  },
};

const figure = (each: number, name: string, title: string, value: number, unit: string): Figure => ({
  name: `growth-${name}-${sizes[each]}`,
  title,
  column: nameOf(sizes[each] ?? 0),
  value,
  unit,
});

function last(installations: readonly Installation[]): Installation {
  const found = installations.at(-1);
  if (found === undefined) throw new Error("nothing was installed");
  return found;
}

/** Introspection of tokens of as many grants as there are. */
const spread: Scenario = {
  name: "introspection-spread",
  title: `introspection of ${tokens.toLocaleString("en")} different tokens`,
  load: async (subject) => introspectionOf(subject, shuffled(subject.facts.grantTokens ?? [])),
  check: async (subject) => {
    const { grantTokens = [] } = subject.facts;
    for (const token of [grantTokens[0], grantTokens.at(-1)])
      await checkActive(subject, token ?? "", subject.facts.grantScope);
  },
};

/** In an order that looks random and is the same every time. */
function shuffled(list: readonly string[]): readonly string[] {
  const order = list.map((item) => ({ item, at: Bun.hash(item) }));
  return order.toSorted((one, other) => (one.at < other.at ? -1 : 1)).map(({ item }) => item);
}
