import { closeSync, constants, fstatSync, ftruncateSync, openSync, statSync } from "node:fs";
import { ownText } from "../../own-text.ts";

/** A number that is another one once anything was committed to the database, by whatever process. */
export type Commits = () => number;

/** The index of a write-ahead log: memory that all processes at the database share. */
export interface LogIndex {
  readonly path: string;
  /** Which file it was that is mapped; the number is no other file's as long as it is. */
  readonly inode: number;
  readonly words: Uint32Array;
}

/**
 * Maps the index into this process, which must not have opened the database yet. To map a file is to open and to close it,
 * and whoever closes a file loses all locks on it (fcntl(2)). SQLite has one there that says that the index is in use;
 * without it the next process at the database, a command, makes the file anew under this one: the kernel then kills the
 * reader of a page that is not there (SIGBUS), and a commit that is under way leaves an index with holes.
 *
 * @returns undefined where there is nothing to be mapped
 * @source SQLite, os_unix.c, unixLockSharedMemory(): who finds the dead man switch free cuts the file down to three bytes
 */
export function mapLogIndex(databasePath: string): LogIndex | undefined {
  if (process.platform === "win32") return undefined;
  const path = `${databasePath}-shm`;
  try {
    // SQLite takes a file that is there.
    const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    try {
      if (fstatSync(file).size < indexBytes) ftruncateSync(file, indexBytes);
    } finally {
      closeSync(file);
    }
    const bytes = Bun.mmap(path, { shared: true });
    return { path, inode: statSync(path).ino, words: new Uint32Array(bytes.buffer, bytes.byteOffset, headerWords) };
  } catch {
    return undefined; // No room, or a command was just the last one to leave the database, and took the file along.
  }
}

/** So much SQLite makes at first. */
const indexBytes = 32_768;
const headerWords = 12;

/**
 * Reads that number from the index: every commit writes its header anew before COMMIT returns. So it is asked without a
 * system call, in 50 ns, where a read of the database takes two locks. Something has to have been read from the
 * database since the index was mapped.
 *
 * Where there is no index (no write-ahead log, no mapped memory), or another one is in use, every call gives another
 * number.
 *
 * @source SQLite, "WAL-mode File Format", §2.1: mxFrame at byte 16, aFrameCksum at 24, aSalt at 32
 */
export function commitsOf(index: LogIndex | undefined): Commits {
  let number = 0;
  if (index === undefined || !isInUse(index)) return () => ++number;
  const { words } = index;
  const seen = new Uint32Array(lastWord - firstWord + 1);
  return () => {
    let isSame = true;
    for (let word = firstWord; word <= lastWord; word++) {
      const value = words[word] ?? 0;
      if (seen[word - firstWord] === value) continue;
      seen[word - firstWord] = value;
      isSame = false;
    }
    if (!isSame) number += 1;
    return number;
  };
}

/** How many frames the log holds, the checksum over them (nPage, between the two, does no harm), and its salts. */
const firstWord = 4;
const lastWord = 9;
/** WALINDEX_MAX_VERSION: the only one there has been since 2010. */
const knownVersion = 3_007_000;

/** Between the two a command may have left the database, and taken the file along. */
const isInUse = ({ path, inode, words }: LogIndex): boolean =>
  words[0] === knownVersion && statSync(path, { throwIfNoEntry: false })?.ino === inode;

/** Of a read: enough for what is asked again and again, small beside all else. */
const usually = 1000;
/** No key of what there is has more characters: what is longer a stranger has made up, and it is not worth its memory. */
const longestKey = 256;

/**
 * A read that is not made again as long as nothing was committed: who asks gets the very same promise. What it found is
 * shared by all, and never changed by them.
 *
 * @param most how many keys are remembered. Further ones are read each time until the next commit, which is not far: that
 * tokens are asked for is itself written down once a minute.
 */
export function remembered<Key extends string, Found>(
  commits: Commits,
  find: (key: Key) => Promise<Found>,
  most = usually,
): (key: Key) => Promise<Found> {
  const known = new Map<Key, Promise<Found>>();
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
    if (known.size >= most || key.length > longestKey) return found;
    // A fault may be over at the next try.
    found.catch(() => known.delete(key));
    known.set(ownText(key), found);
    return found;
  };
}
