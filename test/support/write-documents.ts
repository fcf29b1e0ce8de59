/** `bun run docs`: writes the pages that are made from the code, and names each one that it wrote. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generatedDocuments } from "./documents.ts";
import { root } from "./repository.ts";

for (const { path, render } of generatedDocuments) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), render());
  process.stdout.write(`${path}\n`);
}
