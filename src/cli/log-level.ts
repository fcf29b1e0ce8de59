import { Argument, type Command } from "commander";
import { loadConfig } from "../config/load.ts";
import { type LogLevel, logLevels } from "../events/log.ts";
import { runningInstance } from "../server/instance.ts";
import { readLogLevel, writeLogLevel } from "../server/log-level.ts";
import { enterDataDirectory } from "./data-directory.ts";
import { Failed } from "./outcome.ts";
import { print, printJson } from "./printing.ts";

export function logLevelCommand(program: Command): void {
  program
    .command("log-level")
    .description("show how much the running server logs, or change it until it ends")
    .addArgument(new Argument("[level]", "what to log from now on").choices(logLevels))
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nThe server takes a change within five seconds. At its next start POSTERN_LOG_LEVEL counts again.\n\nExamples:\n  $ postern log-level\n  $ postern log-level debug",
    )
    .action((level: LogLevel | undefined, { json = false }: { readonly json?: boolean }) => {
      const { dataDir } = loadConfig(process.env);
      enterDataDirectory(dataDir);
      if (runningInstance(dataDir) === undefined) throw new Failed(`no server runs on ${dataDir}`);
      if (level !== undefined) writeLogLevel(dataDir, level);
      const present = readLogLevel(dataDir);
      if (present === undefined) throw new Failed("the server does not tell how much it logs");
      if (json) printJson({ level: present });
      else print(present);
    });
}
