import type { ClientKind } from "../../clients/kinds.ts";
import { knownScopes } from "../../clients/scopes.ts";
import type { Context } from "../../context.ts";
import { administrationScope } from "../../rules/scope.ts";

type Scopes = Pick<Context["config"], "scopes">;

const overPostern = [administrationScope, "postern:introspect"];

/** The scopes that the form for a new app of this kind offers; `wanted` are there in any case. */
export function offeredScopes(config: Scopes, kind: ClientKind, wanted: readonly string[]): readonly string[] {
  // Nobody signs in to a service: the scopes about people say nothing to it (RFC 6749 §4.4).
  const usual = kind === "service" ? [...config.scopes.keys(), ...overPostern] : knownScopes(config);
  return [...new Set([...usual, ...wanted])];
}

/** Those that a resource server may be told to look for. */
export const offeredAccepts = (config: Scopes, wanted: readonly string[]): readonly string[] => [
  ...new Set([...config.scopes.keys(), ...wanted]),
];

/** Every scope that a client can be registered for, and those that it is registered for already. */
export const allScopes = (config: Scopes, registered: readonly string[]): readonly string[] => [
  ...new Set([...knownScopes(config), ...overPostern, ...registered]),
];
