import { existsSync, readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";

// Who runs where, and what a process has used. On Linux: elsewhere nothing is pinned, and nothing is known of a process.

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryMebibytes: number;
  readonly system: string;
  /** Whether servers and loader have a core each. */
  readonly isPinned: boolean;
}

export function thisMachine(): Machine {
  const all = cpus();
  return {
    processor: all[0]?.model ?? "unknown",
    cores: all.length,
    memoryMebibytes: Math.round(totalmem() / 2 ** 20),
    system: `${systemName()}, kernel ${release()}`,
    isPinned: mayPin(),
  };
}

function systemName(): string {
  if (!existsSync("/etc/os-release")) return process.platform;
  return /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? process.platform;
}

/** Servers have a core, and so has whoever loads them. */
const cores = { server: "0", loader: "1" } as const;

const mayPin = (): boolean => cpus().length > 1 && Bun.which("taskset") !== null;

/** A command on a core of its own, where there is one. */
export const pinned = (side: keyof typeof cores, command: readonly string[]): string[] =>
  mayPin() ? ["taskset", "-c", cores[side], ...command] : [...command];

/** Linux counts the time of processes in hundredths of a second, whatever the kernel's own clock (USER_HZ). */
const ticksPerSecond = 100;

/** Seconds of processor time that the process has used in all its threads; NaN where the system does not tell. */
export function processorSeconds(pid: number): number {
  const text = readProcess(pid, "stat");
  // The name stands in parentheses and may hold anything; utime and stime are the 12th and 13th after it (proc(5)).
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields?.[11]) + Number(fields?.[12])) / ticksPerSecond;
}

/** VmRSS in MiB. */
export const residentMebibytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readProcess(pid, "status") ?? "")?.[1]) / 1024;

/** Bytes that the process has sent to the disk: `write_bytes` of proc(5). */
export const bytesWritten = (pid: number): number =>
  Number(/^write_bytes: (\d+)$/m.exec(readProcess(pid, "io") ?? "")?.[1]);

function readProcess(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return undefined;
  }
}
