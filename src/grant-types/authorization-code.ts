import type { Context } from "../context.ts";
import { hashPresented } from "../crypto/hash.ts";
import type { Client } from "../model/client.ts";
import type { AuthorizationCode } from "../model/code.ts";
import type { Grant } from "../model/grant.ts";
import { type Check, OAuthError, unmet } from "../oauth-error.ts";
import { networkOf } from "../rules/client-address.ts";
import { checkCodeVerifier } from "../rules/pkce.ts";
import { administrationScope } from "../rules/scope.ts";
import { codeFailures } from "../throttle/limits.ts";
import { tooMany } from "../throttle/too-many.ts";
import { isFromFuture, isoTime } from "../time.ts";
import { grantEvent } from "../tokens/grant-event.ts";
import { issueTokens, type TokenResponse } from "../tokens/issue.ts";
import { newUserGrant } from "../tokens/new-grant.ts";
import type { GrantTypeHandler, TokenRequest } from "./grant-type.ts";

/** Wrong verifiers or redirect URIs after which a code is dead, whoever sends them (RFC 7636 §4.6 sets no number). */
const mostFailures = 5;

/** RFC 6749 §4.1.3. */
export const authorizationCode: GrantTypeHandler = {
  grantType: "authorization_code",
  issue: async (context, client, request) => {
    if (request.code === undefined) throw new OAuthError("invalid_request", "code is missing");
    checkPace(context, request);
    try {
      return await redeem(context, client, request, request.code);
    } catch (error) {
      if (isRefused(error) && !request.isLocal) context.throttle.count(codeFailures, networkOf(request.address));
      throw error;
    }
  },
};

/** RFC 6749 §10.10: codes cannot be guessed, and nobody may try for long. */
function checkPace({ throttle }: Pick<Context, "throttle">, { address, isLocal }: TokenRequest): void {
  const wait = isLocal ? undefined : throttle.waitFor(codeFailures, networkOf(address));
  if (wait !== undefined) throw tooMany("too many wrong codes", wait);
}

async function redeem(
  context: Context,
  client: Client,
  request: TokenRequest,
  presented: string,
): Promise<TokenResponse> {
  const { store, clock, log } = context;
  const { address, userAgent } = request;
  const code = await store.codes.find(hashPresented("authorization-code", presented));
  if (code === undefined)
    throw refused(client, "the code is one that was issued here, and not too long ago (RFC 6749 §4.1.3)");
  // RFC 6749 §4.1.3: "ensure that the authorization code was issued to the authenticated confidential client, or if the
  // client is public, ensure that the code was issued to client_id in the request". It stays good for its own client:
  // else anybody could spend what they have seen.
  if (code.clientId !== client.id) {
    log.warn("a client presented the authorization code of another one", {
      client: client.id,
      address,
    });
    const rule = "the code was issued to this client (RFC 6749 §4.1.3)";
    throw refused(client, rule, { expected: code.clientId, received: client.id });
  }
  const grant = newUserGrant(context, client, { ...authorizationOf(client, code), address, userAgent });
  // RFC 6749 §4.1.2: "If an authorization code is used more than once, the authorization server MUST deny the request and
  // SHOULD revoke (when possible) all tokens previously issued based on that authorization code."
  if (code.redeemedAt !== undefined) {
    await redeemOnce(context, code, grant, request);
    throw replayed(context, client, request);
  }
  const now = clock.now();
  if (code.expiresAt <= now || isFromFuture(code.createdAt, now)) {
    const values = { expected: `before ${isoTime(code.expiresAt)}`, received: isoTime(now) };
    throw refused(client, "the code is redeemed in its time (RFC 6749 §4.1.2)", values);
  }
  if (code.failures >= mostFailures) {
    throw refused(client, "the code has not been tried too often with a wrong verifier or redirect_uri");
  }
  await checkProof(context, code, request);
  const user = await store.users.find(code.userId);
  if (user === undefined || user.disabledAt !== undefined) throw refused(client, "the account is there and enabled");
  // All that can fail comes before the store's verb: after it nothing is left but the answer.
  const refreshGeneration = grant.refreshGeneration === 0 ? undefined : grant.refreshGeneration;
  const response = await issueTokens(context, {
    client,
    grant,
    scope: grant.scope,
    user,
    nonce: code.nonce,
    refreshGeneration,
  });
  switch (await redeemOnce(context, code, grant, request)) {
    case "redeemed":
      return response;
    case "replayed":
      throw replayed(context, client, request);
    case "expired":
    case "unknown":
      throw refused(client, "the client, the account and the session of the sign-in are still there");
  }
}

