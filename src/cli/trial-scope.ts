import type { TrialOptions, TrialServer } from "./trial.ts";

const usual = ["openid", "profile", "email", "offline_access"];

/** What to ask for: what the person says, else what shows most and the server knows. */
export function scopeToAskFor({ metadata }: TrialServer, { scope }: TrialOptions): string | undefined {
  if (scope !== undefined) return scope === "" ? undefined : scope;
  const known = metadata.scopes_supported;
  return (Array.isArray(known) ? usual.filter((token) => known.includes(token)) : usual).join(" ") || undefined;
}
