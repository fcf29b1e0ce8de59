import type { FFIFunction, Library } from "bun:ffi";

/** The C library of a Linux system: glibc's name, then musl's for this processor. */
const names = ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`];

/**
 * Opens the C library, for the little that Bun has no interface to. It is loaded when it is first needed; most servers do
 * without.
 *
 * @returns undefined where there is none that can be opened: nothing may depend on it
 */
export async function openLibc<Functions extends Readonly<Record<string, FFIFunction>>>(
  functions: Functions,
): Promise<Library<Functions>["symbols"] | undefined> {
  if (process.platform !== "linux") return undefined;
  const { dlopen } = await import("bun:ffi");
  for (const name of names) {
    try {
      return dlopen(name, functions).symbols;
    } catch {
      // The other name, then.
    }
  }
  return undefined;
}
