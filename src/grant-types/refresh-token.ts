import type { GrantId } from "../brand.ts";
import { allowedScopes } from "../clients/scopes.ts";
import type { Context, OwnScopes } from "../context.ts";
import { recheckAtHost } from "../identity/host-recheck.ts";
import type { Client } from "../model/client.ts";
import type { Grant } from "../model/grant.ts";
import { type Check, OAuthError, unmet } from "../oauth-error.ts";
import { intersect, isSubset, parseScope } from "../rules/scope.ts";
import type { GrantState } from "../store/store.ts";
import { after, before, between, earlier, type Instant, isoTime, later, minutes } from "../time.ts";
import { unnamedGrantEvent } from "../tokens/grant-event.ts";
import { issueTokens, rotatesRefreshTokens } from "../tokens/issue.ts";
import { isLive } from "../tokens/read.ts";
import { deriveRefreshToken, readRefreshToken } from "../tokens/refresh-token.ts";
import type { GrantTypeHandler } from "./grant-type.ts";

/** RFC 6749 §6. */
export const refreshToken: GrantTypeHandler = {
  grantType: "refresh_token",
  issue: async (context, client, request) => {
    if (request.refresh_token === undefined) throw new OAuthError("invalid_request", "refresh_token is missing");
    const facts = readRefreshToken(await context.keys.open(), request.refresh_token);
    const state = facts && (await presentState(context, client, facts.grantId, request.address));
    // RFC 6749 §6: "the refresh token is bound to the client to which it was issued."
    if (facts === undefined || state === undefined || state.grant.clientId !== client.id || !isLive(state))
      throw refused(client, ...whyDead(client, state));
    const { grant } = state;
    if (grant.userId === undefined) throw refused(client, "the grant is one of a person");
    const scope = narrowedScope(await context.ownScopes(), client, grant, request.scope);
    // For the ID token alone: that the person is there and enabled is known.
    const user = scope.includes("openid") ? await context.store.users.find(grant.userId) : undefined;

    // All that can fail comes first: once a token is retired, nothing is left but the answer.
    const response = await issueTokens(context, { client, grant, scope, user });
    if (!rotatesRefreshTokens(client)) {
      // FAPI 2.0 §5.3.2.1 forbids rotation where the client is authenticated; the answer then names no refresh token.
      await useAgain(context, grant, facts.generation, request.address);
      return response;
    }
    const key = await context.keys.derivation();
    const generation = await rotate(context, client, grant, facts.generation, request.address);
    return { ...response, refresh_token: deriveRefreshToken(key, { grantId: grant.id, generation }) };
  },
};

/** The grant as it is now; of one of the host's own users, as it is once the host was asked where its word is old. */
async function presentState(
  context: Context,
  client: Client,
  id: GrantId,
  address: string,
): Promise<GrantState | undefined> {
  const state = await context.store.grants.findState(id);
  const userId = state?.grant.userId;
  if (userId === undefined || state?.grant.clientId !== client.id || !isLive(state)) return state;
  return (await recheckAtHost(context, userId, address)) ? context.store.grants.findState(id) : state;
}

/** RFC 6749 §5.2: one answer, whatever is wrong with the token; what it was is in the trace. */
const refused = (client: Pick<Client, "id">, rule: string, values: Pick<Check, "expected" | "received"> = {}) =>
  new OAuthError("invalid_grant", "the refresh token is invalid, expired, revoked or of another client", {
    about: { clientId: client.id },
    checks: unmet(rule, values),
  });

function whyDead(
  client: Client,
  state: GrantState | undefined,
): readonly [rule: string, values: Pick<Check, "expected" | "received">] {
  if (state === undefined) return ["the refresh token is one of this server, for a grant that is there", {}];
  const { grant, clientDisabled, user } = state;
  if (grant.clientId !== client.id) {
    return [
      "the refresh token was issued to this client (RFC 6749 §6)",
      { expected: grant.clientId, received: client.id },
    ];
  }
  if (clientDisabled || user?.disabled === true) return ["the client and the account are enabled", {}];
  return ["the grant has not ended", { received: grant.endedBecause ?? "ended" }];
}

/**
 * RFC 6749 §6: "The requested scope MUST NOT include any scope not originally granted by the resource owner, and if
 * omitted is treated as equal to the scope originally granted". What the client may no longer ask for is left out.
 */
