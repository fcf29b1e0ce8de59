import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { finishSwap, isSwapUnfinished } from "../server/data-swap.ts";
import { DataDirectoryFault, databasePath } from "../server/instance.ts";
import { lockDirectory } from "../store/sqlite/directory-lock.ts";

/**
 * Makes sure that a command works on a data directory that is there, as the user that owns it. Only `serve` makes one.
 *
 * @throws DataDirectoryFault
 */
export function enterDataDirectory(dataDir: string): void {
  if (!existsSync(dataDir)) {
    throw new DataDirectoryFault(
      `there is no data directory ${dataDir}: start postern serve once, or set POSTERN_DATA_DIR`,
    );
  }
  becomeOwner(dataDir);
  finishKilledSwap(dataDir);
  if (!existsSync(databasePath(dataDir))) {
    throw new DataDirectoryFault(
      `there is no database in ${dataDir}: start postern serve once, or set POSTERN_DATA_DIR`,
    );
  }
}

/** A restore that was killed at its last step is finished before anything is read. */
function finishKilledSwap(dataDir: string): void {
  if (!isSwapUnfinished(dataDir)) return;
  const unlock = lockDirectory(dataDir);
  if (unlock === undefined) throw new DataDirectoryFault(`a restore into ${dataDir} is under way: try again`);
  try {
    finishSwap(dataDir);
  } finally {
    unlock();
  }
}

/**
 * Works as the user that owns the directory, so that no file in it comes to belong to root; nobody else may.
 *
 * @throws DataDirectoryFault, with the command line that would do
 */
export function becomeOwner(dataDir: string): void {
  // What is made in there is for its owner alone.
  process.umask(0o077);
  const { uid, gid } = ownerOf(dataDir);
  const own = process.getuid?.();
  if (own === undefined || own === uid) return;
  if (own === 0) {
    process.setgroups?.([gid]);
    process.setgid?.(gid);
    process.setuid?.(uid);
    return;
  }
  const name = userName(uid);
  const line = ["sudo", "-u", name ?? `#${uid}`, ...sameDirectory(dataDir), ...commandLine()].map(shellWord).join(" ");
  throw new DataDirectoryFault(`the data directory ${dataDir} belongs to ${name ?? `user ${uid}`}; run: ${line}`);
}

function ownerOf(dataDir: string): { readonly uid: number; readonly gid: number } {
  try {
    const found = statSync(dataDir);
    if (found.isDirectory()) return found;
  } catch (error) {
    throw new DataDirectoryFault(`the data directory ${dataDir} cannot be entered`, { cause: error });
  }
  throw new DataDirectoryFault(`${dataDir} is not a directory: set POSTERN_DATA_DIR to one`);
}

function userName(uid: number): string | undefined {
  try {
    const lines = readFileSync("/etc/passwd", "utf8").split("\n");
    return lines.map((line) => line.split(":")).find(([, , id]) => id === String(uid))?.[0];
  } catch {
    // Not every system has the file; the number does as well.
    return undefined;
  }
}

/** sudo keeps the working directory, but not the environment. */
const sameDirectory = (dataDir: string): readonly string[] =>
  dataDir === resolve("data") ? [] : ["env", `POSTERN_DATA_DIR=${dataDir}`];

/** This command as it was typed: the executable, or Bun with the source file. */
const commandLine = (): readonly string[] => [...programWords(), ...process.argv.slice(2)];

/** How this program is called here: its executable, or the sources run by Bun. */
export function programWords(): readonly string[] {
  if (/\$bunfs|~BUN/.test(import.meta.url)) return [process.execPath];
  return [process.execPath, resolve(process.argv[1] ?? "src/main.ts")];
}

/** The directory of the sources, which Bun needs to be started in; an executable needs none. */
export const sourceRoot = (): string | undefined =>
  /\$bunfs|~BUN/.test(import.meta.url) ? undefined : resolve(import.meta.dir, "../..");

const shellWord = (word: string) => (/^[\w@%+=:,./#-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
