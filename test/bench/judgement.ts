import type { Results } from "./results.ts";
import { judgedRatioOf, numberText } from "./table.ts";

// The figures that the design demands, and whether they were reached.

export interface Verdict {
  readonly figure: string;
  readonly toReach: string;
  readonly reached: string;
  readonly verdict: "reached" | "not reached" | "not measured";
}

interface Demand {
  readonly figure: string;
  readonly least?: number;
  readonly most?: number;
  readonly unit: string;
  readonly value: (results: Results) => number | undefined;
}

const own = "Postern";

const ratio = (scenario: string, other: string) => (results: Results) => {
  const { [own]: ours, [other]: theirs } = results.scenarios[scenario]?.rounds ?? {};
  return ours === undefined || theirs === undefined ? undefined : judgedRatioOf(ours, theirs);
};

const figure = (name: string) => (results: Results) => results.figures[name]?.value;

const quotient = (name: string, by: string) => (results: Results) => {
  const [value, divisor] = [figure(name)(results), figure(by)(results)];
  return value === undefined || divisor === undefined ? undefined : value / divisor;
};

const demands: readonly Demand[] = [
  ...[
    ["client-credentials", "client-credentials token, opaque"],
    ["introspection", "introspection of it"],
  ].flatMap(([scenario = "", what = ""]) => [
    { figure: `${what}, by oidc-provider`, least: 5, unit: "×", value: ratio(scenario, "oidc-provider") },
    { figure: `${what}, by the bare handler`, least: 0.6, unit: "×", value: ratio(scenario, "bare handler") },
  ]),
  ...[
    ["refresh", "refresh with rotation, durable before the answer"],
    ["device-authorization", "device authorization, durable before the answer"],
  ].flatMap(([scenario = "", what = ""]) => [
    { figure: what, least: 10_000, unit: "/s", value: figure(`durable-${scenario}`) },
    { figure: `${what}, by one at a time`, least: 5, unit: "×", value: figure(`durable-${scenario}-ratio`) },
  ]),
  {
    figure: "device polling while pending, by the bare handler",
    least: 0.5,
    unit: "×",
    value: ratio("device-polling", "bare handler"),
  },
  { figure: "start to first 200, empty database", most: 100, unit: "ms", value: figure("start-empty") },
  { figure: "start to first 200, 1 million grants", most: 150, unit: "ms", value: figure("start-million") },
  { figure: "resident memory 10 s after the first 200", most: 64, unit: "MiB", value: figure("memory-idle") },
  { figure: "resident memory under load", most: 128, unit: "MiB", value: figure("memory-load") },
  { figure: "the same in a soak of 10 minutes", most: 128, unit: "MiB", value: figure("memory-soak-most") },
  {
    figure: "growth from the second to the tenth minute of it",
    most: 1.1,
    unit: "×",
    value: figure("memory-soak-growth"),
  },
  {
    figure: "introspection p50 at 1 million grants, by that at 1,000",
    most: 1.3,
    unit: "×",
    value: figure("growth-introspection-spread-ratio"),
  },
  {
    figure: "introspection p99 while every commit takes 20 ms, by idle",
    most: 1.5,
    unit: "×",
    value: quotient("slow-commits-busy", "slow-commits-idle"),
  },
  { figure: "database per grant with its refresh token", most: 500, unit: "bytes", value: figure("disk-grant") },
  { figure: "bytes written by a client-credentials token", most: 0.5, unit: "bytes", value: figure("disk-token") },
];

export const judged = (results: Results): readonly Verdict[] =>
  demands.map(({ figure: name, least, most, unit, value }) => {
    const reached = value(results);
    const toReach = least === undefined ? `at most ${withUnit(most, unit)}` : `at least ${withUnit(least, unit)}`;
    if (reached === undefined) return { figure: name, toReach, reached: "", verdict: "not measured" };
    const isReached = (least === undefined || reached >= least) && (most === undefined || reached <= most);
    return { figure: name, toReach, reached: withUnit(reached, unit), verdict: isReached ? "reached" : "not reached" };
  });

/** `12,300/s`, `1.24 ×`, `64 MiB`. */
export function withUnit(value = Number.NaN, unit = ""): string {
  if (unit === "×") return `${value.toFixed(2)} ×`;
  if (unit === "ms" && value < 10) return `${value.toFixed(2)} ms`;
  const text = Number.isInteger(value) ? value.toLocaleString("en") : numberText(value);
  return unit === "/s" ? `${text}/s` : `${text} ${unit}`;
}
