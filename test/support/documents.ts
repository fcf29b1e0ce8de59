import { configurationPage } from "../../src/config/describe.ts";
import { conformancePage } from "./conformance.ts";

/** A page under docs/ that is made from the code. */
export interface GeneratedDocument {
  readonly path: string;
  render(): string;
}

export const generatedDocuments: readonly GeneratedDocument[] = [
  { path: "docs/configuration.md", render: () => endWithNewline(configurationPage()) },
  { path: "docs/conformance.md", render: () => endWithNewline(conformancePage()) },
];

function endWithNewline(text: string): string {
  return `${text.trimEnd()}\n`;
}
