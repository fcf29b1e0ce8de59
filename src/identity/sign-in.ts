import type { SessionId } from "../brand.ts";
import type { Context } from "../context.ts";
import type { Secret } from "../crypto/secret.ts";
import type { User } from "../model/user.ts";
import { networkOf } from "../rules/client-address.ts";
import { preparePassword } from "../rules/password.ts";
import { canonicalUserName } from "../rules/user-name.ts";
import { signInsInAll, signInsOfAddress, signInsOfPerson, signInsOfSuspect } from "../throttle/limits.ts";
import { failuresAtOnce, lockedFor, lockout, recordUnknownFailure } from "./lockout.ts";
import { startSession } from "./sessions.ts";

/** What somebody typed, and where. */
export interface SignInAttempt {
  readonly username: string;
  readonly password: string;
  readonly address: string;
  /** Limits by address do not apply: everybody behind this box's own proxy would share them. */
  readonly isLocal: boolean;
  readonly userAgent: string | undefined;
  /** The session that the browser has. */
  readonly replaces: SessionId | undefined;
}

export type SignInOutcome =
  | { readonly kind: "signed-in"; readonly cookie: Secret<"session"> }
  /** The same for an unknown name, a wrong password and a disabled account. */
  | { readonly kind: "refused" }
  | { readonly kind: "wait"; readonly seconds: number };

type SigningIn = Pick<
  Context,
  "store" | "clock" | "random" | "passwords" | "throttle" | "lastUsed" | "metrics" | "log"
>;

/** Signs a person in with a password, or says no in a way that tells nobody which names exist. */
export async function signIn(context: SigningIn, attempt: SignInAttempt): Promise<SignInOutcome> {
  const outcome = await tryToSignIn(context, attempt);
  context.metrics.count("postern_sign_ins_total", { result: outcome.kind });
  return outcome;
}

async function tryToSignIn(context: SigningIn, attempt: SignInAttempt): Promise<SignInOutcome> {
  const { store } = context;
  const name = canonicalUserName(attempt.username) ?? "";
  const user = name === "" ? undefined : await store.users.findByName(name);
  const wait = lockedFor(context, name, user) ?? crowdedFor(context, attempt);
  if (wait !== undefined) return { kind: "wait", seconds: wait };

  const isRight = await isPasswordOf(context, attempt.password, user);
  // While the password was checked others may have been: whoever tries many at once learns no more than one by one.
  const present = user && (await store.users.find(user.id));
  const locked = lockedFor(context, name, present) ?? context.throttle.exceeded(failuresAtOnce, name);
  if (locked !== undefined) return { kind: "wait", seconds: locked };
  if (
    !isRight ||
    present === undefined ||
    present.disabledAt !== undefined ||
    present.passwordHash !== user?.passwordHash
  ) {
    await recordFailure(context, attempt, name, present);
    return { kind: "refused" };
  }
  if (present.failures > 0) await store.users.clearFailures({ id: present.id });
  const { address, userAgent, replaces } = attempt;
  return {
    kind: "signed-in",
    cookie: await startSession(context, { user: present, amr: ["pwd"], address, userAgent, replaces }),
  };
}

/** Takes as long when there is nothing to compare with. What can be nobody's password is a wrong one like any other. */
async function isPasswordOf(
  { passwords }: Pick<Context, "passwords">,
  typed: string,
  user: User | undefined,
): Promise<boolean> {
  const password = preparePassword(typed);
  const isRight = await passwords.verify(password ?? "a text in place of none", user?.passwordHash);
  return isRight && password !== undefined;
}

async function recordFailure(
  context: SigningIn,
  { address, isLocal }: SignInAttempt,
  name: string,
  user: User | undefined,
): Promise<void> {
  const { store, clock, throttle, log } = context;
  throttle.count(failuresAtOnce, name);
  log.info("a sign-in failed", { address });
  if (!isLocal) throttle.count(signInsOfAddress, networkOf(address));
  if (throttle.count(signInsOfPerson, name) === undefined) throttle.count(signInsInAll, everybody);
  throttle.count(signInsOfSuspect, networkOf(address));
  if (user === undefined) {
    recordUnknownFailure(context, name);
    // A failure of an account is written: without a write of its own an unknown name would be answered sooner.
    await store.check();
    return;
  }
  const now = clock.now();
  const event = { at: now, name: "sign-in.failed", actor: { kind: "anonymous" }, userId: user.id, address } as const;
  await store.users.recordFailure({ id: user.id, now, ...lockout, event });
}

const everybody = "";

/**
 * Seconds to wait where an address fails too often, or where so many different accounts fail that one password is being
 * tried on all of them. Then only those wait who have failed themselves: nobody can shut out everybody.
 */
function crowdedFor({ throttle }: Pick<Context, "throttle">, { address, isLocal }: SignInAttempt): number | undefined {
  const ofAddress = isLocal ? undefined : throttle.exceeded(signInsOfAddress, networkOf(address));
  if (ofAddress !== undefined) return ofAddress;
  return throttle.exceeded(signInsOfSuspect, networkOf(address)) === undefined
    ? undefined
    : throttle.exceeded(signInsInAll, everybody);
}
