import { asGrantId, type GrantId } from "../brand.ts";
import type { Context } from "../context.ts";
import { openEnvelope, sealEnvelope } from "../crypto/envelope.ts";
import { signJwt } from "../crypto/jwt.ts";
import type { OpenKeys, SymmetricKey } from "../crypto/key-ring.ts";
import type { Client } from "../model/client.ts";
import type { Grant } from "../model/grant.ts";
import { formatScope } from "../rules/scope.ts";
import { after, fromNumericDate, type Instant, numericDate } from "../time.ts";
import { acrOf, subjectOf } from "./subject.ts";

/** What an access token says. Whether it lives is for the grant to say (read.ts). */
export interface AccessTokenFacts {
  readonly grantId: GrantId;
  readonly epoch: number;
  /** 128 random bits, base64url: `jti`. */
  readonly tokenId: string;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  /** Positions in the grant's scope list; undefined where the token holds them all. */
  readonly positions: readonly number[] | undefined;
}

const prefix = "pst_at_";
const use = "access token";
const wholeScope = 1;

// Layout of what is sealed, behind the envelope's id, which is the token's: grant id (16), epoch (4), issued at (5) and
// expires at (5) in seconds, flags (1), then the positions of the scopes as a bit map where they are not all. Never over
// 512 characters: a scope list has at most 100 tokens, 13 bytes.

/** Makes an opaque access token. Nothing is written: the grant stands for it. */
export function newOpaqueAccessToken(
  { random, clock, config }: Pick<Context, "random" | "clock" | "config">,
  key: SymmetricKey,
  grant: Grant,
  scope: readonly string[],
): string {
  // A standing grant's list may grow, and a token must not grow with it.
  const isWhole = grant.userId !== undefined && scope.length === grant.scope.length;
  const map = isWhole ? noPositions : positionMap(grant.scope, scope);
  const plain = Buffer.allocUnsafe(31 + map.length);
  const now = clock.now();
  plain.write(grant.id, 0, 16, "base64url");
  plain.writeUInt32BE(grant.epoch, 16);
  plain.writeUIntBE(numericDate(now), 20, 5);
  plain.writeUIntBE(numericDate(after(now, config.accessTokenLifetime)), 25, 5);
  plain.writeUInt8(isWhole ? wholeScope : 0, 30);
  plain.set(map, 31);
  return prefix + sealEnvelope(key, random, use, plain);
}

/** Opens an opaque access token. Gives undefined for everything that Postern did not make. */
export function openOpaqueAccessToken(keys: OpenKeys, token: string): AccessTokenFacts | undefined {
  if (!token.startsWith(prefix) || token.length > 512) return undefined;
  const opened = openEnvelope(keys.sealingByNumber, use, token.slice(prefix.length));
  if (opened === undefined || opened.plain.length < 31) return undefined;
  const { id: tokenId, plain } = opened;
  return {
    grantId: asGrantId(plain.toString("base64url", 0, 16)),
    epoch: plain.readUInt32BE(16),
    tokenId: tokenId.toString("base64url"),
    issuedAt: fromNumericDate(plain.readUIntBE(20, 5)),
    expiresAt: fromNumericDate(plain.readUIntBE(25, 5)),
    positions: plain.readUInt8(30) === wholeScope ? undefined : positionsIn(plain.subarray(31)),
  };
}

const noPositions = Buffer.alloc(0);

function positionMap(list: readonly string[], chosen: readonly string[]): Buffer {
  const map = Buffer.alloc(Math.ceil(list.length / 8));
  for (const token of chosen) {
    const position = list.indexOf(token);
    if (position === -1) throw new Error("a scope is not in its grant");
    map.writeUInt8(map.readUInt8(position >> 3) | (1 << (position & 7)), position >> 3);
  }
  return map;
}

function positionsIn(map: Uint8Array): readonly number[] {
  const positions: number[] = [];
  for (const [index, byte] of map.entries()) {
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) positions.push(index * 8 + bit);
  }
  return positions;
}

/** Makes a JWT access token (RFC 9068): the same facts, signed with the client's algorithm. */
export async function newJwtAccessToken(
  { keys, random, clock, config }: Pick<Context, "keys" | "random" | "clock" | "config">,
  client: Client,
  grant: Grant,
  scope: readonly string[],
): Promise<string> {
  const key = await keys.signing(client.metadata.id_token_signed_response_alg ?? "RS256");
  const now = clock.now();
  return signJwt(key, "at+jwt", {
    iss: config.issuer,
    // Without a named resource a token is meant for every resource server of the box: the issuer stands for them.
    aud: config.issuer,
    sub: subjectOf(grant),
    client_id: client.id,
    iat: numericDate(now),
    exp: numericDate(after(now, config.accessTokenLifetime)),
    jti: Buffer.from(random.bytes(16)).toString("base64url"),
    ...(scope.length === 0 ? {} : { scope: formatScope(scope) }),
    ...(grant.authTime === undefined ? {} : { auth_time: numericDate(grant.authTime), acr: acrOf(grant.amr) }),
    grant: grant.id,
    epoch: grant.epoch,
  });
}

/** The facts of a JWT access token whose signature was checked, given its claims. */
export function jwtAccessTokenFacts(
  claims: Readonly<Record<string, unknown>>,
  issuer: string,
): (AccessTokenFacts & { readonly scope: readonly string[] }) | undefined {
  const { iss, aud, grant, epoch, jti, iat, exp, scope } = claims;
  if (iss !== issuer || aud !== issuer || typeof grant !== "string" || typeof jti !== "string") return undefined;
  if (typeof epoch !== "number" || typeof iat !== "number" || typeof exp !== "number") return undefined;
  return {
    grantId: asGrantId(grant),
    epoch,
    tokenId: jti,
    issuedAt: fromNumericDate(iat),
    expiresAt: fromNumericDate(exp),
    positions: undefined,
    scope: typeof scope === "string" ? scope.split(" ") : [],
  };
}
