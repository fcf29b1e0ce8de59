import { asSessionId, type SessionId, type UserId } from "../brand.ts";
import type { Context } from "../context.ts";
import { hash, hashPresented } from "../crypto/hash.ts";
import { newIdentifier, newSecret, type Secret } from "../crypto/secret.ts";
import type { FactorProof } from "../model/factor.ts";
import type { Session, User } from "../model/user.ts";
import { OAuthError, unmet } from "../oauth-error.ts";
import { between, earlier, type Instant } from "../time.ts";

/** A session that lives, and whose it is. */
export interface SignedIn {
  readonly session: Session;
  readonly user: User;
}

/**
 * The session behind a cookie, if it lives: not ended, neither idle nor old beyond the limits, its user there and
 * enabled.
 */
export async function findSession(
  { store, clock, config, lastUsed }: Pick<Context, "store" | "clock" | "config" | "lastUsed">,
  cookie: string | undefined,
): Promise<SignedIn | undefined> {
  if (cookie === undefined) return undefined;
  const session = await store.sessions.find(hashPresented("session", cookie));
  if (session === undefined || session.endedAt !== undefined) return undefined;
  const now = clock.now();
  const lastSeen = lastUsed.ofSession(session.id) ?? session.lastSeenAt;
  // A clock that was set back must not end sessions: what looks newer than now has just been seen.
  if (between(earlier(lastSeen, now), now) > config.sessionLifetime) return undefined;
  if (between(earlier(session.createdAt, now), now) > config.sessionMaxLifetime) return undefined;
  const user = await store.users.find(session.userId);
  if (user === undefined || user.disabledAt !== undefined) return undefined;
  lastUsed.session(session.id, now);
  return { session, user };
}

interface SignIn {
  readonly user: User;
  /** RFC 8176: how. */
  readonly amr: readonly string[];
  readonly address: string;
  readonly userAgent: string | undefined;
  /** The session that this browser had: it goes on if it is the same person's, and ends otherwise. */
  readonly replaces: SessionId | undefined;
  /** When the password was shown, where that was before now. */
  readonly authTime?: Instant;
  /** Nobody has signed in: the session goes on. The audit log tells the two apart. */
  readonly isRenewal?: boolean;
}

type Starting = Pick<Context, "store" | "clock" | "random" | "lastUsed">;

/** Starts a session, always under a new cookie (no fixation). Answers the cookie's value. */
export async function startSession(context: Starting, signIn: SignIn): Promise<Secret<"session">> {
  const cookie = await start(context, signIn, undefined);
  if (cookie === undefined) throw outOfDate(signIn.user.id);
  return cookie;
}

/** What was checked has changed before it was written. */
export const outOfDate = (userId: UserId): OAuthError =>
  new OAuthError("access_denied", "the sign-in is out of date", {
    status: 403,
    page: "forbidden",
    about: { userId },
    checks: unmet("the account, its password and its session are still as they were when they were checked"),
  });

/** The same with a factor that is used up by it; undefined where it has been used before, or was none. */
export const startSessionWith = (
  context: Starting,
  proof: FactorProof,
  signIn: SignIn,
): Promise<Secret<"session"> | undefined> => start(context, signIn, proof);

/**
 * A session in which a factor was shown or enrolled after it had started: it goes on under a new cookie. The time of the
 * authentication stays.
 */
export const raisedSession = (
  { user, session }: SignedIn,
  shown: readonly string[],
  { address, userAgent }: Pick<SignIn, "address" | "userAgent">,
): SignIn => ({
  user,
  amr: [...new Set([...session.amr, ...shown])],
  address,
  userAgent,
  replaces: session.id,
  authTime: session.authTime,
  isRenewal: true,
});

async function start(
  { store, clock, random, lastUsed }: Starting,
  { user, amr, address, userAgent, replaces, authTime, isRenewal = false }: SignIn,
  proof: FactorProof | undefined,
): Promise<Secret<"session"> | undefined> {
  const now: Instant = clock.now();
  const cookie = newSecret(random, "session");
  const session: Session = {
    id: asSessionId(newIdentifier(random)),
    userId: user.id,
    createdAt: now,
    authTime: authTime ?? now,
    amr,
    lastSeenAt: now,
    userAgent: userAgent?.slice(0, 300),
    address,
  };
  const outcome = await store.sessions.start({
    session,
    cookie: hash(cookie),
    replaces,
    proof,
    // The person of a session that goes on may just have got a new one.
    passwordHash: isRenewal ? undefined : user.passwordHash,
    mustGoOn: isRenewal,
    event: {
      at: now,
      name: "session.started",
      actor: { kind: "user", userId: user.id },
      userId: user.id,
      address,
      detail: isRenewal ? { renewed: true } : undefined,
    },
  });
  if (outcome === "refused") return undefined;
  if (replaces !== undefined) lastUsed.session(replaces, now);
  return cookie;
}