/** The verifier (RFC 7636 §4.6) and the redirect URI (RFC 6749 §4.1.3). A wrong one is counted against the code. */
async function checkProof(
  { store }: Pick<Context, "store">,
  code: AuthorizationCode,
  request: TokenRequest,
): Promise<void> {
  try {
    checkCodeVerifier(request.code_verifier, code.codeChallenge);
    checkRedirectUri(code, request.redirect_uri);
  } catch (error) {
    if (isRefused(error)) await store.codes.recordFailure(code.hash);
    throw error;
  }
}

/**
 * RFC 6749 §4.1.3: redirect_uri is "REQUIRED, if the redirect_uri parameter was included in the authorization request …,
 * and their values MUST be identical". OAuth 2.1 §10.2 has PKCE do its work, and its clients do not send it.
 */
function checkRedirectUri(
  { redirectUri, redirectUriSent, codeChallenge }: AuthorizationCode,
  sent: string | undefined,
): void {
  const isLeftOutRightly = sent === undefined && (codeChallenge !== undefined || !redirectUriSent);
  if (!isLeftOutRightly && sent !== redirectUri)
    throw new OAuthError("invalid_grant", "redirect_uri is not that of the authorization request", {
      checks: unmet("redirect_uri is that of the authorization request (RFC 6749 §4.1.3)", {
        expected: redirectUri,
        received: sent ?? "nothing",
      }),
    });
}

/**
 * What the person allowed. A refresh token for OpenID Connect without offline_access ends with the session (OIDC Core §11;
 * Back-Channel Logout §2.7); so does what gives the administration of Postern. Without any refresh token there is no
 * offline access to speak of.
 */
function authorizationOf({ metadata }: Client, { userId, sessionId, scope, authTime, amr, claims }: AuthorizationCode) {
  const hasRefreshToken = metadata.grant_types.includes("refresh_token");
  const granted = hasRefreshToken ? scope : scope.filter((token) => token !== "offline_access");
  const endsWithSession =
    granted.includes(administrationScope) || (granted.includes("openid") && !granted.includes("offline_access"));
  return { userId, scope: granted, authTime, amr, claims, sid: sessionId, ...(endsWithSession ? { sessionId } : {}) };
}

/** The store's verb. It ends the grant that a code made which was redeemed before. */
const redeemOnce = (
  { store, clock }: Pick<Context, "store" | "clock">,
  { hash, grantId }: AuthorizationCode,
  grant: Grant,
  { address }: TokenRequest,
) =>
  store.codes.redeem({
    hash,
    clientId: grant.clientId,
    grant,
    now: clock.now(),
    mostFailures,
    created: grantEvent({ clock }, "grant.created", grant, address),
    replayed: { ...grantEvent({ clock }, "grant.code-replayed", grant, address), grantId },
  });

function replayed({ log }: Pick<Context, "log">, client: Client, { address }: TokenRequest): OAuthError {
  log.warn("an authorization code was used again: its grant has ended", { client: client.id, address });
  return refused(client, "the code is redeemed for the first time (RFC 6749 §4.1.2)", {
    expected: "a fresh code",
    received: "one that was redeemed before: the tokens of the first time have ended",
  });
}

/** RFC 6749 §5.2: one answer, whatever is wrong with the code. */
const refused = (client: Client, rule: string, values: Pick<Check, "expected" | "received"> = {}) =>
  new OAuthError("invalid_grant", "the code is invalid, expired, spent or of another client", {
    about: { clientId: client.id },
    checks: unmet(rule, values),
  });

const isRefused = (error: unknown): boolean => error instanceof OAuthError && error.code === "invalid_grant";
