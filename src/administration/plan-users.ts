import type { Context } from "../context.ts";
import type { Actor } from "../model/event.ts";
import type { DeclarableMember, User } from "../model/user.ts";
import { declaredMemberNames, memberNames } from "./declaration-guard.ts";
import type { DeclaredUser } from "./declared-user.ts";
import { differingMembers, type MemberDifference, type Plan, type Step } from "./difference.ts";
import { changeUser, createUser, resetPassword, setUserDisabled, withdrawUser } from "./users.ts";

type Writing = Pick<Context, "store" | "clock" | "random" | "passwords">;

/** What the declared people come to. */
export async function planUsers(
  context: Writing,
  actor: Actor,
  wanted: readonly DeclaredUser[],
  { prune, isWhole }: { readonly prune: boolean; readonly isWhole: boolean },
): Promise<Plan> {
  const everybody = await context.store.users.list();
  const known = new Map(everybody.map((user) => [user.username, user]));
  const faults: string[] = [];
  const disabled: string[] = [];
  const [raising, lowering]: readonly [Step[], Step[]] = [[], []];
  const seen = new Set<string>();
  for (const user of wanted) {
    const before = known.get(user.username);
    if (seen.has(user.username)) faults.push(`user ${user.username}: its username stands there twice`);
    if (before?.hostSubject !== undefined) faults.push(`user ${user.username}: this is one of the host's own users`);
    seen.add(user.username);
    const steps = before === undefined ? [creation(context, actor, user)] : await changes(context, actor, before, user);
    // The next administrator is there before the last one goes.
    (user.values.role === "admin" ? raising : lowering).push(...steps);
    if (before?.disabledAt !== undefined && before.origin !== "withdrawn") disabled.push(user.username);
  }
  const gone = everybody.filter(({ username, origin }) => origin === "apply" && !seen.has(username));
  const withdrawals = gone.map(
    (user): Step => ({
      difference: { kind: "user", name: user.username, action: "disable", members: [] },
      run: () => withdrawUser(context, actor, user),
    }),
  );
  // An entry that cannot be read may be the administrator's.
  if (isWhole && leavesNobody(everybody, wanted, prune ? gone : []))
    faults.push("users: nobody would be left who is an administrator and not disabled");
  return {
    steps: [...raising, ...lowering, ...(prune ? withdrawals : [])],
    faults,
    left: prune ? [] : gone.map(({ username }) => username),
    disabled,
  };
}

const creation = (context: Writing, actor: Actor, wanted: DeclaredUser): Step => ({
  difference: {
    kind: "user",
    name: wanted.username,
    action: "create",
    members: [
      ...differingMembers({}, shown(wanted.values, wanted.members)).filter(({ member }) => member !== "username"),
      ...(wanted.password === undefined ? [] : [{ member: "password", isSecret: true } as const]),
    ],
  },
  run: async () => {
    const { username, password, members, values } = wanted;
    const { displayName, email, ...plain } = values;
    const described = { ...plain, displayName: displayName ?? undefined, email: email ?? undefined };
    await createUser(context, actor, { ...described, username, password, declared: members });
  },
});

/** Answers with no step where the person is what they should be. */
async function changes(context: Writing, actor: Actor, before: User, wanted: DeclaredUser): Promise<readonly Step[]> {
  const { username: _, emailVerified, ...values } = wanted.values;
  // Who does not say whether an address is verified means a new one alone.
  const isVerified = wanted.members.includes("emailVerified") || values.email !== (before.email ?? null);
  const compared = { ...values, ...(isVerified && emailVerified !== undefined ? { emailVerified } : {}) };
  const password = await passwordChange(context, before, wanted.password);
  const comesBack = before.origin === "withdrawn" && before.disabledAt !== undefined;
  const members: readonly MemberDifference[] = [
    ...differingMembers(
      { ...shown(before, keysOf(compared)), declared: declaredMemberNames(before) },
      { ...shown(compared, keysOf(compared)), declared: wanted.members.map((name) => memberNames[name]) },
    ),
    ...(password === "same" ? [] : [{ member: "password", isSecret: true } as const]),
    ...(comesBack ? [{ member: "disabled", before: true, after: false }] : []),
  ];
  if (members.length === 0) return [];
  const run = async () => {
    const passwordHash = password === "known" ? before.passwordHash : undefined;
    await changeUser(context, actor, before.id, compared, { declaration: { members: wanted.members, passwordHash } });
    if (password === "other" && wanted.password !== undefined)
      await resetPassword(context, actor, before.id, wanted.password, true);
    if (comesBack) await setUserDisabled(context, actor, before.id, false, "apply");
  };
  return [{ difference: { kind: "user", name: before.username, action: "update", members }, run }];
}

const keysOf = (values: object): readonly DeclarableMember[] =>
  (["displayName", "email", "emailVerified", "role", "groups"] as const).filter((name) => name in values);

/** As entries write it. */
const shown = (
  values: { readonly [Name in DeclarableMember]?: User[Name] | null | undefined },
  members: readonly DeclarableMember[],
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(members.map((name) => [memberNames[name], values[name] ?? undefined]));

/**
 * A password is set when its entry has become another one, and not because the person has chosen their own since: so the
 * hash of what the entry said is kept beside that of what the person has. `known`: the person has it already.
 */
async function passwordChange(
  { passwords }: Pick<Context, "passwords">,
  { passwordHash, declaredPasswordHash }: User,
  wanted: string | undefined,
): Promise<"same" | "known" | "other"> {
  if (wanted === undefined) return "same";
  if (declaredPasswordHash !== undefined)
    return (await passwords.verify(wanted, declaredPasswordHash)) ? "same" : "other";
  return (await passwords.verify(wanted, passwordHash)) ? "known" : "other";
}

/** Whether there is an administrator now, and would be none. The store refuses that, too, but only half-way through. */
function leavesNobody(everybody: readonly User[], wanted: readonly DeclaredUser[], pruned: readonly User[]): boolean {
  const after = new Set(everybody.filter(isAdministrator).map(({ username }) => username));
  if (after.size === 0) return false;
  for (const { username } of pruned) after.delete(username);
  for (const { username, values } of wanted) {
    const before = everybody.find((user) => user.username === username);
    const staysDisabled = before?.disabledAt !== undefined && before.origin !== "withdrawn";
    if (values.role === "admin" && !staysDisabled) after.add(username);
    else after.delete(username);
  }
  return after.size === 0;
}

const isAdministrator = ({ role, disabledAt }: User): boolean => role === "admin" && disabledAt === undefined;
