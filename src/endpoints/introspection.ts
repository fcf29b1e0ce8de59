import { Elysia, t } from "elysia";
import type { ClientId } from "../brand.ts";
import type { Context } from "../context.ts";
import { bearerToken } from "../http/bearer.ts";
import { originOf, type Peer } from "../http/client-address.ts";
import { formOf } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import { directly } from "../http/respond.ts";
import { clientCredentialFields, refusalsWithClient } from "../http/schemas.ts";
import type { Client } from "../model/client.ts";
import { OAuthError } from "../oauth-error.ts";
import { networkOf } from "../rules/client-address.ts";
import { formatScope, intersect, isRestrictedScope, parseScope } from "../rules/scope.ts";
import { inactiveAnswers } from "../throttle/limits.ts";
import { tooMany } from "../throttle/too-many.ts";
import { numericDate } from "../time.ts";
import { findLiveRefreshToken, type LiveAccessToken, type LiveRefreshToken, readAccessToken } from "../tokens/read.ts";
import { isRefreshToken } from "../tokens/refresh-token.ts";
import { acrOf, subjectOf } from "../tokens/subject.ts";
import { clientOfRequest } from "./client-of-request.ts";

export const IntrospectionRequestBody = t.Object(
  {
    token: t.Optional(t.String({ maxLength: 65536, description: "The token to look at." })),
    token_type_hint: t.Optional(t.String({ maxLength: 65536, description: "Ignored: a token tells its own kind." })),
    ...clientCredentialFields,
  },
  { description: "An introspection request as a form (RFC 7662 §2.1)." },
);
type IntrospectionRequest = typeof IntrospectionRequestBody.static;

export const IntrospectionResponseBody = t.Object(
  {
    active: t.Boolean({ description: "Where it is false, nothing else is said." }),
    scope: t.Optional(t.String({ description: "As far as it concerns the caller." })),
    client_id: t.Optional(t.String()),
    username: t.Optional(t.String({ description: "The person's name, for resource servers." })),
    token_type: t.Optional(t.Literal("Bearer", { description: "Absent for a refresh token." })),
    exp: t.Optional(t.Integer()),
    iat: t.Optional(t.Integer()),
    sub: t.Optional(t.String({ description: "The person, or the client for its own token." })),
    aud: t.Optional(t.String()),
    iss: t.Optional(t.String()),
    jti: t.Optional(t.String()),
    acr: t.Optional(t.String()),
    auth_time: t.Optional(t.Integer()),
  },
  { description: "RFC 7662 §2.2" },
);
type Introspection = typeof IntrospectionResponseBody.static;

/** RFC 7662 §2. Thousands a second: what a resource server asks at each of its own requests. */
export const introspectionEndpoint = (context: Context) =>
  new Elysia({ name: "introspection" }).post(
    paths.introspection,
    async ({ body, request, server }) => {
      const caller = await callerOf(context, request, server, body);
      if (body.token === undefined) throw new OAuthError("invalid_request", "token is missing");
      const answer = await introspect(context, caller, body.token);
      context.metrics.count("postern_introspections_total", answer.active ? countedActive : countedInactive);
      if (!answer.active) {
        // RFC 7662 §4: "the authorization server MUST [...] prevent [...] token scanning attacks".
        const seconds = context.throttle.count(inactiveAnswers, `${caller.clientId} ${networkOf(caller.address)}`);
        if (seconds !== undefined) throw tooMany("too many inactive tokens", { limit: inactiveAnswers.name, seconds });
      }
      return answer;
    },
    {
      parse: formOf(IntrospectionRequestBody),
      mapResponse: directly(context.config),
      body: IntrospectionRequestBody,
      response: { 200: IntrospectionResponseBody, ...refusalsWithClient },
      detail: { summary: "Introspection endpoint", description: "RFC 7662 §2", tags: ["OAuth"] },
    },
  );

const countedActive = { active: "true" };
const countedInactive = { active: "false" };
const inactive: Introspection = { active: false };

/** Who asks, and what they may see. */
interface Caller {
  readonly clientId: ClientId;
  readonly address: string;
  /** `own`: tokens issued to itself. `resource-server`: access tokens of every client. `everything`: an administrator. */
  readonly sees: "own" | "resource-server" | "everything";
  /** The scopes that concern it; undefined for all. */
  readonly accepts: string | undefined;
}

/**
 * RFC 7662 §2.1: "the protected resource [...] MUST also be authorized to call this endpoint": by a client's credentials,
 * or by a bearer token with a scope for it.
 *
 * @throws OAuthError
 */
