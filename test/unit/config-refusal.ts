import { ConfigError } from "../../src/config/fault.ts";
import { loadConfig } from "../../src/config/load.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

/** A file system without files. */
export function noFile(path: string): string {
  throw Object.assign(new Error(`no such file: ${path}`), { code: "ENOENT" });
}

export const load = (variables: Variables = {}, readFile = noFile) => loadConfig(variables, readFile);

/** The error that these variables bring; fails where they are accepted. */
export function refusal(variables: Variables, readFile = noFile): ConfigError {
  try {
    load(variables, readFile);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(variables)}`);
}

export const faultyNames = (variables: Variables) => refusal(variables).faults.map(({ name }) => name);
export const issuerFault = (issuer: string) => refusal({ POSTERN_ISSUER: issuer }).message;
