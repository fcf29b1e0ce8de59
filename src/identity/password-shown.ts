import { asUserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { hmac } from "../crypto/hash.ts";
import { macOf } from "../crypto/key-ring.ts";
import { openState, sealState } from "../crypto/sealed-state.ts";
import type { User } from "../model/user.ts";
import { after, type Instant, minutes } from "../time.ts";

// The right password of somebody who has a second factor starts no session. That it was shown travels on, sealed, to the
// page that asks for the factor.

const use = "password shown";
const lifetime = minutes(10);

interface Sealed {
  readonly userId: string;
  /** Another password voids it. */
  readonly password: string;
  readonly browserId: string;
  /** What the person signs in for: it leads nowhere else. */
  readonly goal: string;
  readonly at: Instant;
}

export interface PasswordShown {
  readonly user: User;
  readonly at: Instant;
}

interface Where {
  readonly browserId: string;
  /** The handle of the sign-in page. */
  readonly handle: string | undefined;
}

export const sealPasswordShown = (
  context: Pick<Context, "keys" | "random" | "clock">,
  user: User,
  { browserId, handle }: Where,
): Promise<string> =>
  sealState(context.keys, context.random, use, {
    userId: user.id,
    password: fingerprint(context, user),
    browserId,
    goal: goalOf(context, handle),
    at: context.clock.now(),
  } satisfies Sealed);

/** Whose password was shown in this browser, for this goal, and when; undefined where that holds no more. */
export async function openPasswordShown(
  context: Pick<Context, "keys" | "clock" | "store">,
  sealed: string,
  { browserId, handle }: Where,
): Promise<PasswordShown | undefined> {
  const state = await openState(context.keys, use, sealed);
  if (!isSealed(state) || state.browserId !== browserId || state.goal !== goalOf(context, handle)) return undefined;
  const now = context.clock.now();
  // A time that has not come yet belongs to a clock that was set back.
  if (state.at > now || after(state.at, lifetime) <= now) return undefined;
  const user = await context.store.users.find(asUserId(state.userId));
  if (user === undefined || user.disabledAt !== undefined) return undefined;
  return state.password === fingerprint(context, user) ? { user, at: state.at } : undefined;
}

/** The password of one of the host's own users is not known here: it was right minutes ago. */
const fingerprint = ({ keys }: Pick<Context, "keys">, { passwordHash = "" }: User): string =>
  macOf(keys.pageKey, "password fingerprint", passwordHash).toString("base64url");

const goalOf = ({ keys }: Pick<Context, "keys">, handle = ""): string =>
  hmac(keys.pageKey, `goal\0${handle}`).toString("base64url");

/** What opens under our key and for this use was written above. */
const isSealed = (value: unknown): value is Sealed => typeof value === "object" && value !== null && "goal" in value;
