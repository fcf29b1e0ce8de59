import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/load.ts";
import { leastSecretLength } from "../config/plain-values.ts";
import type { Random } from "../crypto/random.ts";

/** What a running server says of itself in its data directory, for commands that print links or call it. */
export interface Instance {
  readonly issuer: string;
  /** Each address as it was bound: `host:port` or `unix:/path`. */
  readonly listen: readonly string[];
  readonly pid: number;
}

/** Why the data directory cannot be used, in one sentence for its operator. */
export class DataDirectoryFault extends Error {
  override readonly name = "DataDirectoryFault";
}

/** Another server has the directory. */
export class AlreadyRunning extends DataDirectoryFault {}

export const databasePath = (dataDir: string) => join(dataDir, "postern.db");
export const setupLinkPath = (dataDir: string) => join(dataDir, "setup-link");
const instancePath = (dataDir: string) => join(dataDir, "instance.json");
export const secretPath = (dataDir: string) => join(dataDir, "secret");

/** Makes the directory with mode 0700 where there is none. */
export function makeDataDirectory(dataDir: string): void {
  if (existsSync(dataDir)) return;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    chmodSync(dataDir, 0o700);
  } catch (error) {
    throw new DataDirectoryFault(
      `the data directory ${dataDir} cannot be made${reasonIn(error)}: make it for the user that Postern runs as, or set POSTERN_DATA_DIR`,
      { cause: error },
    );
  }
}

/** What other users of the machine can change or read, though it is for the owner of the directory alone. */
export function openToOthers(dataDir: string): readonly string[] {
  const modeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  // Windows has no such modes.
  if (process.getuid === undefined) return [];
  const mode = modeOf(dataDir);
  const within = (mode & 0o011) === 0 ? [] : [databasePath(dataDir), secretPath(dataDir)];
  return [...((mode & 0o022) === 0 ? [] : [dataDir]), ...within.filter((path) => (modeOf(path) & 0o066) !== 0)];
}

/**
 * The secret that the keys are sealed with: the configured one, else one that is made once, readable by its owner alone:
 * for a new database, or for one whose secret was configured and is not to be any more.
 */
export function instanceSecret(
  { dataDir, secret, secretPrevious }: Pick<Config, "dataDir" | "secret" | "secretPrevious">,
  random: Random,
): string {
  const known = knownInstanceSecret({ dataDir, secret });
  if (known !== undefined) return known;
  const path = secretPath(dataDir);
  if (existsSync(databasePath(dataDir)) && secretPrevious === undefined) {
    throw new DataDirectoryFault(
      `the file ${path} is missing: without it, or POSTERN_SECRET, the keys in the database cannot be read`,
    );
  }
  const made = Buffer.from(random.bytes(32)).toString("base64url");
  const unfinished = `${path}.new`;
  writeFileSync(unfinished, `${made}\n`, { mode: 0o600, flush: true });
  renameSync(unfinished, path);
  return made;
}

/**
 * The same where it is known already: nothing is made. A file that somebody else has made, or emptied, is no secret.
 *
 * @throws DataDirectoryFault
 */
export function knownInstanceSecret({ dataDir, secret }: Pick<Config, "dataDir" | "secret">): string | undefined {
  if (secret !== undefined) return secret.reveal();
  const path = secretPath(dataDir);
  if (!existsSync(path)) return undefined;
  const found = readSecret(path);
  if (found.length >= leastSecretLength) return found;
  throw new DataDirectoryFault(
    `the file ${path} has fewer than ${leastSecretLength} characters and is no instance secret: put back the one that was there, or delete the file if this directory has never been used`,
  );
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new DataDirectoryFault(`the file ${path} cannot be read${reasonIn(error)}`, { cause: error });
  }
}

/** What the system calls it, such as EACCES. */
const reasonIn = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";

/** The server that runs on this data directory, if one does. */
export function runningInstance(dataDir: string): Instance | undefined {
  const instance = recordedInstance(dataDir);
  return instance !== undefined && isAlive(instance.pid) ? instance : undefined;
}

/** What the last server recorded, whether or not it still runs. */
export function recordedInstance(dataDir: string): Instance | undefined {
  try {
    const { issuer, listen, pid }: Record<string, unknown> = JSON.parse(readFileSync(instancePath(dataDir), "utf8"));
    // Until 0.1.0 there was one address, and a server of that time may still run when its file has been replaced.
    const list = typeof listen === "string" ? [listen] : listen;
    if (typeof issuer === "string" && isListOfTexts(list) && typeof pid === "number")
      return { issuer, listen: list, pid };
  } catch {
    // No file, or a torn one: nobody runs.
  }
  return undefined;
}

const isListOfTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "string");

export function recordInstance(dataDir: string, instance: Instance): void {
  const unfinished = `${instancePath(dataDir)}.new`;
  writeFileSync(unfinished, JSON.stringify(instance), { mode: 0o600 });
  renameSync(unfinished, instancePath(dataDir));
}

export function forgetInstance(dataDir: string): void {
  rmSync(instancePath(dataDir), { force: true });
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: there is such a process, of another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
