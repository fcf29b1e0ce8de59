import type { Context } from "../context.ts";
import { leftHalfHash } from "../crypto/hash.ts";
import { signJwt } from "../crypto/jwt.ts";
import { idTokenClaims } from "../identity/claims.ts";
import type { Client } from "../model/client.ts";
import type { Grant } from "../model/grant.ts";
import type { User } from "../model/user.ts";
import { after, numericDate } from "../time.ts";
import { acrOf } from "./subject.ts";

/**
 * An ID token for the client, signed with the algorithm that it registered. Claims of `profile`, `email` and the like
 * are at userinfo; here stand groups, and what the `claims` parameter asked for by name.
 *
 * @source OIDC Core §2, §3.1.3.6, §5.4
 */
export async function newIdToken(
  { keys, clock, config }: Pick<Context, "keys" | "clock" | "config">,
  {
    client,
    grant,
    user,
    accessToken,
    nonce,
  }: {
    readonly client: Client;
    readonly grant: Grant;
    readonly user: User;
    readonly accessToken: string;
    readonly nonce?: string | undefined;
  },
): Promise<string> {
  const key = await keys.signing(client.metadata.id_token_signed_response_alg ?? "RS256");
  const now = clock.now();
  return signJwt(key, "JWT", {
    ...idTokenClaims(user, grant.scope, grant.claims),
    iss: config.issuer,
    sub: user.id,
    aud: client.id,
    iat: numericDate(now),
    exp: numericDate(after(now, config.idTokenLifetime)),
    ...(grant.authTime === undefined ? {} : { auth_time: numericDate(grant.authTime) }),
    ...(nonce === undefined ? {} : { nonce }),
    acr: acrOf(grant.amr),
    amr: grant.amr,
    at_hash: leftHalfHash(key.algorithm, accessToken),
    ...(grant.sid === undefined ? {} : { sid: grant.sid }),
  });
}
