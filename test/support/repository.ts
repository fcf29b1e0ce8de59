import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

/** The folder that holds package.json. */
export const root = join(import.meta.dir, "..", "..");

/** What a clone does not contain, or what Git keeps for itself; the same names stand in .gitignore. */
const leftOut = new Set([".git", "node_modules", "dist", "data", "coverage"]);

/** Every file of the project, as paths from the root with `/`, sorted. */
export function projectFiles(folder = ""): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => folder !== "" || !leftOut.has(entry.name))
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) return projectFiles(path);
      return entry.isFile() ? [path.split(sep).join("/")] : [];
    })
    .sort();
}

export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
