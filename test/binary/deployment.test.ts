import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Box, newBox } from "../support/binary.ts";

let box: Box;
beforeEach(() => {
  box = newBox();
});
afterEach(() => box.remove());

const executable = resolve(import.meta.dir, "../../dist/postern");

async function run(command: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = Bun.spawn([...command], {
    cwd: box.directory,
    env: { PATH: "/usr/bin:/bin", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, out, errors };
}

const linesOf = (text: string, name: string): readonly string[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1));

describe("postern systemd", () => {
  const unit = (env: Readonly<Record<string, string>> = {}, ...words: readonly string[]) =>
    run([executable, "systemd", ...words], env);

  test("runs this executable with the settings of the environment, as systemd writes them", async () => {
    const { code, out, errors } = await unit({
      POSTERN_ISSUER: "https://sso.example.net",
      POSTERN_LISTEN: "127.0.0.1:8080,unix:/run/postern/postern.sock",
      POSTERN_SCOPES: '{"mail":"100% of \\"mail\\""}',
      POSTERN_CLIENTS_FILE: "clients.json",
      POSTERN_DRAIN_TIMEOUT: "30s",
      OTHER: "thing",
    });
    // The sources may lie below /tmp, where the service will not find the executable: that is said.
    const doubts = /^\/(?:var\/)?tmp\//.test(executable) ? 1 : 0;
    expect([code, errors.split("\n").filter((line) => line !== "").length]).toEqual([0, doubts]);
    expect(linesOf(out, "ExecStart")).toEqual([`${executable} serve`]);
    expect(linesOf(out, "Environment")).toEqual([
      '"POSTERN_ISSUER=https://sso.example.net"',
      '"POSTERN_LISTEN=127.0.0.1:8080,unix:/run/postern/postern.sock"',
      `"POSTERN_CLIENTS_FILE=${join(box.directory, "clients.json")}"`,
      '"POSTERN_DRAIN_TIMEOUT=30s"',
      '"POSTERN_SCOPES={\\"mail\\":\\"100%% of \\\\\\"mail\\\\\\"\\"}"',
    ]);
    expect(linesOf(out, "StateDirectory")).toEqual(["postern"]);
    expect(linesOf(out, "RuntimeDirectory")).toEqual(["postern"]);
    // The system waits longer than Postern itself does.
    expect(linesOf(out, "TimeoutStopSec")).toEqual(["40s"]);
    expect(linesOf(out, "CapabilityBoundingSet")).toEqual([""]);
    expect(out).not.toContain("MemoryDenyWriteExecute=");
  });

  test("prints no secret: one from a file is passed on as a credential, one in the environment is left out", async () => {
    const { code, out, errors } = await unit({
      POSTERN_SECRET_FILE: "/etc/postern/secret",
      POSTERN_ADMIN_USERNAME: "root",
      POSTERN_ADMIN_PASSWORD: "correct horse",
    });
    expect(code).toBe(0);
    expect(linesOf(out, "LoadCredential")).toEqual(["postern-secret:/etc/postern/secret"]);
    expect(linesOf(out, "Environment")).toContain("POSTERN_SECRET_FILE=%d/postern-secret");
    expect(`${out}${errors}`).not.toContain("correct horse");
    expect(errors).toContain("POSTERN_ADMIN_PASSWORD is left out");
  });

  test("gives what these settings need, and no more: a low port, other directories, another user", async () => {
    const env = { POSTERN_LISTEN: "[::]:443,unix:/srv/proxy/p.sock", POSTERN_DATA_DIR: "/srv/sign in" };
    const { out } = await unit(env, "--user", "www-data");
    expect(linesOf(out, "AmbientCapabilities")).toEqual(["CAP_NET_BIND_SERVICE"]);
    expect(linesOf(out, "ReadWritePaths")).toEqual(['"/srv/sign in"', "/srv/proxy"]);
    expect(linesOf(out, "User")).toEqual(["www-data"]);
    expect(linesOf(out, "StateDirectory")).toEqual([]);
    // A disk for backups that is not plugged in must not keep the service from starting.
    const backups = await unit({ POSTERN_BACKUP_DIR: "/mnt/my disk" });
    expect(linesOf(backups.out, "ReadWritePaths")).toEqual(['"-/mnt/my disk"']);
  });

  test("refuses a configuration with which the service would not start, and a user that is none", async () => {
    expect(await unit({ POSTERN_LISTEN: "8080" })).toMatchObject({ code: 1, out: "" });
    expect(await unit({ POSTERN_CLIENTS_FILE: "/a\nExecStartPre=/bin/false" })).toMatchObject({ code: 1, out: "" });
    expect(await unit({}, "--user", "a\nb")).toMatchObject({ code: 2, out: "" });
  });

  test("leaves the end of workers to the process that has started them", async () => {
    expect(linesOf((await unit()).out, "KillMode")).toEqual([]);
    expect(linesOf((await unit({ POSTERN_WORKERS: "2" })).out, "KillMode")).toEqual(["mixed"]);
  });

  test.if(Bun.which("systemd-analyze") !== null)(
    "passes systemd-analyze verify, whatever is set",
    async () => {
      const settings = [
        {},
        {
          POSTERN_SCOPES: '{"a":"50% \\" \\\\ $HOME é"}',
          POSTERN_LISTEN: "0.0.0.0:443,unix:/run/postern/p.sock?mode=0666",
        },
        { POSTERN_SECRET_FILE: "/etc/a b%c", POSTERN_DATA_DIR: "/srv/sign in 100%" },
      ];
      for (const [index, env] of settings.entries()) {
        const file = join(box.directory, `postern-${index}.service`);
        writeFileSync(file, (await unit(env)).out);
        expect(await run(["systemd-analyze", "verify", "--man=no", file])).toEqual({ code: 0, out: "", errors: "" });
      }
    },
    30_000,
  );

  test("a value comes out of the unit as it was", async () => {
    // What is between the quotes, read back as systemd.syntax(7) has it.
    const scopes = '{"mail":"100% of \\"mail\\" for $5 \\\\"}';
    const { out } = await unit({ POSTERN_SCOPES: scopes });
    const [line = ""] = linesOf(out, "Environment").filter((text) => text.includes("POSTERN_SCOPES"));
    const read = line.slice(1, -1).replace(/\\(.)/g, "$1").replaceAll("%%", "%");
    expect(read).toBe(`POSTERN_SCOPES=${scopes}`);
  });
});

describe("postern compose", () => {
  const compose = (env: Readonly<Record<string, string>> = {}, ...words: readonly string[]) =>
    run([executable, "compose", ...words], env);

  test("is a compose file: read-only root, the data in a volume, a healthcheck, secrets by file", async () => {
    const { code, out, errors } = await compose({
      POSTERN_ISSUER: "https://sso.example.net",
      POSTERN_LISTEN: "127.0.0.1:9090",
      POSTERN_SECRET_FILE: "/etc/postern/secret",
      POSTERN_CLIENTS_FILE: "clients.json",
      POSTERN_BACKUP_DIR: "/mnt/backups",
      POSTERN_SCOPES: '{"mail":"for $5: # all"}',
    });
    expect([code, errors]).toEqual([0, ""]);
    const clients = join(box.directory, "clients.json");
    const user = process.getuid?.() === 0 ? "65532:65532" : `${process.getuid?.()}:${process.getgid?.()}`;
    expect(Bun.YAML.parse(out)).toEqual({
      services: {
        postern: {
          image: "debian:12-slim",
          command: ["/usr/local/bin/postern", "serve"],
          user,
          read_only: true,
          cap_drop: ["ALL"],
          security_opt: ["no-new-privileges:true"],
          restart: "unless-stopped",
          stop_grace_period: "20s",
          ports: ["127.0.0.1:9090:9090"],
          environment: {
            POSTERN_ISSUER: "https://sso.example.net",
            POSTERN_LISTEN: "0.0.0.0:9090",
            POSTERN_CLIENTS_FILE: clients,
            POSTERN_SCOPES: '{"mail":"for $$5: # all"}',
            POSTERN_BACKUP_DIR: "/mnt/backups",
            POSTERN_DATA_DIR: "/var/lib/postern",
            POSTERN_SECRET_FILE: "/run/secrets/postern-secret",
          },
          volumes: [
            { type: "bind", source: executable, target: "/usr/local/bin/postern", read_only: true },
            { type: "bind", source: clients, target: clients, read_only: true },
            { type: "bind", source: "./postern-data", target: "/var/lib/postern" },
            { type: "bind", source: "/mnt/backups", target: "/mnt/backups" },
          ],
          tmpfs: ["/tmp"],
          secrets: ["postern-secret"],
          healthcheck: {
            test: ["CMD", "/usr/local/bin/postern", "healthcheck"],
            interval: "30s",
            timeout: "10s",
            start_period: "30s",
          },
        },
      },
      secrets: { "postern-secret": { file: "/etc/postern/secret" } },
    });
  });

  test("leaves out a secret that stands in the environment", async () => {
    const secret = "a secret that is long enough to be one";
    const { code, out, errors } = await compose({ POSTERN_SECRET: secret });
    expect([code, errors]).toEqual([0, expect.stringContaining("POSTERN_SECRET is left out")]);
    expect(`${out}${errors}`).not.toContain(secret);
  });

  test("the environment that it sets starts the server, and its healthcheck finds it", async () => {
    const port = Number(new URL(box.address).port);
    const { out } = await compose({ POSTERN_LISTEN: `127.0.0.1:${port}` });
    const { services } = Bun.YAML.parse(out) as {
      readonly services: { readonly postern: { readonly environment: Readonly<Record<string, string>> } };
    };
    const dataDir = join(box.directory, "postern-data");
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o700);
    const env = { ...services.postern.environment, POSTERN_DATA_DIR: dataDir };
    const server = Bun.spawn([executable, "serve"], { env, stdout: "ignore", stderr: "inherit" });
    let checked = await run([executable, "healthcheck"], env);
    for (let tries = 0; tries < 100 && checked.code !== 0; tries++)
      checked = await run([executable, "healthcheck"], env);
    server.kill("SIGTERM");
    expect([checked.code, await server.exited]).toEqual([0, 0]);
  });
});
