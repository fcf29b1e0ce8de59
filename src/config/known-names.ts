import type { Environment } from "./defaults.ts";
import type { Fault } from "./fault.ts";
import { type Setting, settings } from "./settings.ts";

/** Every setting, in the order of the table. */
export const allSettings: readonly Setting[] = Object.values(settings);

/** The variable that names the file of a secret. */
export const fileVariable = (setting: Setting) => `${setting.name}_FILE`;

/** Reports each `POSTERN_` variable that is not a setting. Like everywhere else, an empty one counts as unset. */
export function unknownNames(environment: Environment): readonly Fault[] {
  const ours = Object.keys(environment).filter((name) => name.startsWith("POSTERN_"));
  if (ours.length === 0) return [];
  const known = new Set<string>(knownNames());
  return ours
    .filter((name) => !known.has(name) && !injected.test(name) && environment[name]?.trim())
    .sort()
    .map(faultOf);
}

// Kubernetes gives every pod these for a service named "postern" ("Environment variables" of its page on Services).
const injected = /^POSTERN_(?:PORT|PORT_.*|SERVICE_.*)$/;

function knownNames(): readonly string[] {
  return allSettings.flatMap((setting) => (setting.secret ? [setting.name, fileVariable(setting)] : [setting.name]));
}

function faultOf(name: string): Fault {
  const plain = name.replace(/_FILE$/, "");
  if (allSettings.some((setting) => setting.name === plain)) {
    return { name, problem: "is unknown, only secrets come from files", remedy: `set ${plain} instead` };
  }
  return { name, problem: "is not a setting of Postern", remedy: `the nearest is ${nearest(name)}` };
}

function nearest(unknown: string): string {
  const name = unknown.toUpperCase();
  // A name cut short (POSTERN_TLS_CERT) is far from the whole one by the count of characters, and yet what was meant.
  const whole = knownNames().find((known) => known.startsWith(`${name}_`));
  if (whole !== undefined) return whole;
  const [first = "", ...others] = knownNames();
  return others.reduce((best, other) => (distance(name, other) < distance(name, best) ? other : best), first);
}

/** The number of characters to insert, delete or replace (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, character] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, wanted] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (character === wanted ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
