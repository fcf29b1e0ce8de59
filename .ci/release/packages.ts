import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package that is in the executable. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** The texts of its licence files. */
  readonly texts: readonly string[];
  readonly dependencies: readonly string[];
  /** SHA-512 of its archive, in hexadecimal digits, as bun.lock has it. */
  readonly sha512: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Every package that the executable is made of, by name: the runtime dependencies, and theirs. */
export function packagesOf(root: string): readonly Package[] {
  const lock = readFileSync(join(root, "bun.lock"), "utf8");
  const found = new Map<string, Package>();
  const visit = (names: readonly string[]) => {
    for (const name of names) {
      if (found.has(name)) continue;
      const one = readPackage(join(root, "node_modules", name), name, lock);
      if (one === undefined) continue; // An optional peer that is not installed.
      found.set(name, one);
      visit(one.dependencies);
    }
  };
  const { dependencies = {} }: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  visit(Object.keys(dependencies));
  return [...found.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function readPackage(folder: string, name: string, lock: string): Package | undefined {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return undefined;
  const { version, license, dependencies = {} }: Manifest = JSON.parse(readFileSync(path, "utf8"));
  const integrity = new RegExp(`\\["${name}@${version}"[^\\n]*"sha512-([^"]+)"`).exec(lock)?.[1];
  if (license === undefined) throw new Error(`${name} does not tell its licence`);
  if (integrity === undefined) throw new Error(`bun.lock does not hold ${name}@${version}`);
  const texts = readdirSync(folder)
    .filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), "utf8").trim());
  const sha512 = Buffer.from(integrity, "base64").toString("hex");
  return { name, version, license, texts, dependencies: Object.keys(dependencies), sha512 };
}
