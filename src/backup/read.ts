import { type FileHandle, open } from "node:fs/promises";
import type { Framing } from "../crypto/frames.ts";
import { readWhole, writeWhole } from "./files.ts";
import {
  BackupFault,
  type Contents,
  damaged,
  frameBytes,
  frameHeadBytes,
  framingOf,
  type Head,
  mostHeadBytes,
  parseContents,
  parseHead,
} from "./format.ts";

export interface ReadOptions {
  readonly passphrase: string | undefined;
  readonly onProgress?: (done: number, all: number) => void;
}

/** A backup whose head and contents were read; the database is still to be unpacked. */
export interface OpenedBackup {
  readonly head: Head;
  readonly contents: Contents;
  /** Writes the database into a new file, for its owner alone; every part of the backup has been checked then. */
  unpack(database: string): Promise<void>;
}

/** @throws BackupFault, when it is no backup, is damaged, or the passphrase is another one */
export async function openBackup(file: FileHandle, { passphrase, onProgress }: ReadOptions): Promise<OpenedBackup> {
  const start = Buffer.alloc(mostHeadBytes);
  const { bytesRead } = await file.read(start, 0, mostHeadBytes, 0);
  const text = headOf(start.subarray(0, bytesRead));
  const head = parseHead(text);
  if (head.encryption !== undefined && passphrase === undefined) {
    throw new BackupFault(
      "it is encrypted: give its passphrase with --passphrase-stdin, or in POSTERN_BACKUP_PASSPHRASE or the file that POSTERN_BACKUP_PASSPHRASE_FILE names",
    );
  }
  const frames = readFrames(file, Buffer.byteLength(text), await framingOf(text, head, passphrase), () =>
    head.encryption === undefined
      ? damaged("its first part")
      : new BackupFault("the passphrase does not open it, or its beginning is damaged"),
  );
  const { value } = await frames.next();
  const contents = parseContents(Buffer.from(value ?? []).toString());
  return {
    head,
    contents,
    unpack: async (database) => {
      const to = await open(database, "wx", 0o600);
      try {
        let done = 0;
        for await (const piece of frames) {
          await writeWhole(to, piece);
          done += piece.length;
          onProgress?.(done, contents.databaseBytes);
        }
        if (done !== contents.databaseBytes) throw damaged("its length");
        await to.sync();
      } finally {
        await to.close();
      }
    },
  };
}

function headOf(start: Buffer): string {
  const second = start.indexOf("\n", start.indexOf("\n") + 1);
  if (second < 0) return start.toString("latin1");
  return start.subarray(0, second + 1).toString();
}

/** Up to the last frame, behind which nothing may stand. */
async function* readFrames(
  file: FileHandle,
  start: number,
  framing: Framing,
  faultOfFirst: () => BackupFault,
): AsyncGenerator<Uint8Array, void> {
  let position = start;
  const take = async (length: number): Promise<Buffer> => {
    const bytes = Buffer.alloc(length);
    if (!(await readWhole(file, bytes, position))) throw new BackupFault("it is damaged: its end is missing");
    position += length;
    return bytes;
  };
  for (let index = 0, isLast = false; !isLast; index += 1) {
    const head = await take(frameHeadBytes);
    const length = head.readUInt32BE(1);
    isLast = head.readUInt8(0) === 1;
    const fault = () => (index === 0 ? faultOfFirst() : damaged(`its part ${index}`));
    if (head.readUInt8(0) > 1 || length > frameBytes) throw fault();
    const body = await take(length);
    const plain = framing.open({ index, isLast }, body, await take(framing.proofBytes));
    if (plain === undefined) throw fault();
    yield plain;
  }
  const { bytesRead } = await file.read(Buffer.alloc(1), 0, 1, position);
  if (bytesRead > 0) throw new BackupFault("it is damaged: something stands behind its end");
}
