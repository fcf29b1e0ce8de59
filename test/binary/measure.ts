import { readFileSync } from "node:fs";
import { newBox } from "../support/binary.ts";

// `bun run measure`: starts the executable in an empty folder, several times, and says how long it takes to the first 200
// and how much memory it holds ten seconds later. Linux only: VmRSS comes from /proc.

const rounds = 5;

async function round() {
  const box = newBox();
  const before = performance.now();
  const server = await box.start();
  const milliseconds = performance.now() - before;
  await Bun.sleep(10_000);
  const kibibytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1]);
  await server.stop();
  box.remove();
  return { milliseconds, mebibytes: kibibytes / 1024 };
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const results = [];
for (let count = 0; count < rounds; count++) results.push(await round());
const show = (name: string, values: readonly number[], unit: string) =>
  console.log(`${name}: ${median(values).toFixed(1)} ${unit} (${values.map((value) => value.toFixed(1)).join(", ")})`);
show(
  "start to first 200, empty data directory",
  results.map(({ milliseconds }) => milliseconds),
  "ms",
);
show(
  "VmRSS ten seconds later",
  results.map(({ mebibytes }) => mebibytes),
  "MiB",
);
