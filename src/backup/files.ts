import { type FileHandle, open } from "node:fs/promises";

/** Fills the buffer; at `position`, or from where the last read ended. False when the file ends before. */
export async function readWhole(file: FileHandle, into: Uint8Array, position: number | null = null): Promise<boolean> {
  for (let got = 0; got < into.length; ) {
    const { bytesRead } = await file.read(into, got, into.length - got, position === null ? null : position + got);
    if (bytesRead === 0) return false;
    got += bytesRead;
  }
  return true;
}

/** Behind what was written before. */
export async function writeWhole(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let put = 0; put < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, put, bytes.length - put, null);
    put += bytesWritten;
  }
}

/** A name that is not in its folder on the disk is lost with the power. */
export async function syncFolder(path: string): Promise<void> {
  // Windows has no such thing.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
