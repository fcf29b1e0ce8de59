import type { Context } from "../context.ts";
import { hash } from "../crypto/hash.ts";
import { newSecret, type Secret } from "../crypto/secret.ts";
import type { Actor } from "../model/event.ts";
import type { RegistrationToken } from "../store/store.ts";
import { after, type Duration, inSeconds, isoTime } from "../time.ts";
import { Refused } from "./refused.ts";

/** An initial access token: who holds it may register clients by RFC 7591. */
export async function makeRegistrationToken(
  { store, clock, random }: Pick<Context, "store" | "clock" | "random">,
  actor: Actor,
  { uses, lifetime }: { readonly uses: number; readonly lifetime: Duration },
): Promise<Secret<"initial-access-token">> {
  const token = newSecret(random, "initial-access-token");
  const at = clock.now();
  const event = {
    at,
    name: "registration-token.created",
    actor,
    detail: { uses, seconds: inSeconds(lifetime) },
  } as const;
  await store.registrationTokens.create({ hash: hash(token), uses, expiresAt: after(at, lifetime), event });
  return token;
}

/** Those with which clients can still be registered. Their secrets are known to nobody here. */
export const listRegistrationTokens = ({
  store,
  clock,
}: Pick<Context, "store" | "clock">): Promise<readonly RegistrationToken[]> =>
  store.registrationTokens.list(clock.now());

/**
 * Nobody registers a client with it any more; those that were stay.
 *
 * @throws Refused missing
 */
export async function revokeRegistrationToken(
  { store, clock }: Pick<Context, "store" | "clock">,
  actor: Actor,
  id: string,
): Promise<void> {
  const now = clock.now();
  const event = { at: now, name: "registration-token.revoked", actor, detail: { token: id } } as const;
  if ((await store.registrationTokens.revoke({ id, now, event })) === "missing")
    throw new Refused("missing", "there is no such initial access token, or not any more", "id");
}

export const registrationTokenRecord = ({ id, usesLeft, expiresAt }: RegistrationToken) => ({
  id,
  uses_left: usesLeft,
  expires_at: isoTime(expiresAt),
});
