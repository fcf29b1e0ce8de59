import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import manifest from "../../package.json" with { type: "json" };
import { type Entry, tarball, zip } from "./archive.ts";
import { billOfMaterials } from "./bill-of-materials.ts";
import { noticesOf } from "./notices.ts";
import { packagesOf } from "./packages.ts";
import { executableOf, type Target, targets } from "./targets.ts";

// `bun run release`: an archive for each target, their checksums, and the bill of materials, in dist/release. The same sources
// give the same bytes.

const root = resolve(import.meta.dir, "../..");
const usage = `usage: bun run release [--target NAME]... [--out FOLDER]
targets: ${targets.map(({ name }) => name).join(", ")}; all of them if none is named`;

interface Wanted {
  readonly chosen: readonly Target[];
  readonly folder: string;
}

function wanted(): Wanted {
  try {
    const { values } = parseArgs({
      options: {
        target: { type: "string", multiple: true, default: [] },
        out: { type: "string", default: "dist/release" },
      },
    });
    const unknown = values.target.filter((name) => !targets.some((target) => target.name === name));
    if (unknown.length === 0) {
      const chosen = values.target.length === 0 ? targets : targets.filter(({ name }) => values.target.includes(name));
      return { chosen, folder: resolve(root, values.out) };
    }
    console.error(`there is no target ${unknown.join(", ")}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
  }
  console.error(usage);
  process.exit(2);
}

const { chosen, folder } = wanted();
const { version } = manifest;
const bun = manifest.devDependencies.bun;
if (Bun.version !== bun) throw new Error(`this is Bun ${Bun.version}, and package.json wants ${bun}`);
const time = releaseTime();
const work = join(folder, "work");
rmSync(folder, { recursive: true, force: true });
mkdirSync(work, { recursive: true });

const packages = packagesOf(root);
const read = (path: string) => new Uint8Array(readFileSync(join(root, path)));
const bytesOf = (text: string) => new TextEncoder().encode(text);
const common: readonly Entry[] = [
  { path: "LICENSE", bytes: read("LICENSE") },
  { path: "THIRD-PARTY-NOTICES.md", bytes: bytesOf(noticesOf(packages, bun)) },
  { path: "CHANGELOG.md", bytes: read("CHANGELOG.md") },
  ...["bash", "zsh", "fish"].map((shell) => ({
    path: `completions/postern.${shell}`,
    bytes: bytesOf(postern("completion", shell)),
  })),
];
const unit: Entry = {
  path: "postern.service",
  bytes: bytesOf(postern("systemd", "--executable", "/usr/local/bin/postern")),
};

const sums: string[] = [];
const keep = (name: string, bytes: Uint8Array) => {
  writeFileSync(join(folder, name), bytes);
  sums.push(`${createHash("sha256").update(bytes).digest("hex")}  ${name}`);
};

for (const target of chosen) {
  const executable = build(target);
  const inside = `postern-${version}`;
  const entries = [
    { path: executableOf(target), bytes: executable, isExecutable: true },
    ...common,
    ...(target.system === "linux" ? [unit] : []),
  ].map((entry) => ({ ...entry, path: `${inside}/${entry.path}` }));
  const isZip = target.system === "windows";
  const archive = isZip ? zip(entries, time) : tarball(entries, time);
  keep(`postern-${version}-${target.name}.${isZip ? "zip" : "tar.gz"}`, archive);
  console.log(`${target.name}: executable ${megabytes(executable)}, archive ${megabytes(archive)}`);
}
keep(`postern-${version}.cdx.json`, bytesOf(billOfMaterials(version, bun, packages)));
writeFileSync(join(folder, "SHA256SUMS"), `${sums.join("\n")}\n`);
rmSync(work, { recursive: true, force: true });
console.log(`in ${folder}`);

/** What `npm run build` does, for another machine. Bun fetches that machine's runtime of its own version once. */
function build(target: Target): Uint8Array {
  // The name of the file is part of the executable.
  const file = join(work, executableOf(target));
  const words = manifest.scripts.build
    .replace(/^bun build/, "")
    .replace(/--outfile \S+/, "")
    .trim()
    .split(/\s+/);
  run(process.execPath, ["build", `--target=${target.bun}`, ...words, "--outfile", file]);
  return new Uint8Array(readFileSync(file));
}

/** The command line says its own completions and unit. */
function postern(...words: readonly string[]): string {
  return run(process.execPath, ["src/main.ts", ...words]);
}

function run(command: string, words: readonly string[]): string {
  const { stdout, stderr, exitCode } = Bun.spawnSync([command, ...words], {
    cwd: root,
    // Nobody's settings come into a unit that others install.
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", TZ: "UTC" },
  });
  if (exitCode !== 0) throw new Error(`${[command, ...words].join(" ")} ended with ${exitCode}: ${stderr.toString()}`);
  return stdout.toString();
}

/** https://reproducible-builds.org/specs/source-date-epoch/; else the time of the last commit. */
function releaseTime(): number {
  const set = process.env.SOURCE_DATE_EPOCH;
  if (set !== undefined && /^\d+$/.test(set)) return Number(set);
  const { stdout, exitCode } = Bun.spawnSync(["git", "log", "-1", "--format=%ct"], { cwd: root });
  if (exitCode !== 0) throw new Error("set SOURCE_DATE_EPOCH: there is no commit to take the time from");
  return Number(stdout.toString().trim());
}

function megabytes({ length }: Uint8Array): string {
  return `${(length / 1_000_000).toFixed(1)} MB`;
}
