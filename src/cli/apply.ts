import type { Command } from "commander";

export function applyCommand(program: Command): void {
  program
    .command("apply")
    .description("make clients, people and scopes what a document declares")
    .requiredOption("-f, --file <file>", "the document, in JSON; - is standard input")
    .option("--dry-run", "show what would change, and change nothing")
    .option("--prune", "disable what was declared before and is not any more, of the kinds that the document names")
    .option("--json", "print JSON; its member changed tells whether there are changes")
    .addHelpText(
      "after",
      `
The document is checked whole before anything is changed. + is new, ~ changes, - is disabled; nothing is ever deleted.
What is declared can be changed only in the document: see docs/declaring.md.

Examples:
  $ postern apply -f /etc/postern/declared.json --dry-run
  $ postern apply -f /etc/postern/declared.json --prune
  $ postern apply -f - --dry-run --json < declared.json | jq .changed`,
    )
    .action(async (options) => (await import("./apply-declaration.ts")).applyDeclaration(options));
}
