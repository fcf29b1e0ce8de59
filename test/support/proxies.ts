import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProxyKind } from "../../src/cli/doctor/proxy-block.ts";

/** A real proxy that runs in front of something. */
export interface RunningProxy {
  stop(): Promise<void>;
}

/** What was looked for already. */
const looked = new Map<ProxyKind, string | undefined>();

/** Where the program is; installed first where that can be done. Undefined, said in a line, where it cannot. */
export function proxyProgram(kind: ProxyKind): string | undefined {
  if (looked.has(kind)) return looked.get(kind);
  const found = findProgram(kind) ?? installed(kind);
  if (found === undefined) process.stderr.write(`${kind} is missing on this machine: its tests are skipped\n`);
  looked.set(kind, found);
  return found;
}

const findProgram = (kind: ProxyKind): string | undefined =>
  Bun.which(kind, { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin:/sbin` }) ?? undefined;

/** On Debian, as root. */
function installed(kind: ProxyKind): string | undefined {
  const system = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  if (process.getuid?.() !== 0 || !/^ID(?:_LIKE)?=.*debian/m.test(system)) return undefined;
  // A package that is installed starts its service, unless this file says no (invoke-rc.d(8), exit code 101).
  const policy = "/usr/sbin/policy-rc.d";
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    for (const words of [["update"], ["install", "--yes", "--no-install-recommends", kind]]) {
      const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
      Bun.spawnSync(["apt-get", "-qq", ...words], { env, stdout: "ignore", stderr: "ignore", timeout: 120_000 });
    }
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
  return findProgram(kind);
}

/** Starts a proxy with a block of configuration as it is, and waits until it listens on the port. */
export async function startProxy(kind: ProxyKind, block: string, port: number): Promise<RunningProxy> {
  const program = findProgram(kind);
  if (program === undefined) throw new Error(`${kind} is missing`);
  const directory = mkdtempSync(join(tmpdir(), `postern-${kind}-`));
  const file = join(directory, "configuration");
  writeFileSync(file, kind === "nginx" ? nginxAround(block, directory) : caddyAround(block));
  const child = Bun.spawn(
    kind === "nginx"
      ? [program, "-e", "stderr", "-p", directory, "-c", file]
      : [program, "run", "--adapter", "caddyfile", "--config", file],
    {
      env: { HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory },
      stdout: "ignore",
      stderr: "pipe",
    },
  );
  const stop = async () => {
    child.kill();
    await child.exited;
    rmSync(directory, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 500 && child.exitCode === null; tries++) {
    if (await isListening(port)) return { stop };
    await Bun.sleep(10);
  }
  await stop();
  throw new Error(`${kind} does not listen: ${await new Response(child.stderr).text()}`);
}

/** What is around a server in every nginx.conf; its own folders, as the usual ones belong to the system's nginx. */
const nginxAround = (block: string, directory: string) => `
daemon off;
${process.getuid?.() === 0 ? "user root;" : ""}
worker_processes 1;
pid ${directory}/pid;
error_log stderr;
events {}
http {
access_log off;
${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${directory}/${name};`).join("\n")}
${block}
}
`;

/** No port of its own for administration, none for http. */
const caddyAround = (block: string) => `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${block}\n`;

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
