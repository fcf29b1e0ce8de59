import { existsSync } from "node:fs";
import { ConfigError } from "../../config/fault.ts";
import { type Config, loadConfig } from "../../config/load.ts";
import { isSwapUnfinished } from "../../server/data-swap.ts";
import { DataDirectoryFault, databasePath } from "../../server/instance.ts";
import { becomeOwner } from "../data-directory.ts";
import { configHere } from "../open-data.ts";
import { type Finding, failed, ok, warning } from "./finding.ts";

interface Configured {
  readonly findings: readonly Finding[];
  /** Where it has no fault. */
  readonly config: Config | undefined;
}

/** Every fault of the settings; or what the server says of them at its start, too. */
export function checkConfiguration(): Configured {
  try {
    // Once as it is: what a running server has recorded does not mend a fault.
    const { warnings } = loadConfig(process.env);
    const findings = warnings.length > 0 ? warnings.map(doubt) : [ok("configuration", "the settings are sound")];
    return { findings, config: configHere() };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const findings = error.faults.map(({ name, problem, remedy }) =>
      failed("configuration", `${name} ${problem}`, remedy),
    );
    return { findings, config: undefined };
  }
}

/** The first line is the sentence; the others tell what to do. */
function doubt(text: string): Finding {
  const [message = text, ...lines] = text.split("\n");
  const remedy = lines.map((line) => line.trim()).join("; ");
  return warning("configuration", message, remedy || "change the setting, if it was not meant");
}

/** Goes on as the user that owns the data directory. Unlike other commands it finishes nothing that was left there. */
export function enterDirectory(dataDir: string): Finding {
  const start = "start postern serve once, or set POSTERN_DATA_DIR";
  if (!existsSync(dataDir)) return failed("data-directory", `there is no data directory ${dataDir}`, start);
  try {
    becomeOwner(dataDir);
  } catch (error) {
    if (!(error instanceof DataDirectoryFault)) throw error;
    const [message = error.message, remedy = "set POSTERN_DATA_DIR, or mend the directory"] = error.message.split("; ");
    return failed("data-directory", message, remedy);
  }
  if (isSwapUnfinished(dataDir))
    return failed(
      "data-directory",
      `a restore into ${dataDir} is under way, or was killed at its last step`,
      "wait; if nothing is under way, start the server, which finishes it",
    );
  if (!existsSync(databasePath(dataDir))) return failed("data-directory", `there is no database in ${dataDir}`, start);
  return ok("data-directory", `${dataDir} is there, and can be read`);
}
