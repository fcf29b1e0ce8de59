import type { Context } from "../context.ts";
import { readOwnJwt } from "../crypto/jwt.ts";
import type { OpenKeys } from "../crypto/key-ring.ts";
import type { Grant } from "../model/grant.ts";
import { ownText } from "../own-text.ts";
import { mayGive } from "../rules/scope.ts";
import type { GrantState } from "../store/store.ts";
import { earlier, type Instant, isFromFuture } from "../time.ts";
import { type AccessTokenFacts, jwtAccessTokenFacts, openOpaqueAccessToken } from "./access-token.ts";
import { readRefreshToken } from "./refresh-token.ts";

/** An access token that lives. */
export interface LiveAccessToken {
  readonly grant: Grant;
  readonly scope: readonly string[];
  readonly tokenId: string;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant;
  /** The person's name; absent for a client's own token. */
  readonly username?: string | undefined;
}

/** A refresh token that lives. */
export interface LiveRefreshToken {
  readonly grant: Grant;
  readonly expiresAt: Instant;
  readonly username?: string | undefined;
}

type Reading = Pick<Context, "keys" | "store" | "clock" | "config">;

/**
 * The access token behind a string, if it is one of ours and lives: opened or verified, not expired, not revoked by
 * itself, its grant not ended, its user and client there and enabled.
 *
 * @source RFC 7662 §4
 */
export async function readAccessToken(context: Reading, token: string): Promise<LiveAccessToken | undefined> {
  const facts = await accessTokenFacts(context, token);
  const now = context.clock.now();
  if (facts === undefined || facts.expiresAt <= now || isFromFuture(facts.issuedAt, now)) return undefined;
  const state = await context.store.grants.findState(facts.grantId);
  if (state === undefined || !isLive(state)) return undefined;
  const { grant } = state;
  if (facts.epoch !== grant.epoch || state.revokedTokens.includes(facts.tokenId)) return undefined;
  return {
    grant,
    scope: facts.scope ?? facts.positions?.flatMap((position) => grant.scope[position] ?? []) ?? grant.scope,
    tokenId: facts.tokenId,
    issuedAt: facts.issuedAt,
    expiresAt: facts.expiresAt,
    username: state.user?.username,
  };
}

type SaidFacts = AccessTokenFacts & { readonly scope?: readonly string[] };

/** What an access token of ours says, whether or not it lives. */
export async function accessTokenFacts(
  { keys, config }: Pick<Context, "keys" | "config">,
  token: string,
): Promise<SaidFacts | undefined> {
  const open = await keys.open();
  let known = factsByToken.get(open);
  if (known === undefined) {
    known = new Map();
    factsByToken.set(open, known);
  }
  const before = known.get(token);
  if (before !== undefined) return before;
  const facts = openFacts(open, config, token);
  if (facts === undefined) return undefined;
  if (known.size >= mostKnown) known.clear();
  known.set(ownText(token), facts);
  return facts;
}

/**
 * A resource server asks for the same token at each request of its user. What a token says never changes, so as long as
 * the keys are the same it is opened, or its signature checked, once.
 */
const factsByToken = new WeakMap<OpenKeys, Map<string, SaidFacts>>();
const mostKnown = 1000;

function openFacts(open: OpenKeys, config: Context["config"], token: string): SaidFacts | undefined {
  if (token.startsWith("pst_")) return openOpaqueAccessToken(open, token);
  if (!token.startsWith("eyJ")) return undefined;
  const jwt = readOwnJwt(open, token);
  // RFC 9068 §4: an ID token is not an access token, whoever signed both.
  return jwt?.type === "at+jwt" ? jwtAccessTokenFacts(jwt.claims, config.issuer) : undefined;
}

/** The refresh token behind a string, if its generation is the one that the grant holds and the grant lives. */
export async function findLiveRefreshToken(context: Reading, token: string): Promise<LiveRefreshToken | undefined> {
  const facts = readRefreshToken(await context.keys.open(), token);
  const state = facts && (await context.store.grants.findState(facts.grantId));
  if (facts === undefined || state === undefined || !isLive(state)) return undefined;
  const { grant } = state;
  const now = context.clock.now();
  const { refreshExpiresAt, refreshMaxExpiresAt } = grant;
  if (refreshExpiresAt === undefined || refreshMaxExpiresAt === undefined) return undefined;
  if (refreshExpiresAt <= now || refreshMaxExpiresAt <= now || facts.generation !== grant.refreshGeneration)
    return undefined;
  return {
    grant,
    expiresAt: earlier(refreshExpiresAt, refreshMaxExpiresAt),
    username: state.user?.username,
  };
}

/**
 * Whether tokens of the grant may live: nobody ended it, and who stands behind it is there, enabled, and still allowed to
 * give what it gives.
 */
export const isLive = ({ grant, clientDisabled, user }: GrantState): boolean =>
  grant.endedAt === undefined &&
  !clientDisabled &&
  (user === undefined || (!user.disabled && mayGive(user, grant.scope)));
