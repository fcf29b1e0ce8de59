import { statfsSync, statSync } from "node:fs";

/** There is not enough room on the disk; said before anything is written. */
export class NoRoom extends Error {
  override readonly name = "NoRoom";
}

/** Left to the server, whose own writes must not fail for a copy. */
const reserve = 8 * 1024 * 1024;

/** Room for a copy of the database, with what its log adds. */
export const requireRoomForCopy = (database: string, folder: string): void =>
  requireRoom(folder, sizeOf(database) + sizeOf(`${database}-wal`));

/** @throws NoRoom */
export function requireRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= bytes + reserve) return;
  throw new NoRoom(
    `there is not enough room in ${folder}: ${inMebibytes(bytes + reserve)} are needed, ${inMebibytes(free)} are free`,
  );
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const inMebibytes = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
