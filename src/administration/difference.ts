/** One value that becomes another. Of a secret nothing is told but that it does. */
export type MemberDifference =
  | { readonly member: string; readonly before?: unknown; readonly after?: unknown }
  | { readonly member: string; readonly isSecret: true };

/** What applying a declaration does to one thing. */
export interface Difference {
  readonly kind: "scope" | "client" | "user";
  readonly name: string;
  readonly action: "create" | "update" | "disable";
  readonly members: readonly MemberDifference[];
}

/** A difference, and the operation that makes it so. */
export interface Step {
  readonly difference: Difference;
  readonly run: () => Promise<void>;
}

/** What a kind of things comes to. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What keeps it from being carried out, each naming its entry. */
  readonly faults: readonly string[];
  /** Names of things that were declared before, are not any more, and stay as they are without `--prune`. */
  readonly left: readonly string[];
  /** Names of declared things that somebody has disabled: that is no matter of a declaration. */
  readonly disabled: readonly string[];
}

/** The members in which two records differ. */
export function differingMembers(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly MemberDifference[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((member) => !Bun.deepEquals(before[member], after[member]))
    .map((member) => ({
      member,
      ...(before[member] === undefined ? {} : { before: before[member] }),
      ...(after[member] === undefined ? {} : { after: after[member] }),
    }));
}
