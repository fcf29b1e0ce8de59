import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { executable } from "./executable.ts";
import { freePort } from "./free-port.ts";
import { testWorkers } from "./test-workers.ts";
import { until } from "./until.ts";

/** An empty folder in which the executable is run as a newcomer would. */
export interface Box {
  readonly directory: string;
  readonly address: string;
  /** Starts `postern` alone and waits until it says that it is there. */
  start(): Promise<Served>;
  /** Runs a command to its end. */
  run(...words: readonly string[]): Promise<Finished>;
  /** Starts a command that goes on for a while. */
  spawn(...words: readonly string[]): Bun.Subprocess<"pipe", "pipe", "pipe">;
  path(name: string): string;
  remove(): void;
}

export interface Served {
  readonly pid: number;
  /** Sends the signal and waits for the end; gives the exit code. */
  stop(signal?: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number | null>;
  readonly output: Promise<string>;
  /** How it has ended, where nobody asked it to. */
  ended(): Promise<string | undefined>;
}

export interface Finished {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

interface BoxOptions {
  /** What the operator has set beside the address. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the server listens on beside its port. */
  readonly sockets?: readonly string[];
  /** A command that runs the one that comes after it, under other conditions. */
  readonly through?: readonly string[];
}

export function newBox({ environment = {}, sockets = [], through = [] }: BoxOptions = {}): Box {
  if (!existsSync(executable))
    throw new Error("dist/postern is not there: run the test command, which builds it first");
  const directory = mkdtempSync(join(tmpdir(), "postern-box-"));
  const port = freePort();
  const address = `http://localhost:${port}`;
  // What a person has in their shell, and no more.
  const listen = [`127.0.0.1:${port}`, ...sockets].join(",");
  const several = testWorkers > 1 ? { POSTERN_WORKERS: String(testWorkers) } : {};
  const env = { PATH: "/usr/bin:/bin", HOME: directory, POSTERN_LISTEN: listen, ...several, ...environment };
  const running = new Set<Bun.Subprocess>();
  const spawn = (...words: readonly string[]) => {
    const child = Bun.spawn([...through, executable, ...words], {
      cwd: directory,
      env,
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    running.add(child);
    child.exited.then(() => running.delete(child));
    return child;
  };
  return {
    directory,
    address,
    spawn,
    path: (name) => join(directory, "data", name),
    run: async (...words) => {
      const child = spawn(...words);
      child.stdin.end();
      const [output, errors, code] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ]);
      return { code, output, errors };
    },
    start: async () => {
      const child = spawn();
      const { soFar, all } = reading(child.stdout);
      await until(() => child.exitCode !== null || soFar().includes('"listening"'));
      if (child.exitCode !== null)
        throw new Error(`postern ended with ${child.exitCode}: ${await new Response(child.stderr).text()}`);
      return {
        pid: child.pid,
        output: all,
        ended: async () => {
          if (child.exitCode === null && child.signalCode === null) return undefined;
          const errors = await new Response(child.stderr).text();
          return `it ended by itself with ${child.signalCode ?? child.exitCode}: ${errors.slice(-1000)}`;
        },
        stop: async (signal = "SIGTERM") => {
          child.kill(signal);
          await child.exited;
          return child.exitCode;
        },
      };
    },
    remove: () => {
      for (const child of running) child.kill("SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** What comes, as far as it has come, and the whole of it. */
function reading(stream: ReadableStream<Uint8Array>): { readonly soFar: () => string; readonly all: Promise<string> } {
  let text = "";
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
    return text;
  };
  return { soFar: () => text, all: read() };
}
