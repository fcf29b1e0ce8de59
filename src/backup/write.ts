import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import type { Framing } from "../crypto/frames.ts";
import type { Random } from "../crypto/random.ts";
import type { Store } from "../store/store.ts";
import type { Clock, Instant } from "../time.ts";
import { readWhole, syncFolder, writeWhole } from "./files.ts";
import {
  type Contents,
  contentsText,
  frameBytes,
  frameHeadBytes,
  framingOf,
  headText,
  newEncryption,
} from "./format.ts";

export interface BackupSource {
  readonly withCopy: Store["withCopy"];
  readonly clock: Clock;
  readonly random: Random;
  readonly instanceSecret: string;
  readonly issuer: string;
}

export interface BackupTarget {
  readonly file: string;
  /** Encrypts the backup; without one whoever has the file has everything. */
  readonly passphrase: string | undefined;
  /** Asked again at the very end, when the file gets its name. */
  readonly mayReplace: () => boolean;
  /** How much of the database has been written. */
  readonly onProgress?: (done: number, all: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface WrittenBackup {
  readonly createdAt: Instant;
  readonly bytes: number;
}

/** What a backup is called while it is written. */
export const unfinished = (file: string): string => `${file}.part`;

/**
 * Writes a backup for its owner alone, and gives it its name when it is whole and on the disk. Undefined when something
 * of that name came to be in the meantime.
 */
export function writeBackup(source: BackupSource, target: BackupTarget): Promise<WrittenBackup | undefined> {
  const createdAt = source.clock.now();
  return source.withCopy(async (copy) => {
    const part = unfinished(target.file);
    await rm(part, { force: true });
    const from = await open(copy, "r");
    try {
      // Not through a link that somebody left there.
      const to = await open(part, "wx", 0o600);
      let bytes = 0;
      try {
        await writeAll(source, target, { from, to, createdAt });
        await to.sync();
        bytes = (await to.stat()).size;
      } finally {
        await to.close();
      }
      if (!target.mayReplace()) return undefined;
      await rename(part, target.file);
      await syncFolder(dirname(target.file));
      return { createdAt, bytes };
    } finally {
      await from.close();
      await rm(part, { force: true });
    }
  }, target.signal);
}

interface Streams {
  readonly from: FileHandle;
  readonly to: FileHandle;
  readonly createdAt: Instant;
}

async function writeAll(source: BackupSource, target: BackupTarget, { from, to, createdAt }: Streams): Promise<void> {
  const { passphrase, onProgress, signal } = target;
  const { size: databaseBytes } = await from.stat();
  const encryption = passphrase === undefined ? undefined : newEncryption(source.random);
  const head = { createdAt, madeBy: manifest.version, encryption };
  const text = headText(head);
  const framing = await framingOf(text, head, passphrase);
  await writeWhole(to, Buffer.from(text));
  const contents: Contents = { instanceSecret: source.instanceSecret, issuer: source.issuer, databaseBytes };
  await writeFrame(to, framing, { index: 0, isLast: databaseBytes === 0 }, Buffer.from(contentsText(contents)));
  const buffer = Buffer.alloc(frameBytes);
  for (let done = 0, index = 1; done < databaseBytes; index += 1) {
    signal?.throwIfAborted();
    const piece = buffer.subarray(0, Math.min(frameBytes, databaseBytes - done));
    if (!(await readWhole(from, piece))) throw new Error("the copy of the database is shorter than it was");
    done += piece.length;
    await writeFrame(to, framing, { index, isLast: done === databaseBytes }, piece);
    onProgress?.(done, databaseBytes);
  }
}

async function writeFrame(
  to: FileHandle,
  framing: Framing,
  place: Parameters<Framing["make"]>[0],
  plain: Uint8Array,
): Promise<void> {
  const { body, proof } = framing.make(place, plain);
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUInt8(place.isLast ? 1 : 0, 0);
  head.writeUInt32BE(body.length, 1);
  await writeWhole(to, Buffer.concat([head, body, proof]));
}
