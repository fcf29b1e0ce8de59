import { openSync } from "node:fs";
import { join } from "node:path";

/** A server in a process of its own. */
export interface ServerProcess {
  readonly pid: number;
  readonly address: string;
  /** Milliseconds from the start to the first 200. */
  readonly startedIn: number;
  stop(): Promise<void>;
}

interface Started {
  readonly command: readonly string[];
  /** Beside PATH and HOME. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its output goes, and where it runs unless `within` says otherwise. */
  readonly folder: string;
  readonly within?: string | undefined;
  readonly port: number;
  /** A path that is answered with 200 as soon as it serves. */
  readonly ready: string;
}

const patience = 30_000;

/** Starts it and waits until it answers. What it prints goes into `output` in its folder. */
export async function startProcess({
  command,
  env,
  folder,
  within = folder,
  port,
  ready,
}: Started): Promise<ServerProcess> {
  const output = openSync(join(folder, "output"), "a");
  const address = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = Bun.spawn([...command], {
    cwd: within,
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: folder, ...env },
    stdin: "ignore",
    stdout: output,
    stderr: output,
  });
  const end = endWithThis(child);
  while (performance.now() - began < patience) {
    if (child.exitCode !== null)
      throw new Error(`${command[0]} ended with ${child.exitCode}: ${await outputIn(folder)}`);
    try {
      const { status } = await fetch(address + ready);
      if (status === 200) return { pid: child.pid, address, startedIn: performance.now() - began, stop: end };
    } catch {
      // Not yet.
    }
    await Bun.sleep(1);
  }
  await end();
  throw new Error(`${command[0]} did not answer within ${patience / 1000} seconds: ${await outputIn(folder)}`);
}

const outputIn = async (folder: string) => (await Bun.file(join(folder, "output")).text()).slice(-2000);

/** Nothing goes on when this program ends, however it does. */
export function endWithThis(child: Bun.Subprocess): () => Promise<void> {
  const kill = () => child.kill("SIGKILL");
  process.on("exit", kill);
  return async () => {
    process.off("exit", kill);
    child.kill("SIGTERM");
    const late = setTimeout(kill, 15_000);
    await child.exited;
    clearTimeout(late);
  };
}
