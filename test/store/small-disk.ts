import { afterAll } from "bun:test";
import { mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Mounts a file system of one mebibyte for the tests of the file, where this machine lets us; answers its folder. */
export function smallDisk(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "postern-disk-"));
  const { exitCode } = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m", "postern-test", folder], {
    stderr: "ignore",
  });
  afterAll(() => {
    if (exitCode === 0) Bun.spawnSync(["umount", "--lazy", folder]);
    rmdirSync(folder);
  });
  return exitCode === 0 ? folder : undefined;
}
