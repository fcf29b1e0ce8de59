import type { Command } from "commander";
import { listKeys, nextRotationOf, rotateKeys } from "../administration/keys.ts";
import { keyRecord } from "../administration/records.ts";
import { commandLine, withContext, withData } from "./open-data.ts";
import { print, printJson, table, timeCell } from "./printing.ts";

export function keyCommand(program: Command): void {
  const key = program.command("key").description("see and change the keys that tokens are signed and sealed with");
  list(key);
  rotate(key);
}

function list(key: Command): void {
  key
    .command("list")
    .description("list the keys, without their secret parts")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nActive keys make new tokens, next ones will, kept ones only prove what they made before.\n\nExamples:\n  $ postern key list\n  $ postern key list --json",
    )
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const [keys, next] = await withData(async (data) => [await listKeys(data), await nextRotationOf(data)] as const);
      if (json) return printJson(keys.map(keyRecord));
      const rows = keys.map(({ key: one, state }) => [
        String(one.number),
        one.purpose,
        one.algorithm,
        one.publicJwk?.kid,
        state,
        timeCell(one.activeFrom),
        timeCell(one.removeAfter),
      ]);
      print(table(["NUMBER", "PURPOSE", "ALGORITHM", "KID", "STATE", "ACTIVE FROM", "KEPT UNTIL"], rows));
      print(
        next === undefined ? "\nNew keys are made by hand alone." : `\nNew keys are made on ${timeCell(next)} (UTC).`,
      );
    });
}

function rotate(key: Command): void {
  key
    .command("rotate")
    .description("make new keys of every kind; tokens that live stay valid")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nNew signing keys are published ten minutes before they sign, so that verifiers have seen them.\n\nExamples:\n  $ postern key rotate",
    )
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const keys = await withContext(async (context) => {
        await rotateKeys(context, commandLine);
        return listKeys(context);
      });
      if (json) printJson(keys.map(keyRecord));
      else print("Made new keys: postern key list shows them. The running server uses them from now on.");
    });
}
