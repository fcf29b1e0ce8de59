import { accessSync, constants, type StatsFs, statfsSync } from "node:fs";

/**
 * How what is being written is kept apart from the database until it is whole. `wal`: readers and the writer never wait
 * for each other. `rollback`: for file systems that cannot share memory between connections; they wait.
 */
export type JournalMode = "wal" | "rollback";

/** Why a directory cannot hold the database, in one sentence for its operator. */
export class UnusablePlace extends Error {
  override readonly name = "UnusablePlace";
}

/** So much must be free before the database is opened. */
export const leastFreeBytes = 1024 ** 2;

/**
 * File systems that are shared between machines, by `f_type` of statfs(2) (linux/magic.h). FUSE is among them, for it
 * does not say what is behind it: sshfs and rclone, or only a local pool of disks.
 */
const shared: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x01021997, "9p"],
  [0x65735546, "FUSE"],
  [0x00c36400, "Ceph"],
  [0x5346414f, "AFS"],
  [0x6b414653, "AFS"],
  [0x73757245, "Coda"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x19830326, "BeeGFS"],
  [0x01161970, "GFS2"],
  [0x7461636f, "OCFS2"],
  [0x786f4256, "vboxsf"],
  [0xbacbacbc, "vmhgfs"],
]);

type Look = (directory: string) => Pick<StatsFs, "type" | "bsize" | "blocks" | "bfree" | "bavail">;

/**
 * Checks that the database can be opened in a directory.
 *
 * - A write-ahead log needs shared memory and sound locks, which file systems over a network do not have
 *   (https://sqlite.org/wal.html, "WAL does not work over a network filesystem"): the database would be damaged.
 * - On a full disk SQLite maps shared memory that has no blocks behind it, and the process is killed (SIGBUS; measured on
 *   ext4 with blocks of 1 KiB). It must be refused before it is opened.
 *
 * @throws UnusablePlace
 */
export function checkPlace(directory: string, journal: JournalMode = "wal", look: Look = statfsSync): void {
  try {
    accessSync(directory, constants.W_OK);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EROFS")
      throw new UnusablePlace(`${directory} is on a read-only file system: make it writable`, { cause: error });
    // Other reasons are told by what is done next.
  }
  const { type, bsize, blocks, bfree, bavail } = look(directory);
  // `f_type` is a signed number on some systems; other systems than Linux number their file systems by chance.
  const kind = process.platform === "linux" ? shared.get(type >>> 0) : undefined;
  if (kind !== undefined && journal === "wal") {
    throw new UnusablePlace(
      `${directory} is on a file system (${kind}) that may be shared over a network, where the database could be damaged: set POSTERN_DATA_DIR to a local disk, or, if no other machine uses the directory, POSTERN_DB_JOURNAL=rollback`,
    );
  }
  // Some blocks may be kept for root. A file system that does not count its blocks (0) cannot be judged.
  const free = (process.getuid?.() === 0 ? bfree : bavail) * bsize;
  if (blocks > 0 && free < leastFreeBytes) {
    throw new UnusablePlace(
      `the disk of ${directory} is full: ${Math.floor(free / 1024)} KiB are free, and ${leastFreeBytes / 1024} KiB are needed to start safely`,
    );
  }
}
