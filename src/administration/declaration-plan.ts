import type { Context } from "../context.ts";
import type { Actor } from "../model/event.ts";
import type { Declaration } from "./declaration.ts";
import { DeclarationFault, faultsOf } from "./declaration-fault.ts";
import type { Plan } from "./difference.ts";
import { planClients } from "./plan-clients.ts";
import { planScopes } from "./plan-scopes.ts";
import { planUsers } from "./plan-users.ts";

/** Something that a declaration lets be. */
export interface Mention {
  readonly kind: "scope" | "client" | "user";
  readonly name: string;
}

export interface DeclarationPlan {
  readonly steps: Plan["steps"];
  /** Were declared before, and are not any more. */
  readonly left: readonly Mention[];
  /** Are declared, and were disabled by somebody. */
  readonly disabled: readonly Mention[];
  /** Are described by the environment, which counts. */
  readonly overridden: readonly string[];
}

const nothing: Plan = { steps: [], faults: [], left: [], disabled: [] };

/**
 * What applying the declaration comes to. Scopes stand first: clients are given those that there are. A kind of things
 * that the document does not name is left alone, also with `prune`.
 *
 * @param place where the document was read, for messages
 * @throws DeclarationFault with everything that is wrong; then nothing may be changed
 */
export async function planDeclaration(
  context: Pick<Context, "store" | "clock" | "random" | "passwords" | "ownScopes" | "config">,
  actor: Actor,
  { scopes, clients, users, faults }: Declaration,
  { place, prune }: { readonly place: string; readonly prune: boolean },
): Promise<DeclarationPlan> {
  const plans = {
    scope: scopes === undefined ? nothing : await planScopes(context, actor, scopes, prune),
    client: clients === undefined ? nothing : await planClients(context, actor, clients, prune),
    user:
      users === undefined ? nothing : await planUsers(context, actor, users, { prune, isWhole: faults.length === 0 }),
  };
  const { scope, client, user } = plans;
  const all = [...faults, ...scope.faults, ...client.faults, ...user.faults];
  if (all.length > 0) throw new DeclarationFault(faultsOf(place, all));
  const mentions = (list: "left" | "disabled"): readonly Mention[] =>
    (["scope", "client", "user"] as const).flatMap((kind) => plans[kind][list].map((name) => ({ kind, name })));
  return {
    steps: [...scope.steps, ...client.steps, ...user.steps],
    left: mentions("left"),
    disabled: mentions("disabled"),
    overridden: (scopes ?? []).map(({ name }) => name).filter((name) => context.config.scopes.sentences.has(name)),
  };
}
