import { asClientId, asGrantId, asSessionId, asUserId } from "../../src/brand.ts";
import type { Client, ClientMetadata, ClientSecret } from "../../src/model/client.ts";
import type { AuthorizationCode, DeviceCode } from "../../src/model/code.ts";
import type { AuditEvent, EventName } from "../../src/model/event.ts";
import type { Passkey } from "../../src/model/factor.ts";
import type { Consent, Grant } from "../../src/model/grant.ts";
import type { StoredKey } from "../../src/model/key.ts";
import type { Hashed, SecretKind } from "../../src/model/secret.ts";
import type { Session, User } from "../../src/model/user.ts";
import type { SpentHandle, Store } from "../../src/store/store.ts";
import { after, days, instant, minutes } from "../../src/time.ts";

// The nouns of the model with plain values, and the shortest way to have them in a store.

/** When every test begins. */
export const start = instant(Date.UTC(2026, 0, 15));

let made = 0;
export function unique(kind: string): string {
  made += 1;
  return `${kind}-${made}`;
}

export const hashed = <Kind extends SecretKind>(kind: Kind) => unique(kind) as Hashed<Kind>;

export const event = (name: EventName, changes: Partial<AuditEvent> = {}): AuditEvent => ({
  at: start,
  name,
  actor: { kind: "cli" },
  ...changes,
});

export const metadata: ClientMetadata = {
  client_name: "Notes",
  redirect_uris: ["https://notes.example/callback"],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  application_type: "web",
  token_endpoint_auth_method: "client_secret_basic",
};

export const client = (changes: Partial<Client> = {}): Client => ({
  id: asClientId(unique("client")),
  metadata,
  origin: "administrator",
  createdAt: start,
  secrets: [],
  approval: "none",
  ...changes,
});

export const clientSecret = (changes: Partial<ClientSecret> = {}): ClientSecret => ({
  id: unique("secret"),
  hash: hashed("client-secret"),
  createdAt: start,
  ...changes,
});

export function user(changes: Partial<User> = {}): User {
  const id = unique("user");
  return {
    id: asUserId(id),
    username: id,
    emailVerified: false,
    role: "user",
    groups: [],
    claims: {},
    origin: "administrator",
    declared: [],
    createdAt: start,
    updatedAt: start,
    failures: 0,
    ...changes,
  };
}

export const session = (owner: User, changes: Partial<Session> = {}): Session => ({
  id: asSessionId(unique("session")),
  userId: owner.id,
  createdAt: start,
  authTime: start,
  amr: ["pwd"],
  lastSeenAt: start,
  ...changes,
});

export const passkey = (owner: User, changes: Partial<Passkey> = {}): Passkey => ({
  id: unique("passkey"),
  userId: owner.id,
  publicKey: "cose",
  signCount: 0,
  transports: ["internal", "hybrid"],
  name: "Laptop",
  isBackupEligible: true,
  isBackedUp: false,
  aaguid: "00000000-0000-0000-0000-000000000000",
  rpId: "id.example",
  createdAt: start,
  ...changes,
});

export const consent = (of: User, to: Pick<Client, "id">, changes: Partial<Consent> = {}): Consent => ({
  userId: of.id,
  clientId: to.id,
  scope: ["read"],
  declined: [],
  grantedAt: start,
  ...changes,
});

const grant = (ofClient: Pick<Client, "id">, changes: Partial<Grant> = {}): Grant => ({
  id: asGrantId(unique("grant")),
  clientId: ofClient.id,
  scope: ["openid", "offline_access"],
  createdAt: start,
  authTime: start,
  amr: ["pwd"],
  epoch: 1,
  refreshGeneration: 1,
  refreshRotatedAt: start,
  refreshExpiresAt: after(start, days(30)),
  refreshMaxExpiresAt: after(start, days(90)),
  keepUntil: after(start, days(90)),
  ...changes,
});

export const standingGrant = (ofClient: Client, scope: readonly string[] = ["read"]): Grant => ({
  id: asGrantId(unique("standing")),
  clientId: ofClient.id,
  scope,
  createdAt: start,
  amr: [],
  epoch: 1,
  refreshGeneration: 0,
});

export const code = (ofClient: Client, ofUser: User, changes: Partial<AuthorizationCode> = {}): AuthorizationCode => ({
  hash: hashed("authorization-code"),
  clientId: ofClient.id,
  userId: ofUser.id,
  sessionId: asSessionId("no session"),
  redirectUri: "https://notes.example/callback",
  redirectUriSent: true,
  codeChallenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  scope: ["openid", "offline_access"],
  authTime: start,
  amr: ["pwd"],
  createdAt: start,
  expiresAt: after(start, minutes(1)),
  failures: 0,
  ...changes,
});

