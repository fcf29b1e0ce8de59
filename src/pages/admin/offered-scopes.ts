import type { ClientKind } from "../../clients/kinds.ts";
import { knownScopes } from "../../clients/scopes.ts";
import type { OwnScopes } from "../../context.ts";
import { administrationScope } from "../../rules/scope.ts";

const overPostern = [administrationScope, "postern:introspect"];

/** The scopes that the form for a new app of this kind offers; `wanted` are there in any case. */
export function offeredScopes(own: OwnScopes, kind: ClientKind, wanted: readonly string[]): readonly string[] {
  // Nobody signs in to a service: the scopes about people say nothing to it (RFC 6749 §4.4).
  const usual = kind === "service" ? [...own.sentences.keys(), ...overPostern] : knownScopes(own);
  return [...new Set([...usual, ...wanted])];
}

/** Those that a resource server may be told to look for. */
export const offeredAccepts = (own: OwnScopes, wanted: readonly string[]): readonly string[] => [
  ...new Set([...own.sentences.keys(), ...wanted]),
];

/** Every scope that a client can be registered for, and those that it is registered for already. */
export const allScopes = (own: OwnScopes, registered: readonly string[]): readonly string[] => [
  ...new Set([...knownScopes(own), ...overPostern, ...registered]),
];
