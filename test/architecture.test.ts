import { describe, expect, test } from "bun:test";
import { importsOf, packageOf, resolveImport, withoutComments } from "./support/imports.ts";
import { projectFiles, readText } from "./support/repository.ts";

/**
 * Who may import whom, folder by folder; type imports count too. Files of one folder may import each other, and `shared`
 * is visible to all. docs/architecture.md explains the layers; a change of this table needs a reason in docs/decisions/.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  model: [],
  config: [],
  languages: [],
  rules: ["model"],
  store: ["model"],
  "store/sqlite": ["store", "model"],
  crypto: ["model", "store"],
  throttle: ["model", "rules", "crypto", "store"],
  outbound: ["model", "rules", "crypto", "store"],
  events: ["model", "rules", "crypto", "store"],
  context: ["config", "crypto", "store", "throttle", "outbound", "events"],
  http: ["identity", "config", "rules", "crypto", "model", "context"],
  clients: ["throttle", "config", "crypto", "model", "rules", "outbound", "context"],
  identity: ["throttle", "crypto", "model", "rules", "outbound", "context"],
  tokens: ["identity", "crypto", "model", "rules", "context"],
  administration: ["clients", "identity", "tokens", "crypto", "events", "model", "rules", "context"],
  backup: ["crypto", "config", "model", "context"],
  interaction: ["throttle", "clients", "identity", "tokens", "crypto", "model", "rules", "context"],
  "grant-types": ["throttle", "clients", "identity", "tokens", "crypto", "model", "rules", "context"],
  endpoints: [
    "administration",
    "grant-types",
    "interaction",
    "throttle",
    "clients",
    "identity",
    "tokens",
    "crypto",
    "model",
    "rules",
    "http",
    "context",
  ],
  pages: [
    "administration",
    "interaction",
    "clients",
    "identity",
    "tokens",
    "model",
    "rules",
    "languages",
    "http",
    "context",
  ],
  server: [
    "model",
    "administration",
    "backup",
    "endpoints",
    "pages",
    "interaction",
    "http",
    "config",
    "crypto",
    "events",
    "throttle",
    "outbound",
    "store",
    "context",
  ],
  cli: [
    "administration",
    "backup",
    "server",
    "events",
    "clients",
    "identity",
    "tokens",
    "crypto",
    "model",
    "rules",
    "config",
    "store",
    "store/sqlite",
    "http",
    "context",
  ],
  main: ["cli"],
};

/** The files outside every folder, by the layer that they are. */
const topLevel: Readonly<Record<string, string>> = {
  "src/brand.ts": "shared",
  "src/time.ts": "shared",
  "src/derived.ts": "shared",
  "src/once.ts": "shared",
  "src/open-files.ts": "shared",
  "src/own-text.ts": "shared",
  "src/oauth-error.ts": "shared",
  // For the version alone.
  "package.json": "shared",
  "src/context.ts": "context",
  "src/main.ts": "main",
};

/** The only folders that know these packages. */
const onlyIn: Readonly<Record<string, readonly string[]>> = {
  elysia: ["server", "http", "endpoints", "pages"],
  "@elysiajs/swagger": ["server", "http", "endpoints", "pages"],
  "drizzle-orm": ["store/sqlite"],
  "bun:sqlite": ["store/sqlite"],
  jose: ["crypto"],
};

/** Where the program begins: the command, and the threads that write and copy the database. */
const entries = ["src/main.ts", "src/store/sqlite/writer.ts", "src/store/sqlite/copier.ts"];
const maxLines = 450;

interface Source {
  readonly path: string;
  readonly layer: string;
  readonly text: string;
}

const sources: readonly Source[] = projectFiles("src")
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, layer: layerOf(path), text: readText(path) }));

function layerOf(path: string): string {
  if (path.startsWith("src/store/sqlite/")) return "store/sqlite";
  return topLevel[path] ?? path.split("/")[1] ?? "";
}

/** `import type` of the store's port is allowed wherever the context is, since the context holds the store. */
function isAllowed(importer: string, imported: string, typeOnly: boolean): boolean {
  const allowed = mayImport[importer] ?? [];
  if (imported === importer || imported === "shared" || allowed.includes(imported)) return true;
  return imported === "store" && typeOnly && allowed.includes("context");
}

