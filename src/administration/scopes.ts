import { isOptionalScope, knownScopes } from "../clients/scopes.ts";
import type { Context, OwnScopes } from "../context.ts";
import { derivedFrom } from "../derived.ts";
import type { Actor, AuditEvent } from "../model/event.ts";
import type { DeclaredScope } from "../model/scope.ts";
import { present } from "./records.ts";

/**
 * The scopes of the environment and the declared ones. The store is asked for its revision, as for keys, and the scopes
 * are read again when that has changed: so a running server knows at once what a command declared. The environment counts
 * where both describe a scope.
 *
 * @param onClash told of those, each time that they become others
 */
export function ownScopes(
  { store, config }: Pick<Context, "store" | "config">,
  onClash: (names: readonly string[]) => void,
): Context["ownScopes"] {
  let known: { readonly revision: number; readonly own: OwnScopes } | undefined;
  let told = "";
  return derivedFrom(store.keys.revision, async (revision) => {
    if (known?.revision === revision) return known.own;
    const declared = (await store.scopes.list()).filter(({ withdrawnAt }) => withdrawnAt === undefined);
    const added = declared.filter(({ name }) => !config.scopes.sentences.has(name));
    const own = {
      sentences: new Map([...config.scopes.sentences, ...added.map(({ name, sentence }) => [name, sentence] as const)]),
      optional: new Set([
        ...config.scopes.optional,
        ...added.filter(({ isOptional }) => isOptional).map(({ name }) => name),
      ]),
    };
    const clashing = declared.map(({ name }) => name).filter((name) => config.scopes.sentences.has(name));
    if (clashing.length > 0 && clashing.join(" ") !== told) onClash(clashing);
    told = clashing.join(" ");
    known = { revision, own };
    return own;
  });
}

/** A scope that this server knows, and who says so. */
export interface KnownScope {
  readonly name: string;
  /** Absent for one that the pages describe in their own languages. */
  readonly sentence?: string | undefined;
  readonly isOptional: boolean;
  readonly origin: "built-in" | "environment" | "apply";
}

export async function listScopes({
  config,
  ownScopes: now,
}: Pick<Context, "config" | "ownScopes">): Promise<readonly KnownScope[]> {
  const own = await now();
  return knownScopes(own).map((name): KnownScope => {
    const sentence = own.sentences.get(name);
    const origin = sentence === undefined ? "built-in" : config.scopes.sentences.has(name) ? "environment" : "apply";
    return { name, sentence, isOptional: isOptionalScope(own, name), origin };
  });
}

export const scopeRecord = ({ name, sentence, isOptional, origin }: KnownScope) =>
  present({ name, description: sentence, optional: isOptional, origin });

/** Makes the scope known, or known by another sentence. */
export const declareScope = (
  { store, clock }: Pick<Context, "store" | "clock">,
  actor: Actor,
  { name, sentence, isOptional }: DeclaredScope,
): Promise<void> => {
  const event: AuditEvent = { at: clock.now(), name: "scope.declared", actor, detail: { scope: name } };
  return store.scopes.save({ scope: { name, sentence, isOptional }, event });
};

/** Nothing knows the scope any more; what it was stays on record. */
export const withdrawScope = (
  { store, clock }: Pick<Context, "store" | "clock">,
  actor: Actor,
  scope: DeclaredScope,
): Promise<void> => {
  const at = clock.now();
  const event: AuditEvent = { at, name: "scope.withdrawn", actor, detail: { scope: scope.name } };
  return store.scopes.save({ scope: { ...scope, withdrawnAt: at }, event });
};
