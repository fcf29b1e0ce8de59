import { asUserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { hashPresented, isSameHash } from "../crypto/hash.ts";
import { readOwnJwt } from "../crypto/jwt.ts";
import type { GrantState } from "../store/store.ts";
import { fromNumericDate, type Instant } from "../time.ts";
import { accessTokenFacts, isLive, readAccessToken } from "../tokens/read.ts";
import { readRefreshToken } from "../tokens/refresh-token.ts";
import { acrOf, subjectOf } from "../tokens/subject.ts";

/** What the server knows of something that somebody holds. */
export interface InspectedToken {
  readonly kind:
    | "access token"
    | "refresh token"
    | "ID token"
    | "authorization code"
    | "device code"
    | "client secret"
    | "registration access token"
    | "initial access token"
    | "unknown";
  readonly live: boolean;
  /** Why it is not live, where that can be told. */
  readonly because?: string | undefined;
  readonly format?: "opaque" | "jwt" | undefined;
  readonly clientId?: string | undefined;
  readonly username?: string | undefined;
  readonly subject?: string | undefined;
  readonly scope?: readonly string[] | undefined;
  readonly tokenId?: string | undefined;
  readonly grantId?: string | undefined;
  readonly issuedAt?: Instant | undefined;
  readonly expiresAt?: Instant | undefined;
  readonly authTime?: Instant | undefined;
  readonly acr?: string | undefined;
}

type Reading = Pick<Context, "keys" | "store" | "clock" | "config">;

/** Reads whatever Postern hands out, for an administrator: live or not, and why not. */
export async function inspectToken(context: Reading, token: string): Promise<InspectedToken> {
  for (const inspect of [accessToken, refreshToken, idToken, code, secret]) {
    const found = await inspect(context, token);
    if (found !== undefined) return found;
  }
  return { kind: "unknown", live: false, because: "nothing that this server has made and still knows" };
}

async function accessToken(context: Reading, token: string): Promise<InspectedToken | undefined> {
  const facts = await accessTokenFacts(context, token);
  if (facts === undefined) return undefined;
  const live = await readAccessToken(context, token);
  const state = await context.store.grants.findState(facts.grantId);
  const isOld = facts.expiresAt <= context.clock.now();
  const isRevoked =
    state?.revokedTokens.includes(facts.tokenId) === true || (state !== undefined && state.grant.epoch !== facts.epoch);
  const because =
    live !== undefined ? undefined : isOld ? "it has expired" : isRevoked ? "it was revoked" : whyDead(state);
  const { tokenId, issuedAt, expiresAt } = facts;
  const scope = live?.scope ?? facts.scope ?? state?.grant.scope;
  return {
    kind: "access token",
    live: live !== undefined,
    because,
    format: token.startsWith("pst_") ? "opaque" : "jwt",
    ...ofGrant(state),
    scope,
    tokenId,
    issuedAt,
    expiresAt,
    grantId: facts.grantId,
  };
}

async function refreshToken(context: Reading, token: string): Promise<InspectedToken | undefined> {
  const facts = readRefreshToken(await context.keys.open(), token);
  if (facts === undefined) return undefined;
  const state = await context.store.grants.findState(facts.grantId);
  const grant = state?.grant;
  const now = context.clock.now();
  const ends = [grant?.refreshExpiresAt, grant?.refreshMaxExpiresAt].filter((end) => end !== undefined);
  const expiresAt = ends.sort((a, b) => a - b)[0];
  const isOld = expiresAt !== undefined && expiresAt <= now;
  const isSpent = grant !== undefined && facts.generation !== grant.refreshGeneration;
  const because =
    whyDead(state) ??
    (isSpent ? "it was rotated: another one has taken its place" : isOld ? "it has expired" : undefined);
  const issuedAt = grant?.refreshRotatedAt ?? grant?.createdAt;
  return {
    kind: "refresh token",
    live: because === undefined,
    because,
    ...ofGrant(state),
    scope: grant?.scope,
    issuedAt: isSpent ? undefined : issuedAt,
    expiresAt: isSpent ? undefined : expiresAt,
    grantId: facts.grantId,
  };
}

async function idToken(context: Reading, token: string): Promise<InspectedToken | undefined> {
  const jwt = token.startsWith("eyJ") ? readOwnJwt(await context.keys.open(), token) : undefined;
  if (jwt === undefined) return undefined;
  const { sub, aud, iat, exp } = jwt.claims;
  const expiresAt = typeof exp === "number" ? fromNumericDate(exp) : undefined;
  const isOld = expiresAt !== undefined && expiresAt <= context.clock.now();
  const user = typeof sub === "string" ? await context.store.users.find(asUserId(sub)) : undefined;
  return {
    kind: "ID token",
    live: !isOld,
    because: isOld ? "it has expired" : undefined,
    format: "jwt",
    clientId: typeof aud === "string" ? aud : undefined,
    subject: typeof sub === "string" ? sub : undefined,
    username: user?.username,
    issuedAt: typeof iat === "number" ? fromNumericDate(iat) : undefined,
    expiresAt,
  };
}

async function code({ store, clock }: Reading, token: string): Promise<InspectedToken | undefined> {
  const now = clock.now();
  const authorization = await store.codes.find(hashPresented("authorization-code", token));
  if (authorization !== undefined) {
    const { clientId, userId, scope, createdAt: issuedAt, expiresAt, grantId, redeemedAt } = authorization;
    const because = redeemedAt !== undefined ? "it was redeemed" : expiresAt <= now ? "it has expired" : undefined;
    return {
      kind: "authorization code",
      live: because === undefined,
      because,
      clientId,
      subject: userId,
      scope,
      issuedAt,
      expiresAt,
      grantId,
    };
  }
  const device = await store.deviceCodes.find(hashPresented("device-code", token));
  if (device === undefined) return undefined;
  const { clientId, userId, scope, createdAt: issuedAt, expiresAt, grantId, state } = device;
  const because =
    state === "redeemed" || state === "denied" ? `it was ${state}` : expiresAt <= now ? "it has expired" : undefined;
  return {
    kind: "device code",
    live: because === undefined,
    because,
    clientId,
    subject: userId,
    scope,
    issuedAt,
    expiresAt,
    grantId,
  };
}

/** Whose secret it is: what to ask when one was found where it should not be. */
async function secret({ store, clock }: Reading, token: string): Promise<InspectedToken | undefined> {
  const asSecret = hashPresented("client-secret", token);
  const asRegistration = hashPresented("registration-token", token);
  for (const { id: clientId, secrets, registrationTokenHash, disabledAt } of await store.clients.list()) {
    const isSecret = secrets.some((known) => isSameHash(known.hash, asSecret));
    const isRegistration = registrationTokenHash !== undefined && isSameHash(registrationTokenHash, asRegistration);
    if (!isSecret && !isRegistration) continue;
    const because = disabledAt === undefined ? undefined : "its client is disabled";
    return {
      kind: isSecret ? "client secret" : "registration access token",
      live: because === undefined,
      because,
      clientId,
    };
  }
  const isInitial = await store.registrationTokens.isValid(hashPresented("initial-access-token", token), clock.now());
  return isInitial ? { kind: "initial access token", live: true } : undefined;
}

function whyDead(state: GrantState | undefined): string | undefined {
  if (state === undefined) return "its grant is gone";
  if (state.grant.endedAt !== undefined) return `its grant has ended (${state.grant.endedBecause ?? "revoked"})`;
  if (state.clientDisabled) return "its client is disabled or deleted";
  if (state.user?.disabled === true) return "its user is disabled or deleted";
  return isLive(state) ? undefined : "its user is no administrator any more";
}

function ofGrant(state: GrantState | undefined): Partial<InspectedToken> {
  if (state === undefined) return {};
  const { grant, user } = state;
  return {
    clientId: grant.clientId,
    username: user?.username,
    subject: subjectOf(grant),
    authTime: grant.authTime,
    acr: grant.authTime === undefined ? undefined : acrOf(grant.amr),
  };
}
