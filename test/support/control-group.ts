import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "./until.ts";

/** A machine within the machine: a control group of version 1 with less memory and less of a core (cgroups(7)). */
export interface ControlGroup {
  /** What a command is run through, to be in it. */
  readonly through: readonly string[];
  /** The processes that the kernel has killed because there was no memory left. */
  killed(): number;
  /** Waits for the end of all that ran in it. */
  remove(): Promise<void>;
}

const controllers = ["memory", "cpu"].map((name) => join("/sys/fs/cgroup", name));

/** Why none can be made here, if so. */
export function whyNoControlGroup(): string | undefined {
  for (const directory of controllers) {
    if (!existsSync(join(directory, "cgroup.procs"))) return `${directory} is no control group of version 1`;
    try {
      accessSync(directory, constants.W_OK);
    } catch {
      return `${directory} cannot be written to`;
    }
  }
  return undefined;
}

export function newControlGroup({ bytes, cores }: { readonly bytes: number; readonly cores: number }): ControlGroup {
  const name = `postern-test-${process.pid}-${Math.floor(performance.now())}`;
  const [memory = "", cpu = ""] = controllers.map((directory) => join(directory, name));
  for (const directory of [memory, cpu]) mkdirSync(directory);
  const period = 100_000;
  writeFileSync(join(memory, "memory.limit_in_bytes"), String(bytes));
  writeFileSync(join(cpu, "cpu.cfs_period_us"), String(period));
  writeFileSync(join(cpu, "cpu.cfs_quota_us"), String(period * cores));
  const enter = `echo $$ > ${memory}/cgroup.procs && echo $$ > ${cpu}/cgroup.procs && exec "$0" "$@"`;
  return {
    through: ["sh", "-c", enter],
    killed: () => Number(/oom_kill (\d+)/.exec(readFileSync(join(memory, "memory.oom_control"), "utf8"))?.[1]),
    remove: async () => {
      for (const directory of [memory, cpu]) {
        await until(() => readFileSync(join(directory, "cgroup.procs"), "utf8") === "");
        rmdirSync(directory);
      }
    },
  };
}
