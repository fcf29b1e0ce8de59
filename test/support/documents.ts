import { configurationPage } from "../../src/config/describe.ts";
import { benchmarksPage } from "../bench/report.ts";
import { readResults } from "../bench/results.ts";
import { conformancePage } from "./conformance.ts";

/** A page under docs/ that is made from the code, or from what was measured. */
export interface GeneratedDocument {
  readonly path: string;
  render(): string;
}

const measured = readResults();

export const generatedDocuments: readonly GeneratedDocument[] = [
  { path: "docs/configuration.md", render: () => endWithNewline(configurationPage()) },
  { path: "docs/conformance.md", render: () => endWithNewline(conformancePage()) },
  // Of what the last run of `bun run bench` wrote beside it.
  ...(measured === undefined
    ? []
    : [{ path: "docs/benchmarks.md", render: () => endWithNewline(benchmarksPage(measured)) }]),
];

function endWithNewline(text: string): string {
  return `${text.trimEnd()}\n`;
}
