import { resolve } from "node:path";
import type { Environment } from "../config/defaults.ts";
import { allSettings, fileVariable } from "../config/known-names.ts";
import { type Config, loadConfig } from "../config/load.ts";
import { findSource } from "../config/source.ts";
import { Failed } from "./outcome.ts";

/** What a service of this very executable with these settings needs. */
export interface Deployment {
  readonly config: Config;
  /** What is set, but for the data directory and for secrets; paths are absolute. */
  readonly variables: readonly (readonly [name: string, value: string])[];
  /** Where `POSTERN_DATA_DIR` is set. */
  readonly dataDir: string | undefined;
  /** Files that these settings name. */
  readonly files: readonly string[];
  /** Directories beside the data's into which it writes. */
  readonly directories: readonly string[];
  /** Secrets that come from files, by the variable that names the file. */
  readonly secretFiles: readonly (readonly [name: string, path: string])[];
  /** Variables that hold a secret themselves: nobody writes that into a file that others read. */
  readonly leftOut: readonly string[];
}

/**
 * Reads the settings of a service out of the environment. The files of secrets are not read: they may be for the service alone.
 *
 * @throws ConfigError, Failed
 */
export function deploymentOf(environment: Environment): Deployment {
  const config = loadConfig(environment, () => "the secret is not read, only named");
  const variables: (readonly [string, string])[] = [];
  const files: string[] = [];
  const directories: string[] = [];
  const secretFiles: (readonly [string, string])[] = [];
  const leftOut: string[] = [];
  let dataDir: string | undefined;
  for (const setting of allSettings) {
    const source = findSource(setting, environment);
    if (source.origin === "file") secretFiles.push([fileVariable(setting), resolve(source.path)]);
    if (source.origin !== "environment") continue;
    const value = setting.kind === "path" ? resolve(source.text) : source.text;
    if (setting.secret) leftOut.push(setting.name);
    else if (setting.name === "POSTERN_DATA_DIR") dataDir = value;
    else {
      variables.push([setting.name, value]);
      if (setting.name === "POSTERN_BACKUP_DIR") directories.push(value);
      else if (setting.kind === "path") files.push(value);
    }
  }
  for (const path of [dataDir ?? "", ...directories, ...files, ...secretFiles.map(([, file]) => file)]) {
    // It would be a line of its own in what is printed.
    if (/\p{Cc}/u.test(path)) throw new Failed(`there is a control character in the path ${JSON.stringify(path)}`);
  }
  return { config, variables, dataDir, files, directories, secretFiles, leftOut };
}

/** `POSTERN_SECRET_FILE` is passed on as `postern-secret`. */
export const nameOfSecret = (variable: string): string =>
  variable
    .replace(/_FILE$/, "")
    .toLowerCase()
    .replaceAll("_", "-");
