import { asUserId, type UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { newIdentifier } from "../crypto/secret.ts";
import type { Actor, AuditEvent, EventName } from "../model/event.ts";
import type { DeclarableMember, ProfileClaims, Role, User, UserOrigin } from "../model/user.ts";
import { readEmail } from "../rules/email.ts";
import { maxGroupNameLength, maxGroups, readGroupNames } from "../rules/group-names.ts";
import { maxPasswordBytes, minPasswordBytes, preparePassword } from "../rules/password.ts";
import { canonicalUserName, maxUserNameLength } from "../rules/user-name.ts";
import type { SeenUser, UserDeclaration } from "../store/people.ts";
import type { Clock } from "../time.ts";
import { checkNotDeclaredMembers, checkNotDeclaredUser } from "./declaration-guard.ts";
import { endAdministrationOf } from "./grants.ts";
import { Refused } from "./refused.ts";

/** What is said of a new person. */
export interface NewUser {
  readonly username: string;
  /** Absent for who is invited to choose one. */
  readonly password?: string | undefined;
  readonly role: Role;
  readonly groups?: readonly string[] | undefined;
  readonly displayName?: string | undefined;
  readonly email?: string | undefined;
  readonly emailVerified?: boolean | undefined;
  /** What a declaration says of the person; absent for who is not declared. */
  readonly declared?: readonly DeclarableMember[] | undefined;
}

/** What is to be different; `null` takes a value away, an absent member stays. */
export interface UserChanges {
  readonly username?: string;
  readonly displayName?: string | null;
  readonly email?: string | null;
  readonly emailVerified?: boolean;
  readonly role?: Role;
  /** All of them from now on. */
  readonly groups?: readonly string[];
  /** All of them from now on, checked (rules/profile-claims.ts). */
  readonly claims?: ProfileClaims;
}

export const listUsers = ({ store }: Pick<Context, "store">): Promise<readonly User[]> => store.users.list();

/**
 * The person whom somebody names, by whatever spelling of the name.
 *
 * @throws Refused missing
 */
export async function findUserByName({ store }: Pick<Context, "store">, name: string): Promise<User> {
  const username = canonicalUserName(name);
  const user = username === undefined ? undefined : await store.users.findByName(username);
  if (user === undefined) throw noSuchUser();
  return user;
}

/** @throws Refused invalid or taken */
export async function createUser(
  context: Pick<Context, "store" | "clock" | "random" | "passwords">,
  actor: Actor,
  wanted: NewUser,
): Promise<User> {
  const user = await newUser(context, wanted);
  const event = userEvent(context, actor, "user.created", user.id);
  if ((await context.store.users.create({ user, event })) === "taken") throw taken();
  return user;
}

/**
 * A person who is not in the store yet: the name canonical, the password (if there is one) hashed.
 *
 * @throws Refused invalid
 */
export async function newUser(
  { clock, random, passwords }: Pick<Context, "clock" | "random" | "passwords">,
  wanted: NewUser,
): Promise<User> {
  const username = checkedUserName(wanted.username);
  const displayName = checkedDisplayName(wanted.displayName);
  const email = checkedEmail(wanted.email);
  if (wanted.emailVerified === true) checkVerified(email);
  const groups = checkedGroups(wanted.groups ?? []);
  const passwordHash = wanted.password === undefined ? undefined : await hashedPassword({ passwords }, wanted.password);
  const now = clock.now();
  return {
    id: asUserId(newIdentifier(random)),
    username,
    displayName,
    email,
    emailVerified: wanted.emailVerified === true,
    role: wanted.role,
    groups,
    passwordHash,
    claims: {},
    origin: wanted.declared === undefined ? "administrator" : "apply",
    declared: wanted.declared ?? [],
    declaredPasswordHash: wanted.declared === undefined ? undefined : passwordHash,
    createdAt: now,
    updatedAt: now,
    failures: 0,
  };
}

/**
 * @param more.address where the request for it came from, for the audit log
 * @param more.seen what the one who asks for it has seen of the person: refused where somebody else has changed that
 * @throws Refused invalid, missing, taken, last-administrator, declared or from-host
 */
export async function updateUser(
  context: Pick<Context, "store" | "clock">,
  actor: Actor,
  id: UserId,
  changes: UserChanges,
  more: { readonly address?: string | undefined; readonly seen?: SeenUser | undefined } = {},
): Promise<void> {
  if (Object.keys(changes).some((member) => member !== "claims")) await checkIsOurs(context, id);
  const checked = checkedChanges(changes);
  await checkNotDeclaredMembers(context, id, checked);
  if (checked.emailVerified === true)
    checkVerified(checked.email === undefined ? (await context.store.users.find(id))?.email : checked.email);
  await changeUser(context, actor, id, checked, more);
}

/** Changes that keep the rules, in the forms in which they are stored. */
export type CheckedChanges = ReturnType<typeof checkedChanges>;

/** @throws Refused invalid */
export function checkedChanges({ username, displayName, email, groups, ...plain }: UserChanges) {
  return {
    ...plain,
    ...(username === undefined ? {} : { username: checkedUserName(username) }),
    ...(groups === undefined ? {} : { groups: checkedGroups(groups) }),
    ...(displayName === undefined ? {} : { displayName: displayName && (checkedDisplayName(displayName) ?? null) }),
    // A new address is nobody's yet, unless the one who changes it says that it was verified.
    ...(email === undefined
      ? {}
      : { email: email && (checkedEmail(email) ?? null), emailVerified: plain.emailVerified ?? false }),
  };
}

/** The one verb behind every change of a person, whoever may ask for it. */
export async function changeUser(
  context: Pick<Context, "store" | "clock">,
  actor: Actor,
  id: UserId,
  changes: CheckedChanges,
  more: {
    readonly declaration?: UserDeclaration;
    readonly address?: string | undefined;
    readonly seen?: SeenUser | undefined;
  } = {},
): Promise<void> {
  const { declaration, address, seen } = more;
  const outcome = await context.store.users.update({
    id,
    seen,
    changes: { ...changes, ...(declaration === undefined ? {} : { declaration }) },
    event: { ...userEvent(context, actor, "user.updated", id), address },
  });
  if (outcome === "taken") throw taken();
  refuseUnlessDone(outcome);
  if (changes.role === "user") await endAdministrationOf(context, actor, id);
}

/**
 * The host says who its own users are and has their passwords: here they have neither changed.
 *
 * @throws Refused from-host
 */
export async function checkIsOurs({ store }: Pick<Context, "store">, id: UserId): Promise<void> {
  if ((await store.users.find(id))?.hostSubject === undefined) return;
  throw new Refused("from-host", "this is one of the host's own users: the host decides this, it is changed there");
}

/**
 * Sets a new password and ends the person's grants and sessions: who knew the old one is out.
 *
 * @param isDeclared whether a declaration says this password
 */
export async function resetPassword(
  context: Pick<Context, "store" | "clock" | "passwords">,
  actor: Actor,
  id: UserId,
  password: string,
  isDeclared = false,
): Promise<void> {
  await checkIsOurs(context, id);
  const passwordHash = await hashedPassword(context, password);
  const event = userEvent(context, actor, "user.password-changed", id);
  const outcome = await context.store.users.setPassword({ id, passwordHash, isDeclared, event });
  if (outcome === "missing") throw noSuchUser();
}

/** @throws Refused invalid */
export const hashedPassword = async ({ passwords }: Pick<Context, "passwords">, password: string): Promise<string> =>
  passwords.hash(checkedPassword(password));

/** Takes away passkeys, authenticator app and recovery codes, and ends the person's sessions. */
export async function resetFactors(context: Pick<Context, "store" | "clock">, actor: Actor, id: UserId): Promise<void> {
  const event = userEvent(context, actor, "factors.reset", id);
  refuseUnlessDone(await context.store.factors.reset({ userId: id, event }));
}

/** Signs the person out of every browser, with the grants that are bound to them. Answers of how many. */
export async function endUserSessions(
  context: Pick<Context, "store" | "clock">,
  actor: Actor,
  id: UserId,
): Promise<number> {
  if ((await context.store.users.find(id)) === undefined) throw noLongerThere();
  return context.store.sessions.endOthers({ userId: id, event: userEvent(context, actor, "session.ended", id) });
}

/**
 * Disabling ends the person's sessions and grants. A declared person can be disabled, too: who is locked out in a hurry
 * stays so, whatever is applied, until somebody enables them.
 *
 * @param origin what a declaration makes of the person
 */
export async function setUserDisabled(
  context: Pick<Context, "store" | "clock">,
  actor: Actor,
  id: UserId,
  disabled: boolean,
  origin?: UserOrigin,
): Promise<void> {
  const event = userEvent(context, actor, disabled ? "user.disabled" : "user.enabled", id);
  const at = disabled ? event.at : undefined;
  refuseUnlessDone(
    await context.store.users.setDisabled({ id, at, ...(origin === undefined ? {} : { origin }), event }),
  );
}

/**
 * The person was declared and no longer is: they are disabled. Whom somebody has disabled before is theirs.
 *
 * @throws Refused missing or last-administrator
 */
export async function withdrawUser(context: Pick<Context, "store" | "clock">, actor: Actor, user: User): Promise<void> {
  const { id, disabledAt } = user;
  const event = userEvent(context, actor, "user.disabled", id);
  const origin = disabledAt === undefined ? "withdrawn" : "administrator";
  refuseUnlessDone(await context.store.users.setDisabled({ id, at: disabledAt ?? event.at, origin, event }));
}

/** @throws Refused missing, last-administrator or declared */
export async function deleteUser(context: Pick<Context, "store" | "clock">, actor: Actor, id: UserId): Promise<void> {
  await checkNotDeclaredUser(context, id);
  const user = await context.store.users.find(id);
  if (user === undefined) throw noLongerThere();
  // From now on nothing else tells whose the identifier was.
  const event = { ...userEvent(context, actor, "user.deleted", id), detail: { username: user.username } };
  refuseUnlessDone(await context.store.users.delete({ id, event }));
}

/** Forgets the wrong passwords, so that the person may try again at once. */
export async function unlockUser(context: Pick<Context, "store" | "clock">, actor: Actor, id: UserId): Promise<void> {
  const event = userEvent(context, actor, "user.unlocked", id);
  refuseUnlessDone(await context.store.users.clearFailures({ id, event }));
}

const userEvent = (
  { clock }: { readonly clock: Clock },
  actor: Actor,
  name: EventName,
  userId: UserId,
): AuditEvent => ({
  at: clock.now(),
  name,
  actor,
  userId,
});

function refuseUnlessDone(
  outcome: "done" | "updated" | "deleted" | "missing" | "last-administrator" | "outdated",
): void {
  if (outcome === "outdated") throw new Refused("outdated", "somebody else has changed this person meanwhile");
  if (outcome === "missing") throw noLongerThere();
  if (outcome === "last-administrator") {
    throw new Refused("last-administrator", "this is the last administrator: make another one first");
  }
}

const noLongerThere = () => new Refused("missing", "there is no person of that id", "user_id");
const noSuchUser = () => new Refused("missing", "there is no user of that name", "username");
const taken = () => new Refused("taken", "there is a user of that name already", "username");

function checkedUserName(text: string): string {
  const username = canonicalUserName(text);
  if (username !== undefined) return username;
  const rule = `a user name has 1 to ${maxUserNameLength} letters, digits and visible signs, and no spaces`;
  throw new Refused("invalid", rule, "username");
}

export function checkedPassword(text: string): string {
  const prepared = preparePassword(text);
  if (prepared !== undefined) return prepared;
  const rule = `a password has ${minPasswordBytes} to ${maxPasswordBytes} bytes and no control characters`;
  throw new Refused("invalid", rule, "password");
}

function checkedGroups(names: readonly string[]): readonly string[] {
  const groups = readGroupNames(names);
  if (groups !== undefined) return groups;
  const rule = `a group has 1 to ${maxGroupNameLength} visible characters and no spaces, and a person at most ${maxGroups} groups`;
  throw new Refused("invalid", rule, "groups");
}

/** Names are shown to others: nothing in them may turn the text around it. */
function checkedDisplayName(text: string | undefined): string | undefined {
  const name = text?.trim().normalize("NFC");
  if (name === undefined || name === "") return undefined;
  if ([...name].length <= 100 && !/\p{Cc}|\p{Bidi_Control}|\p{Zl}|\p{Zp}/u.test(name) && name.isWellFormed())
    return name;
  throw new Refused(
    "invalid",
    "a display name has 1 to 100 characters, none of them invisible controls",
    "display_name",
  );
}

function checkedEmail(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const email = readEmail(text);
  if (email !== undefined) return email;
  throw new Refused("invalid", "an e-mail address reads name@host", "email");
}

/** @throws Refused invalid, where there is no address that could be verified */
function checkVerified(email: string | null | undefined): void {
  if (email !== undefined && email !== null) return;
  throw new Refused("invalid", "there is no e-mail address that could be verified", "email_verified");
}
