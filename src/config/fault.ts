/** One thing wrong with one variable. `problem` follows the name in a sentence; neither part shows a secret. */
export interface Fault {
  readonly name: string;
  readonly problem: string;
  readonly remedy: string;
}

/** Thrown by a setting's parser, which does not know the name of its variable. */
export class SettingFault extends Error {
  override readonly name = "SettingFault";
  readonly problem: string;
  readonly remedy: string;

  constructor(problem: string, remedy: string) {
    super(`${problem}; ${remedy}`);
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** Everything that is wrong with the configuration, in one message: a line for one fault, a list for several. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(messageOf(faults));
    this.faults = faults;
  }
}

/** A value as a message shows it: on one line, control characters escaped, not endless. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

function messageOf(faults: readonly Fault[]): string {
  const lines = faults.map(({ name, problem, remedy }) => `${name} ${problem}; ${remedy}.`);
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return only;
  return [`The configuration has ${lines.length} faults:`, ...lines.map((line) => `  ${line}`)].join("\n");
}
