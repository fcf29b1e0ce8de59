import type { UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { openState, sealState } from "../crypto/sealed-state.ts";
import { newIdentifier } from "../crypto/secret.ts";
import { after, type Instant, minutes } from "../time.ts";

// A challenge of WebAuthn (§13.4.3) is state of ours, sealed: authenticators sign whatever it says, and send it back.
// Nothing is written for somebody who has only looked at a page.

export type Ceremony = "registration" | "authentication";

interface Challenge {
  /** Spent with the sign-in. */
  readonly id: string;
  /** The browser that it was made for. */
  readonly browserId: string;
  /** The person whose passkey is wanted; absent where nobody is known yet. */
  readonly userId?: UserId | undefined;
  readonly expiresAt: Instant;
}

/** How long a person may take over it. */
export const challengeLifetime = minutes(5);

type Challenging = Pick<Context, "keys" | "random" | "clock">;

/** base64url, as the JSON forms of WebAuthn have it. */
export const newChallenge = (
  { keys, random, clock }: Challenging,
  ceremony: Ceremony,
  { browserId, userId }: Pick<Challenge, "browserId" | "userId">,
): Promise<string> =>
  sealState(keys, random, useOf(ceremony), {
    id: newIdentifier(random),
    browserId,
    userId,
    expiresAt: after(clock.now(), challengeLifetime),
  } satisfies Challenge);

/** What was challenged; undefined where that was not here, not in this browser, not about this person, or too long ago. */
export async function openChallenge(
  { keys, clock }: Pick<Challenging, "keys" | "clock">,
  ceremony: Ceremony,
  challenge: string,
  { browserId, userId }: Pick<Challenge, "browserId" | "userId">,
): Promise<Pick<Challenge, "id" | "expiresAt"> | undefined> {
  const opened = await openState(keys, useOf(ceremony), challenge);
  if (!isChallenge(opened) || opened.expiresAt <= clock.now()) return undefined;
  return opened.browserId === browserId && opened.userId === userId ? opened : undefined;
}

const useOf = (ceremony: Ceremony) => `passkey ${ceremony}`;

/** What opens under our key and for this use was written above. */
const isChallenge = (value: unknown): value is Challenge =>
  typeof value === "object" && value !== null && "browserId" in value;
