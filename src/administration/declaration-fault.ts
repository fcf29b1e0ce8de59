/** Everything that is wrong with the clients file or a declaration, in one message. */
export class DeclarationFault extends Error {
  override readonly name = "DeclarationFault";

  /** @param place the path of the file, or what stands for one */
  constructor(place: string, faults: readonly string[], options?: ErrorOptions) {
    super(
      faults.length === 1
        ? `${place}: ${faults[0]}`
        : [`${place} has ${faults.length} faults:`, ...faults.map((fault) => `  ${fault}`)].join("\n"),
      options,
    );
  }
}
