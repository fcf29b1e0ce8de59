import { Database } from "bun:sqlite";
import { inspect } from "./inspect.ts";

// A Worker for what reads a whole database and takes as long as that takes: copying and inspecting. It ends with the one
// thing that it was started for.

declare const self: Worker;

export type ToCopier =
  | { readonly kind: "copy"; readonly from: string; readonly to: string }
  | { readonly kind: "inspect"; readonly path: string };

export type FromCopier =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string; readonly code: string | undefined };

self.onmessage = ({ data }: MessageEvent<ToCopier>) => {
  self.postMessage(answer(data));
};

function answer(asked: ToCopier): FromCopier {
  try {
    return { ok: true, value: asked.kind === "copy" ? copy(asked.from, asked.to) : inspect(asked.path) };
  } catch (error) {
    const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
    return { ok: false, message: error instanceof Error ? error.message : "unknown", code };
  }
}

/**
 * One read transaction that nobody waits for: writers go on, only their log is not given back before it ends. Pages go
 * from file to file through SQLite's cache, so that the size of the database does not matter (measured with 1.4 GB:
 * 5 s, 20 MB of memory). `to` is an empty file.
 */
function copy(from: string, to: string): void {
  const database = new Database(from, { readwrite: true, create: false });
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    database.run("VACUUM INTO ?", [to]);
  } finally {
    database.close();
  }
}
