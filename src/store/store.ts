import type { ClientId, GrantId, SessionId, UserId } from "../brand.ts";
import type { Client, ClientApproval, ClientMetadata, ClientOrigin, ClientSecret } from "../model/client.ts";
import type { AuthorizationCode, DeviceCode, PolledDevice } from "../model/code.ts";
import type { AuditEvent } from "../model/event.ts";
import type { Consent, Grant, GrantEnd } from "../model/grant.ts";
import type { Sealed, StoredKey } from "../model/key.ts";
import type { DeclaredScope } from "../model/scope.ts";
import type { Hashed } from "../model/secret.ts";
import type { Trace } from "../model/trace.ts";
import type { Role } from "../model/user.ts";
import type { Duration, Instant } from "../time.ts";
import type { Page, PageOf } from "./listing.ts";
import type { FactorVerbs, LinkVerbs, SessionVerbs, SetupVerbs, UserVerbs } from "./people.ts";
import type { ActivityCount, EventVerbs, StatisticsVerbs, TraceVerbs } from "./records.ts";
import type { WriteRequest } from "./write-queue.ts";

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
  readonly sealed: SealedVerbs;
  readonly setup: SetupVerbs;
  readonly registrationTokens: RegistrationTokenVerbs;
  readonly scopes: ScopeVerbs;
  readonly declaration: DeclarationVerbs;
  readonly assertions: AssertionVerbs;
  readonly events: EventVerbs;
  readonly traces: TraceVerbs;
  readonly statistics: StatisticsVerbs;
  /** Deletes at most `limit` things that can no longer matter; answers how many, so that the caller can go on. */
  sweep(input: { readonly now: Instant; readonly limit: number }): Promise<number>;
  /** Gives at most so many pages of what was deleted back to the file system; answers whether there is more. */
  shrink(input: { readonly pages: number }): Promise<boolean>;
  /** Low-value facts, written together. */
  touch(input: Touches): Promise<void>;
  /** When the last commit before this process opened the store was made. */
  readonly lastCommitBeforeOpening: Instant | undefined;
  /** Resolves when a write goes through; rejects with `StoreUnavailable` when none does. */
  check(): Promise<void>;
  /** Any verb that writes, by its name: for the other processes of this server. */
  write(request: WriteRequest): Promise<unknown>;
  /** Resolves when what writes answers, without a write: never, while it hangs. */
  ping(): Promise<void>;
  /** Tells of writes from now on; later observers come beside the earlier ones. */
  observe(observer: StoreObserver): void;
  /** How many writes wait to be durable. */
  waitingWrites(): number;
  /**
   * Gives `use` the path of a file that holds everything as it is now, and takes it away afterwards. Nobody waits for it.
   *
   * @throws CopyUnderWay
   */
  withCopy<Result>(use: (copy: string) => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** The start is over: from now on a slow write holds up nobody else. Before, writes are made as they come. */
  serve(): Promise<void>;
  close(): Promise<void>;
}

/** Who is told how writes go. */
export interface StoreObserver {
  /** After each commit: how long it took, in seconds. */
  readonly committed?: (seconds: number) => void;
  /** As a verb begins to wait for its commit: what it returns is told whether it was written. */
  readonly writing?: (verb: string) => ((isWritten: boolean) => void) | undefined;
}

/** A write that did not happen (the disk is full, the writer died, the store is closing), or a read of a file that fails. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** A copy is being made already, by this process or another. */
export class CopyUnderWay extends Error {
  override readonly name = "CopyUnderWay";
}

