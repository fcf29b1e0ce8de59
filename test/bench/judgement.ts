import type { Results } from "./results.ts";
import { judgedRatioOf, numberText } from "./table.ts";

// The figures that the design demands, and whether they were reached.

export interface Verdict {
  readonly figure: string;
  readonly toReach: string;
  readonly reached: string;
  readonly verdict: "reached" | "not reached" | "not measured";
  /** Of one that was not reached: what stands in the way. */
  readonly inTheWay?: string | undefined;
}

interface Demand {
  readonly figure: string;
  readonly least?: number;
  readonly most?: number;
  readonly unit: string;
  readonly value: (results: Results) => number | undefined;
  readonly inTheWay?: string;
}

const own = "Postern";

const ratio = (scenario: string, other: string) => (results: Results) => {
  const { [own]: ours, [other]: theirs } = results.scenarios[scenario]?.rounds ?? {};
  return ours === undefined || theirs === undefined ? undefined : judgedRatioOf(ours, theirs);
};

const figure = (name: string) => (results: Results) => results.figures[name]?.value;

const pagesOfCodes =
  "a code is found by its hash, its user code and its client: three indexes, in each of which the codes of one commit lie on as many pages. Among 30,000 codes that is 24 KB to be written for one, two thirds of what the writer does";

const start =
  "the runtime is there after 6 ms, with the framework after 20; the rest is loading and composing the endpoints with their schemas and statements, about 30 ms of processor time";

const memoryOfTheMix =
  "about 43 MiB are pages of the executable itself (those that only the start needs are given back), 35 the heap of JavaScript with 19 alive in it, 12 buffers, 8 compiled code, and 19 the password that is being checked";

const demands: readonly Demand[] = [
  ...[
    ["client-credentials", "client-credentials token, opaque"],
    ["introspection", "introspection of it"],
  ].flatMap(([scenario = "", what = ""]) => [
    {
      figure: `${what}, by oidc-provider`,
      least: 5,
      unit: "×",
      value: ratio(scenario, "oidc-provider"),
      inTheWay:
        "it looks its clients and tokens up in the memory of one process and seals nothing. Runs of one day, of the same code on a machine that is shared, gave 3.9 to 5.0 for the token, as one or the other had less of the processor's caches; what each takes here is in the shares of the thread below",
    },
    {
      figure: `${what}, by the bare handler`,
      least: 0.6,
      unit: "×",
      value: ratio(scenario, "bare handler"),
      inTheWay:
        "the bare handler checks nobody, seals nothing, and counts nothing. No part of the work stands out any more (the shares of the thread are below): what is left is spread over reading and checking the form, the client's secret, the limits, the token, and the answer",
    },
  ]),
  ...[
    ["refresh", "refresh with rotation, durable before the answer"],
    ["device-authorization", "device authorization, durable before the answer"],
  ].flatMap(([scenario = "", what = ""]) => [
    {
      figure: what,
      least: 10_000,
      unit: "/s",
      value: figure(`durable-${scenario}`),
      inTheWay:
        scenario === "device-authorization"
          ? pagesOfCodes
          : "three quarters of the processor time are the thread's that answers, and no part of that stands out but the state of the grant, a sixth, which is read anew since its last rotation changed it. The writer takes a sixth, and server and loader share the cores",
    },
    {
      figure: `${what}, by one at a time`,
      least: 5,
      unit: "×",
      value: figure(`durable-${scenario}-ratio`),
      inTheWay:
        "what is committed together shares one sync to the disk, which takes this one about half a millisecond, and nothing else: the faster the disk, the less there is to share",
    },
  ]),
  {
    figure: "device polling while pending, by the bare handler",
    least: 0.5,
    unit: "×",
    value: ratio("device-polling", "bare handler"),
    inTheWay:
      "the bare handler checks no client and keeps no pace, and gives its refusal no id. Each of 25,000 codes is read from SQLite once a round, 4 µs; the rest is spread over the form, the client, the pace, the counters and the answer",
  },
  {
    figure: "start to first 200, empty database",
    most: 100,
    unit: "ms",
    value: figure("start-empty"),
    inTheWay: `${start}; and a new database is synced to the disk twenty times`,
  },
  {
    figure: "start to first 200, 1 million grants",
    most: 150,
    unit: "ms",
    value: figure("start-million"),
    inTheWay: start,
  },
  { figure: "resident memory 10 s after the first 200", most: 64, unit: "MiB", value: figure("memory-idle") },
  {
    figure: "resident memory under load",
    most: 128,
    unit: "MiB",
    value: figure("memory-load"),
    inTheWay: memoryOfTheMix,
  },
  {
    figure: "the same in a soak of 10 minutes",
    most: 128,
    unit: "MiB",
    value: figure("memory-soak-most"),
    inTheWay: memoryOfTheMix,
  },
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
    inTheWay:
      "it is the small one that has become faster: what a thousand grants are asked for is remembered until the next commit, where the 20,000 tokens that are asked for at a million are read from the database each time",
  },
  {
    figure: "introspection p99 while every commit takes 20 ms, by idle",
    most: 1.5,
    unit: "×",
    value: figure("slow-commits-ratio"),
    inTheWay:
      "no read waits for the disk: none waits for a lock while it syncs, and a turn of the event loop with answers of a commit takes less than 1 ms. But refreshes and reads share one thread, and what a commit made stale is read again, 10 µs each",
  },
  { figure: "database per grant with its refresh token", most: 500, unit: "bytes", value: figure("disk-grant") },
  { figure: "bytes written by a client-credentials token", most: 0.5, unit: "bytes", value: figure("disk-token") },
];

export const judged = (results: Results): readonly Verdict[] =>
  demands.map(({ figure: name, least, most, unit, value, inTheWay }) => {
    const reached = value(results);
    const toReach = least === undefined ? `at most ${withUnit(most, unit)}` : `at least ${withUnit(least, unit)}`;
    if (reached === undefined) return { figure: name, toReach, reached: "", verdict: "not measured" };
    const isReached = (least === undefined || reached >= least) && (most === undefined || reached <= most);
    const shown = { figure: name, toReach, reached: withUnit(reached, unit) };
    return isReached ? { ...shown, verdict: "reached" } : { ...shown, verdict: "not reached", inTheWay };
  });

/** `12,300/s`, `1.24 ×`, `64 MiB`. */
export function withUnit(value = Number.NaN, unit = ""): string {
  if (unit === "×") return `${value.toFixed(2)} ×`;
  if (unit === "ms" && value < 10) return `${value.toFixed(2)} ms`;
  const text = Number.isInteger(value) ? value.toLocaleString("en") : numberText(value);
  return unit === "/s" ? `${text}/s` : `${text} ${unit}`;
}
