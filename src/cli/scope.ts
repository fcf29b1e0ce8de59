import type { Command } from "commander";
import { listScopes, scopeRecord } from "../administration/scopes.ts";
import { withData } from "./open-data.ts";
import { print, printJson, table } from "./printing.ts";

export function scopeCommand(program: Command): void {
  program
    .command("scope")
    .description("look at the scopes that clients may ask for")
    .command("list")
    .description("list the built-in scopes, those of POSTERN_SCOPES, and those that postern apply declared")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nPOSTERN_SCOPES is read from the environment of this command, and may be another one than the server's.\n\nExamples:\n  $ postern scope list\n  $ postern scope list --json | jq -r '.[].name'",
    )
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const scopes = await withData(listScopes);
      if (json) return printJson(scopes.map(scopeRecord));
      const rows = scopes.map(({ name, sentence, isOptional, origin }) => [
        name,
        sentence,
        isOptional ? "yes" : "no",
        origin,
      ]);
      print(table(["NAME", "DESCRIPTION", "OPTIONAL", "FROM"], rows));
    });
}
