import type { Factors } from "../model/factor.ts";
import type { Grant } from "../model/grant.ts";
import type { Trace } from "../model/trace.ts";
import type { Session, User } from "../model/user.ts";
import { type Instant, isoTime } from "../time.ts";
import { declaredMemberNames } from "./declaration-guard.ts";
import type { KeyInUse } from "./keys.ts";

// What the command line prints as JSON and the API answers: the same members for the same thing.

/** A person: never the password, not even its hash. */
export const userRecord = (user: User) =>
  present({
    id: user.id,
    username: user.username,
    display_name: user.displayName,
    email: user.email,
    email_verified: user.emailVerified,
    role: user.role,
    groups: [...user.groups],
    origin: user.origin,
    declared: declaredMemberNames(user),
    disabled: user.disabledAt !== undefined,
    has_password: user.passwordHash !== undefined,
    host_subject: user.hostSubject,
    failed_sign_ins: user.failures,
    locked_until: time(user.lockedUntil),
    created_at: isoTime(user.createdAt),
    updated_at: isoTime(user.updatedAt),
  });

/** What a person has beside the password, counted. */
export const factorsRecord = ({ passkeys, totp, recoveryCodes }: Factors) => ({
  passkeys: passkeys.length,
  totp: totp !== undefined,
  recovery_codes_left: recoveryCodes?.left ?? 0,
});

export const grantRecord = (grant: Grant, username: string | undefined) =>
  present({
    id: grant.id,
    client_id: grant.clientId,
    user_id: grant.userId,
    username,
    name: grant.name,
    scope: grant.scope.join(" "),
    amr: [...grant.amr],
    auth_time: time(grant.authTime),
    created_at: isoTime(grant.createdAt),
    last_used_at: time(grant.lastUsedAt),
    address: grant.address,
    user_agent: grant.userAgent,
    refresh_expires_at: time(grant.refreshExpiresAt),
    ended_at: time(grant.endedAt),
    ended_because: grant.endedBecause,
  });

export const sessionRecord = (session: Session, username: string | undefined) =>
  present({
    id: session.id,
    user_id: session.userId,
    username,
    amr: [...session.amr],
    auth_time: isoTime(session.authTime),
    created_at: isoTime(session.createdAt),
    last_seen_at: isoTime(session.lastSeenAt),
    address: session.address,
    user_agent: session.userAgent,
  });

export const keyRecord = ({ key, state }: KeyInUse) =>
  present({
    number: key.number,
    purpose: key.purpose,
    algorithm: key.algorithm,
    kid: key.publicJwk?.kid,
    state,
    created_at: isoTime(key.createdAt),
    active_from: isoTime(key.activeFrom),
    remove_after: time(key.removeAfter),
  });

/** Why a request was refused. */
export const traceRecord = (trace: Trace) =>
  present({
    request_id: trace.requestId,
    time: isoTime(trace.at),
    method: trace.method,
    path: trace.path,
    address: trace.address,
    client_id: trace.clientId,
    user_id: trace.userId,
    error: trace.error,
    description: trace.description,
    checks: trace.checks.map(({ rule, isMet, expected, received }) =>
      present({ rule, met: isMet, expected, received }),
    ),
  });

const time = (at: Instant | undefined): string | undefined => (at === undefined ? undefined : isoTime(at));

/** A record whose members without a value are left out. */
type Present<Wanted> = {
  [Name in keyof Wanted as undefined extends Wanted[Name] ? never : Name]: Wanted[Name];
} & {
  [Name in keyof Wanted as undefined extends Wanted[Name] ? Name : never]?: Exclude<Wanted[Name], undefined>;
};

export function present<Wanted extends object>(record: Wanted): Present<Wanted>;
export function present(record: object): object {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
