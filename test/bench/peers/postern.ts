import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pinned } from "../machine.ts";
import { type ServerProcess, startProcess } from "../server-process.ts";
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
  /** Grants of people, each with its refresh token. */
  readonly grants: number;
  /** Access tokens of as many of these grants as there are, for `facts.grantTokens`. */
  readonly tokens: number;
}

/** A data directory that is filled, and the executable for it. */
export interface Installation {
  readonly database: string;
  readonly facts: Facts;
  serve(options?: ServeOptions): Promise<Subject & ServerProcess>;
}

interface ServeOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Not the executable, but its sources by the runtime, with these of its options. */
  readonly fromSources?: readonly string[];
  /** On all cores, as people run it. */
  readonly unpinned?: boolean;
}

export const postern = (revision: Revision): Peer => ({
  name: revision.name,
  about: () =>
    `Postern ${revision.commit}: one executable, its grants in SQLite on the disk, each write durable before the answer`,
  start: async (place) => (await install(revision, { grants: 1000, tokens: 0 }, place)).serve(),
});

export const executableOf = ({ root }: Revision): string => join(root, "dist/postern");

/** Fills a data directory by the revision's own code. */
export async function install(revision: Revision, holdings: Holdings, { folder, port }: Place): Promise<Installation> {
  const data = join(folder, "data");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const env = {
    POSTERN_DATA_DIR: data,
    POSTERN_LISTEN: `127.0.0.1:${port}`,
    POSTERN_ISSUER: `http://127.0.0.1:${port}`,
    // The least, so that rounds need not wait for each other: who polls too early gets another answer.
    POSTERN_DEVICE_POLL_INTERVAL: "1s",
    POSTERN_SCOPES: JSON.stringify({ "tasks:read": "Read your tasks", "tasks:write": "Change your tasks" }),
  };
  const facts = await seed(revision, holdings, env);
  return {
    database: join(data, "postern.db"),
    facts,
    serve: async ({ env: more = {}, fromSources, unpinned = false } = {}) => {
      const sources = join(revision.root, "src/main.ts");
      const command =
        fromSources === undefined ? [executableOf(revision)] : [process.execPath, ...fromSources, sources, "serve"];
      const started = await startProcess({
        command: unpinned ? command : pinned("server", command),
        env: { ...env, ...more },
        folder,
        // Where the runtime finds the settings of the sources.
        within: fromSources && revision.root,
        port,
        ready: "/healthz",
      });
      return { name: revision.name, facts, ...started };
    },
  };
}

/** Where it stands in every revision that has it. */
export const seedScript = "test/bench/peers/postern-seed.ts";

/** The script did not fit to the code of the revision: one that is older than the benchmark cannot always be filled. */
export class FillFault extends Error {
  override readonly name = "FillFault";
  constructor({ name }: Revision, errors: string) {
    super(`the database of ${name} could not be filled: ${errors.trim().slice(-2000)}`);
  }
}

async function seed(revision: Revision, holdings: Holdings, env: Readonly<Record<string, string>>): Promise<Facts> {
  const script = join(revision.root, seedScript);
  // On the server's core: the time of a password's hash is measured there.
  const child = Bun.spawn(pinned("server", [process.execPath, script, JSON.stringify(holdings)]), {
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
  if (code !== 0) throw new FillFault(revision, errors);
  return JSON.parse(output);
}
