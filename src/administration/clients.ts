import { asClientId, asUserId, type ClientId } from "../brand.ts";
import { readClientMetadata } from "../clients/metadata.ts";
import { newClientId } from "../clients/registration.ts";
import { standingScopes } from "../clients/scopes.ts";
import { newClientSecret, storedSecret, usesSecret } from "../clients/secrets.ts";
import { clientWire } from "../clients/wire.ts";
import type { Context } from "../context.ts";
import { hash } from "../crypto/hash.ts";
import type { Secret } from "../crypto/secret.ts";
import {
  type Client,
  type ClientMetadata,
  type ClientOrigin,
  type ClientSecret,
  isDeclaredClient,
} from "../model/client.ts";
import type { Actor, AuditEvent, EventName } from "../model/event.ts";
import type { JsonObject, JsonValue } from "../rules/json.ts";
import type { ClientUpdate } from "../store/store.ts";
import { type Clock, instant, isoTime } from "../time.ts";
import { newStandingGrant } from "../tokens/new-grant.ts";
import { checkNotDeclaredClient } from "./declaration-guard.ts";
import { Refused } from "./refused.ts";

type Writing = Pick<Context, "store" | "clock" | "random" | "ownScopes">;

/** A client with the secret that was made for it, which is shown once. */
export interface ClientWithSecret {
  readonly client: Client;
  readonly secret: Secret<"client-secret"> | undefined;
}

/** Another secret of a client, which is shown once, and the id that it is called by. */
export interface MadeSecret {
  readonly id: string;
  readonly secret: Secret<"client-secret">;
}

export const listClients = ({ store }: Pick<Context, "store">): Promise<readonly Client[]> => store.clients.list();

/** @throws Refused missing */
export async function findClient({ store }: Pick<Context, "store">, id: string): Promise<Client> {
  const client = await store.clients.find(asClientId(id));
  if (client === undefined) throw noSuchClient();
  return client;
}

/**
 * What an administrator says of a client, in the names of RFC 7591 and Postern's own, checked.
 *
 * @throws OAuthError invalid_client_metadata or invalid_redirect_uri
 */
export const readAdministratorMetadata = ({ config }: Pick<Context, "config">, json: JsonObject): ClientMetadata =>
  readClientMetadata(json, { registrant: "administrator", config });

/**
 * The same of a whole description, such as an entry of a file: with the members that mean nothing here. Registration
 * leaves out what it does not know; from an administrator it is a misspelling that somebody wants to hear of.
 *
 * @throws OAuthError invalid_client_metadata or invalid_redirect_uri
 */
export function readDescription(
  context: Pick<Context, "config">,
  members: JsonObject,
): { readonly metadata: ClientMetadata; readonly unknown: readonly string[] } {
  // A resource server asks about tokens and need not get any; RFC 7591 §2 would take it for a client of the code flow.
  const getsNone = members.resource_server === true && members.redirect_uris === undefined;
  const metadata = readAdministratorMetadata(context, getsNone ? { grant_types: [], ...members } : members);
  const kept = metadataMembers(metadata);
  const isNothing = (value: JsonValue) =>
    value === null || value === "" || (Array.isArray(value) && value.length === 0);
  const unknown = Object.entries(members).filter(([name, value]) => !Object.hasOwn(kept, name) && !isNothing(value));
  return { metadata, unknown: unknown.map(([name]) => name) };
}

export interface NewClient {
  readonly metadata: ClientMetadata;
  /** Chosen by the administrator; otherwise 128 random bits. */
  readonly id?: string | undefined;
}

/** @throws Refused invalid or taken */
export async function createClient(
  context: Writing,
  actor: Actor,
  { metadata, id }: NewClient,
): Promise<ClientWithSecret> {
  const clientId = id === undefined ? newClientId(context) : checkedClientId(id);
  // RFC 9700 §4.15: a client must not pass for a person where a token's subject is its own id.
  if ((await context.store.users.find(asUserId(clientId))) !== undefined) throw idTaken();
  const secret = newClientSecret(context, metadata);
  const client = await addClient(context, actor, {
    id: clientId,
    metadata,
    origin: "administrator",
    secrets: secret === undefined ? [] : [storedSecret(context, hash(secret))],
  });
  return { client, secret };
}

/** A client as it is saved: what a created one and a declared one have in common. */
export async function addClient(
  context: Writing,
  actor: Actor,
  wanted: {
    readonly id: ClientId;
    readonly metadata: ClientMetadata;
    readonly origin: ClientOrigin;
    readonly secrets: readonly ClientSecret[];
  },
): Promise<Client> {
  const event = clientEvent(context, actor, "client.created", wanted.id);
  const standingGrant = await standingGrantOf(context, wanted);
  const client: Client = { ...wanted, approval: "none", createdAt: event.at, standingGrantId: standingGrant?.id };
  if ((await context.store.clients.create({ client, standingGrant, event })) === "taken") {
    throw idTaken();
  }
  return client;
}

