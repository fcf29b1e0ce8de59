import type { ClientId, GrantId, UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import type { Actor } from "../model/event.ts";
import type { Grant } from "../model/grant.ts";
import { isRestrictedScope } from "../rules/scope.ts";
import type { Page, PageOf } from "../store/listing.ts";
import { Refused } from "./refused.ts";

export interface GrantFilter {
  readonly userId?: UserId | undefined;
  readonly clientId?: ClientId | undefined;
  /** Ended and outlived ones too, as long as they are kept. */
  readonly ended?: boolean | undefined;
}

export const listGrants = (
  { store, clock }: Pick<Context, "store" | "clock">,
  { userId, clientId, ended = false }: GrantFilter,
): Promise<readonly Grant[]> => store.grants.list({ userId, clientId, liveAt: ended ? undefined : clock.now() });

/** The same, part by part, the newest first. */
export const pageOfGrants = (
  { store, clock }: Pick<Context, "store" | "clock">,
  { userId, clientId, ended = false, offset, limit }: GrantFilter & PageOf,
): Promise<Page<Grant>> =>
  store.grants.page({ userId, clientId, offset, limit, liveAt: ended ? undefined : clock.now() });

/**
 * Ends every grant of a person, of a client, or of the one for the other, and what was allowed but not collected yet.
 * Answers how many were live until now.
 */
export const revokeGrantsOf = (
  { store, clock }: Pick<Context, "store" | "clock">,
  actor: Actor,
  filter:
    | { readonly userId: UserId; readonly clientId?: ClientId | undefined }
    | { readonly userId?: undefined; readonly clientId: ClientId },
): Promise<number> =>
  store.grants.endAll({
    ...filter,
    because: "revoked",
    event: { at: clock.now(), name: "grant.ended", actor },
  });

/** What a person gave away as an administrator does not come back when they are one again. */
export async function endAdministrationOf(
  context: Pick<Context, "store" | "clock">,
  actor: Actor,
  userId: UserId,
): Promise<void> {
  const grants = await listGrants(context, { userId });
  for (const { id, scope } of grants) if (scope.some(isRestrictedScope)) await revokeGrant(context, actor, id);
}

/**
 * Ends a grant and with it all its tokens; a client's own grant goes on under a new epoch.
 *
 * @param address where the request for it came from, for the audit log
 * @returns whether it was live until now
 * @throws Refused missing
 */
export async function revokeGrant(
  { store, clock }: Pick<Context, "store" | "clock">,
  actor: Actor,
  id: GrantId,
  address?: string,
): Promise<boolean> {
  const grant = await store.grants.find(id);
  if (grant === undefined) throw noSuchGrant();
  const { userId, clientId } = grant;
  const event = { at: clock.now(), name: "grant.ended", actor, grantId: id, userId, clientId, address } as const;
  const outcome = await store.grants.end({ id, because: "revoked", event });
  if (outcome === "missing") throw noSuchGrant();
  return outcome === "ended";
}

const noSuchGrant = () => new Refused("missing", "there is no such grant");
