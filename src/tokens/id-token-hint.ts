import type { Context } from "../context.ts";
import { readOwnJwt } from "../crypto/jwt.ts";

/** What an ID token of ours says of the person, when a client brings it back. */
export interface IdTokenHint {
  readonly subject: string;
  /** The client that the ID token was made for. */
  readonly audience: string;
  readonly sessionId?: string | undefined;
}

/**
 * Reads an `id_token_hint`: an ID token that we signed, with a key that is still kept. It may have expired.
 *
 * @returns undefined for everything else: another issuer's, another type of JWT, a changed one
 * @source OIDC Core §3.1.2.1, §3.1.2.2; OIDC RP-Initiated Logout §4: "the OP MUST … SHOULD accept ID Tokens when the RP
 * identified by the ID Token's aud claim and/or sid claim has a current session … even when the exp time has passed"
 */
export async function readIdTokenHint(
  { keys, config }: Pick<Context, "keys" | "config">,
  hint: string,
): Promise<IdTokenHint | undefined> {
  const jwt = readOwnJwt(await keys.open(), hint);
  // RFC 8725 §3.11: an access token of ours is no hint.
  if (jwt?.type !== "JWT" || jwt.claims.iss !== config.issuer) return undefined;
  const { sub, aud, sid } = jwt.claims;
  if (typeof sub !== "string" || typeof aud !== "string") return undefined;
  return { subject: sub, audience: aud, ...(typeof sid === "string" ? { sessionId: sid } : {}) };
}
