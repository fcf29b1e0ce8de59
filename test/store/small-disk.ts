import { afterAll } from "bun:test";
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

const isOurs = process.platform === "linux" && process.getuid?.() === 0;

/** Mounts a file system of one mebibyte for the tests of the file, where this machine lets us; answers its folder. */
export function smallDisk(): string | undefined {
  if (!isOurs) return undefined;
  return mounted((folder) => ["mount", "-t", "tmpfs", "-o", "size=1m", "postern-test", folder]);
}

/**
 * The same with ext4 in a file of 16 MiB, in blocks of 1 KiB: there a page of mapped memory can lie on a disk that has no
 * room for all of it. `fail` is what a broken disk does: the kernel makes it read-only under the files that are open.
 */
export function blockDisk(): { readonly folder: string; readonly fail: () => void } | undefined {
  if (!isOurs) return undefined;
  const image = `${mkdtempSync(join(tmpdir(), "postern-image-"))}/disk`;
  afterAll(() => rmSync(dirname(image), { recursive: true }));
  const made = Bun.spawnSync(["sh", "-c", `truncate -s 16M ${image} && mkfs.ext4 -q -F -b 1024 ${image}`]);
  if (made.exitCode !== 0) return undefined;
  const folder = mounted((at) => ["mount", "-o", "loop,errors=remount-ro", image, at]);
  const fail = () => {
    const device = Bun.spawnSync([
      "losetup",
      "--noheadings",
      "--output",
      "NAME",
      "--associated",
      image,
    ]).stdout.toString();
    writeFileSync(`/sys/fs/ext4/${basename(device.trim())}/trigger_fs_error`, "a disk that breaks");
  };
  return folder === undefined ? undefined : { folder, fail };
}

/** Until nothing more goes in. */
export const fillDisk = (folder: string): void => {
  Bun.spawnSync(["dd", "if=/dev/zero", `of=${join(folder, "ballast")}`, "bs=1k"], { stderr: "ignore" });
};
export const emptyDisk = (folder: string): void => rmSync(join(folder, "ballast"));

function mounted(command: (folder: string) => string[]): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "postern-disk-"));
  const { exitCode } = Bun.spawnSync(command(folder), { stderr: "ignore" });
  afterAll(() => {
    if (exitCode === 0) Bun.spawnSync(["umount", "--lazy", folder]);
    rmdirSync(folder);
  });
  return exitCode === 0 ? folder : undefined;
}
