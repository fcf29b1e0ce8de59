import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { paths } from "../../src/http/paths.ts";
import { createClient } from "../support/clients.ts";
import { startTestServer } from "../support/server.ts";
import { sharesOf } from "./figures/profile.ts";
import { runScenario, type ScenarioResult } from "./harness.ts";
import { judged } from "./judgement.ts";
import type { Load } from "./load.ts";
import { thisMachine } from "./machine.ts";
import { readOptions, Usage } from "./options.ts";
import { paceOf } from "./pace.ts";
import { benchmarksPage } from "./report.ts";
import { merged, OtherMachine, type Results, readResults, writeResults } from "./results.ts";
import { scenarios } from "./scenarios/all.ts";
import { clientCredentialsScenarios } from "./scenarios/client-credentials.ts";
import { median, medianRatio, spread } from "./statistics.ts";
import type { Subject } from "./subject.ts";
import { WrongAnswers, wrk } from "./wrk.ts";

const folder = mkdtempSync(join(tmpdir(), "postern-bench-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** wrk is not on every machine that runs the tests. */
const hasLoader = Bun.which("wrk") !== null;

test("medians, spreads and ratios are those of the rounds", () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(spread([90, 100, 130])).toBe(0.2);
  // Round by round: a machine that was slow in the second round was slow for both.
  expect(medianRatio([100, 10, 120], [50, 5, 30])).toBe(2);
});

test("connections and their delay make the rate that is wanted", () => {
  for (const rate of [100, 1000, 5000, 20_000]) {
    const { connections, delay } = paceOf(rate);
    const made = connections / (delay / 1000);
    expect(Math.abs(made - rate) / rate).toBeLessThan(0.05);
  }
});

test("names are whole or begun, and what is unknown is wrong usage", () => {
  const known = ["introspection", "introspection-jwt", "refresh"];
  expect(readOptions(["introspection"], known).names).toEqual(["introspection"]);
  expect(readOptions(["intro", "refresh"], known).names).toEqual(["introspection", "introspection-jwt", "refresh"]);
  for (const wrong of [["nothing"], ["--fast"], ["--write", "--against", "main"]])
    expect(() => readOptions(wrong, known)).toThrow(Usage);
});

const round = (perSecond: number) => ({ perSecond, microseconds: 1e6 / perSecond, p50: 1, p99: 2, loaderShare: 0.5 });

const scenario = (
  name: string,
  rates: Readonly<Record<string, number>>,
  stamp = { date: "2026-11-26", commit: "one" },
) => {
  const rounds = Object.entries(rates).map(([server, rate]) => [server, [round(rate), round(rate)]]);
  const result: ScenarioResult = { scenario: name, rounds: Object.fromEntries(rounds), lacking: {}, notes: [] };
  return { ...result, title: `the title of ${name}`, ...stamp };
};

const effort = { rounds: 2, seconds: 1, warmUp: 1, connections: 8 };
const servers = [
  { name: "Postern", about: "this" },
  { name: "bare handler", about: "the least" },
  { name: "oidc-provider", about: "another" },
];
const results: Results = {
  machine: thisMachine(),
  effort,
  servers,
  scenarios: {
    introspection: scenario("introspection", { Postern: 6100, "bare handler": 10_000, "oidc-provider": 1300 }),
    refresh: scenario("refresh", { Postern: 3000 }),
  },
  figures: {
    "start-empty": {
      ...{ name: "start-empty", title: "start", value: 98, unit: "ms" },
      ...{ date: "2026-11-26", commit: "one" },
    },
  },
};

test("what was demanded is judged by the figures: reached, not reached, not measured", () => {
  const verdicts = new Map(judged(results).map(({ figure, verdict }) => [figure, verdict]));
  expect(verdicts.get("introspection of it, by the bare handler")).toBe("reached");
  expect(verdicts.get("introspection of it, by oidc-provider")).toBe("not reached");
  expect(verdicts.get("start to first 200, empty database")).toBe("reached");
  expect(verdicts.get("database per grant with its refresh token")).toBe("not measured");
});

test("of what was not reached the page says what stands in the way", () => {
  const slow = scenario("introspection", { Postern: 3000, "bare handler": 10_000 });
  const fast = scenario("introspection", { Postern: 7000, "bare handler": 10_000, "oidc-provider": 1300 });
  const missed: Results = { ...results, scenarios: { introspection: slow } };
  const reasons = judged(missed).filter(({ inTheWay }) => inTheWay !== undefined);
  expect(reasons.map(({ figure, verdict }) => [figure, verdict])).toEqual([
    ["introspection of it, by the bare handler", "not reached"],
  ]);
  expect(benchmarksPage(missed)).toContain(`- introspection of it, by the bare handler: ${reasons[0]?.inTheWay}.`);
  const reached: Results = { ...results, scenarios: { introspection: fast } };
  expect(benchmarksPage(reached)).not.toContain("What stands in the way");
});

test("a profile counts what is native for its caller, and not the time in which nothing was done", () => {
  const frame = (id: number, url: string, ...children: number[]) => ({ id, callFrame: { url }, children });
  const nodes = [
    frame(1, "", 2, 5),
    frame(2, "file:///x/node_modules/elysia/dist/index.mjs", 3),
    frame(3, "file:///x/src/crypto/seal.ts", 4),
    frame(4, ""),
    frame(5, ""),
  ];
  const shares = sharesOf({ nodes, samples: [4, 3, 2, 5, 5], timeDeltas: [100, 200, 300, 400, 1_000_000] });
  expect([...shares.values()].toSorted()).toEqual([0.3, 0.3, 0.4]);
  expect([...shares.keys()].map((area) => area.slice(0, 9))).toEqual(["`crypto/`", "Elysia: r", "the runti"]);
});

test("the page has every figure, and is the same when the results are read back", () => {
  const path = join(folder, "results.json");
  writeResults(results, path);
  const read = readResults(path);
  const page = benchmarksPage(results);
  expect(read && benchmarksPage(read)).toBe(page);
  for (const text of ["6,100/s ±0 %", "0.61 (0.61)", "4.69 (4.69)", "cannot", "|    98 ms |"])
    expect(page).toContain(text);
});

test("a run by names replaces its own rows alone, and says of which revision the others are", () => {
  const later = { date: "2026-12-24", commit: "two" };
  const fresh = { ...results, scenarios: { refresh: scenario("refresh", { Postern: 4000 }, later) }, figures: {} };
  const both = merged(results, fresh, false);
  expect(both.scenarios.refresh?.commit).toBe("two");
  expect(both.scenarios.introspection?.commit).toBe("one");
  expect(both.servers).toEqual(servers);
  expect(benchmarksPage(both)).toContain("- the title of introspection: as of one, 2026-11-26");
  expect(merged(results, fresh, true)).toEqual(fresh);
  const elsewhere = { ...fresh, machine: { ...fresh.machine, cores: 64 } };
  expect(() => merged(results, elsewhere, false)).toThrow(OtherMachine);
});

test("servers stand in the order of the run, also one that is called by a number", () => {
  const rounds = { "this tree": 20, "5503388": 10 };
  const named = {
    ...results,
    servers: Object.keys(rounds)
      .toReversed()
      .map((name) => ({ name, about: name })),
  };
  const page = benchmarksPage({ ...named, scenarios: { refresh: scenario("refresh", rounds) } });
  expect(page).toMatch(/\| scenario +\| +this tree \|.*\| +5503388 \| by 5503388/);
});

test("each scenario has a name of its own", () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
});