async function callerOf(
  context: Context,
  request: Request,
  peer: Peer | null,
  body: IntrospectionRequest,
): Promise<Caller> {
  const origin = originOf(context, request, peer);
  const token = bearerToken(request);
  if (token !== undefined) return bearerCaller(context, token, body, origin.address);
  if (
    body.client_secret === undefined &&
    body.client_assertion === undefined &&
    !request.headers.has("authorization")
  ) {
    // A client_id alone proves nothing. Public clients have nothing else, so they may not ask.
    throw new OAuthError("invalid_client", "the caller must authenticate", { challenge: "Basic+Bearer" });
  }
  const client = await clientOfRequest(context, request, origin, body);
  return { clientId: client.id, address: origin.address, ...viewOf(client) };
}

async function bearerCaller(
  context: Context,
  sent: string,
  body: IntrospectionRequest,
  address: string,
): Promise<Caller> {
  if (body.client_secret !== undefined || body.client_assertion !== undefined) {
    throw new OAuthError("invalid_request", "the caller authenticates in more than one way", { challenge: "Bearer" });
  }
  const token = await readAccessToken(context, sent);
  const client = token && (await context.store.clients.find(token.grant.clientId));
  if (token === undefined || client === undefined)
    throw new OAuthError("invalid_token", "the access token is not valid here", { challenge: "Bearer" });
  if (!token.scope.includes("postern:introspect")) {
    throw new OAuthError("insufficient_scope", "the access token lacks a scope", {
      challenge: "Bearer",
      scope: "postern:introspect",
    });
  }
  context.lastUsed.tokenOf(token.grant, context.clock.now());
  const user = token.grant.userId && (await context.store.users.find(token.grant.userId));
  // The scope itself makes a resource server of its holder.
  const view =
    user?.role === "admin"
      ? { sees: "everything" as const, accepts: undefined }
      : { ...viewOf(client), sees: "resource-server" as const };
  return { clientId: client.id, address, ...view };
}

const viewOf = ({ metadata }: Client): Pick<Caller, "sees" | "accepts"> =>
  metadata.resource_server === true
    ? { sees: "resource-server", accepts: metadata.accepts }
    : { sees: "own", accepts: undefined };

async function introspect(context: Context, caller: Caller, token: string): Promise<Introspection> {
  if (isRefreshToken(token)) {
    const refreshToken = await findLiveRefreshToken(context, token);
    return refreshToken === undefined ? inactive : describeRefreshToken(context, caller, refreshToken);
  }
  const accessToken = await readAccessToken(context, token);
  if (accessToken === undefined) return inactive;
  const answer = describeAccessToken(context, caller, accessToken);
  if (answer.active) context.lastUsed.tokenOf(accessToken.grant, context.clock.now());
  return answer;
}

function describeAccessToken(
  { config }: Pick<Context, "config">,
  caller: Caller,
  token: LiveAccessToken,
): Introspection {
  const { grant } = token;
  if (caller.sees === "own" && grant.clientId !== caller.clientId) return inactive;
  // A token over Postern itself is nobody else's business, whoever asks.
  if (token.scope.some(isRestrictedScope)) return inactive;
  const scope = caller.accepts === undefined ? token.scope : intersect(token.scope, parseScope(caller.accepts));
  if (caller.accepts !== undefined && scope.length === 0) return inactive;
  return {
    active: true,
    ...(scope.length === 0 ? {} : { scope: formatScope(scope) }),
    client_id: grant.clientId,
    ...(token.username === undefined || caller.sees === "own" ? {} : { username: token.username }),
    token_type: "Bearer",
    exp: numericDate(token.expiresAt),
    iat: numericDate(token.issuedAt),
    sub: subjectOf(grant),
    aud: config.issuer,
    iss: config.issuer,
    jti: token.tokenId,
    ...(grant.authTime === undefined ? {} : { acr: acrOf(grant.amr), auth_time: numericDate(grant.authTime) }),
  };
}

/** Its own client may look at it, and an administrator. */
function describeRefreshToken(
  { config }: Pick<Context, "config">,
  caller: Caller,
  { grant, expiresAt, username }: LiveRefreshToken,
): Introspection {
  if (caller.sees !== "everything" && grant.clientId !== caller.clientId) return inactive;
  return {
    active: true,
    ...(grant.scope.length === 0 ? {} : { scope: formatScope(grant.scope) }),
    client_id: grant.clientId,
    ...(username === undefined || caller.sees === "own" ? {} : { username }),
    exp: numericDate(expiresAt),
    iat: numericDate(grant.refreshRotatedAt ?? grant.createdAt),
    sub: subjectOf(grant),
    iss: config.issuer,
    ...(grant.authTime === undefined ? {} : { acr: acrOf(grant.amr), auth_time: numericDate(grant.authTime) }),
  };
}
