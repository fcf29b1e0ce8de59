import type { SessionId, UserId } from "../brand.ts";
import type { Instant } from "../time.ts";

export type Role = "admin" | "user";

/** Who said that there is this person. `withdrawn`: they were declared with `postern apply`, and no longer are. */
export type UserOrigin = "administrator" | "apply" | "withdrawn";

/** What a declaration may say of a person, and then alone says. */
export const declarableMembers = ["username", "displayName", "email", "emailVerified", "role", "groups"] as const;
export type DeclarableMember = (typeof declarableMembers)[number];

/** Standard claims of OIDC Core §5.1 that a person may carry beside name and e-mail. `locale` is the language of the pages. */
export type ProfileClaims = Readonly<Record<string, unknown>>;

export interface User {
  readonly id: UserId;
  /** Canonical form (rules/user-name.ts): what people type to sign in. */
  readonly username: string;
  readonly displayName?: string | undefined;
  readonly email?: string | undefined;
  readonly emailVerified: boolean;
  readonly role: Role;
  /** Free names, for the claim `groups`. */
  readonly groups: readonly string[];
  /** argon2id, PHC string format. */
  readonly passwordHash?: string | undefined;
  /** Who the person is to the host, for one of the host's own users: theirs for good, and they have no password here. */
  readonly hostSubject?: string | undefined;
  readonly claims: ProfileClaims;
  readonly origin: UserOrigin;
  /** The members that are changed only where they are declared. */
  readonly declared: readonly DeclarableMember[];
  /** argon2id of the password in the declaration, whatever the person's own has become. */
  readonly declaredPasswordHash?: string | undefined;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly disabledAt?: Instant | undefined;
  /** Wrong passwords in a row, and until when further ones are not even tried. */
  readonly failures: number;
  readonly lockedUntil?: Instant | undefined;
}

/** A browser in which a person is signed in. */
export interface Session {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly createdAt: Instant;
  /** When credentials were last checked (OIDC Core §2, auth_time). */
  readonly authTime: Instant;
  /** RFC 8176 names: `pwd`, … */
  readonly amr: readonly string[];
  readonly lastSeenAt: Instant;
  readonly endedAt?: Instant | undefined;
  readonly userAgent?: string | undefined;
  readonly address?: string | undefined;
}
