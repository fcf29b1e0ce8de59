import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { readDeclaration } from "../administration/declaration.ts";
import { DeclarationFault, faultsOf } from "../administration/declaration-fault.ts";
import { standardInput } from "../administration/declaration-guard.ts";
import { type DeclarationPlan, planDeclaration } from "../administration/declaration-plan.ts";
import type { Difference, MemberDifference, Step } from "../administration/difference.ts";
import { sentenceOf } from "./failure.ts";
import { commandLine, configHere, type Data, withData } from "./open-data.ts";
import { Failed } from "./outcome.ts";
import { complain, print, printJson, withoutControls } from "./printing.ts";

export interface ApplyOptions {
  readonly file: string;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly json?: boolean;
}

/** Makes the data what the document says. */
export async function applyDeclaration({
  file,
  dryRun = false,
  prune = false,
  json = false,
}: ApplyOptions): Promise<void> {
  const place = file === "-" ? standardInput : resolve(file);
  const folder = file === "-" ? process.cwd() : dirname(place);
  // Read before the data directory's owner takes over: the document and its secrets may be for who runs the command alone.
  const text = file === "-" ? await Bun.stdin.text() : readDocument(place);
  const declaration = readDeclaration({ config: configHere() }, text, (path) =>
    readFileSync(resolve(folder, path), "utf8"),
  );
  const plan = await withData(async (data) => {
    const planned = await planDeclaration(data, commandLine, declaration, { place, prune });
    if (!json) printPlan(planned);
    for (const name of planned.overridden)
      complain(`warning: POSTERN_SCOPES describes the scope ${name} as well, and counts`);
    if (!dryRun) await carryOut(data, planned.steps, place);
    return planned;
  });
  const changes = plan.steps.map(({ difference }) => difference);
  if (json)
    printJson({
      changed: changes.length > 0,
      applied: !dryRun,
      changes,
      left: plan.left,
      disabled: plan.disabled,
      overridden: plan.overridden,
    });
  else print(summary(changes.length, dryRun));
}

function readDocument(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new DeclarationFault(faultsOf(path, [`it cannot be read${code}`]), { cause: error });
  }
}

/** Each step is whole by itself; what a broken one leaves undone is done by applying again. */
async function carryOut(data: Data, steps: readonly Step[], place: string): Promise<void> {
  if ((await data.store.declaration.source()) !== place) await data.store.declaration.setSource(place);
  for (const [index, { difference, run }] of steps.entries()) {
    await run().catch((error: unknown) => {
      const { kind, name } = difference;
      throw new Failed(
        `${kind} ${name}: ${sentenceOf(error)} (${index} of ${steps.length} changes were made: apply again to make the others)`,
        { cause: error },
      );
    });
  }
}

function printPlan({ steps, left, disabled }: DeclarationPlan): void {
  for (const { difference } of steps) print(lineOf(difference));
  for (const { kind, name } of left) print(`  ${kind} ${name} is declared no longer, and stays: --prune disables it`);
  for (const { kind, name } of disabled) print(`  ${kind} ${name} is disabled, and stays so`);
}

const signs = {
  create: ["+", "green"],
  update: ["~", "yellow"],
  disable: ["-", "red"],
} as const;

/** `~ user ann: groups [a] -> [a, b]` */
function lineOf({ kind, name, action, members }: Difference): string {
  const [sign, colour] = signs[action];
  // A new client has no end of members, and all of them are new.
  const told = action === "create" && kind === "client" ? [] : members;
  const line = withoutControls(
    `${sign} ${kind} ${name}${told.length === 0 ? "" : `: ${told.map(memberText).join(", ")}`}`,
  );
  return process.stdout.isTTY && process.env.NO_COLOR === undefined
    ? `${Bun.color(colour, "ansi") ?? ""}${line}\u001b[0m`
    : line;
}

function memberText(difference: MemberDifference): string {
  const { member } = difference;
  // A client's members are in RFC 7591's names; people say secret.
  if ("isSecret" in difference) return `${member === "client_secret" ? "secret" : member} changed`;
  const { before, after } = difference;
  if (before === undefined) return `${member} ${valueText(after)}`;
  return `${member} ${valueText(before)} -> ${after === undefined ? "none" : valueText(after)}`;
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (typeof value === "string" && /^[\w.:@/+-]+$/.test(value)) return value;
  const text = JSON.stringify(value) ?? "none";
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

function summary(changes: number, dryRun: boolean): string {
  if (changes === 0) return "Nothing to change.";
  const counted = changes === 1 ? "1 change" : `${changes} changes`;
  return dryRun ? `${counted} to make; nothing was changed.` : `${counted} made.`;
}