describe("layers", () => {
  test("every folder of src has its row in the table", () => {
    expect(sources.filter(({ layer }) => mayImport[layer] === undefined).map(({ path }) => path)).toEqual([]);
  });

  test("each folder imports only the folders of its row", () => {
    const violations = sources.flatMap(({ path, layer, text }) =>
      importsOf(text)
        .map(({ specifier, typeOnly }) => ({ target: resolveImport(path, specifier), typeOnly }))
        .filter(({ target, typeOnly }) => target !== undefined && !isAllowed(layer, layerOf(target), typeOnly))
        .map(({ target }) => `${path} imports ${target}`),
    );
    expect(violations).toEqual([]);
  });

  test("src imports nothing from outside src", () => {
    const outside = sources.flatMap(({ path, text }) =>
      importsOf(text)
        .map(({ specifier }) => resolveImport(path, specifier))
        .filter((target) => target !== undefined && !/^src\/|^package\.json$/.test(target))
        .map((target) => `${path} imports ${target}`),
    );
    expect(outside).toEqual([]);
  });

  test("the context names only types", () => {
    const values = sources
      .filter(({ layer }) => layer === "context")
      .flatMap(({ text }) => importsOf(text).filter(({ typeOnly }) => !typeOnly));
    expect(values.map(({ specifier }) => specifier)).toEqual([]);
  });

  for (const [name, layers] of Object.entries(onlyIn)) {
    test(`${name} is imported only by ${layers.join(", ")}`, () => {
      const elsewhere = sources.filter(
        ({ layer, text }) =>
          !layers.includes(layer) && importsOf(text).some(({ specifier }) => packageOf(specifier) === name),
      );
      expect(elsewhere.map(({ path }) => path)).toEqual([]);
    });
  }
});

describe("files", () => {
  test("every source file is reached from where the program begins", () => {
    const known = new Map(sources.map((source) => [source.path, source]));
    const reached = new Set<string>();
    const waiting = [...entries];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const source = known.get(path);
      if (source === undefined || reached.has(path)) continue;
      reached.add(path);
      waiting.push(...importsOf(source.text).flatMap(({ specifier }) => resolveImport(source.path, specifier) ?? []));
    }
    const unreached = sources.filter(({ path }) => !path.endsWith(".d.ts") && !reached.has(path));
    expect(unreached.map(({ path }) => path)).toEqual([]);
  });

  test("no file has a name that says nothing", () => {
    const empty = /^(index|utils?|helpers?|common|misc|shared|types)\.tsx?$/;
    expect(sources.map(({ path }) => path).filter((path) => empty.test(path.split("/").at(-1) ?? ""))).toEqual([]);
  });

  test("there are no default exports", () => {
    const defaults = sources.filter(({ text }) => /^export default\b|\bas default\b/m.test(withoutComments(text)));
    expect(defaults.map(({ path }) => path)).toEqual([]);
  });

  test(`no file has more than ${maxLines} lines`, () => {
    const long = sources.filter(({ text }) => text.trimEnd().split("\n").length > maxLines);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test("the environment is read only by the configuration and the command line", () => {
    const readers = sources.filter(
      ({ layer, text }) =>
        !["main", "config", "cli"].includes(layer) &&
        /\b(?:process|Bun|import\.meta)\.env\b/.test(withoutComments(text)),
    );
    expect(readers.map(({ path }) => path)).toEqual([]);
  });
});

describe("dependencies", () => {
  test("each has its reason in docs/decisions/dependencies.md, and no other is named there", () => {
    const declared = Object.keys(dependenciesOf(JSON.parse(readText("package.json"))));
    const explained = [...readText("docs/decisions/dependencies.md").matchAll(/^\| `([^`]+)` \|/gm)];
    expect(explained.map(([, name]) => name).sort()).toEqual(declared.sort());
  });
});

describe("reading imports", () => {
  test("every form of import is found, and comments are not", () => {
    const source = `
import { a } from "./a.ts";
import type { B } from "./b.ts";
import {
  c,
  type D,
} from "./c.ts";
import * as e from "e/sub";
import f, { g } from "@f/g/h";
import "./side-effect.ts";
export { i } from "./i.ts";
export type { J } from "./j.ts";
export * from "./k.ts";
const lazy = async () => await import("./lazy.ts");
const writer = new Worker(new URL("./writer.ts", import.meta.url));
// import { no } from "./no.ts";
/** import { no } from "./no.ts"; */
const text = "nothing comes from './no.ts'";
`;
    const found = importsOf(source);
    expect(found.map(({ specifier }) => specifier).sort()).toEqual(
      [
        "./a.ts",
        "./b.ts",
        "./c.ts",
        "./i.ts",
        "./j.ts",
        "./k.ts",
        "./lazy.ts",
        "./side-effect.ts",
        "./writer.ts",
        "@f/g/h",
        "e/sub",
      ].sort(),
    );
    expect(found.filter(({ typeOnly }) => typeOnly).map(({ specifier }) => specifier)).toEqual(["./b.ts", "./j.ts"]);
    expect(["e/sub", "@f/g/h", "bun:sqlite"].map(packageOf)).toEqual(["e", "@f/g", "bun:sqlite"]);
  });
});

function dependenciesOf(manifest: { readonly dependencies?: Readonly<Record<string, string>> }) {
  return manifest.dependencies ?? {};
}
