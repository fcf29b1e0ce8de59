import type { Context } from "../context.ts";
import type { Factors, Passkey } from "../model/factor.ts";
import type { Session, User } from "../model/user.ts";
import { relyingPartyId } from "./relying-party.ts";

type Configured = Pick<Context, "config">;

/** The passkeys that work here. Those of another host (the issuer has moved) are kept, and count for nothing. */
export function usablePasskeys({ config }: Configured, { passkeys }: Pick<Factors, "passkeys">): readonly Passkey[] {
  const rpId = relyingPartyId(config);
  return rpId === undefined ? [] : passkeys.filter((passkey) => passkey.rpId === rpId);
}

/** Whether a person can show more than a password: from then on the password alone opens nothing. */
export const hasSecondFactor = (context: Configured, factors: Factors): boolean =>
  factors.totp !== undefined || usablePasskeys(context, factors).length > 0;

/** `POSTERN_MFA`: whether this person must have a second factor. */
export function mustHaveSecondFactor({ config }: Configured, { role }: Pick<User, "role">): boolean {
  return config.mfa === "required" || (config.mfa === "admins" && role === "admin");
}

/** RFC 8176: `mfa` says that more than one factor was shown. */
export const isMultiFactor = ({ amr }: Pick<Session, "amr">): boolean => amr.includes("mfa");

/** What a session lacks before it counts: a factor that the person has, or one that they must have. */
export type Lack = "second-factor" | "enrolment";

/** What a session lacks by the policy of the server; what a client demands beyond that is for interaction/next-step. */
export async function lackOf(
  context: Pick<Context, "config" | "store">,
  user: User,
  session: Pick<Session, "amr">,
): Promise<Lack | undefined> {
  if (isMultiFactor(session)) return undefined;
  if (hasSecondFactor(context, await context.store.factors.of(user.id))) return "second-factor";
  return mustHaveSecondFactor(context, user) ? "enrolment" : undefined;
}