/**
 * Replaces what the client is. A client that comes to authenticate with a secret gets one; one that no longer does
 * loses it.
 *
 * @throws Refused missing or declared
 */
export async function updateClient(
  context: Writing,
  actor: Actor,
  id: ClientId,
  metadata: ClientMetadata,
  seen?: ClientMetadata,
): Promise<ClientWithSecret> {
  const before = await changeableClient(context, id);
  const secret = before.secrets.length === 0 ? newClientSecret(context, metadata) : undefined;
  const made = secret && [storedSecret(context, hash(secret))];
  await replaceMetadata(context, actor, before, metadata, usesSecret(metadata) ? made : [], { seen });
  return { client: await findClient(context, id), secret };
}

/** The one verb behind every change of metadata; absent `secrets` and `origin` leave them as they are. */
export async function replaceMetadata(
  context: Writing,
  actor: Actor,
  before: Client,
  metadata: ClientMetadata,
  secrets: readonly ClientSecret[] | undefined,
  { origin, seen }: { readonly origin?: ClientOrigin; readonly seen?: ClientMetadata | undefined } = {},
): Promise<void> {
  const { id } = before;
  const update: ClientUpdate = {
    id,
    seen,
    metadata,
    ...(origin === undefined ? {} : { origin }),
    ...(secrets === undefined ? {} : { secrets }),
    standingGrant: await standingGrantOf(context, { id, metadata }),
    // RFC 7592 §2.2: what was agreed to led to other addresses.
    forgetConsents: !Bun.deepEquals(before.metadata.redirect_uris ?? [], metadata.redirect_uris ?? []),
    event: clientEvent(context, actor, "client.updated", id),
  };
  const outcome = await context.store.clients.update(update);
  if (outcome === "outdated") throw new Refused("outdated", "somebody else has changed this client meanwhile");
  refuseUnlessThere(outcome);
}

/**
 * Gives the client a new secret; all others are refused from now on.
 *
 * @throws Refused missing, declared or invalid
 */
export async function rotateClientSecret(context: Writing, actor: Actor, id: ClientId): Promise<MadeSecret> {
  const { metadata } = await changeableClient(context, id);
  const secret = neededSecret(context, metadata);
  const event = clientEvent(context, actor, "client.secret-rotated", id);
  const stored = storedSecret(context, hash(secret));
  refuseUnlessThere(await context.store.clients.addSecret({ id, secret: stored, replacesOthers: true, event }));
  return { id: stored.id, secret };
}

/**
 * Gives the client a second secret, so that it can change over without downtime: the one before it stays, an older one
 * goes.
 *
 * @throws Refused missing, declared or invalid
 */
export async function addClientSecret(context: Writing, actor: Actor, id: ClientId): Promise<MadeSecret> {
  const { metadata } = await changeableClient(context, id);
  const secret = neededSecret(context, metadata);
  const stored = storedSecret(context, hash(secret));
  const event = { ...clientEvent(context, actor, "client.secret-added", id), detail: { secret: stored.id } };
  refuseUnlessThere(await context.store.clients.addSecret({ id, secret: stored, event }));
  return { id: stored.id, secret };
}

/**
 * The secret is refused from now on.
 *
 * @throws Refused missing or declared
 */
export async function removeClientSecret(
  context: Writing,
  actor: Actor,
  id: ClientId,
  secretId: string,
): Promise<void> {
  await changeableClient(context, id);
  const event = { ...clientEvent(context, actor, "client.secret-removed", id), detail: { secret: secretId } };
  if ((await context.store.clients.removeSecret({ id, secretId, event })) === "missing") {
    throw new Refused("missing", "this client has no secret of that id", "secret_id");
  }
}

function neededSecret(context: Pick<Context, "random">, metadata: ClientMetadata): Secret<"client-secret"> {
  const secret = newClientSecret(context, metadata);
  if (secret === undefined) throw new Refused("invalid", "this client does not authenticate with a secret");
  return secret;
}

/**
 * Lets a client that registered itself in: it is enabled, and pages call it verified from now on.
 *
 * @throws Refused missing or invalid
 */
export async function approveClient(context: Writing, actor: Actor, id: ClientId): Promise<void> {
  const { origin } = await findClient(context, id);
  if (origin !== "registration") throw new Refused("invalid", "this client did not register itself");
  refuseUnlessThere(
    await context.store.clients.approve({ id, event: clientEvent(context, actor, "client.approved", id) }),
  );
}

