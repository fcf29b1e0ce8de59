import { type FileHandle, open, stat } from "node:fs/promises";
import { BackupFault, type Contents, type Head } from "../backup/format.ts";
import { openBackup } from "../backup/read.ts";
import { opensKeys } from "../crypto/key-ring.ts";
import { inspectDatabase } from "../store/sqlite/copies.ts";
import type { Inspection } from "../store/sqlite/inspect.ts";
import { migrations } from "../store/sqlite/migrations.ts";
import { Failed } from "./outcome.ts";
import { progress } from "./progress.ts";

/** A backup that has been read to its end and found good, its database in a file. */
export interface Unpacked {
  readonly head: Head;
  readonly contents: Contents;
  readonly inspection: Inspection;
}

interface Unpacking {
  /** What it is called in messages. */
  readonly file: string;
  readonly handle: FileHandle;
  readonly passphrase: string | undefined;
  readonly signal: AbortSignal;
  /** Says where the database goes; it may still refuse. */
  readonly place: (contents: Contents) => string;
}

/** @throws Failed */
export async function openFile(file: string): Promise<FileHandle> {
  try {
    // A pipe would be waited for, and cannot be read twice.
    if ((await stat(file)).isFile()) return await open(file, "r");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new Failed(`${file} cannot be read${code}`, { cause: error });
  }
  throw new Failed(`${file} is not a file`);
}

/**
 * Unpacks a backup and checks all that can be checked: its parts, the pages of the database, its schema, its keys.
 *
 * @throws Failed
 */
export async function unpack({ file, handle, passphrase, signal, place }: Unpacking): Promise<Unpacked> {
  const line = progress();
  try {
    const onProgress = (done: number, all: number) => {
      signal.throwIfAborted();
      line.show("reading", done, all);
    };
    const backup = await openBackup(handle, { passphrase, onProgress });
    const { head, contents } = backup;
    const database = place(contents);
    await backup.unpack(database);
    line.show("checking", contents.databaseBytes, contents.databaseBytes);
    const inspection = await inspectDatabase(database, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new BackupFault("its database cannot be read", { cause: error });
    });
    requireSound(inspection, contents);
    return { head, contents, inspection };
  } catch (error) {
    if (error instanceof BackupFault) throw new Failed(`${file} cannot be used: ${error.message}`, { cause: error });
    throw error;
  } finally {
    line.clear();
  }
}

function requireSound({ schemaVersion, faults, keys }: Inspection, { instanceSecret }: Contents): void {
  const [fault] = faults;
  if (fault !== undefined) throw new BackupFault(`its database is damaged: ${fault}`);
  if (schemaVersion > migrations.length)
    throw new BackupFault("its database was written by a newer version of postern: install that one first");
  if (schemaVersion === 0) throw new BackupFault("its database is empty");
  if (!opensKeys(instanceSecret, keys)) throw new BackupFault("the secret in it does not open its keys");
}
