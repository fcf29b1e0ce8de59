import { posix } from "node:path";

/** One import of a source file, by whatever form: `import`, `import type`, `export … from`, `import("…")`, `new URL("…")`. */
export interface Import {
  readonly specifier: string;
  /** The whole statement is a type's: nothing of it is left when the code runs. */
  readonly typeOnly: boolean;
}

const statement =
  /^[ \t]*(?:import|export)\s+(?<type>type\s+)?(?:[\w$*{}\s,]+?\s*from\s*)["'](?<specifier>[^"']+)["']/gm;
const bare = /^[ \t]*import\s*["'](?<specifier>[^"']+)["']/gm;
/** `import("…")`, and `typeof import("…")` in a type; a worker names its file by `new URL("…", import.meta.url)`. */
const expression = /\b(?:import|new URL|new Worker)\(\s*["'](?<specifier>[^"']+)["']/g;

/** Everything that a source imports. A dynamic import counts like a static one, and a type's like a value's. */
export function importsOf(source: string): readonly Import[] {
  const code = withoutComments(source);
  return [statement, bare, expression].flatMap((form) =>
    [...code.matchAll(form)].map(({ groups }) => ({
      specifier: groups?.specifier ?? "",
      typeOnly: groups?.type !== undefined,
    })),
  );
}

/** The source without comments that have lines of their own; what stands behind code stays. */
export function withoutComments(source: string): string {
  return source.replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, "").replace(/^[ \t]*\/\/.*$/gm, "");
}

/** The file that a relative specifier names, from the root of the project; `undefined` for a package. */
export function resolveImport(importer: string, specifier: string): string | undefined {
  return specifier.startsWith(".") ? posix.join(posix.dirname(importer), specifier) : undefined;
}

/** The package of a bare specifier: `drizzle-orm` for `drizzle-orm/bun-sqlite`, with its scope where it has one. */
export function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? specifier);
}
