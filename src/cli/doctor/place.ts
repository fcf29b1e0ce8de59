import { lstatSync, readdirSync, readFileSync, realpathSync, type Stats, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Config } from "../../config/load.ts";
import { databasePath, secretPath } from "../../server/instance.ts";
import { checkPlace, UnusablePlace } from "../../store/sqlite/place.ts";
import { type Finding, failed, ok, warning } from "./finding.ts";

type Place = Pick<Config, "dataDir" | "databaseJournal">;

const mebibyte = 1024 ** 2;
/** With less a year of a household's records, a migration or a backup beside the database may not fit. */
const littleSpace = 64 * mebibyte;

/** Whether the disk can hold the database, and goes on to. */
export function checkDisk({ dataDir, databaseJournal }: Place): readonly Finding[] {
  try {
    checkPlace(dataDir, databaseJournal);
  } catch (error) {
    if (!(error instanceof UnusablePlace)) throw error;
    const [message = error.message, ...remedy] = error.message.split(": ");
    const isAboutKind = /POSTERN_DB_JOURNAL/.test(error.message);
    return [failed(isAboutKind ? "file-system" : "disk-space", message, remedy.join(": ") || "make room on it")];
  }
  return [spaceOf(dataDir), kindOf(dataDir)];
}

function spaceOf(dataDir: string): Finding {
  const { bavail, bsize, blocks, files, ffree } = statfsSync(dataDir);
  // A file system that does not count cannot be judged.
  if (files > 0 && ffree < 16)
    return failed("disk-space", `the disk of ${dataDir} can take no more files`, "delete files that nobody needs");
  const free = bavail * bsize;
  const enough = Math.max(littleSpace, 2 * sizeOf(databasePath(dataDir)));
  const told = `${inWords(free)} are free on the disk of ${dataDir}`;
  if (blocks > 0 && free < enough)
    return warning("disk-space", told, `make room: a migration or a backup may need ${inWords(enough)}`);
  return ok("disk-space", told);
}

/** File systems on which what is written does not stay. */
const passing: ReadonlyMap<string, string> = new Map([
  ["tmpfs", "in memory, and gone when the machine restarts"],
  ["ramfs", "in memory, and gone when the machine restarts"],
  ["overlay", "a layer of a container, and gone with it"],
]);

function kindOf(dataDir: string): Finding {
  const kind = fileSystemOf(dataDir);
  const fate = kind === undefined ? undefined : passing.get(kind);
  if (fate !== undefined)
    return warning(
      "file-system",
      `${dataDir} is on ${kind}: ${fate}`,
      "let POSTERN_DATA_DIR be on a disk, in a container on a volume",
    );
  return ok("file-system", `${dataDir} is on ${kind ?? "a local file system"}`);
}

/** The name that Linux has for it (proc_pid_mountinfo(5)). */
function fileSystemOf(directory: string): string | undefined {
  const path = `${realpathSync(directory)}/`;
  let found: { readonly length: number; readonly kind: string } | undefined;
  for (const line of linesOf("/proc/self/mountinfo")) {
    const [, point, kind] = /^\S+ \S+ \S+ \S+ (\S+) .*? - (\S+) /.exec(line) ?? [];
    if (point === undefined || kind === undefined) continue;
    const mount = point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    // Of two mounts at one place the later one is seen.
    if (path.startsWith(mount === "/" ? "/" : `${mount}/`) && mount.length >= (found?.length ?? 0))
      found = { length: mount.length, kind };
  }
  return found?.kind;
}

/** Whether the directory and what is in it belong to its owner, and are for its owner alone. */
export function checkPermissions(dataDir: string): readonly Finding[] {
  // Windows has no such modes.
  if (process.getuid === undefined) return [];
  const directory = lstatSync(realpathSync(dataDir));
  const entries = readdirSync(dataDir).flatMap((name) => {
    const path = join(dataDir, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? [{ path, stats }] : [];
  });
  const foreign = entries.filter(({ stats }) => stats.uid !== directory.uid);
  const open = entries.filter(({ stats }) => isForOthers(stats));
  const findings: Finding[] = [];
  if (foreign.length > 0)
    findings.push(
      failed(
        "permissions",
        `${namesOf(foreign)} in ${dataDir} belong to another user than the directory`,
        `chown ${directory.uid}:${directory.gid} ${foreign.map(({ path }) => path).join(" ")}`,
      ),
    );
  const exposed = open.find(({ path, stats }) => path === secretPath(dataDir) || (stats.mode & 0o022) !== 0);
  if (open.length > 0) {
    const judge = exposed === undefined ? warning : failed;
    const remedy = `chmod go= ${open.map(({ path }) => path).join(" ")}`;
    findings.push(judge("permissions", `${namesOf(open)} in ${dataDir} are open to other users`, remedy));
  }
  if (isForOthers(directory))
    findings.push(warning("permissions", `${dataDir} is open to other users`, `chmod 0700 ${dataDir}`));
  return findings.length > 0 ? findings : [ok("permissions", `${dataDir} and what is in it are for their owner alone`)];
}

/** Secrets that settings name by file. What a group may do is left to the operator, who often gives keys to one. */
export function checkSecretFiles(
  files: readonly { readonly name: string; readonly path: string }[],
): readonly Finding[] {
  if (process.getuid === undefined) return [];
  return files
    .filter(({ path }) => isForEverybody(path))
    .map(({ name, path }) =>
      failed("permissions", `every user can read or change ${path}, which ${name} names`, `chmod o= ${path}`),
    );
}

function isForEverybody(path: string): boolean {
  try {
    const real = realpathSync(path);
    if ((statSync(real).mode & 0o006) === 0) return false;
    for (let folder = dirname(real); ; folder = dirname(folder)) {
      if ((statSync(folder).mode & 0o001) === 0) return false;
      if (folder === dirname(folder)) return true;
    }
  } catch {
    return false; // Where there is none that can be read, the configuration is at fault.
  }
}

const isForOthers = ({ mode }: Pick<Stats, "mode">): boolean => (mode & 0o077) !== 0;

const namesOf = (entries: readonly { readonly path: string }[]): string =>
  entries.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)).join(", ");

const sizeOf = (path: string): number => lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;

export function inWords(bytes: number): string {
  if (bytes < 10 * mebibyte) return `${Math.floor(bytes / 1024)} KiB`;
  if (bytes < 10_240 * mebibyte) return `${Math.floor(bytes / mebibyte)} MiB`;
  return `${Math.floor(bytes / 1024 / mebibyte)} GiB`;
}

/** The lines of a file of the kernel; none where there is no such file. */
export function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}
