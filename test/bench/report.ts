import type { Figure } from "./figures.ts";
import { judged, type Verdict, withUnit } from "./judgement.ts";
import type { Results, Stamp } from "./results.ts";
import { comparison, table } from "./table.ts";

// docs/benchmarks.md, and the same on a terminal.

/** The page, whole. */
export function benchmarksPage(results: Results): string {
  const { machine, effort } = results;
  return [
    "# Benchmarks",
    "",
    "Written by `bun run bench`, of [benchmarks.json](benchmarks.json); not by hand. [CONTRIBUTING.md](../CONTRIBUTING.md) tells how to",
    "run it, and how to compare with something else.",
    "",
    `Measured ${datesOf(results)} on: ${machine.processor}, ${machine.cores} cores, ${machine.memoryMebibytes.toLocaleString("en")} MiB, ${machine.system}.`,
    machine.isPinned
      ? "Each server had one core, the same one, and the loader (`wrk`) the other. Starts were measured on all cores."
      : "Nothing was pinned to a core.",
    `Each figure is the median of ${effort.rounds} rounds of ${effort.seconds} s with ${effort.connections} connections, the servers in turn; ± is half of what is between`,
    "the slowest and the fastest round. Every answer was looked at.",
    "",
    "## Demanded and reached",
    "",
    verdictTable(judged(results)),
    "",
    ...inTheWay(judged(results)),
    "## Beside others",
    "",
    ...results.servers.map(({ name, about }) => `- **${name}**: ${about}`),
    "",
    scenarioTables(results),
    "",
    "## Postern alone",
    "",
    figureTables(results),
    "",
  ].join("\n");
}

/** What this run has measured, for a terminal. */
export function summary(results: Results): string {
  const measured = judged(results).filter(({ verdict }) => verdict !== "not measured");
  return [
    ...(Object.keys(results.scenarios).length === 0 ? [] : [scenarioTables(results), ""]),
    ...(Object.keys(results.figures).length === 0 ? [] : [figureTables(results), ""]),
    ...(measured.length === 0 ? [] : [verdictTable(measured), ""]),
    ...results.servers.map(({ name, about }) => `- ${name}: ${about}`),
    "",
  ].join("\n");
}

const verdictTable = (verdicts: readonly Verdict[]): string =>
  table(
    ["figure", "to reach", "reached", "verdict"],
    verdicts.map(({ figure, toReach, reached, verdict }) => [figure, toReach, reached, verdict]),
  );

/** What was not reached, and why. */
function inTheWay(verdicts: readonly Verdict[]): readonly string[] {
  const why = verdicts.flatMap(({ figure, inTheWay: reason }) =>
    reason === undefined ? [] : [`- ${figure}: ${reason}.`],
  );
  return why.length === 0 ? [] : ["What stands in the way:", "", ...why, ""];
}

function scenarioTables(results: Results): string {
  const measured = Object.values(results.scenarios);
  const lacking = measured.flatMap(({ title, lacking }) =>
    Object.entries(lacking).map(([name, why]) => `- ${title}: ${name} cannot: ${why}`),
  );
  const notes = measured.flatMap(({ notes }) => notes.map((note) => `- ${note}`));
  return [
    comparison(
      measured,
      results.servers.map(({ name }) => name),
    ),
    "",
    "*µs*: processor time of the server for one answer. *by*: the rate of the first by that of the other, round by round; in",
    "parentheses the same by processor time. A star: the loader was at its end and the server may be faster; then processor time",
    "is judged.",
    ...(lacking.length + notes.length === 0 ? [] : ["", ...notes, ...lacking]),
    ...staleRows(results, measured),
  ].join("\n");
}

function figureTables(results: Results): string {
  const figures = Object.values(results.figures);
  const single = figures.filter(({ column }) => column === undefined);
  const beside = figures.filter(({ column }) => column !== undefined);
  return [
    ...(single.length === 0 ? [] : [singleFigures(single), ""]),
    ...(beside.length === 0 ? [] : [figuresBeside(beside), ""]),
    ...staleRows(results, figures),
  ]
    .join("\n")
    .trimEnd();
}

const singleFigures = (figures: readonly Figure[]): string =>
  table(
    ["what", "measured", ""],
    figures.map(({ title, value, unit, note = "" }) => [title, withUnit(value, unit), note]),
  );

/** A row a title; those with the same columns stand in one table. */
function figuresBeside(figures: readonly Figure[]): string {
  const rows = [...Map.groupBy(figures, ({ title }) => title)];
  const columnsOf = (row: (typeof rows)[number]) => row[1].map(({ column = "" }) => column);
  return [...Map.groupBy(rows, (row) => columnsOf(row).join("\n"))]
    .map(([columns, alike]) =>
      table(
        ["what", ...columns.split("\n")],
        alike.map(([title, ofTitle]) => [title, ...ofTitle.map(({ value, unit }) => withUnit(value, unit))]),
      ),
    )
    .join("\n\n");
}

/** Rows that an older run has left, with what it measured. */
function staleRows(results: Results, rows: readonly (Stamp & { readonly title: string })[]): readonly string[] {
  const newest = newestOf(results);
  const stale = rows.filter(({ date, commit }) => date !== newest.date || commit !== newest.commit);
  return stale.length === 0
    ? []
    : ["", ...stale.map(({ title, date, commit }) => `- ${title}: as of ${commit}, ${date}`)];
}

function stampsOf({ scenarios, figures }: Results): readonly Stamp[] {
  return [...Object.values(scenarios), ...Object.values(figures)].toSorted((one, other) =>
    one.date < other.date ? -1 : 1,
  );
}

const newestOf = (results: Results): Stamp => stampsOf(results).at(-1) ?? { date: "", commit: "" };

function datesOf(results: Results): string {
  const [from, to] = [stampsOf(results)[0]?.date, newestOf(results).date];
  return from === to ? `on ${to}` : `from ${from} to ${to}`;
}
