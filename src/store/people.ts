import type { SessionId, UserId } from "../brand.ts";
import type { AuditEvent } from "../model/event.ts";
import type { FactorProof, Factors, Passkey, Totp } from "../model/factor.ts";
import type { AccountLink } from "../model/link.ts";
import type { Hashed } from "../model/secret.ts";
import type { DeclarableMember, ProfileClaims, Role, Session, User, UserOrigin } from "../model/user.ts";
import type { Duration, Instant } from "../time.ts";
import type { Page, PageOf } from "./listing.ts";

// The part of the store port that is about people and how they sign in.

/** What comes with a declaration of a person beside what it says of them. */
export interface UserDeclaration {
  /** The members that it says. */
  readonly members: readonly DeclarableMember[];
  /** The password that it says; absent: as it was. */
  readonly passwordHash?: string | undefined;
}

/** Members of a person as somebody saw them who wants to change the person. */
export type SeenUser = Readonly<Partial<Pick<User, DeclarableMember>>>;

export interface UserVerbs {
  find(id: UserId): Promise<User | undefined>;
  findByName(username: string): Promise<User | undefined>;
  findByHostSubject(hostSubject: string): Promise<User | undefined>;
  list(): Promise<readonly User[]>;
  /** By user name; `text` is looked for in user names, names, e-mail addresses and groups. */
  page(input: PageOf & { readonly text?: string | undefined; readonly role?: Role | undefined }): Promise<Page<User>>;
  hasAdministrator(): Promise<boolean>;
  create(input: { readonly user: User; readonly event: AuditEvent }): Promise<"created" | "taken">;
  /**
   * Who makes somebody an administrator is one still; otherwise there is nobody (`missing`) for them to make one. What
   * `seen` names is still as it was seen; otherwise it is `outdated`. Nothing is verified about an address that is not there.
   */
  update(input: {
    readonly id: UserId;
    readonly seen?: SeenUser | undefined;
    readonly changes: {
      readonly username?: string;
      readonly displayName?: string | null;
      readonly email?: string | null;
      readonly emailVerified?: boolean;
      readonly role?: Role;
      readonly groups?: readonly string[];
      readonly claims?: ProfileClaims;
      readonly declaration?: UserDeclaration;
    };
    readonly event: AuditEvent;
  }): Promise<"updated" | "missing" | "taken" | "last-administrator" | "outdated">;
  /**
   * Ends every grant of the user, codes that could become one, and every session but `keepSession` (RFC 9700 §4.14.2);
   * with `keepsOthers`, which the person asks for who only wants another password, none of them. `before` is the password
   * that the person has shown in `keepSession`: `outdated` where it is another one by now, or the session has ended.
   */
  setPassword(input: {
    readonly id: UserId;
    readonly passwordHash: string;
    readonly keepSession?: SessionId | undefined;
    readonly keepsOthers?: boolean;
    /** The password is the declared one. */
    readonly isDeclared?: boolean;
    readonly before?: Pick<User, "passwordHash">;
    readonly event: AuditEvent;
  }): Promise<"done" | "missing" | "outdated">;
  /**
   * The same password under another hash: nothing ends by it, and nobody need hear of it. `outdated` where the person has
   * another one by now.
   */
  renewPasswordHash(input: {
    readonly id: UserId;
    readonly before: string;
    readonly passwordHash: string;
  }): Promise<"done" | "outdated">;
  /**
   * Disabling ends the user's sessions and grants. Who enables is still allowed to; otherwise it is `missing`. Without an
   * origin somebody decides by hand: what was withdrawn is theirs from then on, and a declaration that comes back leaves it
   * as they left it.
   */
  setDisabled(input: {
    readonly id: UserId;
    readonly at: Instant | undefined;
    readonly origin?: UserOrigin;
    readonly event: AuditEvent;
  }): Promise<"done" | "missing" | "last-administrator">;
  delete(input: {
    readonly id: UserId;
    readonly event: AuditEvent;
  }): Promise<"deleted" | "missing" | "last-administrator">;
  /** Counts a wrong password; from the `free`th on, the next try must wait twice as long as before, at most `longest`. */
  recordFailure(input: {
    readonly id: UserId;
    readonly now: Instant;
    readonly free: number;
    readonly first: Duration;
    readonly longest: Duration;
    readonly event: AuditEvent;
  }): Promise<void>;
  /**
   * Makes the account of a person of the host, or brings the one of this subject up to what the host says now: name,
   * e-mail, groups and role. `clash`, and nothing is done, when another account has the user name: a person of the host
   * takes over nobody's. Records which of these it was.
   */
  admitFromHost(input: {
    readonly hostSubject: string;
    /** As it would be made. */
    readonly user: User;
    readonly event: HostEvent;
  }): Promise<
    { readonly outcome: "admitted"; readonly user: User } | { readonly outcome: "clash"; readonly holder: UserId }
  >;
  /** The host knows the person no longer: their grants and sessions end, and codes that could become one. */
  refuseFromHost(input: { readonly id: UserId; readonly event: AuditEvent }): Promise<"done" | "missing">;
  clearFailures(input: { readonly id: UserId; readonly event?: AuditEvent }): Promise<"done" | "missing">;
}

/** What an event of the host's own users has in common; the rest only the verb knows. */
export type HostEvent = Pick<AuditEvent, "at" | "actor" | "address">;

/** Only where the person has no factor that can be used yet: passkeys of another host than this one do not count. */
export interface FirstFactor {
  readonly rpId: string;
}

/**
 * What people do to their own account is done in a session of theirs: `outdated` where it has ended, so that nothing which
 * was asked for before a reset or a sign-out is written after it.
 */