export const deviceCode = (ofClient: Client, changes: Partial<DeviceCode> = {}): DeviceCode => ({
  hash: hashed("device-code"),
  userCodeHash: hashed("user-code"),
  clientId: ofClient.id,
  scope: ["read"],
  state: "pending",
  createdAt: start,
  expiresAt: after(start, minutes(10)),
  interval: 5,
  amr: [],
  ...changes,
});

export const key = (changes: Partial<Omit<StoredKey, "number">> = {}): Omit<StoredKey, "number"> => ({
  purpose: "signing",
  algorithm: "EdDSA",
  sealed: unique("sealed"),
  createdAt: start,
  activeFrom: start,
  ...changes,
});

export const handle = (): SpentHandle => ({ id: unique("handle"), expiresAt: after(start, minutes(10)) });

export async function addClient(store: Store, changes: Partial<Client> = {}): Promise<Client> {
  const added = client(changes);
  await store.clients.create({ client: added, event: event("client.created", { clientId: added.id }) });
  return added;
}

export async function addUser(store: Store, changes: Partial<User> = {}): Promise<User> {
  const added = user(changes);
  await store.users.create({ user: added, event: event("user.created", { userId: added.id }) });
  return added;
}

export async function addSession(store: Store, owner: User, changes: Partial<Session> = {}): Promise<Session> {
  const added = session(owner, changes);
  await store.sessions.start({ session: added, cookie: hashed("session"), event: event("session.started") });
  return added;
}

export async function addCode(
  store: Store,
  ofClient: Client,
  ofUser: User,
  changes: Partial<AuthorizationCode> = {},
): Promise<AuthorizationCode> {
  const added = code(ofClient, ofUser, changes);
  await store.codes.save({ code: added, spend: handle() });
  return added;
}

export async function addDeviceCode(
  store: Store,
  ofClient: Client,
  changes: Partial<DeviceCode> = {},
): Promise<DeviceCode> {
  const added = deviceCode(ofClient, changes);
  await store.deviceCodes.save({ deviceCode: added, mostOfClient: 100 });
  return added;
}

/** What `codes.redeem` takes for a code, with the grant that it will make. */
export const redemption = (of: AuthorizationCode, changes: Partial<Grant> = {}) => ({
  hash: of.hash,
  clientId: of.clientId,
  grant: grant({ id: of.clientId }, { userId: of.userId, ...changes }),
  now: start,
  mostFailures: 3,
  created: event("grant.created"),
  replayed: event("grant.code-replayed"),
});

/** What `deviceCodes.decide` takes for a code. */
export const decision = (of: DeviceCode, by: User, decided: "approved" | "denied" = "approved") => ({
  userCodeHash: of.userCodeHash,
  decision: decided,
  userId: by.id,
  sessionId: asSessionId("no session"),
  authTime: start,
  amr: ["pwd"],
  scope: of.scope,
  now: start,
  event: event(decided === "approved" ? "device.approved" : "device.denied"),
});

/** What `deviceCodes.redeem` takes for a code that a person approved. */
export const deviceRedemption = (of: DeviceCode, by: User, changes: Partial<Grant> = {}) => ({
  hash: of.hash,
  clientId: of.clientId,
  grant: grant({ id: of.clientId }, { userId: by.id, ...changes }),
  now: start,
  created: event("grant.created"),
  replayed: event("grant.code-replayed"),
});

/** A person's grant, made as they are: by redeeming a code. */
export async function addGrant(
  store: Store,
  ofClient: Client,
  ofUser: User,
  changes: Partial<Grant> = {},
): Promise<Grant> {
  const input = redemption(await addCode(store, ofClient, ofUser), changes);
  const outcome = await store.codes.redeem(input);
  if (outcome !== "redeemed") throw new Error(`the grant was not made: ${outcome}`);
  return input.grant;
}

/** The names of what was recorded, the newest first. */
export const eventNames = async (store: Store): Promise<readonly EventName[]> =>
  (await store.events.list(1000)).map(({ name }) => name);

/**
 * What a promise was rejected with. Not `expect(…).rejects`: that waits inside a nested event loop of Bun's, where an answer
 * of a Worker never arrives.
 */
export const failureOf = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return undefined;
};

/** How many events of this name were recorded. */
export const countEvents = async (store: Store, name: EventName): Promise<number> =>
  (await eventNames(store)).filter((recorded) => recorded === name).length;