/**
 * A disabled client gets no tokens, and those that it has are dead while it is. One that `postern apply` declared can be
 * disabled, too: what an administrator stops in a hurry stays stopped, whatever is applied, until one enables it.
 */
export async function setClientDisabled(
  context: Writing,
  actor: Actor,
  id: ClientId,
  disabled: boolean,
): Promise<void> {
  const client = await findClient(context, id);
  if (client.origin === "file") await checkNotDeclaredClient(context, client);
  const { approval } = client;
  if (!disabled && approval === "waiting") throw new Refused("invalid", "this client waits for an approval");
  const event = clientEvent(context, actor, disabled ? "client.disabled" : "client.enabled", id);
  refuseUnlessThere(await context.store.clients.setDisabled({ id, at: disabled ? event.at : undefined, event }));
}

/**
 * Deletes the client with its grants, codes and consents. One whose declaration is gone may be deleted: the clients file
 * has disabled it then, and `postern apply --prune` has withdrawn it.
 */
export async function deleteClient(context: Writing, actor: Actor, id: ClientId): Promise<void> {
  const client = await findClient(context, id);
  if (client.disabledAt === undefined || client.origin === "apply") await checkNotDeclaredClient(context, client);
  const { client_name: name } = client.metadata;
  const event = clientEvent(context, actor, "client.deleted", id);
  // From now on nothing else tells what it was called.
  const named = name === undefined ? event : { ...event, detail: { client_name: name } };
  refuseUnlessThere(await context.store.clients.delete({ id, event: named }));
}

/** With the uses of its secrets that are not written yet: who replaces a secret waits to see the new one used. */
export function withLatestUses({ lastUsed }: Pick<Context, "lastUsed">, client: Client): Client {
  const secrets = client.secrets.map((secret) => ({
    ...secret,
    lastUsedAt: lastUsed.ofClient(client.id, secret.id) ?? secret.lastUsedAt,
  }));
  const latest = Math.max(...[client, ...secrets].map(({ lastUsedAt = 0 }) => lastUsedAt));
  return latest === 0 ? client : { ...client, secrets, lastUsedAt: instant(latest) };
}

/** The client as RFC 7591 §3.2.1 writes it, with what an administrator wants to know beside it. */
export function clientRecord(client: Client, secret?: Secret<"client-secret">): JsonObject {
  const { client_id: _, ...members } = clientWire(client);
  return {
    client_id: client.id,
    ...(secret === undefined ? {} : { client_secret: secret.reveal() }),
    ...members,
    origin: client.origin,
    declared: isDeclaredClient(client),
    disabled: client.disabledAt !== undefined,
    approval: client.approval,
    secrets: client.secrets.map(({ id, createdAt, lastUsedAt }) => ({
      id,
      created_at: isoTime(createdAt),
      ...(lastUsedAt === undefined ? {} : { last_used_at: isoTime(lastUsedAt) }),
    })),
    ...(client.lastUsedAt === undefined ? {} : { last_used_at: isoTime(client.lastUsedAt) }),
  };
}

/** The metadata alone, as they are sent: what an update begins with. */
export function metadataMembers({ localized = {}, ...metadata }: ClientMetadata): JsonObject {
  return JSON.parse(JSON.stringify({ ...metadata, ...localized }));
}

/** RFC 6749 §2.2: an identifier that survives every place where it is written, the path of an address among them. */
export function checkedClientId(id: string): ClientId {
  // RFC 3986 §5.2.4: a dot segment leads elsewhere; neither pages nor the API could reach such a client.
  if (/^[A-Za-z0-9._-]{1,64}$/.test(id) && !/^\.\.?$/.test(id)) return asClientId(id);
  throw new Refused("invalid", "a client id has 1 to 64 letters, digits, dots, dashes and underscores", "client_id");
}

async function changeableClient(context: Pick<Context, "store">, id: ClientId): Promise<Client> {
  const client = await findClient(context, id);
  await checkNotDeclaredClient(context, client);
  return client;
}

const standingGrantOf = async (context: Writing, { id, metadata }: Pick<Client, "id" | "metadata">) =>
  metadata.grant_types.includes("client_credentials")
    ? newStandingGrant(context, { id }, standingScopes(await context.ownScopes(), metadata))
    : undefined;

export const clientEvent = (
  { clock }: { readonly clock: Clock },
  actor: Actor,
  name: EventName,
  clientId: ClientId,
): AuditEvent => ({
  at: clock.now(),
  name,
  actor,
  clientId,
});

function refuseUnlessThere(outcome: "updated" | "done" | "added" | "deleted" | "missing"): void {
  if (outcome === "missing") throw noSuchClient();
}

const idTaken = () => new Refused("taken", "there is a client of that id already", "client_id");
const noSuchClient = () => new Refused("missing", "there is no client of that id", "client_id");
