import type { ClientId, GrantId, SessionId, UserId } from "../../brand.ts";
import type {
  Client,
  ClientApproval,
  ClientMetadata,
  ClientOrigin,
  ClientSecret,
  PublicJwk,
} from "../../model/client.ts";
import type { AuthorizationCode, DeviceCode, DeviceCodeState, PolledDevice } from "../../model/code.ts";
import type { Actor, AuditEvent, EventName, RecordedEvent } from "../../model/event.ts";
import type { Passkey, RecoveryCodes, Totp } from "../../model/factor.ts";
import type { Consent, Grant, GrantEnd } from "../../model/grant.ts";
import type { KeyPurpose, StoredKey } from "../../model/key.ts";
import type { AccountLink, LinkKind } from "../../model/link.ts";
import type { DeclaredScope } from "../../model/scope.ts";
import type { Hashed } from "../../model/secret.ts";
import type { Trace } from "../../model/trace.ts";
import type { DeclarableMember, ProfileClaims, Role, Session, User, UserOrigin } from "../../model/user.ts";
import type { Instant } from "../../time.ts";
import type { ActivityCount, ActivityName } from "../records.ts";
import type { RegistrationToken } from "../store.ts";
import { joinList, orNull, orUndefined, splitList } from "./prepared.ts";
import type * as schema from "./schema.ts";

// Between rows and the model. Brands are made here from what the store itself wrote; every `as` of this folder is in
// this file.

type Row<Table extends { readonly $inferSelect: unknown }> = Table["$inferSelect"];

const at = (value: number) => value as Instant;
const maybeAt = (value: number | null) => (value === null ? undefined : (value as Instant));

const parsedMetadata = new Map<string, { readonly text: string; readonly metadata: ClientMetadata }>();

/** Clients are read at each request: their JSON is parsed again only when its text has changed. */
function clientMetadata(id: string, text: string): ClientMetadata {
  const known = parsedMetadata.get(id);
  if (known?.text === text) return known.metadata;
  const metadata = JSON.parse(text) as ClientMetadata;
  if (parsedMetadata.size >= 500) parsedMetadata.clear();
  parsedMetadata.set(id, { text, metadata });
  return metadata;
}

export const toClient = (row: Row<typeof schema.clients>): Client => ({
  id: row.id as ClientId,
  metadata: clientMetadata(row.id, row.metadata),
  origin: row.origin as ClientOrigin,
  createdAt: at(row.createdAt),
  disabledAt: maybeAt(row.disabledAt),
  secrets: JSON.parse(row.secrets) as readonly ClientSecret[],
  approval: row.approval as ClientApproval,
  registrationTokenHash: orUndefined(row.registrationTokenHash) as Hashed<"registration-token"> | undefined,
  standingGrantId: orUndefined(row.standingGrantId) as GrantId | undefined,
  lastUsedAt: maybeAt(row.lastUsedAt),
});

export const fromClient = (client: Client): Row<typeof schema.clients> => ({
  id: client.id,
  metadata: JSON.stringify(client.metadata),
  origin: client.origin,
  createdAt: client.createdAt,
  disabledAt: orNull(client.disabledAt),
  secrets: JSON.stringify(client.secrets),
  approval: client.approval,
  registrationTokenHash: orNull(client.registrationTokenHash),
  standingGrantId: orNull(client.standingGrantId),
  lastUsedAt: orNull(client.lastUsedAt),
});

export const toRegistrationToken = (row: Row<typeof schema.registrationTokens>): RegistrationToken => ({
  // 60 of 256 bits: enough to be the only one of its kind.
  id: row.hash.slice(0, 10),
  usesLeft: row.usesLeft,
  expiresAt: at(row.expiresAt),
});

export const toUser = (row: Row<typeof schema.users>): User => ({
  id: row.id as UserId,
  username: row.username,
  displayName: orUndefined(row.displayName),
  email: orUndefined(row.email),
  emailVerified: row.emailVerified === 1,
  role: row.role as Role,
  groups: row.groups === "" ? [] : (JSON.parse(row.groups) as readonly string[]),
  passwordHash: orUndefined(row.passwordHash),
  hostSubject: orUndefined(row.hostSubject),
  claims: JSON.parse(row.claims) as ProfileClaims,
  origin: row.origin as UserOrigin,
  declared: splitList(row.declared) as readonly DeclarableMember[],
  declaredPasswordHash: orUndefined(row.declaredPasswordHash),
  createdAt: at(row.createdAt),
  updatedAt: at(row.updatedAt),
  disabledAt: maybeAt(row.disabledAt),
  failures: row.failures,
  lockedUntil: maybeAt(row.lockedUntil),
});

