import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Missing } from "../subject.ts";

// A peer's packages are no dependencies of the project. They are installed as their own lock pins them, into a folder of
// the user's cache, when the peer is first measured.

const source = (peer: string) => join(import.meta.dir, peer);

/**
 * The folder of a peer with its packages.
 *
 * @throws Missing, when they cannot be installed
 */
export async function installed(peer: string, say: (line: string) => void): Promise<string> {
  const digest = new Bun.CryptoHasher("sha256");
  for (const name of ["package.json", "package-lock.json"]) digest.update(readFileSync(join(source(peer), name)));
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "postern-bench");
  const target = join(cache, `${peer}-${digest.digest("hex").slice(0, 12)}`);
  if (!existsSync(join(target, "node_modules"))) {
    say(`installing ${peer} into ${target}`);
    mkdirSync(cache, { recursive: true });
    const unfinished = `${target}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(source(peer), unfinished, { recursive: true });
    await install(unfinished);
    renameSync(unfinished, target);
  }
  // Its own files as they are now; the packages stay.
  cpSync(source(peer), target, { recursive: true });
  return target;
}

async function install(folder: string): Promise<void> {
  const npm = Bun.which("npm");
  if (npm === null) throw new Missing("npm is not on the PATH, and installs this peer");
  const child = Bun.spawn([npm, "ci", "--omit=dev", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdout: "ignore",
    stderr: "pipe",
  });
  const errors = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Missing(`its packages could not be installed: ${errors.slice(-500)}`);
}

/** The version that the lock pins. */
export function packageVersion(peer: string): string {
  const manifest: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(source(peer), "package.json"), "utf8"),
  );
  return manifest.dependencies[peer] ?? "unknown";
}
