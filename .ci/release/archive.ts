import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { createTar } from "nanotar";

export interface Entry {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isExecutable?: boolean;
}

const modeOf = ({ isExecutable }: Entry) => (isExecutable === true ? 0o755 : 0o644);

/** A `.tar.gz`: the same entries and time give the same bytes. `time` in seconds since 1970. */
export function tarball(entries: readonly Entry[], time: number): Uint8Array {
  const tar = createTar(
    entries.map((entry) => ({
      name: entry.path,
      data: entry.bytes,
      attrs: { mode: modeOf(entry).toString(8), mtime: time * 1000, uid: 0, gid: 0, user: "root", group: "root" },
    })),
  );
  return gzipSync(tar, { level: 6 });
}

/** A `.zip`, of which the same is true. */
export function zip(entries: readonly Entry[], time: number): Uint8Array {
  // The format keeps a time of day without its zone: this is UTC wherever it is made.
  const shown = new Date((time + new Date(time * 1000).getTimezoneOffset() * 60) * 1000);
  return zipSync(
    Object.fromEntries(
      entries.map((entry) => [
        entry.path,
        [entry.bytes, { mtime: shown, os: 3, attrs: modeOf(entry) << 16, level: 6 }] as const,
      ]),
    ),
  );
}
