import type { UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { askAboutAccount, recheckLimit } from "./host-users.ts";

type Rechecking = Pick<Context, "store" | "clock" | "random" | "verifier" | "throttle" | "config">;

/**
 * Asks the host once more about one of its users, where its word has become old (POSTERN_CREDENTIAL_VERIFIER_RECHECK).
 * Whom it lets in no longer loses grants and sessions. No answer changes nothing: what was given goes on.
 *
 * @returns whether it was asked: then the person, and what they have, may be others than before
 */
export async function recheckAtHost(context: Rechecking, id: UserId, address: string): Promise<boolean> {
  const { store, clock, config, throttle } = context;
  const limit = recheckLimit(config);
  if (limit === undefined || throttle.exceeded(limit, id) !== undefined) return false;
  const user = await store.users.find(id);
  if (user?.hostSubject === undefined) return false;
  const word = await askAboutAccount(context, user, address);
  // A verifier that cannot be asked about accounts has said nothing about this one.
  if (word.kind === "refused" && word.reason !== undefined && word.reason !== "unsupported") {
    const detail = { reason: word.reason };
    const event = {
      at: clock.now(),
      name: "user.host-refused",
      actor: { kind: "system" },
      userId: id,
      detail,
    } as const;
    await store.users.refuseFromHost({ id, event });
  }
  return true;
}