export const fromUser = (user: User): Row<typeof schema.users> => ({
  id: user.id,
  username: user.username,
  displayName: orNull(user.displayName),
  email: orNull(user.email),
  emailVerified: user.emailVerified ? 1 : 0,
  role: user.role,
  // JSON: the names of groups may hold anything.
  groups: JSON.stringify(user.groups),
  passwordHash: orNull(user.passwordHash),
  hostSubject: orNull(user.hostSubject),
  claims: JSON.stringify(user.claims),
  origin: user.origin,
  declared: joinList(user.declared),
  declaredPasswordHash: orNull(user.declaredPasswordHash),
  createdAt: user.createdAt,
  updatedAt: user.updatedAt,
  disabledAt: orNull(user.disabledAt),
  failures: user.failures,
  lockedUntil: orNull(user.lockedUntil),
});

export const toSession = (row: Row<typeof schema.sessions>): Session => ({
  id: row.id as SessionId,
  userId: row.userId as UserId,
  createdAt: at(row.createdAt),
  authTime: at(row.authTime),
  amr: splitList(row.amr),
  lastSeenAt: at(row.lastSeenAt),
  endedAt: maybeAt(row.endedAt),
  userAgent: orUndefined(row.userAgent),
  address: orUndefined(row.address),
});

export const fromSession = (session: Session, cookie: Hashed<"session">): Row<typeof schema.sessions> => ({
  id: session.id,
  cookie,
  userId: session.userId,
  createdAt: session.createdAt,
  authTime: session.authTime,
  amr: joinList(session.amr),
  lastSeenAt: session.lastSeenAt,
  endedAt: orNull(session.endedAt),
  userAgent: orNull(session.userAgent),
  address: orNull(session.address),
});

export const toPasskey = (row: Row<typeof schema.passkeys>): Passkey => ({
  id: row.id,
  userId: row.userId as UserId,
  publicKey: row.publicKey,
  signCount: row.signCount,
  transports: splitList(row.transports),
  name: row.name,
  isBackupEligible: row.backupEligible === null ? undefined : row.backupEligible === 1,
  isBackedUp: row.backedUp === 1,
  aaguid: row.aaguid,
  rpId: row.rpId,
  createdAt: at(row.createdAt),
  lastUsedAt: maybeAt(row.lastUsedAt),
});

export const fromPasskey = (passkey: Passkey): Row<typeof schema.passkeys> => ({
  id: passkey.id,
  userId: passkey.userId,
  publicKey: passkey.publicKey,
  signCount: passkey.signCount,
  transports: joinList(passkey.transports),
  name: passkey.name,
  backupEligible: passkey.isBackupEligible === undefined ? null : Number(passkey.isBackupEligible),
  backedUp: passkey.isBackedUp ? 1 : 0,
  aaguid: passkey.aaguid,
  rpId: passkey.rpId,
  createdAt: passkey.createdAt,
  lastUsedAt: orNull(passkey.lastUsedAt),
});

type SecondFactors = Row<typeof schema.secondFactors>;

export const toTotp = ({ totpSeed, totpConfirmedAt, totpLastStep }: SecondFactors): Totp | undefined =>
  totpSeed === null || totpConfirmedAt === null
    ? undefined
    : { sealedSeed: totpSeed, confirmedAt: at(totpConfirmedAt), lastStep: totpLastStep ?? 0 };

export const toRecoveryCodes = (
  { recoveryKey, recoveryMadeAt }: SecondFactors,
  left: number,
): RecoveryCodes | undefined =>
  recoveryKey === null || recoveryMadeAt === null
    ? undefined
    : { sealedKey: recoveryKey, madeAt: at(recoveryMadeAt), left };

export const toLink = (row: Row<typeof schema.accountLinks>): AccountLink => ({
  hash: row.hash as Hashed<"account-link">,
  kind: row.kind as LinkKind,
  userId: orUndefined(row.userId) as UserId | undefined,
  createdAt: at(row.createdAt),
  expiresAt: at(row.expiresAt),
  usedAt: maybeAt(row.usedAt),
});

export const fromLink = (link: AccountLink, maker: Actor): Row<typeof schema.accountLinks> => ({
  hash: link.hash,
  kind: link.kind,
  userId: orNull(link.userId),
  createdAt: link.createdAt,
  expiresAt: link.expiresAt,
  usedAt: orNull(link.usedAt),
  madeBy: fromActor(maker),
});

