import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { databasePath } from "../../src/server/instance.ts";
import { type NotifySocket, notifySocket } from "../support/notify-socket.ts";
import { until } from "../support/until.ts";
import { type CommandLine, commandLine } from "./command-line.ts";

let here: CommandLine;
let manager: NotifySocket | undefined;
beforeEach(() => {
  here = commandLine();
});
afterEach(() => {
  manager?.close();
  manager = undefined;
  here.remove();
});

const isLinux = process.platform === "linux";

/** Collects what the manager is told until that has come. */
async function toldUntil(socket: NotifySocket, wanted: string): Promise<readonly string[]> {
  const told: string[] = [];
  await until(() => {
    told.push(...socket.received());
    return told.some((message) => message.startsWith(wanted));
  });
  return told;
}

describe.if(isLinux)("sd_notify", () => {
  test.each(["a path", "an abstract name"])("by %s: ready, reloading and ready again, stopping", async (kind) => {
    const name = kind === "a path" ? join(here.directory, "notify") : `@postern-test-${crypto.randomUUID()}`;
    manager = await notifySocket(name);
    const server = await here.serve({ NOTIFY_SOCKET: name });
    const listen = server.address.replace("http://localhost", "127.0.0.1");
    expect(await toldUntil(manager, "READY=1")).toEqual([`READY=1\nSTATUS=listening on ${listen}`]);
    server.signal("SIGHUP");
    const reloaded = await toldUntil(manager, "READY=1");
    expect(reloaded).toEqual([
      expect.stringMatching(/^RELOADING=1\nMONOTONIC_USEC=\d{6,}$/),
      expect.stringContaining("READY=1"),
    ]);
    await Bun.sleep(50);
    expect(manager.received()).toEqual([]);
    expect(await server.stop()).toBe(0);
    expect(await toldUntil(manager, "STOPPING=1")).toHaveLength(1);
  });

  test("READY=1 comes when requests are answered, not before", async () => {
    manager = await notifySocket(join(here.directory, "notify"));
    const socket = join(here.directory, "postern.sock");
    const env = { NOTIFY_SOCKET: join(here.directory, "notify"), POSTERN_LISTEN: `unix:${socket}` };
    const child = here.spawn(["serve"], { env });
    await toldUntil(manager, "READY=1");
    expect((await fetch("http://localhost/readyz", { unix: socket })).status).toBe(200);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  });

  test("a manager that is not there, or is written in a way that nobody knows, stops nothing", async () => {
    for (const name of [join(here.directory, "nobody"), "vsock:2:1234"]) {
      const server = await here.serve({ NOTIFY_SOCKET: name, WATCHDOG_USEC: "100000" });
      expect((await fetch(`${server.address}/readyz`)).status).toBe(200);
      expect(await server.stop()).toBe(0);
    }
  });
});

describe.if(isLinux)("the watchdog", () => {
  const watched = async (env: Readonly<Record<string, string>>) => {
    const name = join(here.directory, "notify");
    manager = await notifySocket(name);
    const server = await here.serve({ NOTIFY_SOCKET: name, ...env });
    await toldUntil(manager, "READY=1");
    return { server, socket: manager };
  };
  const pings = (socket: NotifySocket) => socket.received().filter((message) => message === "WATCHDOG=1").length;

  test("is told twice in its time that all is well, and no longer when the writer hangs", async () => {
    const { server, socket } = await watched({ WATCHDOG_USEC: "200000" });
    // The writer begins with the first write.
    expect((await fetch(`${server.address}/readyz`)).status).toBe(200);
    pings(socket);
    await Bun.sleep(1000);
    expect(pings(socket)).toBeWithin(3, 15);
    // Another process holds the lock of the database: the writer waits for it, and answers nobody.
    const other = new Database(databasePath(here.dataDir));
    other.exec("BEGIN IMMEDIATE");
    // The answer of the last second would be shared.
    await Bun.sleep(1100);
    const write = fetch(`${server.address}/readyz`);
    await Bun.sleep(500);
    pings(socket);
    await Bun.sleep(1000);
    expect(pings(socket)).toBe(0);
    // Reads go on all the same: it is the writer that hangs.
    expect((await fetch(`${server.address}/healthz`)).status).toBe(200);
    other.exec("ROLLBACK");
    other.close();
    expect((await write).status).toBe(200);
    await toldUntil(socket, "WATCHDOG=1");
    await server.stop();
  });

  test("of another process is left alone", async () => {
    const { server, socket } = await watched({ WATCHDOG_USEC: "100000", WATCHDOG_PID: "1" });
    await Bun.sleep(300);
    expect(pings(socket)).toBe(0);
    await server.stop();
  });
});

describe("inherited sockets", () => {
  const main = resolve(import.meta.dir, "../../src/main.ts");
  /** The shell becomes Bun, so that its number is the one in LISTEN_PID, as with systemd. */
  async function start(pid: string) {
    const child = Bun.spawn(["sh", "-c", `LISTEN_FDS=1 LISTEN_PID=${pid} exec "${process.execPath}" "${main}" serve`], {
      cwd: resolve(import.meta.dir, "../.."),
      env: { PATH: "/usr/bin:/bin", POSTERN_DATA_DIR: here.dataDir, POSTERN_LISTEN: "nonsense" },
      stderr: "pipe",
    });
    return { errors: await new Response(child.stderr).text(), code: await child.exited };
  }

  test("are refused in a sentence, before anything is made", async () => {
    expect(await start("$$")).toEqual({
      code: 1,
      errors: expect.stringMatching(/^postern: systemd has passed on a listening socket[^\n]*\.socket unit[^\n]*\n$/),
    });
    expect(existsSync(here.dataDir)).toBe(false);
  });

  test("of another process are none of ours", async () => {
    expect((await start("1")).errors).toContain("POSTERN_LISTEN");
  });
});
