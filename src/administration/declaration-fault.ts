/** The clients file or a declaration is not what it should be. */
export class DeclarationFault extends Error {
  override readonly name = "DeclarationFault";
}

/** Everything that is wrong, in one message; `place` is the path of the file, or what stands for one. */
export const faultsOf = (place: string, faults: readonly string[]): string =>
  faults.length === 1
    ? `${place}: ${faults[0]}`
    : [`${place} has ${faults.length} faults:`, ...faults.map((fault) => `  ${fault}`)].join("\n");
