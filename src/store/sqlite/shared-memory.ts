import { dlopen, toArrayBuffer } from "bun:ffi";
import { openSync } from "node:fs";

/** The C library: of glibc, of musl for this processor, of macOS. */
const names = [
  "libc.so.6",
  `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`,
  "libSystem.B.dylib",
] as const;

// PROT_READ and MAP_SHARED of mmap(2), the same on Linux and macOS.
const readable = 1;
const shared = 1;

/**
 * The beginning of a file that SQLite has open as well, as memory. The file is never closed again, and that is why this is
 * not `Bun.mmap`: a process that closes any descriptor of a file loses all its locks on it, SQLite's among them (fcntl(2);
 * SQLite, "How To Corrupt An SQLite Database File", §2.2). Another process would then take itself for the first at the
 * database, and cut the index of the write-ahead log short under this one, which dies of it by SIGBUS.
 *
 * @returns undefined where there is no such library (Windows) or no such file
 */
export function sharedMemoryOf(path: string, bytes: number): ArrayBuffer | undefined {
  const map = openMap();
  if (map === undefined) return undefined;
  const address = map(null, bytes, readable, shared, openSync(path, "r"), 0);
  // MAP_FAILED is the largest address there is, and comes as a bigint.
  return typeof address === "number" ? toArrayBuffer(address, 0, bytes) : undefined;
}

function openMap() {
  for (const name of names) {
    try {
      const { symbols } = dlopen(name, {
        mmap: { args: ["ptr", "u64", "i32", "i32", "i32", "i64"], returns: "ptr" },
      });
      return symbols.mmap;
    } catch {
      // The next name, then.
    }
  }
  return undefined;
}
