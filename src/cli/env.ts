import type { Command } from "commander";
import { describeEnvironment, environmentTable } from "../config/describe.ts";
import { unknownNames } from "../config/known-names.ts";
import { complain, print, printJson } from "./printing.ts";

export function envCommand(program: Command): void {
  program
    .command("env")
    .description("show every setting, its value here and where it comes from; secrets are hidden")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  $ postern env\n  $ postern env --json | jq '.[] | select(.origin != \"default\")'",
    )
    .action(({ json = false }: { readonly json?: boolean }) => {
      const rows = describeEnvironment(process.env, { onTerminal: process.stdout.isTTY === true });
      if (json) printJson(rows);
      else print(environmentTable(rows));
      for (const { name, problem, remedy } of unknownNames(process.env)) complain(`${name} ${problem}; ${remedy}.`);
    });
}