export const toGrant = (row: Row<typeof schema.grants>): Grant => ({
  id: row.id as GrantId,
  clientId: row.clientId as ClientId,
  userId: orUndefined(row.userId) as UserId | undefined,
  sessionId: orUndefined(row.sessionId) as SessionId | undefined,
  scope: splitList(row.scope),
  createdAt: at(row.createdAt),
  authTime: maybeAt(row.authTime),
  amr: splitList(row.amr),
  sid: orUndefined(row.sid) as SessionId | undefined,
  claims: orUndefined(row.claims),
  epoch: row.epoch,
  refreshGeneration: row.refreshGeneration,
  refreshRotatedAt: maybeAt(row.refreshRotatedAt),
  refreshExpiresAt: maybeAt(row.refreshExpiresAt),
  refreshMaxExpiresAt: maybeAt(row.refreshMaxExpiresAt),
  lastUsedAt: maybeAt(row.lastUsedAt),
  name: orUndefined(row.name),
  address: orUndefined(row.address),
  userAgent: orUndefined(row.userAgent),
  keepUntil: maybeAt(row.keepUntil),
  endedAt: maybeAt(row.endedAt),
  endedBecause: orUndefined(row.endedBecause) as GrantEnd | undefined,
});

export const fromGrant = (grant: Grant): Row<typeof schema.grants> => ({
  id: grant.id,
  clientId: grant.clientId,
  userId: orNull(grant.userId),
  sessionId: orNull(grant.sessionId),
  sid: orNull(grant.sid),
  scope: joinList(grant.scope),
  createdAt: grant.createdAt,
  authTime: orNull(grant.authTime),
  amr: joinList(grant.amr),
  claims: orNull(grant.claims),
  epoch: grant.epoch,
  refreshGeneration: grant.refreshGeneration,
  refreshRotatedAt: orNull(grant.refreshRotatedAt),
  refreshExpiresAt: orNull(grant.refreshExpiresAt),
  refreshMaxExpiresAt: orNull(grant.refreshMaxExpiresAt),
  lastUsedAt: orNull(grant.lastUsedAt),
  endedAt: orNull(grant.endedAt),
  endedBecause: orNull(grant.endedBecause),
  revokedTokens: 0,
  name: orNull(grant.name),
  address: orNull(grant.address),
  userAgent: orNull(grant.userAgent),
  keepUntil: orNull(grant.keepUntil),
});

export const toAuthorizationCode = (row: Row<typeof schema.authorizationCodes>): AuthorizationCode => ({
  hash: row.hash as Hashed<"authorization-code">,
  clientId: row.clientId as ClientId,
  userId: row.userId as UserId,
  sessionId: row.sessionId as SessionId,
  redirectUri: row.redirectUri,
  redirectUriSent: row.redirectUriSent === 1,
  codeChallenge: orUndefined(row.codeChallenge),
  scope: splitList(row.scope),
  nonce: orUndefined(row.nonce),
  claims: orUndefined(row.claims),
  authTime: at(row.authTime),
  amr: splitList(row.amr),
  createdAt: at(row.createdAt),
  expiresAt: at(row.expiresAt),
  failures: row.failures,
  redeemedAt: maybeAt(row.redeemedAt),
  grantId: orUndefined(row.grantId) as GrantId | undefined,
});

export const fromAuthorizationCode = (code: AuthorizationCode): Row<typeof schema.authorizationCodes> => ({
  hash: code.hash,
  clientId: code.clientId,
  userId: code.userId,
  sessionId: code.sessionId,
  redirectUri: code.redirectUri,
  redirectUriSent: code.redirectUriSent ? 1 : 0,
  codeChallenge: orNull(code.codeChallenge),
  scope: joinList(code.scope),
  nonce: orNull(code.nonce),
  claims: orNull(code.claims),
  authTime: code.authTime,
  amr: joinList(code.amr),
  createdAt: code.createdAt,
  expiresAt: code.expiresAt,
  failures: code.failures,
  redeemedAt: orNull(code.redeemedAt),
  grantId: orNull(code.grantId),
});

export const toDeviceCode = (row: Row<typeof schema.deviceCodes>): DeviceCode => ({
  hash: row.hash as Hashed<"device-code">,
  userCodeHash: row.userCodeHash as Hashed<"user-code">,
  clientId: row.clientId as ClientId,
  scope: splitList(row.scope),
  state: row.state as DeviceCodeState,
  createdAt: at(row.createdAt),
  expiresAt: at(row.expiresAt),
  interval: row.interval,
  address: orUndefined(row.address),
  userAgent: orUndefined(row.userAgent),
  lastPollAt: maybeAt(row.lastPollAt),
  decidedAt: maybeAt(row.decidedAt),
  userId: orUndefined(row.userId) as UserId | undefined,
  sessionId: orUndefined(row.sessionId) as SessionId | undefined,
  authTime: maybeAt(row.authTime),
  amr: splitList(row.amr),
  grantId: orUndefined(row.grantId) as GrantId | undefined,
});

