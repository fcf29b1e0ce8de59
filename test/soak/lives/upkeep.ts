import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { paths } from "../../../src/http/paths.ts";
import type { Box } from "../../support/binary.ts";
import { Broken, chance, type Life } from "../life.ts";

export interface Upkeep extends Life {
  /** Commands that did what they were asked for, and those that were killed on the way. */
  readonly commands: { acknowledged: number; killed: number };
}

interface Key {
  readonly number: number;
  readonly purpose: string;
  readonly algorithm: string;
  readonly kid?: string;
  readonly created_at: string;
}

const kindsOfKeys = 5;
/** Each leaves its keys for a year, and a long run is about more than those. */
const mostRotations = 40;

/**
 * Somebody who makes backups and rotates the keys on the command line, and whose commands are killed at times: whatever a
 * command has acknowledged is there and whole, and the next one clears away what a killed one has left.
 */
export function upkeepLife(box: Box): Upkeep {
  const folder = join(box.directory, "backups");
  mkdirSync(folder);
  const commands = { acknowledged: 0, killed: 0 };
  let count = 0;
  let rotations = 0;
  /** The newest backup, and whether the command has said that it is there. */
  let backup: { readonly file: string; isAcknowledged: boolean } | undefined;
  const kids = new Set<string>();
  let first: ReadonlySet<number> | undefined;

  /** What the command printed; undefined where it was killed. */
  async function run(...words: readonly string[]): Promise<string | undefined> {
    const child = box.spawn(...words);
    child.stdin.end();
    const killer = chance(3) === 0 ? setTimeout(() => child.kill("SIGKILL"), chance(500)) : undefined;
    const [output, errors] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    clearTimeout(killer);
    if (child.signalCode === "SIGKILL") {
      commands.killed += 1;
      return undefined;
    }
    if (child.exitCode !== 0) throw new Broken(`postern ${words.join(" ")} said ${errors}`);
    commands.acknowledged += 1;
    return output;
  }

  const listed = async (): Promise<readonly Key[]> => {
    const { code, output, errors } = await box.run("key", "list", "--json");
    if (code !== 0) throw new Broken(`the keys cannot be listed: ${errors}`);
    return JSON.parse(output);
  };

  async function rotate(): Promise<void> {
    if (first === undefined) {
      const present = await listed();
      // The RSA key is made after the start.
      if (present.length < kindsOfKeys) return;
      first = new Set(present.map(({ number }) => number));
    }
    rotations += 1;
    const output = await run("key", "rotate", "--json");
    const made: readonly Key[] = output === undefined ? [] : JSON.parse(output);
    for (const { kid } of made) if (kid !== undefined) kids.add(kid);
  }

  async function makeBackup(): Promise<void> {
    // What a killed command leaves is cleared away by the next one for the same file.
    const file = backup?.isAcknowledged === false ? backup.file : join(folder, `${++count}.backup`);
    const made = { file, isAcknowledged: false };
    backup = made;
    made.isAcknowledged = (await run("backup", file, "--force", "--json")) !== undefined;
    if (!made.isAcknowledged) return;
    const older = readdirSync(folder).filter((name) => name.endsWith(".backup") && join(folder, name) !== file);
    for (const name of older) rmSync(join(folder, name));
  }

  async function faultsOfBackup(): Promise<readonly string[]> {
    if (backup === undefined) return [];
    const { file, isAcknowledged } = backup;
    if (!existsSync(file)) {
      if (isAcknowledged) return ["a backup is lost"];
    } else {
      const { code, errors } = await box.run("verify", file);
      if (code !== 0) return [`a backup is not whole: ${errors}`];
    }
    if (isAcknowledged) return leftLying();
    const again = await box.run("backup", file, "--force");
    if (again.code !== 0) return [`after a backup that was killed the next one fails: ${again.errors}`];
    backup.isAcknowledged = true;
    return leftLying();
  }

  /** What is half-made, in both folders. */
  const leftLying = (): readonly string[] =>
    [...readdirSync(folder), ...readdirSync(box.path("."))]
      .filter((name) => /\.part$|^backup-copy|^swap-|\.new$/.test(name))
      .map((name) => `${name} is left lying`);

  async function faultsOfKeys(): Promise<readonly string[]> {
    if (first === undefined) return [];
    const before = first;
    const published: { readonly keys: readonly { readonly kid: string }[] } = await (
      await fetch(box.address + paths.jwks)
    ).json();
    const known = new Set(published.keys.map(({ kid }) => kid));
    const lost = [...kids].filter((kid) => !known.has(kid)).map((kid) => `the key ${kid} is lost`);
    const made = (await listed()).filter(({ number }) => !before.has(number));
    // One rotation or several of the same second: of each kind as many.
    const halves = [...Map.groupBy(made, (key) => key.created_at).values()].filter((keys) => {
      const kinds = [...Map.groupBy(keys, ({ purpose, algorithm }) => `${purpose} ${algorithm}`).values()];
      return kinds.length !== kindsOfKeys || kinds.some((kind) => kind.length !== kinds[0]?.length);
    });
    return [...lost, ...halves.map((keys) => `a rotation made only ${keys.length} keys`)];
  }

  return {
    name: "upkeep",
    commands,
    act: async () => {
      // Nobody does nothing else.
      await Bun.sleep(chance(700));
      if (rotations < mostRotations && chance(3) === 0) await rotate();
      else await makeBackup();
    },
    check: async () => [...(await faultsOfBackup()), ...(await faultsOfKeys())],
  };
}
