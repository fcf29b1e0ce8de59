import type { Context } from "../context.ts";
import type { Actor } from "../model/event.ts";
import type { DeclaredScope } from "../model/scope.ts";
import { differingMembers, type Plan, type Step } from "./difference.ts";
import { declareScope, withdrawScope } from "./scopes.ts";

/** What the declared scopes come to. */
export async function planScopes(
  context: Pick<Context, "store" | "clock">,
  actor: Actor,
  wanted: readonly DeclaredScope[],
  prune: boolean,
): Promise<Plan> {
  const known = new Map(
    (await context.store.scopes.list())
      .filter(({ withdrawnAt }) => withdrawnAt === undefined)
      .map((scope) => [scope.name, scope]),
  );
  const steps = wanted.flatMap((scope): readonly Step[] => {
    const before = known.get(scope.name);
    known.delete(scope.name);
    const members = differingMembers(before === undefined ? {} : shown(before), shown(scope));
    const action = before === undefined ? "create" : "update";
    const difference = { kind: "scope", name: scope.name, action, members } as const;
    return members.length === 0 ? [] : [{ difference, run: () => declareScope(context, actor, scope) }];
  });
  const gone = [...known.values()];
  const withdrawals = gone.map(
    (scope): Step => ({
      difference: { kind: "scope", name: scope.name, action: "disable", members: [] },
      run: () => withdrawScope(context, actor, scope),
    }),
  );
  return {
    steps: prune ? [...steps, ...withdrawals] : steps,
    faults: [],
    left: prune ? [] : gone.map(({ name }) => name),
    disabled: [],
  };
}

const shown = ({ sentence, isOptional }: DeclaredScope) => ({ description: sentence, optional: isOptional });
