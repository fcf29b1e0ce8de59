import { SettingFault } from "../config/fault.ts";
import { type OwnScope, readOwnScope } from "../config/scopes.ts";

/** What a declaration says of a scope, by the rules of `POSTERN_SCOPES`; else what would be right. */
export function readScopeDescription(scope: string, value: unknown): OwnScope | { readonly remedy: string } {
  try {
    return readOwnScope(scope, value);
  } catch (error) {
    if (!(error instanceof SettingFault)) throw error;
    return { remedy: error.remedy };
  }
}
