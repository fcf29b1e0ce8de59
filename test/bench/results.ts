import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Figure } from "./figures.ts";
import type { Effort, ScenarioResult } from "./harness.ts";
import type { Machine } from "./machine.ts";

// What was measured, as it is kept beside docs/benchmarks.md, which is made of it.

/** When something was measured, and of what. */
export interface Stamp {
  readonly date: string;
  readonly commit: string;
}

export interface Results {
  readonly machine: Machine;
  readonly effort: Effort;
  /** What each server is, the measured one first. No record: a revision may be called by a number, and would come first. */
  readonly servers: readonly { readonly name: string; readonly about: string }[];
  readonly scenarios: Readonly<Record<string, ScenarioResult & { readonly title: string } & Stamp>>;
  readonly figures: Readonly<Record<string, Figure & Stamp>>;
}

const root = resolve(import.meta.dir, "../..");
const resultsPath = join(root, "docs/benchmarks.json");
export const pagePath = join(root, "docs/benchmarks.md");

export const readResults = (path: string = resultsPath): Results | undefined =>
  existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;

export const writeResults = (results: Results, path: string = resultsPath): void =>
  writeFileSync(path, `${JSON.stringify(results, rounded, 1)}\n`);

/** Five digits say more than was measured. */
const rounded = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;

/** Figures of two machines, or of rounds of other lengths, must not stand in one table. */
export class OtherMachine extends Error {
  override readonly name = "OtherMachine";
}

/**
 * Whether rows of such a run may stand beside those that there are.
 *
 * @throws OtherMachine
 */
export function checkAlike(before: Results | undefined, fresh: Pick<Results, "machine" | "effort">): void {
  if (before === undefined) return;
  if (JSON.stringify(before.machine) !== JSON.stringify(fresh.machine))
    throw new OtherMachine(
      "docs/benchmarks.md was measured on another machine: only a run of everything may replace it",
    );
  if (JSON.stringify(before.effort) !== JSON.stringify(fresh.effort))
    throw new OtherMachine("docs/benchmarks.md was measured with other rounds: run this without --quick");
}

/**
 * A run of everything takes the place of what there was; another one that of its own rows.
 *
 * @throws OtherMachine
 */
export function merged(before: Results | undefined, fresh: Results, isWhole: boolean): Results {
  if (before === undefined || isWhole) return fresh;
  checkAlike(before, fresh);
  return {
    ...before,
    servers: before.servers
      .map((known) => fresh.servers.find(({ name }) => name === known.name) ?? known)
      .concat(fresh.servers.filter(({ name }) => before.servers.every((known) => known.name !== name))),
    scenarios: { ...before.scenarios, ...fresh.scenarios },
    figures: { ...before.figures, ...fresh.figures },
  };
}
