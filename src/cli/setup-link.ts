import { rmSync } from "node:fs";
import type { Command } from "commander";
import { makeAccountLink } from "../administration/links.ts";
import { Refused } from "../administration/refused.ts";
import { makeSetupLink, setupAddress } from "../administration/setup.ts";
import { runningInstance, setupLinkPath } from "../server/instance.ts";
import { printAddress } from "./link-printing.ts";
import { commandLine, configHere, type Data, withData } from "./open-data.ts";
import { Failed } from "./outcome.ts";
import { complain, printJson } from "./printing.ts";

interface Options {
  readonly recover?: boolean;
  readonly json?: boolean;
}

export function setupLinkCommand(program: Command): void {
  program
    .command("setup-link")
    .description("print the one-time link that makes the first administrator, or lets the owner back in")
    .option("--recover", "a link that makes somebody administrator again, whatever they have lost")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nThe link is valid for one hour and once; each new one replaces the one before. What --recover does is in\ndocs/recovery.md.\n\nExamples:\n  $ postern setup-link\n  $ postern setup-link --recover\n  $ POSTERN_DATA_DIR=/var/lib/postern postern setup-link",
    )
    .action(async ({ recover = false, json = false }: Options) => {
      const address = await withData(recover ? recoveryAddress : firstAddress);
      if (json) printJson({ [recover ? "recover_link" : "setup_link"]: address, expires_in: 3600 });
      else printAddress(address);
      if (runningInstance(configHere().dataDir) === undefined) {
        complain("no server runs on this data directory now: start it before you open the link");
      }
    });
}

const recoveryAddress = async (data: Data): Promise<string> =>
  (await makeAccountLink(data, commandLine, { kind: "recover" })).url;

async function firstAddress(data: Data): Promise<string> {
  try {
    const link = setupAddress(data.config.issuer, await makeSetupLink(data, commandLine));
    // The link in there no longer works.
    rmSync(setupLinkPath(data.config.dataDir), { force: true });
    return link;
  } catch (error) {
    if (!(error instanceof Refused) || error.refusal !== "exists") throw error;
    const wayBack = "if nobody can get in any more, postern setup-link --recover prints a link that lets you back in";
    throw new Failed(`${error.message}; ${wayBack}`, { cause: error });
  }
}
