import { join } from "node:path";
import type { Bench, Measurement } from "../figures.ts";
import { measure } from "../harness.ts";
import { paceOf } from "../pace.ts";
import { install } from "../peers/postern.ts";
import { newPlace } from "../place.ts";
import { introspectionScenarios } from "../scenarios/introspection.ts";
import { refresh } from "../scenarios/refresh.ts";
import { median, medianRatio } from "../statistics.ts";
import { wrk } from "../wrk.ts";

// What a slow disk, such as an SD card, does to those who only read. Every commit is made to take 20 ms by a library that
// is loaded before the C library (slow-sync.c): it needs a C compiler, and Linux.

const writers = 32;
/**
 * Milliseconds that each waits before it refreshes, on average: about as long as the answer takes. Without it all of them
 * would wait for the same commit, be answered in the same instant and be back in the next, as no independent clients are.
 */
const pause = 40;
const [introspection] = introspectionScenarios;

export const slowCommits: Measurement = {
  name: "slow-commits",
  title: "introspection while every commit takes 20 ms",
  measure: async (bench) => {
    const library = await slowDisk(bench);
    if (library === undefined || introspection === undefined) return [];
    const idle: number[] = [];
    // While clients refresh, each on a connection of its own.
    const busy: number[] = [];
    const place = newPlace(bench, "slow-commits");
    const installation = await install(bench.revision, { grants: 1000, tokens: 0 }, place);
    const server = await installation.serve({ env: { LD_PRELOAD: library } });
    const seconds = Math.max(2, bench.effort.seconds);
    const most = await measure(introspection, server, { connections: 64, seconds, folder: place.folder });
    // A third of the most: there is room for the writers.
    const reading = { ...paceOf((most?.perSecond ?? 1) / 3), seconds, folder: place.folder };
    for (let round = 0; round < bench.effort.rounds; round++) {
      idle.push((await measure(introspection, server, reading))?.p99 ?? Number.NaN);
      const load = await refresh.load(server, writers);
      if (load === undefined) throw new Error("nothing can be written");
      const writing = { address: server.address, load, connections: writers, delay: pause, seconds: seconds + 2 };
      const [{ perSecond, p50 }, read] = await Promise.all([
        wrk({ ...writing, folder: join(place.folder, "writers") }),
        // When they have begun; they go on for longer.
        Bun.sleep(500).then(() => measure(introspection, server, reading)),
      ]);
      busy.push(read?.p99 ?? Number.NaN);
      if (p50 < 20) throw new Error(`commits were not slow: half of the refreshes took ${p50} ms or less`);
      bench.say(
        `slow-commits: p99 ${idle.at(-1)} ms idle, ${busy.at(-1)} ms with ${Math.round(perSecond)} refreshes/s`,
      );
    }
    await server.stop();
    const figure = { unit: "ms" } as const;
    return [
      { ...figure, name: "slow-commits-idle", title: "introspection p99, nothing is written", value: median(idle) },
      {
        ...figure,
        name: "slow-commits-busy",
        title: `introspection p99, ${writers} clients refresh and every commit takes 20 ms longer`,
        value: median(busy),
      },
      {
        name: "slow-commits-ratio",
        title: "introspection p99: while commits are slow by while nothing is written",
        value: medianRatio(busy, idle),
        unit: "×",
      },
    ];
  },
};

async function slowDisk({ folder, say }: Bench): Promise<string | undefined> {
  const compiler = Bun.which("cc") ?? Bun.which("gcc");
  if (process.platform !== "linux" || compiler === null) {
    say("slow-commits is left out: it takes Linux and a C compiler (Debian and Ubuntu: apt-get install gcc libc6-dev)");
    return undefined;
  }
  const library = join(folder, "slow-sync.so");
  const source = join(import.meta.dir, "slow-sync.c");
  const build = Bun.spawn([compiler, "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], { stderr: "pipe" });
  const errors = await new Response(build.stderr).text();
  if ((await build.exited) !== 0) throw new Error(`slow-sync.c cannot be compiled: ${errors}`);
  return library;
}
