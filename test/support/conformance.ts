import type { Requirement } from "../protocol/requirements/requirement.ts";
import { areas, requirements } from "../protocol/requirements.ts";
import { projectFiles, readText } from "./repository.ts";

/** A test as its source names it. */
export interface TestTitle {
  readonly file: string;
  readonly title: string;
}

/** `test("…"`, `it(…`, `holds(…` of the store contract and `test.each(…)("…"`; a skipped or planned test is none. */
const testCall =
  /(?<![\w.$])(?:test|it|holds)(?<modifiers>(?:\.\w+)*)(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?\(\s*(?<quote>["'`])(?<title>(?:\\.|(?!\k<quote>)[^\\])*)\k<quote>/gs;

/**
 * The titles of all tests under test/, read from the sources: whether a test runs here and now does not matter. What is
 * shown over HTTP comes before what is shown of a function alone.
 */
export function testTitles(): readonly TestTitle[] {
  const files = projectFiles("test").filter(
    (file) => /\.test\.tsx?$/.test(file) || file.startsWith("test/store/contract/"),
  );
  const isUnit = (file: string) => file.startsWith("test/unit/");
  return [...files.filter((file) => !isUnit(file)), ...files.filter(isUnit)].flatMap((file) =>
    titlesIn(readText(file)).map((title) => ({ file, title })),
  );
}

export function titlesIn(source: string): readonly string[] {
  return [...source.matchAll(testCall)]
    .filter(({ groups }) => !/\.(skip|todo)\b/.test(groups?.modifiers ?? ""))
    .map(({ groups }) => (groups?.title ?? "").replace(/\\(.)/g, "$1"));
}

const families = new Set(requirements.map(({ id }) => familyOf(id)));

/**
 * The requirements that a title names: `6749-4.1.2-race, 2.1-code-once: of ten redemptions one wins`. What stands before
 * the first colon counts where it looks like an id, be there such a requirement or not. A numbered row may be named by
 * its number alone (`G-23` is `G-23-proxy`). Attacks (`RU-01`) are no requirements and may stand beside them.
 */
export function idsOf(title: string): readonly string[] {
  const [names = ""] = title.split(": ");
  return names
    .split(", ")
    .filter((name) => families.has(familyOf(name)) && !/^[A-Z]{2}-\d{2}$/.test(name))
    .map((name) => fullIds.get(name) ?? name);
}

/** `G-23-proxy` by `G-23`. */
const fullIds: ReadonlyMap<string, string> = new Map(
  requirements.flatMap(({ id }) => [...id.matchAll(/^[A-Z]-\d{2}(?=-)/g)].map(([number]) => [number, id] as const)),
);

function familyOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf("-")));
}

/** The tests of each requirement, by its id. */
export function testsById(titles: readonly TestTitle[] = testTitles()): ReadonlyMap<string, readonly TestTitle[]> {
  const tests = new Map<string, TestTitle[]>();
  for (const test of titles) {
    for (const id of idsOf(test.title)) tests.set(id, [...(tests.get(id) ?? []), test]);
  }
  return tests;
}

type Verdict = "met" | "declined" | "not yet" | "no test";
const verdicts: readonly Verdict[] = ["met", "declined", "not yet", "no test"];

/** What a row says of itself goes before its tests: a test of a part does not meet the whole. */
function verdictOf({ status }: Requirement, tests: readonly TestTitle[]): Verdict {
  if (status !== undefined) return "declined" in status ? "declined" : "not yet";
  return tests.length > 0 ? "met" : "no test";
}

/** The page docs/conformance.md. */
export function conformancePage(tests = testsById()): string {
  const counted = areas.map(({ title, requirements: rows }) => ({
    title,
    counts: countVerdicts(rows, tests),
  }));
  return [
    "# Conformance",
    "",
    "<!-- Generated from test/protocol/requirements.ts and the titles of the tests by `bun run docs`. Do not edit. -->",
    "",
    "Every requirement that Postern knows of, in our own words, with the test that shows it. An id names its row for good;",
    "the title of a test begins with the ids that it shows. DECIDED is our own choice where the source leaves room.",
    "",
    `| area | ${verdicts.join(" | ")} |`,
    `|---|${verdicts.map(() => "---:|").join("")}`,
    ...counted.map(({ title, counts }) => countLine(`[${title}](#${anchorOf(title)})`, counts)),
    countLine("**all**", countVerdicts(requirements, tests)),
    "",
    ...areas.flatMap(({ title, requirements: rows }) => [
      `## ${title}`,
      "",
      "| id | source | level | requirement | status |",
      "|---|---|---|---|---|",
      ...rows.map((row) => requirementLine(row, tests.get(row.id) ?? [])),
      "",
    ]),
  ].join("\n");
}

type Counts = ReadonlyMap<Verdict, number>;

function countVerdicts(rows: readonly Requirement[], tests: ReadonlyMap<string, readonly TestTitle[]>): Counts {
  const reached = rows.map((row) => verdictOf(row, tests.get(row.id) ?? []));
  return new Map(verdicts.map((verdict) => [verdict, reached.filter((one) => one === verdict).length]));
}

function countLine(name: string, counts: Counts): string {
  return `| ${name} | ${verdicts.map((verdict) => counts.get(verdict) ?? 0).join(" | ")} |`;
}

function requirementLine(row: Requirement, tests: readonly TestTitle[]): string {
  return `| ${row.id} | ${row.source} | ${row.level} | ${cell(row.summary)} | ${cell(statusText(row, tests))} |`;
}

/** How many tests a row names; the others are counted. */
const shownTests = 3;

function statusText({ status }: Requirement, tests: readonly TestTitle[]): string {
  if (status === undefined) return tests.length > 0 ? `met — ${testList(tests)}` : "**not yet: no test**";
  if ("declined" in status) return `declined: ${status.declined}`;
  return tests.length > 0 ? `not yet: ${status.notYet}; a part: ${testList(tests)}` : `not yet: ${status.notYet}`;
}

function testList(tests: readonly TestTitle[]): string {
  const shown = tests.slice(0, shownTests).map(({ file, title }) => `${file}: "${sentenceOf(title)}"`);
  const rest = tests.length > shownTests ? [`and ${tests.length - shownTests} more`] : [];
  return [...shown, ...rest].join("<br>");
}

function sentenceOf(title: string): string {
  return title.slice(title.indexOf(": ") + 2);
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

/** The anchor that a heading gets on code hosts: lower case, spaces as dashes, punctuation gone. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, "")
    .replaceAll(" ", "-");
}
