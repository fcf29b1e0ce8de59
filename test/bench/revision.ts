import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Revision, seedScript } from "./peers/postern.ts";
import type { Say } from "./say.ts";

// Trees of sources: the one in which this file stands, and another one of the same repository.

const root = resolve(import.meta.dir, "../..");

export const thisRevision = (name: string): Revision => ({ name, root, commit: commitOf(root) });

const commitOf = (folder: string): string => git(folder, "describe", "--always", "--dirty") ?? "unknown";

/** There is no such revision, or it cannot be built. */
export class RevisionFault extends Error {
  override readonly name = "RevisionFault";
}

/**
 * Another revision, built in a temporary folder. Its database is filled by the script that stands there, which knows the code
 * beside it; one that is older than the benchmark gets this one.
 *
 * @throws RevisionFault
 */
export async function otherRevision(name: string, folder: string, say: Say): Promise<Revision> {
  const commit = git(root, "rev-parse", "--verify", "--quiet", `${name}^{commit}`);
  if (commit === undefined) throw new RevisionFault(`there is no revision ${name}`);
  const target = join(folder, "revision");
  if (git(root, "worktree", "add", "--detach", "--force", target, commit) === undefined)
    throw new RevisionFault(`${name} cannot be checked out into ${target}`);
  process.on("exit", () => git(root, "worktree", "remove", "--force", target));
  if (!existsSync(join(target, seedScript)))
    cpSync(join(root, "test/bench"), join(target, "test/bench"), { recursive: true });
  say(`building ${name}`);
  if (hasSamePackages(target)) symlinkSync(join(root, "node_modules"), join(target, "node_modules"));
  else await run(target, [process.execPath, "install", "--frozen-lockfile", "--silent"]);
  await run(target, [process.execPath, "run", "build"]);
  return { name, root: target, commit: commit.slice(0, 9) };
}

const hasSamePackages = (target: string): boolean =>
  existsSync(join(root, "node_modules")) &&
  readFileSync(join(root, "bun.lock"), "utf8") === readFileSync(join(target, "bun.lock"), "utf8");

async function run(folder: string, command: readonly string[]): Promise<void> {
  const child = Bun.spawn([...command], {
    cwd: folder,
    // Where the packages' own commands stand.
    env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env.PATH ?? ""}` },
    stdout: "ignore",
    stderr: "pipe",
  });
  const errors = await new Response(child.stderr).text();
  if ((await child.exited) !== 0)
    throw new RevisionFault(`${command.slice(1).join(" ")} failed: ${errors.slice(-2000)}`);
}

function git(folder: string, ...words: readonly string[]): string | undefined {
  const { exitCode, stdout } = Bun.spawnSync(["git", ...words], { cwd: folder });
  return exitCode === 0 ? stdout.toString().trim() : undefined;
}
