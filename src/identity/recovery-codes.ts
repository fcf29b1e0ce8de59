import type { SessionId, UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { hashRecoveryCode } from "../crypto/hash.ts";
import type { Factors } from "../model/factor.ts";
import type { Hashed } from "../model/secret.ts";
import { formatRecoveryCode, newRecoveryCode, normaliseRecoveryCode } from "../rules/recovery-code.ts";
import { outOfDate } from "./sessions.ts";

/** How many a person gets at once. */
const count = 10;
const keyBytes = 32;

/** So few that the person should make new ones soon. */
export const areFewCodes = (left: number): boolean => left <= 3;

/**
 * Makes ten codes, each good once in place of a factor; those before them are void.
 *
 * @param session in which the person asked for them
 * @returns the codes as a person sees them: this once, and never again
 * @throws OAuthError access_denied, when it has ended
 */
export async function replaceRecoveryCodes(
  { store, keys, random, clock }: Pick<Context, "store" | "keys" | "random" | "clock">,
  {
    userId,
    session,
    address,
  }: {
    readonly userId: UserId;
    readonly session?: SessionId | undefined;
    readonly address?: string | undefined;
  },
): Promise<readonly string[]> {
  const codes = new Set<string>();
  while (codes.size < count) codes.add(newRecoveryCode((length) => random.bytes(length)));
  const key = random.bytes(keyBytes);
  const actor = { kind: "user", userId } as const;
  const outcome = await store.factors.replaceRecoveryCodes({
    userId,
    session,
    sealedKey: keys.sealForStore(labelOfRecoveryKey(userId), key),
    hashes: [...codes].map((code) => hashRecoveryCode(key, code)),
    event: { at: clock.now(), name: "recovery-codes.created", actor, userId, address },
  });
  if (outcome === "outdated") throw outOfDate(userId);
  return [...codes].map(formatRecoveryCode);
}

/** What was typed as the hash that the store knows it by. Whether it is one of the codes, and unused, is the store's to say. */
export function hashTypedRecoveryCode(
  { keys, log }: Pick<Context, "keys" | "log">,
  userId: UserId,
  { recoveryCodes }: Pick<Factors, "recoveryCodes">,
  typed: string,
): Hashed<"recovery-code"> | undefined {
  const code = normaliseRecoveryCode(typed);
  if (code === undefined || recoveryCodes === undefined) return undefined;
  const key = keys.openFromStore(labelOfRecoveryKey(userId), recoveryCodes.sealedKey);
  if (key !== undefined) return hashRecoveryCode(key, code);
  log.error("the key of recovery codes does not open: the instance secret is another one", { user: userId });
  return undefined;
}

/** What the key of a person's codes is sealed for. */
export const labelOfRecoveryKey = (userId: UserId) => `recovery codes ${userId}`;
