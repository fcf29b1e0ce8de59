import type { Command } from "commander";
import manifest from "../../package.json" with { type: "json" };
import { print, printJson } from "./printing.ts";

const facts = { version: manifest.version, bun: Bun.version, platform: `${process.platform} ${process.arch}` };

export const versionLine = `postern ${facts.version} (Bun ${facts.bun}, ${facts.platform})`;

export function versionCommand(program: Command): void {
  program
    .command("version")
    .description("print the version")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExamples:\n  $ postern version\n  $ postern version --json")
    .action(({ json = false }: { readonly json?: boolean }) => {
      if (json) printJson(facts);
      else print(versionLine);
    });
}
