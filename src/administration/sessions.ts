import type { SessionId, UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import type { Actor } from "../model/event.ts";
import type { Session } from "../model/user.ts";
import type { Page, PageOf } from "../store/listing.ts";
import { before, between } from "../time.ts";
import { Refused } from "./refused.ts";

/** The sessions that live: not ended, neither idle nor old beyond the limits. */
export async function listSessions(
  { store, clock, config }: Pick<Context, "store" | "clock" | "config">,
  userId?: UserId,
): Promise<readonly Session[]> {
  const now = clock.now();
  const sessions = await store.sessions.list(userId);
  return sessions.filter(
    ({ createdAt, lastSeenAt }) =>
      between(lastSeenAt, now) <= config.sessionLifetime && between(createdAt, now) <= config.sessionMaxLifetime,
  );
}

/** The same, part by part, the one seen last first. */
export function pageOfSessions(
  { store, clock, config }: Pick<Context, "store" | "clock" | "config">,
  { userId, offset, limit }: PageOf & { readonly userId?: UserId | undefined },
): Promise<Page<Session>> {
  const now = clock.now();
  const seenSince = before(now, config.sessionLifetime);
  const madeSince = before(now, config.sessionMaxLifetime);
  return store.sessions.page({ userId, offset, limit, seenSince, madeSince });
}

/**
 * Ends a session and the grants that are bound to it.
 *
 * @param address where the request for it came from, for the audit log
 * @throws Refused missing, also when it has ended before
 */
export async function endSession(
  { store, clock }: Pick<Context, "store" | "clock">,
  actor: Actor,
  id: SessionId,
  address?: string,
): Promise<void> {
  const session = await store.sessions.findById(id);
  const event = { at: clock.now(), name: "session.ended", actor, userId: session?.userId, address } as const;
  const outcome = session === undefined ? "missing" : await store.sessions.end({ id, event });
  if (outcome === "missing") throw new Refused("missing", "there is no such session, or it has ended");
}
