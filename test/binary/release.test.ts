import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagesOf } from "../../.ci/release/packages.ts";
import manifest from "../../package.json" with { type: "json" };
import { freePort } from "../support/free-port.ts";
import { root } from "../support/repository.ts";

// Two targets are built, one of them twice: the archive of this machine, and one for another processor.
setDefaultTimeout(600_000);

const { version } = manifest;
const arm = `postern-${version}-linux-arm64.tar.gz`;
const native = `postern-${version}-linux-x64-baseline.tar.gz`;
const isLinux = process.platform === "linux" && process.arch === "x64";
const folder = mkdtempSync(join(tmpdir(), "postern-release-"));
const inside = (name: string) => join(folder, name);

function run(words: readonly string[], cwd = root): string {
  const { stdout, stderr, exitCode } = Bun.spawnSync([...words], { cwd });
  if (exitCode !== 0) throw new Error(`${words.join(" ")}: ${stderr.toString()}`);
  return stdout.toString();
}

const release = (out: string, ...targets: readonly string[]) =>
  run([process.execPath, ".ci/release/release.ts", "--out", out, ...targets.flatMap((one) => ["--target", one])]);

beforeAll(() => {
  if (!isLinux) return;
  release(inside("once"), "linux-x64-baseline", "linux-arm64");
  release(inside("again"), "linux-arm64");
  for (const [name, archive] of [
    ["native", native],
    ["arm", arm],
  ] as const) {
    run(["mkdir", "-p", inside(name)]);
    run(["tar", "-xzf", join(inside("once"), archive), "-C", inside(name), "--strip-components=1"]);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytesOf = (...path: readonly string[]) => readFileSync(inside(join(...path)));

/** Starts an executable in an empty folder, and asks whether it is well. */
async function isWell(words: readonly string[], name: string): Promise<boolean> {
  const port = freePort();
  const directory = inside(name);
  run(["mkdir", "-p", directory]);
  const child = Bun.spawn([...words], {
    cwd: directory,
    env: {
      PATH: "/usr/bin:/bin",
      HOME: directory,
      POSTERN_LISTEN: `127.0.0.1:${port}`,
      POSTERN_ISSUER: `http://localhost:${port}`,
    },
    stdout: "ignore",
    stderr: "inherit",
  });
  try {
    for (let tries = 0; tries < 600 && child.exitCode === null; tries++) {
      const answer = await fetch(`http://localhost:${port}/healthz`).catch(() => undefined);
      if (answer?.status === 200) return true;
      await Bun.sleep(100);
    }
    return false;
  } finally {
    child.kill();
    await child.exited;
  }
}

describe.skipIf(!isLinux)("a release", () => {
  test("holds the executable, licence, notices, unit and completions, and starts", async () => {
    expect(readdirSync(inside("native")).toSorted()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "THIRD-PARTY-NOTICES.md",
      "completions",
      "postern",
      "postern.service",
    ]);
    expect(bytesOf("native", "postern.service").toString()).toContain("ExecStart=/usr/local/bin/postern serve\n");
    expect(run([inside("native/postern"), "version"])).toStartWith(`postern ${version} `);
    expect(await isWell([inside("native/postern")], "started")).toBe(true);
  });

  test("run twice, it is the same, byte by byte", () => {
    expect(bytesOf("again", arm).equals(bytesOf("once", arm))).toBe(true);
  });

  test("its checksums are those of its files", () => {
    const lines = bytesOf("once", "SHA256SUMS").toString().trim().split("\n");
    const sums = Object.fromEntries(lines.map((line) => line.split("  ").toReversed()));
    const files = readdirSync(inside("once")).filter((name) => name !== "SHA256SUMS");
    expect(Object.keys(sums).toSorted()).toEqual(files.toSorted());
    for (const file of files) expect(sums[file]).toBe(createHash("sha256").update(bytesOf("once", file)).digest("hex"));
  });

  test("its bill of materials and its notices name the runtime and each package that is in it", () => {
    const bill = JSON.parse(bytesOf("once", `postern-${version}.cdx.json`).toString());
    const named = bill.components.map(({ name, version: of }: { name: string; version: string }) => `${name} ${of}`);
    const packages = packagesOf(root);
    expect(named).toEqual([`bun ${Bun.version}`, ...packages.map((one) => `${one.name} ${one.version}`)]);
    for (const name of Object.keys(manifest.dependencies)) expect(packages.map((one) => one.name)).toContain(name);
    const notices = bytesOf("native", "THIRD-PARTY-NOTICES.md").toString();
    for (const one of named) expect(notices).toContain(`## ${one}\n`);
  });

  test("the executable for arm64 starts under emulation, and answers", async () => {
    const emulator = "/usr/bin/qemu-aarch64-static";
    const packages = ["qemu-user-static", "libc6-arm64-cross", "libgcc-s1-arm64-cross"];
    if (!existsSync(emulator) && existsSync("/usr/bin/apt-get") && process.getuid?.() === 0) {
      run([
        "sh",
        "-c",
        `apt-get install -y ${packages.join(" ")} || (apt-get update && apt-get install -y ${packages.join(" ")})`,
      ]);
    }
    if (!existsSync(emulator)) {
      console.warn(`skipped: there is no ${emulator} (Debian: ${packages.join(" ")})`);
      return;
    }
    const libraries = "/usr/aarch64-linux-gnu";
    expect(await isWell([emulator, "-L", libraries, inside("arm/postern"), "serve"], "emulated")).toBe(true);
  });

  test("the completions of bash know commands, options and values", () => {
    const script = inside("native/completions/postern.bash");
    const complete = (...words: readonly string[]) =>
      run([
        "bash",
        "-c",
        `source "$0"; COMP_WORDS=(postern "$@"); COMP_CWORD=$#; _postern; printf '%s\\n' "\${COMPREPLY[@]}"`,
        script,
        ...words,
      ])
        .trim()
        .split("\n");
    expect(complete("cli")).toEqual(["client"]);
    expect(complete("client", "registration-")).toEqual(["registration-token"]);
    expect(complete("client", "create", "--redirect")).toEqual(["--redirect-uri"]);
    expect(complete("completion", "f")).toEqual(["fish"]);
  });
});
