import type { Environment, Surroundings } from "./defaults.ts";
import { allSettings, fileVariable } from "./known-names.ts";
import { type Setting, settings } from "./settings.ts";

/** Where the value of a setting stands. `both` is a fault: nobody could say which of the two counts. */
export type Source =
  | { readonly origin: "default" }
  | { readonly origin: "environment"; readonly text: string }
  | { readonly origin: "file"; readonly path: string }
  | { readonly origin: "both" };

/** Finds where a setting is set. An empty variable is an unset one; only secrets keep the space around them. */
export function findSource(setting: Setting, environment: Environment): Source {
  const value = environment[setting.name] ?? "";
  const text = setting.secret ? value : value.trim();
  const path = setting.secret ? (environment[fileVariable(setting)] ?? "").trim() : "";
  if (text !== "" && path !== "") return { origin: "both" };
  if (path !== "") return { origin: "file", path };
  return text === "" ? { origin: "default" } : { origin: "environment", text };
}

/** The files with a secret in them that the settings name. */
export function secretFiles(environment: Environment): readonly { readonly name: string; readonly path: string }[] {
  const names = allSettings.filter(({ secret }) => secret).map(fileVariable);
  return [...names, settings.tlsKeyFile.name].flatMap((name) => {
    const path = (environment[name] ?? "").trim();
    return path === "" ? [] : [{ name, path }];
  });
}

/** The text of the default in these surroundings. */
export function defaultText(setting: Setting, surroundings: Surroundings): string | undefined {
  return setting.defaultFor?.(surroundings) ?? setting.default;
}
