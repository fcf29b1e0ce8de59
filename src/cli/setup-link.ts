import { rmSync } from "node:fs";
import type { Command } from "commander";
import { makeSetupLink, setupAddress } from "../administration/setup.ts";
import { setupLinkPath } from "../server/instance.ts";
import { commandLine, isLoopbackAddress, withData } from "./open-data.ts";
import { print, printJson } from "./printing.ts";
import { qrCode } from "./qr-code.ts";

export function setupLinkCommand(program: Command): void {
  program
    .command("setup-link")
    .description("print the one-time link that makes the first administrator")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nThe link is valid for one hour and once; each new one replaces the one before.\n\nExamples:\n  $ postern setup-link\n  $ POSTERN_DATA_DIR=/var/lib/postern postern setup-link",
    )
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const address = await withData(async (data) => {
        const link = setupAddress(data.config.issuer, await makeSetupLink(data, commandLine));
        // The link in there no longer works.
        rmSync(setupLinkPath(data.config.dataDir), { force: true });
        return link;
      });
      if (json) printJson({ setup_link: address, expires_in: 3600 });
      else print(address);
      if (!json && process.stdout.isTTY && !isLoopbackAddress(address)) print(`\n${qrCode(address)}`);
    });
}
