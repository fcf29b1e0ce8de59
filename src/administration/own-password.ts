import type { SessionId } from "../brand.ts";
import type { Context } from "../context.ts";
import { forgetFailures } from "../identity/lockout.ts";
import { outOfDate } from "../identity/sessions.ts";
import { checkPassword, type FailedSignIn, type SigningBrowser } from "../identity/sign-in.ts";
import type { User } from "../model/user.ts";
import { checkIsOurs, hashedPassword } from "./users.ts";

interface WantedPassword {
  readonly user: User;
  /** The old one; absent for who has none. */
  readonly current: string | undefined;
  readonly fresh: string;
  /** The session in which it is changed. */
  readonly keepSession: SessionId;
  /** Nothing ends: other sessions and grants go on. */
  readonly keepsOthers: boolean;
}

/**
 * A person changes their own password. A wrong old one counts like a wrong one at sign-in.
 *
 * @returns the person as from now on
 * @throws Refused invalid or from-host
 * @throws OAuthError access_denied, when session or password are others by the time that it is written
 */
export async function changeOwnPassword(
  context: Context,
  { user, current = "", fresh, keepSession, keepsOthers }: WantedPassword,
  browser: SigningBrowser,
): Promise<{ readonly kind: "changed"; readonly user: User } | FailedSignIn> {
  await checkIsOurs(context, user.id);
  if (user.passwordHash !== undefined) {
    const checked = await checkPassword(context, { name: user.username, user, password: current }, browser);
    if (checked.kind !== "right") return checked;
    await forgetFailures(context, checked.counted);
  }
  const passwordHash = await hashedPassword(context, fresh);
  const { id } = user;
  const event = {
    at: context.clock.now(),
    name: "user.password-changed",
    actor: { kind: "user", userId: id },
    userId: id,
    address: browser.address,
    detail: { kept_others: keepsOthers },
  } as const;
  // To hash it took a while: who has been signed out, or got another password, does not choose the next one.
  const outcome = await context.store.users.setPassword({
    id,
    passwordHash,
    keepSession,
    keepsOthers,
    before: { passwordHash: user.passwordHash },
    event,
  });
  if (outcome !== "done") throw outOfDate(id);
  return { kind: "changed", user: { ...user, passwordHash } };
}
