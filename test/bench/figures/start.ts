import type { Bench, Figure, Measurement } from "../figures.ts";
import { residentMebibytes } from "../machine.ts";
import { executableOf } from "../peers/postern.ts";
import { newPlace } from "../place.ts";
import { type ServerProcess, startProcess } from "../server-process.ts";
import { median } from "../statistics.ts";

export const starts = 7;

/** From the start of the process to its first 200, on all cores, as people start it. */
export const start: Measurement = {
  name: "start",
  title: "start to the first 200",
  measure: async (bench) => {
    const empty: number[] = [];
    for (let turn = 0; turn < starts; turn++) empty.push(await timed(() => startEmpty(bench, `start-${turn}`)));
    return [startFigure("start-empty", "start to the first 200, empty data directory", empty)];
  },
};

/** The memory of a server that nobody asks anything. */
export const memory: Measurement = {
  name: "memory",
  title: "resident memory",
  measure: async (bench) => {
    const server = await startEmpty(bench, "memory");
    await Bun.sleep(10_000);
    const value = residentMebibytes(server.pid);
    await server.stop();
    const title = "resident memory (VmRSS) 10 s after the first 200, empty data directory";
    return [{ name: "memory-idle", title, value, unit: "MiB" }];
  },
};

async function startEmpty(bench: Bench, name: string): Promise<ServerProcess> {
  const { folder, port } = newPlace(bench, name);
  const env = { POSTERN_LISTEN: `127.0.0.1:${port}` };
  return startProcess({ command: [executableOf(bench.revision)], env, folder, port, ready: "/healthz" });
}

export async function timed(start: () => Promise<ServerProcess>): Promise<number> {
  const { startedIn, stop } = await start();
  await stop();
  return startedIn;
}

export const startFigure = (name: string, title: string, values: readonly number[]): Figure => ({
  name,
  title,
  value: median(values),
  unit: "ms",
  note: `median of ${values.length}, ${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`,
});
