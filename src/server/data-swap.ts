import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { databasePath, secretPath } from "./instance.ts";

// How a data directory comes to hold other data: a database and its secret, which belong together, with what SQLite keeps
// beside a database. What is new is laid out in a folder; giving that folder its other name is the one step that
// decides. From then on whoever opens the data directory finishes the work, each step of which may be done again.

const stagedName = "swap-staged";
const decidedName = "swap-decided";
const asideName = "aside";

export interface StagedData {
  /** Where the new database goes. */
  readonly database: string;
  /** Where its secret goes; where there is none, the one in the data directory stays. */
  readonly secret: string;
}

/** Makes room for the new data. The caller holds the lock of the directory. */
export function stageData(dataDir: string): StagedData {
  const staged = join(dataDir, stagedName);
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(staged, { mode: 0o700 });
  return { database: databasePath(staged), secret: secretPath(staged) };
}

export function dropStagedData(dataDir: string): void {
  rmSync(join(dataDir, stagedName), { recursive: true, force: true });
}

/**
 * Puts the staged data in the place of what is there. That is moved into the folder `aside` of the data directory, which
 * then is a data directory itself.
 *
 * @returns that folder; undefined when there was nothing to move
 */
export function swapData(dataDir: string, aside: string): string | undefined {
  const staged = join(dataDir, stagedName);
  writeFileSync(join(staged, asideName), aside, { mode: 0o600, flush: true });
  flush(staged);
  renameSync(staged, join(dataDir, decidedName));
  flush(dataDir);
  return finishSwap(dataDir);
}

/** Whether a swap was decided and not finished, since the process was killed. */
export const isSwapUnfinished = (dataDir: string): boolean => existsSync(join(dataDir, decidedName));

/** Finishes a swap that was decided. The caller holds the lock of the directory. */
export function finishSwap(dataDir: string): string | undefined {
  if (!isSwapUnfinished(dataDir)) return undefined;
  const decided = join(dataDir, decidedName);
  const aside = join(dataDir, basename(readFileSync(join(decided, asideName), "utf8")));
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  if (existsSync(databasePath(decided))) {
    // The log belongs to the old database: a new one that found it would be changed by it.
    rmSync(`${databasePath(dataDir)}-shm`, { force: true });
    moveAside(`${databasePath(dataDir)}-wal`, aside);
    moveAside(databasePath(dataDir), aside);
    flush(dataDir);
    renameSync(databasePath(decided), databasePath(dataDir));
  }
  if (existsSync(secretPath(decided))) {
    moveAside(secretPath(dataDir), aside);
    renameSync(secretPath(decided), secretPath(dataDir));
  }
  flush(aside);
  flush(dataDir);
  rmSync(decided, { recursive: true });
  if (readdirSync(aside).length > 0) return aside;
  rmdirSync(aside);
  return undefined;
}

function moveAside(path: string, aside: string): void {
  if (existsSync(path)) renameSync(path, join(aside, basename(path)));
}

function flush(folder: string): void {
  // Windows has no such thing.
  if (process.platform === "win32") return;
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
