import { asGrantId } from "../brand.ts";
import type { Context } from "../context.ts";
import { newIdentifier } from "../crypto/secret.ts";
import type { Client } from "../model/client.ts";
import type { Grant } from "../model/grant.ts";
import { after } from "../time.ts";

/** What a person allowed, how they had signed in, and what asks for the tokens. */
export type Authorization = Required<Pick<Grant, "userId" | "authTime">> &
  Pick<Grant, "scope" | "amr" | "sid" | "claims" | "address" | "userAgent"> & {
    /** The grant ends with this session (OIDC Core §11: no offline_access). */
    readonly sessionId?: Grant["sessionId"];
  };

/** A grant for what a person allowed, with a refresh token's first generation where the client may have one. */
export function newUserGrant(
  { clock, random, config }: Pick<Context, "clock" | "random" | "config">,
  client: Client,
  authorization: Authorization,
): Grant {
  const now = clock.now();
  const hasRefreshToken = client.metadata.grant_types.includes("refresh_token");
  const refreshExpiresAt = after(now, config.refreshTokenLifetime);
  return {
    id: asGrantId(newIdentifier(random)),
    clientId: client.id,
    ...authorization,
    createdAt: now,
    lastUsedAt: now,
    epoch: 1,
    refreshGeneration: hasRefreshToken ? 1 : 0,
    keepUntil: after(hasRefreshToken ? refreshExpiresAt : now, config.accessTokenLifetime),
    ...(hasRefreshToken ? { refreshExpiresAt, refreshMaxExpiresAt: after(now, config.refreshTokenMaxLifetime) } : {}),
  };
}

/** The grant that stands behind a client's own tokens (RFC 6749 §4.4). It has no end: to stop a client, disable it. */
export function newStandingGrant(
  { clock, random }: Pick<Context, "clock" | "random">,
  client: Pick<Client, "id">,
  scope: readonly string[],
): Grant {
  return {
    id: asGrantId(newIdentifier(random)),
    clientId: client.id,
    scope,
    amr: [],
    createdAt: clock.now(),
    epoch: 1,
    refreshGeneration: 0,
  };
}
