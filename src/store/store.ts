import type { ClientId, GrantId, SessionId, UserId } from "../brand.ts";
import type { Client, ClientApproval, ClientMetadata, ClientOrigin, ClientSecret } from "../model/client.ts";
import type { AuthorizationCode, DeviceCode } from "../model/code.ts";
import type { AuditEvent, EventName, RecordedEvent } from "../model/event.ts";
import type { FactorProof, Factors, Passkey, Totp } from "../model/factor.ts";
import type { Consent, Grant, GrantEnd } from "../model/grant.ts";
import type { StoredKey } from "../model/key.ts";
import type { AccountLink } from "../model/link.ts";
import type { Hashed } from "../model/secret.ts";
import type { Trace } from "../model/trace.ts";
import type { ProfileClaims, Role, Session, User } from "../model/user.ts";
import type { Duration, Instant } from "../time.ts";

/**
 * The store port. Each verb is one atomic step: it reads, checks and writes by itself, and its promise resolves only
 * when what it wrote is durable. A verb that does what an auditor would ask for takes the event and writes it with it.
 * Reads answer from the last committed state. A write that could not be made rejects with `StoreUnavailable`.
 */
export interface Store {
  readonly clients: ClientVerbs;
  readonly users: UserVerbs;
  readonly factors: FactorVerbs;
  readonly links: LinkVerbs;
  readonly sessions: SessionVerbs;
  readonly grants: GrantVerbs;
  readonly codes: CodeVerbs;
  readonly deviceCodes: DeviceCodeVerbs;
  readonly consents: ConsentVerbs;
  readonly keys: KeyVerbs;
  readonly setup: SetupVerbs;
  readonly registrationTokens: RegistrationTokenVerbs;
  readonly assertions: AssertionVerbs;
  readonly events: EventVerbs;
  readonly traces: TraceVerbs;
  readonly statistics: StatisticsVerbs;
  /** Deletes at most `limit` things that can no longer matter; answers how many, so that the caller can go on. */
  sweep(input: { readonly now: Instant; readonly limit: number }): Promise<number>;
  /** Low-value facts, written together. */
  touch(input: Touches): Promise<void>;
  /** When the last commit before this process opened the store was made. */
  readonly lastCommitBeforeOpening: Instant | undefined;
  /** Resolves when a write goes through; rejects with `StoreUnavailable` when none does. */
  check(): Promise<void>;
  /** The start is over: from now on a slow write holds up nobody else. Before, writes are made as they come. */
  serve(): Promise<void>;
  close(): Promise<void>;
}

/** A write that did not happen (the disk is full, the writer died, the store is closing), or a read of a file that fails. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** Part of a list, and how long the whole is. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

export interface PageOf {
  /** How many are left out before the first, and how many are given at most. */
  readonly offset: number;
  readonly limit: number;
}

export interface ClientVerbs {
  find(id: ClientId): Promise<Client | undefined>;
  list(): Promise<readonly Client[]>;
  /** By time of making, the newest first; `text` is looked for in ids and names. */
  page(
    input: PageOf & {
      readonly text?: string | undefined;
      readonly origin?: ClientOrigin | undefined;
      readonly approval?: ClientApproval | undefined;
    },
  ): Promise<Page<Client>>;
  /** An administrator's client, or one from a file. */
  create(input: NewClient): Promise<"created" | "taken">;
  /** A client that registers itself, paying with one use of an initial access token where one is given. */
  register(
    input: NewClient & { readonly initialAccessToken?: Hashed<"initial-access-token"> | undefined },
  ): Promise<"created" | "taken" | "token-refused">;
  update(input: ClientUpdate): Promise<"updated" | "missing">;
  setDisabled(input: {
    readonly id: ClientId;
    readonly at: Instant | undefined;
    readonly event: AuditEvent;
  }): Promise<"done" | "missing">;
  /** Lets a client that registered itself in: it is enabled, and verified from now on. */
  approve(input: { readonly id: ClientId; readonly event: AuditEvent }): Promise<"done" | "missing">;
  /** Puts a secret before the others; the oldest beyond `mostClientSecrets` goes. */
  addSecret(input: {
    readonly id: ClientId;
    readonly secret: ClientSecret;
    readonly event: AuditEvent;
  }): Promise<"added" | "missing">;
  removeSecret(input: {
    readonly id: ClientId;
    readonly secretId: string;
    readonly event: AuditEvent;
  }): Promise<"removed" | "missing">;
  /** Ends every grant of the client and removes its codes and consents with it. */
  delete(input: { readonly id: ClientId; readonly event: AuditEvent }): Promise<"deleted" | "missing">;
}