export interface ClientVerbs {
  find(id: ClientId): Promise<Client | undefined>;
  list(): Promise<readonly Client[]>;
  /** Those that did not register themselves: few, however many strangers come. */
  listOfOperator(): Promise<readonly Client[]>;
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
  update(input: ClientUpdate): Promise<"updated" | "missing" | "outdated">;
  /**
   * Who enables is still allowed to; otherwise it is `missing`. Without an origin somebody decides by hand, as with
   * `users.setDisabled`.
   */
  setDisabled(input: {
    readonly id: ClientId;
    readonly at: Instant | undefined;
    readonly origin?: ClientOrigin;
    readonly event: AuditEvent;
  }): Promise<"done" | "missing">;
  /** Lets a client that registered itself in: it is enabled, and verified from now on. */
  approve(input: { readonly id: ClientId; readonly event: AuditEvent }): Promise<"done" | "missing">;
  /** Puts a secret before the others, or in their place; the oldest beyond `mostClientSecrets` goes. */
  addSecret(input: {
    readonly id: ClientId;
    readonly secret: ClientSecret;
    readonly replacesOthers?: boolean;
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
  /** The metadata are still those that somebody saw; otherwise it is `outdated`. */
  readonly seen?: ClientMetadata | undefined;
  readonly metadata: ClientMetadata;
  /** The secrets that it has from now on; absent: as they were. */
  readonly secrets?: readonly ClientSecret[];
  readonly registrationTokenHash?: Hashed<"registration-token"> | null;
  /** Absent: as it was. */
  readonly origin?: ClientOrigin;
  /** Made, or its scope list grown at its end, where the client has client_credentials. */
  readonly standingGrant?: Grant | undefined;
  /** Consents to the client are forgotten: its redirect URIs changed (RFC 7592 §2.2). */
  readonly forgetConsents: boolean;
  /** What an approval becomes, where one was given: it was for something else. Who waits is disabled. */
  readonly endApproval?: Exclude<ClientApproval, "approved"> | undefined;
  readonly event: AuditEvent;
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
    /** Written where the outcome is `replayed` or `newer-than-database`, and named for it. */
    readonly event: Omit<AuditEvent, "name">;
  }): Promise<Rotation>;
  end(input: {
    readonly id: GrantId;
    readonly because: GrantEnd;
    readonly event: AuditEvent;
  }): Promise<"ended" | "already" | "missing">;
  /**
   * Ends every live grant of a person, of a client, or of the one for the other, and codes that could become one, too.
   * Answers how many grants were live until now; the event is written for each.
   */
  endAll(
    input: { readonly because: GrantEnd; readonly event: AuditEvent } & (
      | { readonly userId: UserId; readonly clientId?: ClientId | undefined }
      | { readonly userId?: undefined; readonly clientId: ClientId }
    ),
  ): Promise<number>;
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
  spend(input: SpentHandle & { readonly event?: AuditEvent | undefined }): Promise<"done" | "spent">;
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
  /** The same for each poll: devices ask every few seconds. */
  findPolled(hash: Hashed<"device-code">): Promise<PolledDevice | undefined>;
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
  /** Changes whenever a key or a declared scope does: read before use, cheap. */
  revision(): Promise<number>;
  list(): Promise<readonly StoredKey[]>;
  /** Adds those of whose purpose and algorithm no key is there; their numbers are given by the store. */
  addMissing(input: { readonly keys: readonly Omit<StoredKey, "number">[] }): Promise<void>;
  /**
   * Adds keys that take over from those of their kind, all or none. `changed`: the revision is not the one that was seen,
   * and nothing was done.
   */
  rotate(input: {
    readonly rotated: readonly {
      readonly key: Omit<StoredKey, "number">;
      /** For the others of the kind, unless they go before. */
      readonly retireOthersAt: Instant;
    }[];
    readonly seen: number;
    readonly event: AuditEvent;
  }): Promise<"rotated" | "changed">;
  /** The key is used only from then on; the others of its kind are kept so long at least, where they were to go. */
  delay(input: {
    readonly number: number;
    readonly activeFrom: Instant;
    readonly keepOthersUntil: Instant;
  }): Promise<void>;
  remove(number: number): Promise<void>;
}

/** The scopes that `postern apply` declared. `keys.revision` changes with them. */
export interface ScopeVerbs {
  /** Withdrawn ones, too. */
  list(): Promise<readonly DeclaredScope[]>;
  save(input: { readonly scope: DeclaredScope; readonly event: AuditEvent }): Promise<void>;
}

export interface DeclarationVerbs {
  /** Where the declaration that stands was read. */
  source(): Promise<string | undefined>;
  setSource(source: string): Promise<void>;
}

/** An initial access token, without its secret. */
export interface RegistrationToken {
  /** The start of its hash: names it to people, and opens nothing. */
  readonly id: string;
  readonly usesLeft: number;
  readonly expiresAt: Instant;
}

/** Whatever is sealed under the instance secret. */
export interface SealedVerbs {
  list(): Promise<readonly Sealed[]>;
  /** Sealed anew, all or nothing. `changed`: it is not any more what was listed, and nothing was done. */
  replace(input: {
    readonly listed: readonly Sealed[];
    readonly anew: readonly { readonly place: Sealed; readonly sealed: string }[];
    readonly event: AuditEvent;
  }): Promise<"replaced" | "changed">;
}

export interface RegistrationTokenVerbs {
  create(input: {
    readonly hash: Hashed<"initial-access-token">;
    readonly uses: number;
    readonly expiresAt: Instant;
    readonly event: AuditEvent;
  }): Promise<void>;
  isValid(hash: Hashed<"initial-access-token">, now: Instant): Promise<boolean>;
  /** Those with which clients can still be registered, the one that expires first before the others. */
  list(now: Instant): Promise<readonly RegistrationToken[]>;
  revoke(input: {
    readonly id: string;
    readonly now: Instant;
    readonly event: AuditEvent;
  }): Promise<"revoked" | "missing">;
}

export interface AssertionVerbs {
  /** Remembers a client assertion's `jti` until it has expired (RFC 7523 §3). */
  use(input: {
    readonly clientId: ClientId;
    readonly jti: string;
    readonly expiresAt: Instant;
  }): Promise<"fresh" | "replayed">;
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
