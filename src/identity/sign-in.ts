import type { SessionId } from "../brand.ts";
import type { Context } from "../context.ts";
import type { Lane } from "../crypto/fair-line.ts";
import type { Secret } from "../crypto/secret.ts";
import type { User } from "../model/user.ts";
import type { Check } from "../oauth-error.ts";
import { networkOf } from "../rules/client-address.ts";
import { preparePassword } from "../rules/password.ts";
import {
  signInsInAll,
  signInsOfAddress,
  signInsOfPair,
  signInsOfPerson,
  signInsOfSuspect,
} from "../throttle/limits.ts";
import type { Wait } from "../throttle/throttle.ts";
import { hasSecondFactor, mustHaveSecondFactor } from "./factors.ts";
import { type Counted, countedFor, countFailure, crowdedOut, lockedFor } from "./lockout.ts";
import { startSession } from "./sessions.ts";

/** Where somebody signs in. */
export interface SigningBrowser {
  readonly address: string;
  /** Limits by address do not apply: everybody behind this box's own proxy would share them. */
  readonly isLocal: boolean;
  readonly userAgent: string | undefined;
  /** The session that the browser has. */
  readonly replaces: SessionId | undefined;
  /** What it keeps of those who have signed in there before. */
  readonly known: string | undefined;
}

export interface SignedInOutcome {
  readonly kind: "signed-in";
  readonly user: User;
  readonly cookie: Secret<"session">;
  /** By a password alone, where the policy of the server demands more. */
  readonly mustEnrol?: boolean;
  /** Where one was used. */
  readonly recoveryCodesLeft?: number | undefined;
}

/** Why nobody was let in: for an administrator. */
interface Explained {
  /** Absent for a name that nobody has: people type passwords there. */
  readonly userId?: User["id"] | undefined;
  readonly checks: readonly Check[];
}

export type FailedSignIn =
  /** The same for an unknown name, a wrong password and a disabled account. */
  ({ readonly kind: "refused" } & Explained) | ({ readonly kind: "wait"; readonly seconds: number } & Explained);

/** The machine has more passwords to check than it can. Nothing was checked, or counted. */
export interface Busy {
  readonly kind: "busy";
  readonly seconds: number;
  readonly userId?: undefined;
  readonly checks: readonly Check[];
}

export type PasswordOutcome =
  | SignedInOutcome
  /** The password is right, and no session has started: the person has a second factor. */
  | { readonly kind: "second-factor"; readonly user: User }
  | FailedSignIn;

export type SigningIn = Pick<
  Context,
  | "store"
  | "clock"
  | "random"
  | "passwords"
  | "throttle"
  | "lastUsed"
  | "metrics"
  | "log"
  | "keys"
  | "config"
  | "verifier"
>;

/** After a right password, and after a new one by a link: a session, unless there is a factor to be shown. */
export async function afterPassword(
  context: SigningIn,
  user: User,
  { address, userAgent, replaces }: SigningBrowser,
): Promise<Exclude<PasswordOutcome, FailedSignIn>> {
  if (hasSecondFactor(context, await context.store.factors.of(user.id))) return { kind: "second-factor", user };
  const cookie = await startSession(context, { user, amr: ["pwd"], address, userAgent, replaces });
  context.metrics.count("postern_sign_ins_total", { factor: "password", result: "signed-in" });
  return { kind: "signed-in", user, cookie, mustEnrol: mustHaveSecondFactor(context, user) };
}

/** A password that is the account's. Its failures are forgotten by whoever makes something of it. */
export interface RightPassword {
  readonly kind: "right";
  readonly user: User;
  readonly counted: Counted;
}

/** A name, whose it is, and the password that came with it. */
export interface Shown {
  readonly name: string;
  readonly user: User | undefined;
  readonly password: string;
}

