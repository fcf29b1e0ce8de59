import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join, resolve } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { firstValue, withDatabase } from "../store/files.ts";
import { fillDisk, smallDisk } from "../store/small-disk.ts";
import { freePort } from "../support/free-port.ts";
import { until } from "../support/until.ts";
import { type CommandLine, commandLine, gather } from "./command-line.ts";

let here: CommandLine;
beforeEach(() => {
  here = commandLine();
});
afterEach(() => here.remove());

const socket = () => join(here.dataDir, "postern.sock");
const readyz = (unix: string) => fetch("http://localhost/readyz", { unix });

/** Starts it as a host does, and waits for its line. */
async function embed(env: Readonly<Record<string, string>> = {}) {
  const child = here.spawn(["serve", "--embed"], { env, keepsOpen: true });
  const [said, logged] = [gather(child.stdout), gather(child.stderr)];
  await until(() => said.length > 0);
  return { child, said, logged, line: JSON.parse(said[0] ?? "") };
}

describe("serve --embed", () => {
  test("says once that it is ready, and where; it ends with 0 when standard input closes", async () => {
    const { child, said, line } = await embed();
    expect(line).toEqual({
      event: "ready",
      contract: 1,
      version: manifest.version,
      issuer: "http://localhost:8080",
      listen: [`unix:${socket()}`],
      pid: child.pid,
    });
    expect((await readyz(socket())).status).toBe(200);
    child.stdin.end();
    expect(await child.exited).toBe(0);
    expect(said).toHaveLength(1);
    expect([existsSync(socket()), existsSync(join(here.dataDir, "instance.json"))]).toEqual([false, false]);
  });

  test("logs JSON lines on standard error, whatever POSTERN_LOG_FORMAT says, and the setup link nowhere", async () => {
    const { child, said, logged } = await embed({ POSTERN_LOG_FORMAT: "pretty", POSTERN_LOG_LEVEL: "debug" });
    const link = readFileSync(join(here.dataDir, "setup-link"), "utf8").trim();
    await fetch("http://localhost/auth/token", { method: "POST", unix: socket() });
    child.stdin.end();
    await child.exited;
    const messages = logged.map((line) => JSON.parse(line).message);
    expect(messages).toContain("listening");
    expect(messages.at(-1)).toBe("stopping");
    expect(`${said}${logged}`).not.toContain(new URL(link).searchParams.get("token") ?? "no token");
  });

  test("reads nothing of what the host writes", async () => {
    const { child, said } = await embed();
    child.stdin.write(`stop\n{"event":"stop"}\n\u0004${"x".repeat(200_000)}`);
    await child.stdin.flush();
    await Bun.sleep(100);
    expect((await readyz(socket())).status).toBe(200);
    expect([child.exitCode, said.length]).toEqual([null, 1]);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  });

  test.if(process.platform === "linux")(
    "opens no port unless POSTERN_LISTEN names one; port 0 is told as it was bound",
    async () => {
      const quiet = await embed();
      expect(portsOf(quiet.child.pid)).toEqual([]);
      quiet.child.stdin.end();
      await quiet.child.exited;
      const { child, line } = await embed({ POSTERN_LISTEN: "127.0.0.1:0" });
      const [, port] = /^127\.0\.0\.1:(\d+)$/.exec(line.listen[0]) ?? [];
      expect(portsOf(child.pid)).toEqual([Number(port)]);
      expect((await fetch(`http://${line.listen[0]}/readyz`)).status).toBe(200);
      child.stdin.end();
      await child.exited;
    },
  );

  test("ends when its host is killed", async () => {
    const main = resolve(import.meta.dir, "../../src/main.ts");
    const host = `
      const words = ${JSON.stringify([process.execPath, main, "serve", "--embed"])};
      const child = Bun.spawn(words, { stdin: "pipe", stdout: "pipe", stderr: "ignore" });
      const { value } = await child.stdout.getReader().read();
      console.log(new TextDecoder().decode(value));
      await child.exited;`;
    const parent = Bun.spawn([process.execPath, "-e", host], {
      cwd: resolve(import.meta.dir, "../.."),
      env: { PATH: "/usr/bin:/bin", POSTERN_DATA_DIR: here.dataDir },
      stdout: "pipe",
    });
    const said = gather(parent.stdout);
    await until(() => said.length > 0);
    const { pid } = JSON.parse(said[0] ?? "");
    parent.kill("SIGKILL");
    await until(() => !isAlive(pid));
    expect(existsSync(join(here.dataDir, "instance.json"))).toBe(false);
  });

  test("comes also when the host has read nothing of the log", async () => {
    // A pipe of our own: Bun itself reads those that it makes.
    const unread = join(here.directory, "unread");
    Bun.spawnSync(["mkfifo", unread]);
    const stderr = openSync(unread, "r+");
    const child = Bun.spawn([process.execPath, join(import.meta.dir, "../../src/main.ts"), "serve", "--embed"], {
      env: { PATH: "/usr/bin:/bin", POSTERN_DATA_DIR: here.dataDir, POSTERN_LOG_LEVEL: "debug" },
      stdin: "pipe",
      stdout: "pipe",
      stderr,
    });
    try {
      const said = gather(child.stdout);
      await until(() => said.length > 0);
      // More than a pipe holds.
      for (let each = 0; each < 1500; each++) await (await readyz(socket())).text();
      child.stdin.end();
      await until(() => child.exitCode !== null);
      expect(child.exitCode).toBe(0);
    } finally {
      child.kill("SIGKILL");
      closeSync(stderr);
    }
  });

  test("is not what decides elsewhere: without --embed a closed standard input ends nothing", async () => {
    const server = await here.serve();
    await Bun.sleep(200);
    expect((await fetch(`${server.address}/readyz`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });
});

describe("a start that fails under a host", () => {
  /** What it says, and with which code it ends. */
  async function failure(env: Readonly<Record<string, string>>) {
    const { child, said, logged, line } = await embed(env);
    const code = await child.exited;
    expect(said).toHaveLength(1);
    expect(line).toEqual({
      event: "failed",
      contract: 1,
      version: manifest.version,
      error: expect.any(String),
      message: expect.any(String),
    });
    expect(logged.map((text) => JSON.parse(text).level)).toContain("error");
    return { code, error: line.error, message: line.message };
  }

  test("tells a word for programs, a sentence for people, and ends with 1", async () => {
    expect(await failure({ POSTERN_LISTEN: "8080" })).toEqual({
      code: 1,
      error: "configuration",
      message: expect.stringContaining("POSTERN_LISTEN"),
    });
    const long = join(here.directory, "x".repeat(100));
    expect(await failure({ POSTERN_DATA_DIR: long })).toMatchObject({ code: 1, error: "configuration" });
    writeFileSync(join(here.directory, "file"), "");
    const file = join(here.directory, "file");
    expect(await failure({ POSTERN_DATA_DIR: file })).toMatchObject({ code: 1, error: "data_directory" });
    const taken = Bun.serve({ hostname: "127.0.0.1", port: freePort(), fetch: () => new Response() });
    const listen = `127.0.0.1:${taken.port}`;
    expect(await failure({ POSTERN_LISTEN: listen })).toMatchObject({ code: 1, error: "listen" });
    await taken.stop(true);
  }, 20_000);

  test("knows another server, a wrong secret and a damaged database", async () => {
    const first = await embed();
    expect(await failure({})).toEqual({
      code: 1,
      error: "already_running",
      message: expect.stringContaining(`pid ${first.child.pid}`),
    });
    first.child.stdin.end();
    await first.child.exited;
    expect(await failure({ POSTERN_SECRET: "another secret that is long enough" })).toMatchObject({ error: "secret" });
    const broken = join(here.directory, "broken");
    mkdirSync(broken, { mode: 0o700 });
    writeFileSync(join(broken, "postern.db"), "no database ".repeat(1000));
    writeFileSync(join(broken, "secret"), "a secret that is long enough to be one\n");
    expect(await failure({ POSTERN_DATA_DIR: broken })).toMatchObject({ code: 1, error: "storage" });
    const torn = join(here.dataDir, "postern.db");
    const root = "SELECT rootpage FROM sqlite_schema WHERE name = 'clients'";
    const page = Number(withDatabase(torn, (database) => firstValue(database, root)));
    const file = openSync(torn, "r+");
    writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, (page - 1) * 4096);
    closeSync(file);
    expect(await failure({})).toMatchObject({ error: "storage", message: expect.stringContaining("postern restore") });
  }, 20_000);

  test("knows a certificate that cannot be used, which starting again does not help", async () => {
    const tls = { POSTERN_TLS_CERT_FILE: join(here.directory, "no"), POSTERN_TLS_KEY_FILE: join(here.directory, "no") };
    expect(await failure({ POSTERN_LISTEN: "127.0.0.1:0", ...tls })).toMatchObject({
      error: "configuration",
      message: expect.stringMatching(/no cannot be read \(ENOENT\)$/),
    });
  });

  const disk = smallDisk();
  test.skipIf(disk === undefined)("knows a disk that is full", async () => {
    fillDisk(disk ?? "");
    expect(await failure({ POSTERN_DATA_DIR: join(disk ?? "", "data") })).toMatchObject({
      error: "storage",
      message: expect.stringContaining("is full"),
    });
  });

  test("a word too many is wrong usage: exit code 2, and nothing on standard output", async () => {
    const { code, out } = await here.run(["serve", "--embed", "now"]);
    expect([code, out]).toEqual([2, ""]);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The TCP ports that a process listens on, by its open files (proc(5): the inode stands in the tenth column, 0A is LISTEN). */
function portsOf(pid: number): readonly number[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1]),
  );
  return ["tcp", "tcp6"].flatMap((kind) =>
    readFileSync(`/proc/${pid}/net/${kind}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === "0A" && inodes.has(inode))
      .map(([, local]) => Number.parseInt(local?.split(":")[1] ?? "", 16)),
  );
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // It was closed in the meantime.
    return "";
  }
}
