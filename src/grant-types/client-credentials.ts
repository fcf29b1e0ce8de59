import { standingScopes } from "../clients/scopes.ts";
import { isPublicClient } from "../model/client.ts";
import { OAuthError } from "../oauth-error.ts";
import { isSubset, mixesRestrictedScopes, parseScope } from "../rules/scope.ts";
import { issueTokens } from "../tokens/issue.ts";
import type { GrantTypeHandler } from "./grant-type.ts";

/** RFC 6749 §4.4: a client on its own behalf. The grant was made when the client was allowed this; nothing is written. */
export const clientCredentials: GrantTypeHandler = {
  grantType: "client_credentials",
  issue: async (context, client, request) => {
    // RFC 6749 §4.4: "The client credentials grant type MUST only be used by confidential clients."
    const grant =
      client.standingGrantId === undefined ? undefined : await context.store.grants.find(client.standingGrantId);
    if (isPublicClient(client) || grant === undefined) {
      throw new OAuthError("unauthorized_client", "the client may not use this grant type");
    }
    const own = await context.ownScopes();
    const allowed = standingScopes(own, client.metadata).filter((token) => grant.scope.includes(token));
    const scope =
      request.scope === undefined ? defaultScope(allowed, client.metadata.scope) : parseScope(request.scope);
    if (!isSubset(scope, allowed)) throw new OAuthError("invalid_scope", "the client may not have this scope");
    if (mixesRestrictedScopes(scope))
      throw new OAuthError("invalid_scope", "scopes over postern stand alone in a token");
    // RFC 6749 §4.4.3: "A refresh token SHOULD NOT be included."
    return issueTokens(context, { client, grant, scope });
  },
};

/** What the client is registered for; nothing where it is registered for nothing by name. Scopes over Postern are asked for by name beside others. */
function defaultScope(allowed: readonly string[], registered: string | undefined): readonly string[] {
  if (registered === undefined) return [];
  return mixesRestrictedScopes(allowed) ? allowed.filter((token) => !token.startsWith("postern:")) : allowed;
}
