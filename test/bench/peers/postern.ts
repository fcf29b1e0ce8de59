import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pinned } from "../machine.ts";
import { startProcess } from "../server-process.ts";
import type { Facts, Peer, Place, Subject } from "../subject.ts";

// Postern as it is shipped: the executable, its settings as they are, its data in a fresh folder on the disk.

/** A tree of sources with what was built of it. */
export interface Revision {
  readonly name: string;
  readonly root: string;
  /** How it is called in notes. */
  readonly commit: string;
}

/** What the database holds beside the clients. */
export interface Holdings {
  readonly grants: number;
  /** Settings beyond the defaults. */
  readonly settings?: Readonly<Record<string, string>>;
}

export const postern = (revision: Revision, holdings: Holdings = { grants: 1000 }): Peer => ({
  name: revision.name,
  about: () =>
    `Postern ${revision.commit}: one executable, its tokens and grants in SQLite on the disk, every write durable before the answer`,
  start: (place) => startPostern(revision, holdings, place),
});

async function startPostern(revision: Revision, holdings: Holdings, { folder, port }: Place): Promise<Subject> {
  const data = join(folder, "data");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const env = {
    POSTERN_DATA_DIR: data,
    POSTERN_LISTEN: `127.0.0.1:${port}`,
    POSTERN_ISSUER: `http://127.0.0.1:${port}`,
    // The least, so that rounds need not wait for each other: who polls too early gets another answer.
    POSTERN_DEVICE_POLL_INTERVAL: "1s",
    POSTERN_SCOPES: JSON.stringify({ "tasks:read": "Read your tasks", "tasks:write": "Change your tasks" }),
    ...holdings.settings,
  };
  const facts = await seed(revision, holdings, env);
  const served = await startProcess({
    command: [join(revision.root, "dist/postern")],
    env,
    folder,
    port,
    ready: facts.endpoints.metadata,
  });
  return { name: revision.name, facts, ...served };
}

/** The revision's own code fills its database. */
async function seed(revision: Revision, { grants }: Holdings, env: Readonly<Record<string, string>>): Promise<Facts> {
  const script = join(revision.root, "test/bench/peers/postern-seed.ts");
  // On the server's core: the time of a password's hash is measured there.
  const child = Bun.spawn(pinned("server", [process.execPath, script, JSON.stringify({ grants })]), {
    cwd: revision.root,
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin", ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code !== 0) throw new Error(`the database of ${revision.name} could not be filled: ${errors.slice(-2000)}`);
  return JSON.parse(output);
}