export interface NewClient {
  readonly client: Client;
  /** The grant behind its client_credentials tokens, where it has that grant type. */
  readonly standingGrant?: Grant | undefined;
  readonly event: AuditEvent;
}

export interface ClientUpdate {
  readonly id: ClientId;
  readonly metadata: ClientMetadata;
  /** The secrets that it has from now on; absent: as they were. */
  readonly secrets?: readonly ClientSecret[];
  readonly registrationTokenHash?: Hashed<"registration-token"> | null;
  /** Made, or its scope list grown at its end, where the client has client_credentials. */
  readonly standingGrant?: Grant | undefined;
  /** Consents to the client are forgotten: its redirect URIs changed (RFC 7592 §2.2). */
  readonly forgetConsents: boolean;
  readonly event: AuditEvent;
}

export interface UserVerbs {
  find(id: UserId): Promise<User | undefined>;
  findByName(username: string): Promise<User | undefined>;
  list(): Promise<readonly User[]>;
  /** By user name; `text` is looked for in user names, names, e-mail addresses and groups. */
  page(input: PageOf & { readonly text?: string | undefined; readonly role?: Role | undefined }): Promise<Page<User>>;
  hasAdministrator(): Promise<boolean>;
  create(input: { readonly user: User; readonly event: AuditEvent }): Promise<"created" | "taken">;
  update(input: {
    readonly id: UserId;
    readonly changes: {
      readonly username?: string;
      readonly displayName?: string | null;
      readonly email?: string | null;
      readonly emailVerified?: boolean;
      readonly role?: Role;
      readonly groups?: readonly string[];
      readonly claims?: ProfileClaims;
    };
    readonly event: AuditEvent;
  }): Promise<"updated" | "missing" | "taken" | "last-administrator">;
  /**
   * Ends every grant of the user, codes that could become one, and every session but `keepSession` (RFC 9700 §4.14.2);
   * with `keepsOthers`, which the person asks for who only wants another password, none of them.
   */
  setPassword(input: {
    readonly id: UserId;
    readonly passwordHash: string;
    readonly keepSession?: SessionId | undefined;
    readonly keepsOthers?: boolean;
    readonly event: AuditEvent;
  }): Promise<"done" | "missing">;
  /** Disabling ends the user's sessions and grants. */
  setDisabled(input: {
    readonly id: UserId;
    readonly at: Instant | undefined;
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
  clearFailures(input: { readonly id: UserId; readonly event?: AuditEvent }): Promise<"done" | "missing">;
}

export interface FactorVerbs {
  /** All that a person has, in one read. */
  of(userId: UserId): Promise<Factors>;
  findPasskey(id: string): Promise<Passkey | undefined>;
  addPasskey(input: {
    readonly passkey: Passkey;
    readonly most: number;
    readonly event: AuditEvent;
  }): Promise<"added" | "taken" | "too-many" | "missing">;
  renamePasskey(input: {
    readonly userId: UserId;
    readonly id: string;
    readonly name: string;
  }): Promise<"done" | "missing">;
  /** With the last factor the recovery codes go, too: they stand in for one. */
  removePasskey(input: {
    readonly userId: UserId;
    readonly id: string;
    readonly event: AuditEvent;
  }): Promise<"done" | "missing">;
  /** Takes the place of an earlier one. */
  enableTotp(input: {
    readonly userId: UserId;
    readonly totp: Totp;
    readonly event: AuditEvent;
  }): Promise<"done" | "missing">;
  /** As `removePasskey`. */
  disableTotp(input: { readonly userId: UserId; readonly event: AuditEvent }): Promise<"done" | "missing">;
  /** The codes before them are void. */
  replaceRecoveryCodes(input: {
    readonly userId: UserId;
    readonly sealedKey: string;
    readonly hashes: readonly Hashed<"recovery-code">[];
    readonly event: AuditEvent;
  }): Promise<"done" | "missing">;
  /** Takes away every factor, and ends the person's sessions. */
  reset(input: { readonly userId: UserId; readonly event: AuditEvent }): Promise<"done" | "missing">;
}

export interface LinkVerbs {
  /** A link that was made out before for the same person and purpose is void. */
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
  }): Promise<{ readonly outcome: "done"; readonly userId: UserId } | { readonly outcome: "link-refused" }>;
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
   * when it has been used before, or is no longer there.
   */
  start(input: {
    readonly session: Session;
    readonly cookie: Hashed<"session">;
    readonly replaces?: SessionId | undefined;
    readonly proof?: FactorProof | undefined;
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

/** A grant with all that decides whether its tokens live, in one read. */
export interface GrantState {
  readonly grant: Grant;
  readonly clientDisabled: boolean;
  /** Absent for a client's own grant. */
  readonly user?: { readonly username: string; readonly disabled: boolean; readonly role: Role } | undefined;
  /** The access tokens revoked one by one (RFC 7009 §2.1). */
  readonly revokedTokens: readonly string[];
}

export type Rotation =
  | { readonly outcome: "rotated" | "retried" | "newer-than-database"; readonly generation: number }
  | { readonly outcome: "replayed" | "ended" | "expired" | "unknown" };

export interface GrantVerbs {
  find(id: GrantId): Promise<Grant | undefined>;
  findState(id: GrantId): Promise<GrantState | undefined>;
  list(filter: {
    readonly userId?: UserId | undefined;
    readonly clientId?: ClientId | undefined;
    readonly liveAt?: Instant | undefined;
  }): Promise<readonly Grant[]>;
  /** The newest first. */
  page(
    input: PageOf & {
      readonly userId?: UserId | undefined;
      readonly clientId?: ClientId | undefined;
      readonly liveAt?: Instant | undefined;
    },
  ): Promise<Page<Grant>>;
  /** The person's own name for what holds the grant. */
  rename(input: {
    readonly id: GrantId;
    readonly userId: UserId;
    readonly name: string | undefined;
    readonly event: AuditEvent;
  }): Promise<"done" | "missing">;
  /** Compares the presented generation with the stored one, and moves on, repeats, or ends the grant (design of refresh tokens: docs/architecture.md). */
  rotate(input: {
    readonly id: GrantId;
    readonly presented: number;
    readonly now: Instant;
    readonly grace: Duration;
    readonly refreshExpiresAt: Instant;
    readonly keepUntil: Instant;
    /**
     * Rotations made since then may be retried whatever the grace says: the grace does not run while the server is down.
     * The caller passes it for one grace after the start: the last commit before it, less the grace.
     */
    readonly graceFrozenSince?: Instant | undefined;
    readonly replayed: AuditEvent;
    readonly newerThanDatabase: AuditEvent;
  }): Promise<Rotation>;
  end(input: {
    readonly id: GrantId;
    readonly because: GrantEnd;
    readonly event: AuditEvent;
  }): Promise<"ended" | "already" | "missing">;
  /** Where `most` tokens are revoked already, the grant ends instead; a standing grant's epoch is raised. */
  revokeAccessToken(input: {
    readonly grantId: GrantId;
    readonly tokenId: string;
    readonly expiresAt: Instant;
    readonly most: number;
    readonly event: AuditEvent;
  }): Promise<"revoked" | "grant-ended" | "missing">;
}

export interface CodeVerbs {
  find(hash: Hashed<"authorization-code">): Promise<AuthorizationCode | undefined>;
  /** Saves the code and spends the pending authorization it answers; with the consent that was given for it. */
  save(input: {
    readonly code: AuthorizationCode;
    readonly spend: SpentHandle;
    readonly consent?: Consent | undefined;
    readonly event?: AuditEvent | undefined;
  }): Promise<"saved" | "spent">;
  /** Spends a pending authorization that was denied. */
  spend(input: SpentHandle): Promise<"done" | "spent">;
  /**
   * Makes the grant. A code that was redeemed before ends the grant made by it (RFC 6749 §4.1.2). `unknown` also where
   * client or user are disabled, or the session that the grant is bound to has ended.
   */
  redeem(input: {
    readonly hash: Hashed<"authorization-code">;
    readonly clientId: ClientId;
    readonly grant: Grant;
    readonly now: Instant;
    readonly mostFailures: number;
    readonly created: AuditEvent;
    readonly replayed: AuditEvent;
  }): Promise<"redeemed" | "replayed" | "expired" | "unknown">;
  /** Counts a wrong verifier or redirect URI against the code. */
  recordFailure(hash: Hashed<"authorization-code">): Promise<void>;
}

export interface SpentHandle {
  readonly id: string;
  readonly expiresAt: Instant;
}

export interface DeviceCodeVerbs {
  find(hash: Hashed<"device-code">): Promise<DeviceCode | undefined>;
  findByUserCode(hash: Hashed<"user-code">): Promise<DeviceCode | undefined>;
  save(input: {
    readonly deviceCode: DeviceCode;
    readonly mostOfClient: number;
    /** For public clients: of one client from one address. */
    readonly mostOfAddress?: number | undefined;
  }): Promise<"saved" | "user-code-taken" | "too-many">;
  decide(input: {
    readonly userCodeHash: Hashed<"user-code">;
    readonly decision: "approved" | "denied";
    readonly userId: UserId;
    readonly sessionId: SessionId;
    readonly authTime: Instant;
    readonly amr: readonly string[];
    readonly scope: readonly string[];
    readonly now: Instant;
    readonly event: AuditEvent;
  }): Promise<"decided" | "not-pending">;
  /** A poll that came too early: the interval grows for good (RFC 8628 §3.5). */
  slowDown(input: {
    readonly hash: Hashed<"device-code">;
    readonly polledAt: Instant;
    readonly by: number;
    readonly most: number;
  }): Promise<void>;
  redeem(input: {
    readonly hash: Hashed<"device-code">;
    readonly clientId: ClientId;
    readonly grant: Grant;
    readonly now: Instant;
    readonly created: AuditEvent;
    readonly replayed: AuditEvent;
  }): Promise<"redeemed" | "replayed" | "not-approved">;
}

export interface ConsentVerbs {
  find(userId: UserId, clientId: ClientId): Promise<Consent | undefined>;
  list(userId: UserId): Promise<readonly Consent[]>;
  /** Ends the grants that the user gave the client, and codes that could become one, too. `missing`: there was nothing. */
  withdraw(input: {
    readonly userId: UserId;
    readonly clientId: ClientId;
    readonly event: AuditEvent;
  }): Promise<"withdrawn" | "missing">;
}

export interface KeyVerbs {
  /** Changes whenever a key does: read before use, cheap. */
  revision(): Promise<number>;
  list(): Promise<readonly StoredKey[]>;
  /** Adds keys (`number` is given by the store); answers the revision after it. */
  add(input: {
    readonly keys: readonly Omit<StoredKey, "number">[];
    /** For older keys of the same purpose and algorithm that have none yet. */
    readonly retireOthersAt: Instant | undefined;
    /** Only those of whose purpose and algorithm no key is there; where none is left, nothing happens and no event is written. */
    readonly onlyIfMissing: boolean;
    readonly event?: AuditEvent | undefined;
  }): Promise<number>;
  remove(number: number): Promise<void>;
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

export interface RegistrationTokenVerbs {
  create(input: {
    readonly hash: Hashed<"initial-access-token">;
    readonly uses: number;
    readonly expiresAt: Instant;
    readonly event: AuditEvent;
  }): Promise<void>;
  isValid(hash: Hashed<"initial-access-token">, now: Instant): Promise<boolean>;
}

export interface AssertionVerbs {
  /** Remembers a client assertion's `jti` until it has expired (RFC 7523 §3). */
  use(input: {
    readonly clientId: ClientId;
    readonly jti: string;
    readonly expiresAt: Instant;
  }): Promise<"fresh" | "replayed">;
}

export interface EventVerbs {
  record(event: AuditEvent): Promise<void>;
  /** The newest first. */
  list(limit: number): Promise<readonly AuditEvent[]>;
  /** The newest first; those before the id `before`, where one is given. */
  page(
    filter: EventFilter & { readonly before?: number | undefined; readonly limit: number },
  ): Promise<readonly RecordedEvent[]>;
}

export interface EventFilter {
  /** A whole name, or the part before the dot. */
  readonly name?: EventName | string | undefined;
  readonly userId?: UserId | undefined;
  readonly clientId?: ClientId | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

export interface TraceVerbs {
  find(requestId: string): Promise<Trace | undefined>;
  /** The newest first. */
  list(limit: number): Promise<readonly Trace[]>;
}

/** What is counted by the hour. */
export type ActivityName = "tokens" | "sign-ins" | "failed-sign-ins";

export interface ActivityCount {
  /** The start of the hour. */
  readonly hour: Instant;
  readonly name: ActivityName;
  readonly count: number;
}

export interface Statistics {
  readonly users: number;
  readonly disabledUsers: number;
  readonly administrators: number;
  readonly clients: number;
  readonly waitingClients: number;
  /** With a person behind them; neither ended nor expired. */
  readonly liveGrants: number;
  readonly sessions: number;
  /** Of the database file, without its WAL. */
  readonly databaseBytes: number;
}

export interface StatisticsVerbs {
  now(input: { readonly at: Instant }): Promise<Statistics>;
  /** Hours in which nothing happened are left out. */
  activity(input: { readonly since: Instant }): Promise<readonly ActivityCount[]>;
}

export interface Touches {
  readonly grants: readonly {
    readonly id: GrantId;
    readonly at: Instant;
    readonly refreshExpiresAt?: Instant | undefined;
    readonly keepUntil?: Instant | undefined;
    readonly address?: string | undefined;
  }[];
  readonly clients: readonly {
    readonly id: ClientId;
    readonly at: Instant;
    /** The secret that was presented. */
    readonly secretId?: string | undefined;
  }[];
  readonly sessions: readonly { readonly id: SessionId; readonly at: Instant }[];
  /** Beyond `mostTraces` the oldest go. */
  readonly traces?: readonly Trace[];
  /** Added to what was counted before. */
  readonly activity?: readonly ActivityCount[];
}
