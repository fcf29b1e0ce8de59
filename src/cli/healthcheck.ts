import { existsSync } from "node:fs";
import type { Command } from "commander";
import { listenText, parseListen } from "../config/address.ts";
import { loadConfig } from "../config/load.ts";
import { recordedInstance } from "../server/instance.ts";
import { checkAt } from "./ask-server.ts";
import { becomeOwner } from "./data-directory.ts";
import { Failed } from "./outcome.ts";
import { print } from "./printing.ts";

export function healthcheckCommand(program: Command): void {
  program
    .command("healthcheck")
    .description("ask the running server whether it is ready: exit code 0 or 1")
    .addHelpText(
      "after",
      '\nThe server is the one of the data directory (POSTERN_DATA_DIR), or the one at POSTERN_LISTEN.\n\nExamples:\n  $ postern healthcheck\n  HEALTHCHECK CMD ["postern", "healthcheck"]',
    )
    .action(async () => {
      const where = await checkReady();
      print(`ready on ${where}`);
    });
}

/** Asks at every address: one that nobody answers at is a fault, even where others do. */
async function checkReady(): Promise<string> {
  const config = loadConfig(process.env);
  const recorded = recordedInstance(config.dataDir);
  const isSet = (process.env.POSTERN_LISTEN ?? "").trim() !== "";
  if (recorded === undefined && !isSet) {
    // Another user cannot see whether there is one.
    if (existsSync(config.dataDir)) becomeOwner(config.dataDir);
    throw new Failed(`no server runs on ${config.dataDir}: there is no instance.json in it`);
  }
  // Port 0 is no address to ask at: what was bound is recorded.
  const isExact = isSet && !config.listen.some((one) => one.kind === "tcp" && one.port === 0);
  const listen = recorded === undefined || isExact ? config.listen : recorded.listen.map(parseListen);
  const { pathname } = new URL(config.issuerWasSet ? config.issuer : (recorded?.issuer ?? config.issuer));
  const path = `${pathname === "/" ? "" : pathname}/readyz`;
  const perhapsTls = config.tls !== undefined || recorded?.issuer.startsWith("https:") === true;
  await Promise.all(listen.map((one) => checkAt(one, path, perhapsTls)));
  return listen.map(listenText).join(", ");
}
