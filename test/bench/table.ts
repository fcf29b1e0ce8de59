import type { Round, ScenarioResult } from "./harness.ts";
import { median, medianRatio, spread } from "./statistics.ts";

/** Rows of equal cells as Markdown, with columns as wide as what stands in them: readable as it is, too. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (column === 0 ? pad(cells[column], width) : padLeft(cells[column], width))).join(" | ")} |`;
  const rule = `|${widths.map((width, column) => (column === 0 ? "-".repeat(width + 2) : `${"-".repeat(width + 1)}:`)).join("|")}|`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

const pad = (text = "", width = 0) => text.padEnd(width);
const padLeft = (text = "", width = 0) => text.padStart(width);

/** `12,300/s ±3 %`, and a star where it was the loader that was at its end. */
function rateOf(rounds: readonly Round[]): string {
  const rates = rounds.map(({ perSecond }) => perSecond);
  const star = isLoaderAtItsEnd(rounds) ? " *" : "";
  return `${numberText(median(rates))}/s ±${Math.round(spread(rates) * 100)} %${star}`;
}

const isLoaderAtItsEnd = (rounds: readonly Round[]): boolean =>
  median(rounds.map(({ loaderShare }) => loaderShare)) > 0.95;

const latencyOf = (rounds: readonly Round[]): string =>
  `${milliseconds(median(rounds.map(({ p50 }) => p50)))} / ${milliseconds(median(rounds.map(({ p99 }) => p99)))}`;

const milliseconds = (value: number) => value.toFixed(value < 10 ? 2 : 1);

export const numberText = (value: number): string =>
  value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en");

/** The first server's rate by the other's: 2.0 is twice as fast. */
const ratioOf = (rounds: readonly Round[], others: readonly Round[]): number =>
  medianRatio(
    rounds.map(({ perSecond }) => perSecond),
    others.map(({ perSecond }) => perSecond),
  );

/** The same by the processor time of an operation, which does not see who else uses the machine. */
const processorRatioOf = (rounds: readonly Round[], others: readonly Round[]): number =>
  medianRatio(
    others.map(({ microseconds }) => microseconds),
    rounds.map(({ microseconds }) => microseconds),
  );

/** What is judged: the rates, or where the loader could not find out the other's the processor time. */
export const judgedRatioOf = (rounds: readonly Round[], others: readonly Round[]): number =>
  isLoaderAtItsEnd(others) ? processorRatioOf(rounds, others) : ratioOf(rounds, others);

/** One row a scenario: absolute figures of each server, and how the first compares with each of the others. */
export function comparison(
  results: readonly (ScenarioResult & { readonly title: string })[],
  servers: readonly string[],
): string {
  const [own = "", ...others] = servers;
  const header = ["scenario", own, "p50 / p99 ms", "µs each", ...others, ...others.map((name) => `by ${name} (by µs)`)];
  const rows = results.map(({ title, rounds }) => {
    const ours = rounds[own] ?? [];
    const cell = (name: string) => (rounds[name] === undefined ? "cannot" : rateOf(rounds[name]));
    const ratio = (name: string) => {
      const theirs = rounds[name] ?? [];
      if (ours.length === 0 || theirs.length === 0) return "";
      return `${ratioOf(ours, theirs).toFixed(2)} (${processorRatioOf(ours, theirs).toFixed(2)})`;
    };
    return [
      title,
      cell(own),
      latencyOf(ours),
      numberText(median(ours.map(({ microseconds }) => microseconds))),
      ...others.map(cell),
      ...others.map(ratio),
    ];
  });
  return table(header, rows);
}