function narrowedScope(own: OwnScopes, client: Client, grant: Grant, requested: string | undefined): readonly string[] {
  const whole = intersect(grant.scope, allowedScopes(own, client.metadata));
  if (requested === undefined) return whole;
  const wanted = parseScope(requested);
  if (!isSubset(wanted, whole)) throw new OAuthError("invalid_scope", "the scope is wider than the grant");
  return wanted;
}

/** When the refresh token dies unless it is used again: never beyond its absolute age (RFC 9700 §4.14.2). */
function nextExpiry({ config }: Pick<Context, "config">, grant: Grant, now: Instant) {
  const idle = after(now, config.refreshTokenLifetime);
  const bounded = grant.refreshMaxExpiresAt === undefined ? idle : earlier(idle, grant.refreshMaxExpiresAt);
  // A clock that was set back (a board without one starts in 1970) takes no time away that was given before.
  const refreshExpiresAt = grant.refreshExpiresAt === undefined ? bounded : later(bounded, grant.refreshExpiresAt);
  // The access token that goes with this answer outlives the refresh token by at most its own life.
  return { refreshExpiresAt, keepUntil: after(refreshExpiresAt, config.accessTokenLifetime) };
}

/** Times of use are written once a minute: a token this near its end does not wait for that. */
const tooNear = minutes(2);

/** The same token goes on. */
async function useAgain(
  { store, clock, config, lastUsed }: Context,
  grant: Grant,
  presented: number,
  address: string,
): Promise<void> {
  const now = clock.now();
  const { refreshExpiresAt, refreshMaxExpiresAt } = grant;
  if (presented !== grant.refreshGeneration || refreshExpiresAt === undefined || refreshMaxExpiresAt === undefined)
    throw refused({ id: grant.clientId }, "the refresh token is the newest one of its grant (RFC 9700 §4.14.2)");
  if (refreshExpiresAt <= now || refreshMaxExpiresAt <= now) {
    const expected = `before ${isoTime(earlier(refreshExpiresAt, refreshMaxExpiresAt))}`;
    throw refused({ id: grant.clientId }, "the refresh token is used in its time", {
      expected,
      received: isoTime(now),
    });
  }
  const until = nextExpiry({ config }, grant, now);
  if (between(now, refreshExpiresAt) > tooNear) lastUsed.grant(grant.id, now, { ...until, address });
  else if (until.refreshExpiresAt > refreshExpiresAt)
    await store.touch({ grants: [{ id: grant.id, at: now, ...until, address }], clients: [], sessions: [] });
}

/** The next generation, or the same one again for who lost the answer. A retired token ends the grant. */
async function rotate(
  { store, clock, config, startedAt, log, lastUsed }: Context,
  client: Client,
  grant: Grant,
  presented: number,
  address: string,
): Promise<number> {
  const now = clock.now();
  const grace = config.refreshGrace;
  const lastCommit = store.lastCommitBeforeOpening;
  // A clock that went back since the start must not keep the retry open for long.
  const isJustStarted = Math.abs(between(startedAt, now)) <= grace;
  const rotation = await store.grants.rotate({
    id: grant.id,
    presented,
    now,
    grace,
    ...nextExpiry({ config }, grant, now),
    // The grace stood still while the server was down: for one grace after the start it is as it was at the last commit.
    graceFrozenSince: grace > 0 && lastCommit !== undefined && isJustStarted ? before(lastCommit, grace) : undefined,
    event: unnamedGrantEvent({ clock }, grant, address),
  });
  // The verb has written the time; the place only changes when the device moves.
  if ("generation" in rotation && address !== grant.address) lastUsed.grant(grant.id, now, { address });
  switch (rotation.outcome) {
    case "rotated":
    case "retried":
      return rotation.generation;
    case "newer-than-database":
      log.warn("a refresh token is newer than the database: was a backup restored?", {
        client: client.id,
        grant: grant.id,
      });
      return rotation.generation;
    case "replayed":
      log.warn("a retired refresh token was used: its grant has ended", {
        client: client.id,
        grant: grant.id,
        address,
      });
      throw refused(client, "the refresh token has not been replaced by a newer one (RFC 9700 §4.14.2)", {
        expected: "the newest token, or within the grace the one before it",
        received: "a retired token: the grant has ended",
      });
    case "ended":
    case "expired":
    case "unknown":
      throw refused(client, "the grant is alive", { received: rotation.outcome });
  }
}
