import type { OwnScopes } from "../context.ts";
import type { Client, ClientMetadata } from "../model/client.ts";
import { OAuthError } from "../oauth-error.ts";
import {
  administrationScope,
  builtInScopes,
  intersect,
  isRestrictedScope,
  isUserOnlyScope,
  mixesRestrictedScopes,
  parseScope,
} from "../rules/scope.ts";

/** Every scope that this server knows and may tell of. */
export const knownScopes = ({ sentences }: Pick<OwnScopes, "sentences">): readonly string[] => [
  // An operator may give a scope of ours another sentence.
  ...new Set([...builtInScopes, ...sentences.keys()]),
];

/**
 * Whether a person may take the scope out of what they allow: those that tell of them or last beyond their visit, and
 * those of the operator's that are marked so. Without the others an app is not what its user wants from it.
 */
export const isOptionalScope = ({ optional }: OwnScopes, token: string): boolean =>
  optional.has(token) || (token !== "openid" && builtInScopes.some((builtIn) => builtIn === token));

/** What the client may ask for: what it is registered for, else all known scopes but those over Postern itself. */
export function allowedScopes(own: OwnScopes, { scope }: Pick<ClientMetadata, "scope">): readonly string[] {
  return scope === undefined ? knownScopes(own) : parseScope(scope);
}

/** What the client's own tokens may hold: no scope that means nothing without a person. */
export const standingScopes = (own: OwnScopes, metadata: Pick<ClientMetadata, "scope">): readonly string[] =>
  allowedScopes(own, metadata).filter((token) => !isUserOnlyScope(token));

/**
 * What a request for a person's approval comes down to: unknown and forbidden scopes are dropped, `offline_access` too
 * where there can be no refresh token. Of the scopes over Postern only the administration can be approved by a person,
 * for a client that is registered for it by name, which takes an administrator; whether this person is one is for the
 * caller to ask (rules/scope.ts, `mayGive`).
 *
 * @param requested undefined when the request named no scope: then it is what the client is registered for
 * @returns undefined when a request for something leaves nothing
 * @throws OAuthError invalid_scope, when the administration is asked for beside anything else
 * @source RFC 6749 §3.3; OIDC Core §3.1.2.1, §11
 */
export function grantableScopes(
  own: OwnScopes,
  { metadata }: Pick<Client, "metadata">,
  requested: readonly string[] | undefined,
): readonly string[] | undefined {
  const wanted = requested ?? (metadata.scope === undefined ? [] : parseScope(metadata.scope));
  const allowed = allowedScopes(own, metadata).filter(
    (token) =>
      (!isRestrictedScope(token) || token === administrationScope) &&
      (token !== "offline_access" || metadata.grant_types.includes("refresh_token")),
  );
  const intersection = intersect(wanted, allowed);
  const isMixed = mixesRestrictedScopes(intersection);
  if (isMixed && requested !== undefined)
    throw new OAuthError("invalid_scope", "postern:admin stands alone in a token");
  // A client that is registered for both asks for the administration by name.
  const granted = isMixed ? intersection.filter((token) => !isRestrictedScope(token)) : intersection;
  return wanted.length > 0 && granted.length === 0 ? undefined : granted;
}