test.skipIf(!hasLoader)("a scenario of one second on a real server gives its rounds", async () => {
  const server = await startTestServer({ POSTERN_SCOPES: '{"tasks:read":"Read your tasks"}' });
  const { basic } = await createClient(server, { grant_types: ["client_credentials"], scope: "tasks:read" });
  const subject: Subject = {
    name: "Postern",
    address: server.address.replace("localhost", "127.0.0.1"),
    pid: process.pid,
    facts: {
      issuer: server.issuer,
      endpoints: { metadata: paths.openidConfiguration, token: paths.token },
      services: { opaque: { authorization: basic } },
      scope: "tasks:read",
    },
    stop: server.stop,
  };
  const [tokens] = clientCredentialsScenarios;
  if (tokens === undefined) throw new Error("there is no such scenario");
  const run = {
    subjects: [subject],
    effort: { ...effort, rounds: 1 },
    folder,
    lacks: () => undefined,
    say: () => undefined,
  };
  const { rounds, lacking } = await runScenario({ ...run, scenario: tokens });
  await server.stop();
  expect(lacking).toEqual({});
  expect(rounds.Postern).toHaveLength(1);
  expect(rounds.Postern?.[0]?.perSecond).toBeGreaterThan(0);
});

// Each loads a server of its own for a second: together they take one.
describe.skipIf(!hasLoader)("answers", () => {
  const load = (expected: string): Load => ({
    kinds: [
      { name: "only", path: "/", requests: [{}], expect: { status: 200, has: [expected], distinct: 'n":(%d+)' } },
    ],
  });
  const ask = async (load: Load, answer: (count: number) => Response) => {
    let count = 0;
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => answer(++count) });
    const wanted = {
      address: server.url.origin,
      load,
      connections: 2,
      seconds: 1,
      folder: join(folder, server.url.port),
    };
    return wrk(wanted).finally(() => server.stop(true));
  };

  test.concurrent("are counted where they are right", async () => {
    const { answers, kinds } = await ask(load('"n":'), (n) => Response.json({ n }));
    expect(kinds.only?.answered).toBe(answers);
  });

  test.concurrent("fail the scenario where one of them is not as it must be", async () => {
    const asked = ask(load('"n":'), (n) => Response.json(n === 40 ? { error: "no" } : { n }));
    await expect(asked).rejects.toThrow(WrongAnswers);
  });

  test.concurrent("fail the scenario where two share what they may not", async () => {
    const asked = ask(load('"n":'), (n) => Response.json({ n: Math.min(n, 40) }));
    await expect(asked).rejects.toThrow(WrongAnswers);
  });
});