interface InSession {
  readonly session?: SessionId | undefined;
}

export interface FactorVerbs {
  /** All that a person has, in one read. */
  of(userId: UserId): Promise<Factors>;
  findPasskey(id: string): Promise<Passkey | undefined>;
  addPasskey(
    input: InSession & {
      readonly passkey: Passkey;
      readonly most: number;
      readonly onlyFirst?: FirstFactor | undefined;
      readonly event: AuditEvent;
    },
  ): Promise<"added" | "taken" | "too-many" | "missing" | "not-first" | "outdated">;
  renamePasskey(input: {
    readonly userId: UserId;
    readonly id: string;
    readonly name: string;
    readonly event: AuditEvent;
  }): Promise<"done" | "missing">;
  /** With the last factor the recovery codes go, too: they stand in for one. */
  removePasskey(input: {
    readonly userId: UserId;
    readonly id: string;
    readonly event: AuditEvent;
  }): Promise<"done" | "missing">;
  /** Takes the place of an earlier one. */
  enableTotp(
    input: InSession & {
      readonly userId: UserId;
      readonly totp: Totp;
      readonly onlyFirst?: FirstFactor | undefined;
      readonly event: AuditEvent;
    },
  ): Promise<"done" | "missing" | "not-first" | "outdated">;
  /** As `removePasskey`. */
  disableTotp(input: { readonly userId: UserId; readonly event: AuditEvent }): Promise<"done" | "missing">;
  /** The codes before them are void. */
  replaceRecoveryCodes(
    input: InSession & {
      readonly userId: UserId;
      readonly sealedKey: string;
      readonly hashes: readonly Hashed<"recovery-code">[];
      readonly event: AuditEvent;
    },
  ): Promise<"done" | "missing" | "outdated">;
  /** Takes away every factor, and ends the person's sessions. */
  reset(input: { readonly userId: UserId; readonly event: AuditEvent }): Promise<"done" | "missing">;
}

export interface LinkVerbs {
  /**
   * A link that was made out before for the same person and purpose is void. Who makes it may still (`missing` otherwise);
   * when they are no longer an administrator, or an enabled client, what they have made out is void.
   */
  create(input: { readonly link: AccountLink; readonly event: AuditEvent }): Promise<"created" | "missing">;
  /** One that is not used and has not expired. */
  find(hash: Hashed<"account-link">, now: Instant): Promise<AccountLink | undefined>;
  /** Spends an `invite` or a `reset`, and sets the password as `users.setPassword` does; a lockout ends. */
  redeem(input: {
    readonly hash: Hashed<"account-link">;
    readonly passwordHash: string;
    readonly now: Instant;
    readonly event: AuditEvent;
  }): Promise<"done" | "link-refused">;
  /**
   * Spends a `recover`: the person of that name is an enabled administrator with this password and no other factor;
   * `user` is created where there is nobody of the name. Every other session of the person ends.
   */
  recover(input: {
    readonly hash: Hashed<"account-link">;
    readonly user: User;
    readonly now: Instant;
    readonly event: AuditEvent;
  }): Promise<
    | { readonly outcome: "done"; readonly userId: UserId }
    /** `taken`: the name is that of one of the host's own users, who has no password here. */
    | { readonly outcome: "link-refused" | "taken" }
  >;
}

export interface SessionVerbs {
  find(cookie: Hashed<"session">): Promise<Session | undefined>;
  findById(id: SessionId): Promise<Session | undefined>;
  list(userId?: UserId): Promise<readonly Session[]>;
  /** Those that have not ended, were seen since then and made since then, the one seen last first. */
  page(
    input: PageOf & {
      readonly userId?: UserId | undefined;
      readonly seenSince?: Instant | undefined;
      readonly madeSince?: Instant | undefined;
    },
  ): Promise<Page<Session>>;
  /**
   * `replaces` carries a session on under a new cookie: grants bound to it stay. `proof` is used up with it: `refused`
   * when it has been used before, or is no longer there. Refused as well: a person who is disabled or has another
   * password than the one that was checked, and with `mustGoOn` a session that has ended.
   */
  start(input: {
    readonly session: Session;
    readonly cookie: Hashed<"session">;
    readonly replaces?: SessionId | undefined;
    readonly proof?: FactorProof | undefined;
    /** The password that the person has, where it was checked. */
    readonly passwordHash?: string | undefined;
    /** The session is the one of `replaces`, and of no other. */
    readonly mustGoOn?: boolean | undefined;
    readonly event: AuditEvent;
  }): Promise<"started" | "refused">;
  /** Ends the session and the grants that are bound to it (OIDC Back-Channel §2.7). */
  end(input: { readonly id: SessionId; readonly event: AuditEvent }): Promise<"ended" | "missing">;
  /** Ends every session of the person but `keep`, and the grants that are bound to them. Answers how many. */
  endOthers(input: {
    readonly userId: UserId;
    readonly keep?: SessionId | undefined;
    readonly event: AuditEvent;
  }): Promise<number>;
}

export interface SetupVerbs {
  replaceLink(input: {
    readonly hash: Hashed<"setup-link">;
    readonly expiresAt: Instant;
    readonly event: AuditEvent;
  }): Promise<void>;
  isLinkValid(hash: Hashed<"setup-link">, now: Instant): Promise<boolean>;
  /** Makes the first administrator; consumes the link where one is given. */
  createFirstAdministrator(input: {
    readonly link?: Hashed<"setup-link"> | undefined;
    readonly user: User;
    readonly now: Instant;
    readonly event: AuditEvent;
  }): Promise<"created" | "link-refused" | "exists" | "taken">;
}
