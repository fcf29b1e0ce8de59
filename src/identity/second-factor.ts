import type { Context } from "../context.ts";
import type { FactorProof } from "../model/factor.ts";
import type { Session, User } from "../model/user.ts";
import { passkeyFailuresOfPerson } from "../throttle/limits.ts";
import { askAboutAccount, type HostUnavailable, type HostWord } from "./host-users.ts";
import { countedFor, crowdedOut, forgetFailures } from "./lockout.ts";
import { amrOfPasskey, checkPasskey, type RefusedPasskey } from "./passkeys.ts";
import { hashTypedRecoveryCode } from "./recovery-codes.ts";
import { startSessionWith } from "./sessions.ts";
import {
  type FailedSignIn,
  mustWait,
  recordFailure,
  type SignedInOutcome,
  type SigningBrowser,
  type SigningIn,
} from "./sign-in.ts";
import { amrOfTotp, checkTotp } from "./totp.ts";

/** Who has shown a password and must show a factor. */
export interface HalfSignedIn {
  readonly user: User;
  /** What was shown, and when. */
  readonly shown: Pick<Session, "amr" | "authTime">;
}

/** Checks a code of the authenticator app, or a recovery code: one field takes both. Wrong ones count like wrong passwords. */
export async function showCode(
  context: SigningIn,
  half: HalfSignedIn,
  typed: string,
  browser: SigningBrowser,
): Promise<SignedInOutcome | FailedSignIn> {
  const outcome = await tryCode(context, half, typed, browser);
  context.metrics.count("postern_sign_ins_total", { factor: "code", result: outcome.kind });
  return outcome;
}

async function tryCode(
  context: SigningIn,
  half: HalfSignedIn,
  typed: string,
  browser: SigningBrowser,
): Promise<SignedInOutcome | FailedSignIn> {
  const { store } = context;
  const { user } = half;
  const factors = await store.factors.of(user.id);
  const step = await checkTotp(context, user.id, factors, typed);
  const recoveryCode = step === undefined ? hashTypedRecoveryCode(context, user.id, factors, typed) : undefined;
  // From here on nothing waits until a wrong code is counted: of many tries at once each counts before the next is judged.
  const counted = countedFor(context, user.username, await store.users.find(user.id), browser.known);
  const wait = crowdedOut(context, counted);
  if (wait !== undefined) return mustWait(context, wait, user);
  const proof = proofOf(step, recoveryCode);
  const cookie = proof && (await startSessionWith(context, proof, signInOf(half, amrOfTotp, browser)));
  if (cookie === undefined) {
    await recordFailure(context, counted, browser, "code");
    return { kind: "refused", userId: user.id, checks: [{ rule: codeRule, isMet: false }] };
  }
  await forgetFailures(context, counted);
  const left = proof?.kind === "recovery-code" ? (factors.recoveryCodes?.left ?? 1) - 1 : undefined;
  return { kind: "signed-in", user, cookie, recoveryCodesLeft: left };
}

const codeRule = "the code is the authenticator app's, not used before, or a recovery code that is left";

function proofOf(step: number | undefined, hash: ReturnType<typeof hashTypedRecoveryCode>): FactorProof | undefined {
  if (step !== undefined) return { kind: "totp", step };
  return hash === undefined ? undefined : { kind: "recovery-code", hash };
}

/** Checks a passkey after the password. It cannot be guessed: no lockout keeps its owner from showing it. */
export async function showPasskey(
  context: SigningIn,
  half: HalfSignedIn,
  answer: { readonly response: string; readonly browserId: string },
  browser: SigningBrowser,
): Promise<SignedInOutcome | FailedSignIn> {
  const { user } = half;
  const checked = await checkPasskey(context, { ...answer, userId: user.id });
  if (checked.outcome === "refused") return passkeyRefused(context, checked, browser);
  const amr = amrOfPasskey(checked.passkey);
  const cookie = await startSessionWith(context, checked.proof, signInOf(half, amr, browser));
  if (cookie === undefined) return passkeyRefused(context, { rule: onceRule, userId: user.id }, browser);
  await forgetFailures(context, countedFor(context, user.username, user, browser.known));
  context.metrics.count("postern_sign_ins_total", { factor: "passkey", result: "signed-in" });
  return { kind: "signed-in", user, cookie };
}

/** Signs a person in who says no name: the passkey does, and its authenticator has checked who uses it. */
export async function signInWithPasskey(
  context: SigningIn,
  answer: { readonly response: string; readonly browserId: string },
  browser: SigningBrowser,
): Promise<SignedInOutcome | (FailedSignIn & { readonly isUnverified?: boolean }) | HostUnavailable> {
  const checked = await checkPasskey(context, answer);
  if (checked.outcome === "refused") return passkeyRefused(context, checked, browser);
  const { passkey, isUserVerified, proof } = checked;
  const { userId } = passkey;
  if (!isUserVerified) {
    const refused = await passkeyRefused(context, { rule: "the authenticator has verified its user", userId }, browser);
    return { ...refused, isUnverified: true };
  }
  const { address, userAgent, replaces } = browser;
  const found = await context.store.users.find(userId);
  if (found === undefined || found.disabledAt !== undefined)
    return passkeyRefused(context, { rule: "the account is enabled", userId }, browser);
  // A passkey says who it is, and not whether the host still wants them.
  const word: HostWord =
    found.hostSubject === undefined ? { kind: "allowed", user: found } : await askAboutAccount(context, found, address);
  if (word.kind === "unavailable") return unavailableAtHost(context, word);
  if (word.kind === "refused") return passkeyRefused(context, { ...word.check, userId }, browser);
  const { user } = word;
  const amr = amrOfPasskey(passkey);
  const cookie = await startSessionWith(context, proof, { user, amr, address, userAgent, replaces });
  if (cookie === undefined) return passkeyRefused(context, { rule: onceRule, userId }, browser);
  context.metrics.count("postern_sign_ins_total", { factor: "passkey", result: "signed-in" });
  return { kind: "signed-in", user, cookie };
}

function unavailableAtHost({ metrics }: Pick<Context, "metrics">, word: HostUnavailable): HostUnavailable {
  metrics.count("postern_sign_ins_total", { factor: "passkey", result: word.kind });
  return word;
}

const onceRule = "the challenge was not answered before, and the passkey is still there";

async function passkeyRefused(
  { store, clock, log, metrics, throttle }: Pick<Context, "store" | "clock" | "log" | "metrics" | "throttle">,
  { rule, received, userId, because }: Omit<RefusedPasskey, "outcome">,
  { address }: SigningBrowser,
): Promise<FailedSignIn> {
  log.info("a sign-in failed", { address });
  metrics.count("postern_sign_ins_total", { factor: "passkey", result: "refused" });
  if (userId !== undefined && throttle.count(passkeyFailuresOfPerson, userId) === undefined) {
    const actor = { kind: "anonymous" } as const;
    const detail = { factor: "passkey", ...(because === undefined ? {} : { because }) };
    await store.events.record({ at: clock.now(), name: "sign-in.failed", actor, userId, address, detail });
  }
  return { kind: "refused", userId, checks: [{ rule, isMet: false, received }] };
}

const signInOf = (
  { user, shown }: HalfSignedIn,
  added: readonly string[],
  { address, userAgent, replaces }: SigningBrowser,
) => ({
  user,
  amr: [...new Set([...shown.amr, ...added])],
  address,
  userAgent,
  replaces,
  // The password was shown then: a request that came since and wants a new sign-in is not answered by it.
  authTime: shown.authTime,
});
