import { writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CopyUnderWay } from "../store.ts";
import type { FromCopier, ToCopier } from "./copier.ts";
import { requireDescriptors } from "./descriptors.ts";
import { takeLock } from "./directory-lock.ts";
import type { Inspection } from "./inspect.ts";
import { requireRoomForCopy } from "./room.ts";

/**
 * Makes a copy of the database as it is now, beside it, and gives its path to `use`; afterwards the copy is gone. Readers
 * and writers of the database do not notice. What a process that was killed left behind is cleared away first.
 *
 * @throws CopyUnderWay, NoRoom
 */
export async function withCopy<Result>(
  database: string,
  use: (copy: string) => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const folder = dirname(database);
  const unlock = takeLock(join(folder, "backup-lock"));
  if (unlock === undefined) throw new CopyUnderWay("another backup of this data directory is under way");
  const copy = copyPath(database);
  try {
    await rm(copy, { force: true });
    requireRoomForCopy(database, folder);
    // SQLite takes an empty file, and leaves its mode as it is.
    writeFileSync(copy, "", { mode: 0o600, flag: "wx" });
    await ask({ kind: "copy", from: database, to: copy }, signal);
    return await use(copy);
  } finally {
    // To give back a gigabyte takes the file system most of a second: not on this thread.
    for (const file of [copy, `${copy}-journal`]) await rm(file, { force: true });
    unlock();
  }
}

/** Where the copy is while there is one. */
export const copyPath = (database: string): string => join(dirname(database), "backup-copy.db");

/** Reads a whole database file, off this thread. */
export const inspectDatabase = (path: string, signal?: AbortSignal): Promise<Inspection> =>
  ask({ kind: "inspect", path }, signal) as Promise<Inspection>;

function ask(question: ToCopier, signal: AbortSignal | undefined): Promise<unknown> {
  signal?.throwIfAborted();
  const answer = Promise.withResolvers<unknown>();
  requireDescriptors();
  const worker = new Worker(copierAddress());
  worker.onmessage = ({ data }: MessageEvent<FromCopier>) => {
    if (data.ok) answer.resolve(data.value);
    else answer.reject(Object.assign(new Error(data.message), { code: data.code }));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    answer.reject(new Error(`the copier stopped: ${event.message}`));
  };
  const abort = () => answer.reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  worker.postMessage(question);
  return answer.promise.finally(() => {
    signal?.removeEventListener("abort", abort);
    // A copy that is given up cannot be interrupted; the process need not wait for it.
    if ("unref" in worker && typeof worker.unref === "function") worker.unref();
    worker.terminate();
  });
}

/** As for the writer: in the executable an entry point, found by its path from the folder of the sources. */
const copierAddress = () =>
  /\$bunfs|~BUN/.test(import.meta.url) ? "./store/sqlite/copier.ts" : new URL("./copier.ts", import.meta.url).href;
