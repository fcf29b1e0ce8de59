import type { JsonFault } from "../rules/json.ts";

/** The clients file or a declaration is not what it should be. */
export class DeclarationFault extends Error {
  override readonly name = "DeclarationFault";
}

/** What is wrong with the JSON of a document, and where: of what stands there nothing is told, for it may be a secret. */
export const jsonFaultText = ({ description, line, column }: JsonFault): string =>
  `${description} (line ${line}, column ${column})`;

/** Everything that is wrong, in one message; `place` is the path of the file, or what stands for one. */
export const faultsOf = (place: string, faults: readonly string[]): string =>
  faults.length === 1
    ? `${place}: ${faults[0]}`
    : [`${place} has ${faults.length} faults:`, ...faults.map((fault) => `  ${fault}`)].join("\n");
