import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postern } from "../support/executable.ts";
import { freePort } from "../support/free-port.ts";
import { root } from "../support/repository.ts";
import { until } from "../support/until.ts";

const command = postern();

export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

export interface Served {
  readonly pid: number;
  readonly address: string;
  /** What it has logged so far, one object a line. */
  readonly logged: () => readonly Readonly<Record<string, unknown>>[];
  /** Resolves with its code, or null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends the signal and waits for the end. */
  stop(signal?: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number | null>;
  signal(signal: "SIGHUP" | "SIGTERM" | "SIGINT"): void;
}

interface Running {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Whether standard input stays open after that. */
  readonly keepsOpen?: boolean;
}

/** A machine of its own for the command line: an empty folder, an empty environment, and whatever it starts. */
export interface CommandLine {
  readonly directory: string;
  readonly dataDir: string;
  run(words: readonly string[], running?: Running): Promise<Finished>;
  /** Runs a command that must do what it is asked, and reads what it printed as JSON. */
  json<Shape = unknown>(...words: readonly string[]): Promise<Shape>;
  /** Starts a command that goes on. */
  spawn(words: readonly string[], running?: Running): Bun.Subprocess<"pipe", "pipe", "pipe">;
  serve(env?: Readonly<Record<string, string>>): Promise<Served>;
  remove(): void;
}

export function commandLine(): CommandLine {
  const directory = mkdtempSync(join(tmpdir(), "postern-cli-"));
  const dataDir = join(directory, "data");
  const children = new Set<Bun.Subprocess>();

  const spawn: CommandLine["spawn"] = (words, { env = {}, stdin, keepsOpen = false } = {}) => {
    const child = Bun.spawn([...command, ...words], {
      // Bun takes its settings for JSX from the working directory's project.
      cwd: root,
      env: { PATH: "/usr/bin:/bin", HOME: directory, POSTERN_DATA_DIR: dataDir, ...env },
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    children.add(child);
    child.exited.then(() => children.delete(child));
    if (stdin !== undefined) child.stdin.write(stdin);
    if (!keepsOpen) child.stdin.end();
    return child;
  };

  const run: CommandLine["run"] = async (words, running) => {
    const child = spawn(words, running);
    const [out, errors, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { code, out, errors };
  };

  return {
    directory,
    dataDir,
    spawn,
    run,
    json: async (...words) => {
      const { code, out, errors } = await run([...words, "--json"]);
      if (code !== 0) throw new Error(`postern ${words.join(" ")}: ${errors}`);
      return JSON.parse(out);
    },
    serve: async (env = {}) => {
      const address = `http://localhost:${freePort()}`;
      const listen = address.replace("http://localhost", "127.0.0.1");
      const child = spawn([], { env: { POSTERN_LISTEN: listen, ...env } });
      const lines = gather(child.stdout);
      const errors = new Response(child.stderr).text();
      await until(() => child.exitCode !== null || existsSync(join(dataDir, "instance.json")));
      await until(() => child.exitCode !== null || lines.some((line) => line.includes('"listening"')));
      if (child.exitCode !== null) throw new Error(`postern serve ended with ${child.exitCode}: ${await errors}`);
      return {
        pid: child.pid,
        address,
        logged: () => lines.map((line) => JSON.parse(line)),
        ended: child.exited.then(() => child.exitCode),
        signal: (signal) => child.kill(signal),
        stop: async (signal = "SIGTERM") => {
          child.kill(signal);
          await child.exited;
          return child.exitCode;
        },
      };
    },
    remove: () => {
      for (const child of children) child.kill("SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The lines that have come so far; it grows. */
export function gather(stream: ReadableStream<Uint8Array>): readonly string[] {
  const lines: string[] = [];
  const read = async () => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = parts.pop() ?? "";
      lines.push(...parts.filter((part) => part !== ""));
    }
  };
  read().catch(() => undefined);
  return lines;
}
