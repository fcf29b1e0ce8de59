import { resolve } from "node:path";
import type { Surroundings } from "./defaults.ts";
import { type Fault, quoted, SettingFault } from "./fault.ts";
import { fileVariable } from "./known-names.ts";
import type { Setting, SettingWithDefault } from "./settings.ts";
import { defaultText, findSource } from "./source.ts";

export type ReadFile = (path: string) => string;

/** Reads one setting after the other, and keeps the faults instead of stopping at the first. */
export class SettingReader {
  readonly faults: Fault[] = [];
  readonly #surroundings: Surroundings;
  readonly #readFile: ReadFile;

  constructor(surroundings: Surroundings, readFile: ReadFile) {
    this.#surroundings = surroundings;
    this.#readFile = readFile;
  }

  /** The value, or the default where it is unset or faulty. */
  value<Value>(setting: SettingWithDefault<Value>): Value {
    return this.optional(setting) ?? this.#parsed(setting, this.#standing(setting)) ?? setting.parse(setting.default);
  }

  optional<Value>(setting: Setting<Value>): Value | undefined {
    const text = this.#text(setting);
    return text === undefined ? undefined : this.#parsed(setting, text);
  }

  isSet(setting: Setting): boolean {
    return findSource(setting, this.#surroundings.environment).origin !== "default";
  }

  /** Whether the values of these settings are what the operator meant, so that comparing them makes sense. */
  isSound(...checked: readonly Setting[]): boolean {
    return !this.faults.some(({ name }) => checked.some((setting) => setting.name === name));
  }

  /** What stands for an unset variable here. It may be faulty, too, where it is made of something that is. */
  #standing<Value>(setting: SettingWithDefault<Value>): string {
    return defaultText(setting, this.#surroundings) ?? setting.default;
  }

  #parsed<Value>(setting: Setting<Value>, text: string): Value | undefined {
    try {
      return setting.parse(text);
    } catch (error) {
      if (!(error instanceof SettingFault)) throw error;
      this.#refuse(setting.name, error.problem, error.remedy);
      return undefined;
    }
  }

  #text(setting: Setting): string | undefined {
    const source = findSource(setting, this.#surroundings.environment);
    switch (source.origin) {
      case "default":
        return undefined;
      case "environment":
        return source.text;
      case "file":
        return this.#secretIn(source.path, setting);
      case "both":
        this.#refuse(setting.name, `and ${fileVariable(setting)} are both set`, "keep one of them");
        return undefined;
    }
  }

  #secretIn(path: string, setting: Setting): string | undefined {
    const name = fileVariable(setting);
    try {
      // Editors and `echo` end a file with a newline that is not part of the secret.
      const text = this.#readFile(resolve(path)).replace(/\r?\n$/, "");
      if (text !== "") return text;
      this.#refuse(name, `names ${quoted(path)}, which is empty`, "write the secret into that file");
    } catch (error) {
      const reason = error instanceof Error && "code" in error ? ` (${error.code})` : "";
      this.#refuse(name, `names ${quoted(path)}, which cannot be read${reason}`, "name a file that Postern can read");
    }
    return undefined;
  }

  #refuse(name: string, problem: string, remedy: string): void {
    this.faults.push({ name, problem, remedy });
  }
}
