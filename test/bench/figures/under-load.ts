import type { Bench, Figure, Measurement } from "../figures.ts";
import { measure } from "../harness.ts";
import { residentMebibytes } from "../machine.ts";
import { postern } from "../peers/postern.ts";
import { newPlace } from "../place.ts";
import { mix } from "../scenarios/mix.ts";
import { median } from "../statistics.ts";
import type { Subject } from "../subject.ts";

// The memory of a server under the mix of a real box, with as many requests as it can answer.

export const memoryUnderLoad: Measurement = {
  name: "memory-load",
  title: "resident memory under load",
  measure: async (bench) => {
    const seconds = bench.effort.seconds * bench.effort.rounds;
    const values = await memoryWhileLoaded(bench, seconds);
    const title = `resident memory under load, the most in ${seconds} s of the mix`;
    return [{ name: "memory-load", title, value: Math.max(...values), unit: "MiB" }];
  },
};

const soakSeconds = 600;

export const soak: Measurement = {
  name: "soak",
  title: "resident memory over ten minutes of load",
  measure: async (bench) => {
    const values = await memoryWhileLoaded(bench, soakSeconds);
    const tenth = Math.ceil(values.length / 10);
    // In the first minute everything is used for the first time.
    const early = median(values.slice(tenth, 2 * tenth));
    const late = median(values.slice(-tenth));
    const figure = (name: string, title: string, value: number, unit: string): Figure => ({ name, title, value, unit });
    return [
      figure("memory-soak-most", "resident memory, the most in 10 minutes of load", Math.max(...values), "MiB"),
      figure("memory-soak-end", "resident memory in the tenth minute of load", late, "MiB"),
      figure("memory-soak-growth", "the tenth minute by the second", late / early, "×"),
    ];
  },
};

/** A value a second. */
async function memoryWhileLoaded(bench: Bench, seconds: number): Promise<readonly number[]> {
  const place = newPlace(bench, `memory-${seconds}`);
  const server = await postern(bench.revision).start(place);
  const values: number[] = [];
  const watch = setInterval(() => values.push(residentMebibytes(server.pid)), 1000);
  try {
    await loadFor(server, bench, place.folder, seconds);
  } finally {
    clearInterval(watch);
    await server.stop();
  }
  return values;
}

/** In pieces: after each the answers are looked at by hand. */
async function loadFor(server: Subject, { effort, say }: Bench, folder: string, seconds: number): Promise<void> {
  const piece = Math.min(60, seconds);
  for (let done = 0; done < seconds; done += piece) {
    const round = await measure(mix, server, { connections: effort.connections, seconds: piece, folder });
    say(
      `mix for ${done + piece} of ${seconds} s: ${Math.round(round?.perSecond ?? 0)}/s, ${residentMebibytes(server.pid).toFixed(1)} MiB`,
    );
  }
}
