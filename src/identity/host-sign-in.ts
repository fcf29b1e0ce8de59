import type { HostPerson } from "../model/host-person.ts";
import type { Check } from "../oauth-error.ts";
import type { Verdict, Verifier } from "../outbound/verifier.ts";
import { maxPasswordBytes } from "../rules/password.ts";
import {
  admitHostPerson,
  type HostUnavailable,
  hostLetsIn,
  hostNameIsFree,
  noteAsked,
  unavailable,
} from "./host-users.ts";
import { countedFor, crowdedOut } from "./lockout.ts";
import {
  type FailedSignIn,
  isPasswordOf,
  laneOf,
  mustWait,
  type RightPassword,
  recordFailure,
  type Shown,
  type SigningBrowser,
  type SigningIn,
  waitBefore,
} from "./sign-in.ts";

type Asking = SigningIn & { readonly verifier: Verifier };

/**
 * Asks the host whether the password is its user's. Limits and waits are those of `checkPassword`, and so is the time:
 * a hash is computed beside the question, whoever has the name.
 */
export async function checkAtHost(
  context: Asking,
  { name, user, password }: Shown,
  browser: SigningBrowser,
): Promise<RightPassword | FailedSignIn | HostUnavailable> {
  const counted = countedFor(context, name, user, browser.known);
  const wait = waitBefore(context, counted, browser);
  if (wait !== undefined) return mustWait(context, wait, user);

  const [verdict] = await Promise.all([
    verdictOn(context, name, password, browser),
    isPasswordOf(context, password, undefined, laneOf(counted, browser)),
  ]);
  const present = user && (await context.store.users.find(user.id));
  const now = { ...counted, user: present };
  const locked = crowdedOut(context, now);
  if (locked !== undefined) return mustWait(context, locked, present);
  if (verdict.kind === "unavailable") return unavailable(verdict, present?.id, [isAsked]);
  if (verdict.kind === "refused") {
    await recordFailure(context, now, browser, "password");
    return { kind: "refused", userId: present?.id, checks: [isAsked, { ...hostLetsIn, received: verdict.reason }] };
  }
  return admitted(context, verdict.person, name, browser);
}

/** What cannot be anybody's password is not sent. */
async function verdictOn(
  { verifier }: Asking,
  username: string,
  password: string,
  { address }: SigningBrowser,
): Promise<Verdict> {
  if (!password.isWellFormed() || Buffer.byteLength(password) > maxPasswordBytes)
    return { kind: "refused", reason: "credentials" };
  return verifier.ask({ check: "password", username, password, address });
}

/** Whom the host lets in Postern lets in, too, unless the name or the account stands in the way. */
async function admitted(
  context: Asking,
  person: HostPerson,
  name: string,
  browser: SigningBrowser,
): Promise<RightPassword | FailedSignIn> {
  const admission = await admitHostPerson(context, person, name, browser.address);
  if (admission.outcome === "clash")
    return { kind: "refused", userId: admission.holder, checks: [isAsked, hostSaidYes, hostNameIsFree] };
  const { user } = admission;
  noteAsked(context, user.id);
  const counted = countedFor(context, user.username, user, browser.known);
  if (user.disabledAt === undefined) return { kind: "right", user, counted };
  await recordFailure(context, counted, browser, "password");
  return { kind: "refused", userId: user.id, checks: [isAsked, hostSaidYes, isEnabled] };
}

const isAsked: Check = {
  rule: "no account of Postern's own with a password has the name: the host is asked",
  isMet: true,
};
const hostSaidYes: Check = { ...hostLetsIn, isMet: true };
const isEnabled: Check = { rule: "the account is enabled here", isMet: false };
