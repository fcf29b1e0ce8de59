import { asClientId } from "../brand.ts";
import type { Context } from "../context.ts";
import { isSignedByForeignKey } from "../crypto/jwt.ts";
import { fitsAlgorithm } from "../crypto/public-jwk.ts";
import { type AssertionAlgorithm, assertionAlgorithms, type Client, type PublicJwk } from "../model/client.ts";
import { unmet } from "../oauth-error.ts";
import { type CompactJwt, readCompactJwt } from "../rules/compact-jwt.ts";
import { after, before, fromNumericDate, hours, type Instant, isoTime, seconds } from "../time.ts";
import { clientRefused } from "./refused.ts";

const clientAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** How far the client's clock may differ from ours. */
const skew = seconds(30);
/** How far ahead an assertion may expire. */
const longestLife = hours(1);
const mostIdCharacters = 256;

/**
 * The client that signed the assertion: `private_key_jwt`. What costs nothing is checked first, so that nobody makes the
 * server fetch keys or verify signatures with a few made-up words; the `jti` last, so that only who holds the key uses
 * it up.
 *
 * @throws OAuthError invalid_client, whatever is wrong (RFC 7521 §4.2.1, RFC 7523 §3.2)
 * @source RFC 7523 §2.2, §3; RFC 7523bis §4; OIDC Core §9
 */
export async function checkClientAssertion(
  context: Pick<Context, "store" | "clock" | "config" | "fetcher" | "keySets">,
  assertion: string,
  type: string | undefined,
  clientId: string | undefined,
): Promise<Client> {
  const jwt = type === clientAssertionType ? readCompactJwt(assertion) : undefined;
  if (jwt === undefined) throw clientRefused({ checks: unmet("client_assertion is a signed JWT (RFC 7523 §3)") });
  const { id, jti, expiresAt } = checkClaims(jwt, context.config.issuer, context.clock.now());
  if (clientId !== undefined && clientId !== id)
    throw clientRefused({ checks: unmet("client_id is the subject of the assertion (RFC 7521 §4.2)") });
  const client = await context.store.clients.find(asClientId(id));
  if (client === undefined || client.disabledAt !== undefined)
    throw clientRefused({
      checks: unmet("the subject of the assertion is a client that is there and enabled (RFC 7523 §3)"),
    });
  // OIDC Core §9: a client uses the method that it registered, and no other.
  if (client.metadata.token_endpoint_auth_method !== "private_key_jwt")
    throw clientRefused({
      checks: unmet("the client authenticates with private_key_jwt (OIDC Core §9)", {
        expected: "private_key_jwt",
        received: client.metadata.token_endpoint_auth_method,
      }),
    });
  const algorithm = checkHeader(jwt, client);
  const keys = await keysOf(context, client, jwt, algorithm);
  if (!(await isSignedByForeignKey(assertion, keys, algorithm)))
    throw clientRefused({ checks: unmet("the signature is by one of the client's keys (RFC 7523 §3)") });
  // RFC 7523 §3: "ensure that JWTs are not replayed by maintaining the set of used jti values".
  const used = await context.store.assertions.use({ clientId: client.id, jti, expiresAt: after(expiresAt, skew) });
  if (used === "replayed") throw clientRefused({ checks: unmet("the jti has not been used before (RFC 7523 §3)") });
  return client;
}

interface Claims {
  readonly id: string;
  readonly jti: string;
  readonly expiresAt: Instant;
}

function checkClaims(
  { claims: { iss, sub, aud, exp, iat, nbf, jti } }: CompactJwt,
  issuer: string,
  now: Instant,
): Claims {
  // RFC 7523 §3: the subject "MUST be the client_id", and OIDC Core §9 says so of the issuer too.
  if (typeof sub !== "string" || iss !== sub)
    throw clientRefused({ checks: unmet("iss and sub are both the client id (RFC 7523 §3)") });
  // RFC 7523bis §4: "the issuer identifier URL of the authorization server ... as the sole value", as a string. What an
  // attacker's server got for itself, under whatever name for our token endpoint, is of no use here.
  if (aud !== issuer)
    throw clientRefused({ checks: unmet("aud is the issuer alone (RFC 7523 §3)", { expected: issuer }) });
  if (typeof jti !== "string" || jti === "" || jti.length > mostIdCharacters) throw clientRefused();
  if (typeof exp !== "number") throw clientRefused({ checks: unmet("exp is there (RFC 7523 §3)") });
  const expiresAt = fromNumericDate(exp);
  if (expiresAt <= before(now, skew) || expiresAt > after(after(now, longestLife), skew)) {
    const rule = "the assertion is in its time, by the clock of this server (RFC 7523 §3)";
    const expected = `exp after ${isoTime(now)}, and not long after`;
    throw clientRefused({ checks: unmet(rule, { expected, received: `exp ${exp}` }) });
  }
  for (const time of [iat, nbf]) {
    if (time === undefined) continue;
    if (typeof time !== "number" || fromNumericDate(time) > after(now, skew)) throw clientRefused();
  }
  return { id: sub, jti, expiresAt };
}

/** The algorithm, if the client may use it. Never one that the JWT alone chose (RFC 8725 §3.1). */
function checkHeader({ header: { alg, typ } }: CompactJwt, { metadata }: Client): AssertionAlgorithm {
  // RFC 8725 §3.11: a request object, an ID token or a token of another kind is no client assertion. A plain `JWT`
  // counts, and so does none: RFC 7523bis §4 does not want the name demanded yet.
  const type = typeof typ === "string" ? typ.toLowerCase().replace(/^application\//, "") : typ;
  if (type !== undefined && type !== "jwt" && type !== "client-authentication+jwt") throw clientRefused();
  const named = alg === "Ed25519" ? "EdDSA" : alg;
  const algorithm = assertionAlgorithms.find((known) => known === named);
  const registered = metadata.token_endpoint_auth_signing_alg;
  if (algorithm === undefined || (registered !== undefined && algorithm !== registered)) throw clientRefused();
  return algorithm;
}

/** The client's own keys that the assertion may be signed with; never one that the assertion brings or points to. */
async function keysOf(
  context: Pick<Context, "clock" | "fetcher" | "keySets">,
  client: Client,
  { header: { kid } }: CompactJwt,
  algorithm: AssertionAlgorithm,
): Promise<readonly PublicJwk[]> {
  const isWanted = (key: PublicJwk) => fitsAlgorithm(key, algorithm) && (kid === undefined || key.kid === kid);
  try {
    return await publishedKeys(context, client, isWanted);
  } catch (error) {
    throw clientRefused({ cause: error });
  }
}

/** From its metadata, or from its `jwks_uri`. */
async function publishedKeys(
  context: Pick<Context, "clock" | "fetcher" | "keySets">,
  { id, metadata: { jwks, jwks_uri: address } }: Client,
  isWanted: (key: PublicJwk) => boolean,
): Promise<readonly PublicJwk[]> {
  if (jwks !== undefined) return jwks.keys.filter(isWanted);
  if (address === undefined) return [];
  const wanted = (await context.keySets.keys(context, id, address)).filter(isWanted);
  return wanted.length > 0 ? wanted : (await context.keySets.newerKeys(context, id, address)).filter(isWanted);
}
