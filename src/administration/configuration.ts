import type { Context } from "../context.ts";

/** What the server was started with. No secret is among it. */
export interface Configuration {
  /** Each setting, in the order of docs/configuration.md; the value of a secret reads `[secret]`. */
  readonly settings: Context["config"]["settings"];
  /** What is right, but perhaps not meant; as it was logged at the start. */
  readonly warnings: readonly string[];
}

export const readConfiguration = ({ config }: Pick<Context, "config">): Configuration => ({
  settings: config.settings,
  warnings: config.warnings,
});
