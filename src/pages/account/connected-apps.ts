import type { ClientId, UserId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { isAskedEachTime } from "../../interaction/next-step.ts";
import type { Client } from "../../model/client.ts";
import type { Consent, Grant } from "../../model/grant.ts";
import type { Instant } from "../../time.ts";

/** A client that a person has let in. */
export interface ConnectedApp {
  readonly client: Client;
  /** All that any of its connections may do, and what it would not have to ask for again. */
  readonly scope: readonly string[];
  /** The one used last first. Empty where only the consent is left. */
  readonly grants: readonly Grant[];
}

/** Every live grant of a person by client, and clients that would be let in again without being asked; the one used last first. */
export async function connectedApps(
  { store, clock, lastUsed }: Pick<Context, "store" | "clock" | "lastUsed">,
  userId: UserId,
): Promise<readonly ConnectedApp[]> {
  const [grants, consents] = await Promise.all([
    store.grants.list({ userId, liveAt: clock.now() }),
    store.consents.list(userId),
  ]);
  const fresh = grants
    .map((grant) => ({ ...grant, lastUsedAt: lastUsed.ofGrant(grant.id) ?? grant.lastUsedAt }))
    .sort((one, other) => usedAt(other) - usedAt(one));
  // Those with a live grant come first, in the order of their grants.
  const clientIds = new Set([...fresh, ...consents].map(({ clientId }) => clientId));
  const apps = await Promise.all([...clientIds].map((id) => connectedApp(store, id, fresh, consents)));
  return apps.filter((app) => app !== undefined);
}

async function connectedApp(
  store: Context["store"],
  id: ClientId,
  allGrants: readonly Grant[],
  allConsents: readonly Consent[],
): Promise<ConnectedApp | undefined> {
  const client = await store.clients.find(id);
  if (client === undefined) return undefined;
  const grants = allGrants.filter(({ clientId }) => clientId === id);
  const consents = allConsents.filter(({ clientId }) => clientId === id);
  if (grants.length === 0 && isAskedEachTime(client)) return undefined;
  return { client, grants, scope: [...new Set([...grants, ...consents].flatMap(({ scope }) => scope))] };
}

const usedAt = ({ lastUsedAt, createdAt }: Grant): Instant => lastUsedAt ?? createdAt;