/** Checks the password of whoever has the name. A wrong one counts, and after some of them the next must wait. */
export async function checkPassword(
  context: SigningIn,
  { name, user, password }: Shown,
  browser: SigningBrowser,
): Promise<RightPassword | FailedSignIn> {
  const counted = countedFor(context, name, user, browser.known);
  const wait = waitBefore(context, counted, browser);
  if (wait !== undefined) return mustWait(context, wait, user);

  const lane = laneOf(counted, browser);
  let isRight = await isPasswordOf(context, password, user, lane);
  // While the password was checked others may have been: whoever tries many at once learns no more than one by one.
  const present = user && (await context.store.users.find(user.id));
  // A sign-in beside this one may have hashed the same password anew.
  if (isRight && present?.passwordHash !== user?.passwordHash)
    isRight = await isPasswordOf(context, password, present, lane);
  const now = { ...counted, user: present };
  const locked = crowdedOut(context, now);
  if (locked !== undefined) return mustWait(context, locked, present);
  const checks = checksOf(present, isRight);
  if (present !== undefined && checks.every(({ isMet }) => isMet))
    return { kind: "right", user: present, counted: now };
  await recordFailure(context, now, browser, "password");
  return { kind: "refused", checks, userId: present?.id };
}

const checksOf = (user: User | undefined, isRight: boolean): readonly Check[] => [
  { rule: "an account has the name", isMet: user !== undefined },
  ...(user === undefined
    ? []
    : [
        { rule: "the account is enabled", isMet: user.disabledAt === undefined },
        { rule: "the account has a password", isMet: user.passwordHash !== undefined },
        { rule: "the password is the one of the account", isMet: isRight },
      ]),
];

export function mustWait(
  { metrics }: Pick<Context, "metrics">,
  { limit, seconds }: Wait,
  user: User | undefined,
): FailedSignIn {
  metrics.count("postern_throttled_total", { limit });
  const received = `${seconds} seconds too early`;
  const checks = [{ rule: "the wait after failed sign-ins is over", isMet: false, received }];
  return { kind: "wait", seconds, userId: user?.id, checks };
}

/** Whose passwords wait behind one another: nobody can forge the mark of a browser that the person is known from. */
export const laneOf = ({ mark }: Counted, { address }: Pick<SigningBrowser, "address">): Lane => ({
  name: mark ?? networkOf(address),
  isKnown: mark !== undefined,
});

/**
 * Takes as long when there is nothing to compare with. What can be nobody's password is a wrong one like any other.
 *
 * @param lane whose other passwords wait before this one, when many wait
 * @throws PasswordsBusy
 */
export async function isPasswordOf(
  { passwords }: Pick<Context, "passwords">,
  typed: string,
  user: User | undefined,
  lane: Lane,
): Promise<boolean> {
  const password = preparePassword(typed);
  const isRight = await passwords.verify(password ?? "a text in place of none", user?.passwordHash, lane);
  return isRight && password !== undefined;
}

/** Counts a wrong password, or a wrong code after it, against the account and the address. */
export async function recordFailure(
  context: SigningIn,
  counted: Counted,
  { address, isLocal }: SigningBrowser,
  factor: "password" | "code",
): Promise<void> {
  const { throttle, log } = context;
  log.info("a sign-in failed", { address });
  if (counted.mark === undefined) {
    // A family behind one address is not shut out by the one who has forgotten a password, or by an app that has an old one.
    const network = networkOf(address);
    if (!isLocal && throttle.count(signInsOfPair, `${network} ${counted.name}`) === undefined)
      throttle.count(signInsOfAddress, network);
    if (throttle.count(signInsOfPerson, counted.name) === undefined) throttle.count(signInsInAll, everybody);
    throttle.count(signInsOfSuspect, networkOf(address));
  }
  await countFailure(context, counted, { address, factor });
}

const everybody = "";

/** The wait until a password may be tried at all. */
export const waitBefore = (
  context: Pick<Context, "throttle" | "clock">,
  counted: Counted,
  browser: SigningBrowser,
): Wait | undefined => lockedFor(context, counted) ?? crowdedFor(context, counted, browser);

/**
 * The wait where an address fails too often, or where so many different accounts fail that one password is being
 * tried on all of them. Then only those wait who have failed themselves: nobody can shut out everybody. A browser that
 * the person is known from has its own count, whoever else is at the address.
 */
function crowdedFor(
  { throttle }: Pick<Context, "throttle">,
  { mark }: Counted,
  { address, isLocal }: SigningBrowser,
): Wait | undefined {
  if (mark !== undefined) return undefined;
  const ofAddress = isLocal ? undefined : throttle.waitFor(signInsOfAddress, networkOf(address));
  if (ofAddress !== undefined) return ofAddress;
  return throttle.exceeded(signInsOfSuspect, networkOf(address)) === undefined
    ? undefined
    : throttle.waitFor(signInsInAll, everybody);
}
