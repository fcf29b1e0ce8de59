import { PasswordsBusy } from "../crypto/fair-line.ts";
import { type Check, unmet } from "../oauth-error.ts";
import { canonicalUserName } from "../rules/user-name.ts";
import { passwordQueue } from "../throttle/limits.ts";
import { checkAtHost } from "./host-sign-in.ts";
import type { HostUnavailable } from "./host-users.ts";
import { forgetFailures } from "./lockout.ts";
import { renewedHash } from "./renewed-hash.ts";
import {
  afterPassword,
  type Busy,
  checkPassword,
  type FailedSignIn,
  type PasswordOutcome,
  type RightPassword,
  type Shown,
  type SigningBrowser,
  type SigningIn,
} from "./sign-in.ts";

/** What somebody typed. */
interface Typed {
  readonly username: string;
  readonly password: string;
}

/** Checks a password, or says no in a way that tells nobody which names exist. */
export async function signIn(
  context: SigningIn,
  typed: Typed,
  browser: SigningBrowser,
): Promise<PasswordOutcome | HostUnavailable | Busy> {
  const outcome = await tryToSignIn(context, typed, browser).catch((error: unknown) => busy(context, error));
  // What has come half way is counted at its end, and who is in has been.
  if (outcome.kind !== "second-factor" && outcome.kind !== "signed-in")
    context.metrics.count("postern_sign_ins_total", { factor: "password", result: outcome.kind });
  return outcome;
}

function busy({ metrics }: SigningIn, error: unknown): Busy {
  if (!(error instanceof PasswordsBusy)) throw error;
  const { seconds } = error;
  metrics.count("postern_throttled_total", { limit: passwordQueue });
  return { kind: "busy", seconds, checks: unmet("fewer passwords are being checked than the server can") };
}

async function tryToSignIn(
  context: SigningIn,
  typed: Typed,
  browser: SigningBrowser,
): Promise<PasswordOutcome | HostUnavailable> {
  const name = canonicalUserName(typed.username) ?? "";
  const user = name === "" ? undefined : await context.store.users.findByName(name);
  const checked = await checkTyped(context, { name, user, password: typed.password }, browser);
  if (checked.kind !== "right") return checked;
  const present = await renewedHash(context, checked.user, typed.password);
  const outcome = await afterPassword(context, present, browser);
  // Who has shown half of it has shown nothing yet.
  if (outcome.kind === "signed-in") await forgetFailures(context, checked.counted);
  return outcome;
}

/** A password of Postern's own comes first, and then it alone counts: the host is asked about everybody else. */
async function checkTyped(
  context: SigningIn,
  shown: Shown,
  browser: SigningBrowser,
): Promise<RightPassword | FailedSignIn | HostUnavailable> {
  const { verifier } = context;
  if (verifier === undefined || shown.name === "") return checkPassword(context, shown, browser);
  if (shown.user?.passwordHash === undefined) return checkAtHost({ ...context, verifier }, shown, browser);
  const since = performance.now();
  const checked = await checkPassword(context, shown, browser);
  if (checked.kind !== "refused") return checked;
  // Or the time would tell whose password is Postern's.
  await verifier.keepPace(since);
  return { ...checked, checks: [isNotAsked, ...checked.checks] };
}

const isNotAsked: Check = {
  rule: "an account of Postern's own with a password has the name: the host is not asked",
  isMet: true,
};
