import { statSync, writeFileSync } from "node:fs";

/** A number that is another one once anything was committed to the database, by whatever process. */
export type Commits = () => number;

/** The index of a write-ahead log, which all processes at the database share as memory. */
export interface LogIndex {
  readonly words: Uint32Array;
  /** Whether it is still the one at its place. */
  isInPlace(): boolean;
}

/**
 * Maps the index. To be called before this process opens the database, and not again while it has it open: to map a file is
 * to open and close it, and with the first close a process loses all its locks on the file (POSIX, fcntl), those of SQLite
 * among them. Another process would then take the database for closed, and cut the index short under this one's feet.
 *
 * Undefined where there can be none (no mapped memory).
 *
 * @source fcntl(2), "Record locks"; SQLite, os_unix.c, "Posix Advisory Locking" and unixLockSharedMemory
 */
export function mapLogIndex(databasePath: string): LogIndex | undefined {
  const path = `${databasePath}-shm`;
  try {
    // SQLite takes one that is there, as after a crash, and begins it anew where nobody else has it open.
    writeFileSync(path, new Uint8Array(indexBytes), { flag: "wx", mode: statSync(databasePath).mode & 0o777 });
  } catch {
    // It is there already; or it cannot be made, and then not be mapped.
  }
  try {
    const file = identityOf(path);
    const bytes = Bun.mmap(path, { shared: true });
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, 12);
    return { words, isInPlace: () => identityOf(path) === file };
  } catch {
    return undefined; // Windows, or one that somebody was just beginning.
  }
}

/** What a file is on its file system: its number may be given again, but not within a moment. */
function identityOf(path: string): string {
  const { ino, birthtimeNs } = statSync(path, { bigint: true });
  return `${ino} ${birthtimeNs}`;
}

/**
 * Reads that number from the index: every commit writes its header anew before COMMIT returns. So it is asked without a
 * system call, in 50 ns, where a read of the database takes two locks.
 *
 * Where there is no such index to read (no write-ahead log, or another one than was mapped), every call gives another
 * number. To be called after this process has read from the database: then nobody replaces the index any more.
 *
 * @source SQLite, "WAL-mode File Format", §2.1: mxFrame at byte 16, aFrameCksum at 24, aSalt at 32
 */
export function commitsOf(index: LogIndex | undefined): Commits {
  let number = 0;
  if (index === undefined || index.words[0] !== knownVersion || !index.isInPlace()) return () => ++number;
  const header = index.words;
  const seen = new Uint32Array(lastWord - firstWord + 1);
  return () => {
    let isSame = true;
    for (let word = firstWord; word <= lastWord; word++) {
      const value = header[word] ?? 0;
      if (seen[word - firstWord] === value) continue;
      seen[word - firstWord] = value;
      isSame = false;
    }
    if (!isSame) number += 1;
    return number;
  };
}

/** The least that SQLite makes. */
const indexBytes = 32 * 1024;
/** How many frames the log holds, the checksum over them (nPage, between the two, does no harm), and its salts. */
const firstWord = 4;
const lastWord = 9;
/** WALINDEX_MAX_VERSION: the only one there has been since 2010. */
const knownVersion = 3_007_000;

/** Of each read: enough for what is asked again and again, small beside all else. */
const mostRemembered = 1000;

/**
 * A read that is not made again as long as nothing was committed. What it found is shared by all who ask, and never
 * changed by them.
 */
export function remembered<Key, Found>(commits: Commits, find: (key: Key) => Found): (key: Key) => Found {
  const known = new Map<Key, Found>();
  let at = -1;
  return (key) => {
    // Asked before the read: what is committed meanwhile makes the next caller read again.
    const now = commits();
    if (now !== at) {
      known.clear();
      at = now;
    }
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = find(key);
    if (known.size >= mostRemembered) known.clear();
    known.set(key, found);
    return found;
  };
}