type PolledRow = Pick<Row<typeof schema.deviceCodes>, keyof PolledDevice>;

export const toPolledDevice = (row: PolledRow): PolledDevice => ({
  hash: row.hash as Hashed<"device-code">,
  clientId: row.clientId as ClientId,
  state: row.state as DeviceCodeState,
  createdAt: at(row.createdAt),
  expiresAt: at(row.expiresAt),
  interval: row.interval,
  lastPollAt: maybeAt(row.lastPollAt),
});

export const fromDeviceCode = (code: DeviceCode): Row<typeof schema.deviceCodes> => ({
  hash: code.hash,
  userCodeHash: code.userCodeHash,
  clientId: code.clientId,
  scope: joinList(code.scope),
  state: code.state,
  createdAt: code.createdAt,
  expiresAt: code.expiresAt,
  interval: code.interval,
  address: orNull(code.address),
  userAgent: orNull(code.userAgent),
  lastPollAt: orNull(code.lastPollAt),
  decidedAt: orNull(code.decidedAt),
  userId: orNull(code.userId),
  sessionId: orNull(code.sessionId),
  authTime: orNull(code.authTime),
  amr: joinList(code.amr),
  grantId: orNull(code.grantId),
});

export const toScope = (row: Row<typeof schema.scopes>): DeclaredScope => ({
  name: row.name,
  sentence: row.sentence,
  isOptional: row.optional === 1,
  withdrawnAt: maybeAt(row.withdrawnAt),
});

export const fromScope = (scope: DeclaredScope): Row<typeof schema.scopes> => ({
  name: scope.name,
  sentence: scope.sentence,
  optional: scope.isOptional ? 1 : 0,
  withdrawnAt: orNull(scope.withdrawnAt),
});

export const toConsent = (row: Row<typeof schema.consents>): Consent => ({
  userId: row.userId as UserId,
  clientId: row.clientId as ClientId,
  scope: splitList(row.scope),
  declined: splitList(row.declined),
  grantedAt: at(row.grantedAt),
});

export const toKey = (row: Row<typeof schema.keys>): StoredKey => ({
  number: row.number,
  purpose: row.purpose as KeyPurpose,
  algorithm: row.algorithm as StoredKey["algorithm"],
  sealed: row.sealed,
  publicJwk: row.publicJwk === null ? undefined : (JSON.parse(row.publicJwk) as PublicJwk),
  createdAt: at(row.createdAt),
  activeFrom: at(row.activeFrom),
  removeAfter: maybeAt(row.removeAfter),
});

export const toTrace = (row: Pick<Row<typeof schema.traces>, "trace">) => JSON.parse(row.trace) as Trace;

export const fromTrace = (trace: Trace) => ({
  requestId: trace.requestId,
  at: trace.at,
  trace: JSON.stringify(trace),
});

export const toActivityCount = (row: Row<typeof schema.activity>): ActivityCount => ({
  hour: at(row.hour),
  name: row.name as ActivityName,
  count: row.count,
});

export const toRecordedEvent = (row: Row<typeof schema.events>): RecordedEvent => ({ id: row.id, ...toEvent(row) });

export const toEvent = (row: Row<typeof schema.events>): AuditEvent => ({
  at: at(row.at),
  name: row.name as EventName,
  actor: toActor(row.actor),
  userId: orUndefined(row.userId) as UserId | undefined,
  clientId: orUndefined(row.clientId) as ClientId | undefined,
  grantId: orUndefined(row.grantId) as GrantId | undefined,
  address: orUndefined(row.address),
  detail: row.detail === null ? undefined : (JSON.parse(row.detail) as AuditEvent["detail"]),
});

export const fromEvent = (event: AuditEvent) => ({
  at: event.at,
  name: event.name,
  actor: fromActor(event.actor),
  userId: orNull(event.userId),
  clientId: orNull(event.clientId),
  grantId: orNull(event.grantId),
  address: orNull(event.address ?? addressOf(event.actor)),
  detail: event.detail === undefined ? null : JSON.stringify(event.detail),
});

const addressOf = (actor: Actor): string | undefined => ("address" in actor ? actor.address : undefined);

export function fromActor(actor: Actor): string {
  switch (actor.kind) {
    case "user":
      return `user:${actor.userId}`;
    case "client":
      return `client:${actor.clientId}`;
    default:
      return actor.kind;
  }
}

function toActor(text: string): Actor {
  const colon = text.indexOf(":");
  if (colon === -1) return { kind: text as "system" | "cli" | "anonymous" };
  const id = text.slice(colon + 1);
  return text.startsWith("user:")
    ? { kind: "user", userId: id as UserId }
    : { kind: "client", clientId: id as ClientId };
}
