import type { Context } from "../context.ts";
import { type Client, isPublicClient } from "../model/client.ts";
import type { Grant } from "../model/grant.ts";
import type { User } from "../model/user.ts";
import { formatScope } from "../rules/scope.ts";
import { inSeconds } from "../time.ts";
import { newJwtAccessToken, newOpaqueAccessToken } from "./access-token.ts";
import { newIdToken } from "./id-token.ts";
import { deriveRefreshToken } from "./refresh-token.ts";

/** RFC 6749 §5.1. */
export interface TokenResponse {
  access_token: string;
  token_type: "Bearer";
  expires_in: number;
  refresh_token?: string;
  scope?: string;
  id_token?: string;
}

type Issuing = Pick<Context, "keys" | "random" | "clock" | "config">;

interface Issue {
  readonly client: Client;
  readonly grant: Grant;
  /** Part of the grant's scope. */
  readonly scope: readonly string[];
  /** The person, for an ID token where `openid` was granted. */
  readonly user?: User | undefined;
  readonly nonce?: string | undefined;
  /** Which refresh token goes with it; none without. */
  readonly refreshGeneration?: number | undefined;
}

/**
 * Makes the whole answer: all that can fail happens here, before the store's verb makes it true. Writes nothing.
 *
 * @source RFC 6749 §5.1; OIDC Core §3.1.3.3
 */
export async function issueTokens(
  context: Issuing,
  { client, grant, scope, user, nonce, refreshGeneration }: Issue,
): Promise<TokenResponse> {
  const accessToken =
    client.metadata.access_token_format === "jwt"
      ? await newJwtAccessToken(context, client, grant, scope)
      : newOpaqueAccessToken(context, await context.keys.sealing(), grant, scope);
  const response: TokenResponse = {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: inSeconds(context.config.accessTokenLifetime),
  };
  if (refreshGeneration !== undefined) {
    response.refresh_token = deriveRefreshToken(await context.keys.derivation(), {
      grantId: grant.id,
      generation: refreshGeneration,
    });
  }
  if (scope.length > 0) response.scope = formatScope(scope);
  if (user !== undefined && grant.scope.includes("openid")) {
    response.id_token = await newIdToken(context, { client, grant, user, accessToken, nonce });
  }
  return response;
}

/** RFC 9700 §2.2.2: public clients' refresh tokens rotate at each use; so do those of clients that cannot keep a secret. */
export const rotatesRefreshTokens = (client: Client): boolean =>
  isPublicClient(client) ||
  client.metadata.application_type === "native" ||
  client.metadata.rotate_refresh_tokens === true;
