import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import type { Machine } from "../crypto/password.ts";

/**
 * What a process may use: of this machine, or of the control groups that it is in, where they give less.
 *
 * @param pid of another process; a server may have limits that a command beside it has not
 */
export function machineOf(pid?: number): Machine & { readonly isLimited: boolean } {
  const limits = limitsOf(readFile(`/proc/${pid ?? "self"}/cgroup`) ?? "", readFile);
  const memory = Math.min(
    totalmem(),
    limits.memory,
    pid === undefined ? constrainedMemory() : Number.POSITIVE_INFINITY,
  );
  const cores = Math.min(availableParallelism(), limits.cores);
  return { memory, cores, isLimited: memory < totalmem() };
}

/** What the runtime knows, on systems without those files as well. */
function constrainedMemory(): number {
  const bytes = process.constrainedMemory();
  return bytes > 0 ? bytes : Number.POSITIVE_INFINITY;
}

type ReadFile = (path: string) => string | undefined;

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** For each controller: where it is mounted, and how a group's directory tells its limit. */
const version1 = { memory: "/sys/fs/cgroup/memory", cores: "/sys/fs/cgroup/cpu" };
const version2 = { memory: "/sys/fs/cgroup", cores: "/sys/fs/cgroup" };

/**
 * The smallest limits of the control groups that a process is in, of either version; infinite where there are none
 * (cgroups(7)). In a container the path can be the host's: the mount itself is then the group, and is looked at last.
 *
 * @param groups the text of `/proc/PID/cgroup`
 */
export function limitsOf(groups: string, read: ReadFile): Machine {
  const smallest = { memory: Number.POSITIVE_INFINITY, cores: Number.POSITIVE_INFINITY };
  const take = (limit: keyof Machine, amount: number | undefined) => {
    if (amount !== undefined && amount > 0) smallest[limit] = Math.min(smallest[limit], amount);
  };
  for (const line of groups.split("\n")) {
    // Names of groups have colons of their own: containerd's with the driver of another kind do.
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    const names = controllers.split(",");
    for (const directory of upwards(path)) {
      if (controllers === "") {
        take("memory", wholeIn(read(`${version2.memory}${directory}/memory.max`)));
        take("cores", shareIn(read(`${version2.cores}${directory}/cpu.max`)));
      }
      if (names.includes("memory"))
        take("memory", wholeIn(read(`${version1.memory}${directory}/memory.limit_in_bytes`)));
      if (names.includes("cpu")) {
        const [quota, period] = ["quota", "period"].map((what) =>
          read(`${version1.cores}${directory}/cpu.cfs_${what}_us`),
        );
        take("cores", shareIn(`${quota?.trim()} ${period?.trim()}`));
      }
    }
  }
  return smallest;
}

/** `/a/b`, `/a` and the root, which is the empty text. */
function upwards(path: string): readonly string[] {
  const parts = path.trim().split("/").filter(Boolean);
  return Array.from({ length: parts.length + 1 }, (_, gone) =>
    parts
      .slice(0, parts.length - gone)
      .map((part) => `/${part}`)
      .join(""),
  );
}

/** `max`, or -1, is no limit. */
const wholeIn = (text: string | undefined): number | undefined =>
  /^\d+\s*$/.test(text ?? "") ? Number(text) : undefined;

/** A quota and a period in microseconds: so many cores' worth of time. */
function shareIn(text: string | undefined): number | undefined {
  const [, quota, period] = /^(\d+) (\d+)\s*$/.exec(text ?? "") ?? [];
  return quota === undefined ? undefined : Number(quota) / Number(period);
}
