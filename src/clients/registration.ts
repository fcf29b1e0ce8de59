import { asClientId, type ClientId } from "../brand.ts";
import type { Context } from "../context.ts";
import { hash, hashPresented, isSameHash } from "../crypto/hash.ts";
import { newIdentifier, newSecret, type Secret } from "../crypto/secret.ts";
import type { Client, ClientMetadata, ClientSecret } from "../model/client.ts";
import type { Hashed } from "../model/secret.ts";
import { OAuthError } from "../oauth-error.ts";
import { nameSkeleton } from "../rules/display-name.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../rules/json.ts";
import { metadataRefused } from "./members.ts";
import { type MetadataPolicy, readClientMetadata } from "./metadata.ts";
import { newClientSecret, storedSecret, usesSecret } from "./secrets.ts";
import { clientWire } from "./wire.ts";

export interface Registration {
  readonly client: Client;
  /** Told once, here. */
  readonly secret: Secret<"client-secret"> | undefined;
  readonly registrationToken: Secret<"registration-token">;
}

/**
 * The client that a registration request describes, not stored yet. Identifiers and secrets in the request mean nothing:
 * they are not metadata, so they are not read.
 *
 * @throws OAuthError invalid_client_metadata or invalid_redirect_uri
 * @source RFC 7591 §2, §3.1, §3.2.1
 */
export async function newRegistration(
  context: Pick<Context, "store" | "clock" | "random" | "config" | "ownScopes">,
  sent: JsonValue,
  registrant: "anyone" | "token-holder",
): Promise<Registration> {
  const metadata = readClientMetadata(checkObject(sent), await policyFor(context, registrant));
  await checkNames(context, metadata);
  const secret = newClientSecret(context, metadata);
  const registrationToken = newSecret(context.random, "registration-token");
  const createdAt = context.clock.now();
  const mustWait = context.config.registration === "approval";
  const client: Client = {
    id: newClientId(context),
    metadata,
    origin: "registration",
    createdAt,
    disabledAt: mustWait ? createdAt : undefined,
    secrets: secret === undefined ? [] : [storedSecret(context, hash(secret))],
    approval: mustWait ? "waiting" : "none",
    registrationTokenHash: hash(registrationToken),
  };
  return { client, secret, registrationToken };
}

async function policyFor(
  { config, ownScopes }: Pick<Context, "config" | "ownScopes">,
  registrant: "anyone" | "token-holder",
): Promise<MetadataPolicy> {
  return { registrant, config, ownScopes: await ownScopes() };
}

/** RFC 9700 §4.15: never what a client could choose, never like a URL (a client ID metadata document has one). */
export function newClientId({ random }: Pick<Context, "random">): ClientId {
  const id = newIdentifier(random);
  return id.startsWith("http") ? newClientId({ random }) : asClientId(id);
}

/** What the answer to a registration, a read or an update says (RFC 7591 §3.2.1, RFC 7592 §3). */
export function registrationAnswer(
  { config }: Pick<Context, "config">,
  client: Client,
  registrationUri: string,
  {
    registrationToken,
    secret,
  }: { readonly registrationToken: string; readonly secret?: Secret<"client-secret"> | undefined },
): JsonObject {
  return {
    ...clientWire(client),
    ...(secret === undefined ? {} : { client_secret: secret.reveal() }),
    registration_client_uri: `${config.issuer}${registrationUri}`,
    registration_access_token: registrationToken,
  };
}

/**
 * The client whose registration access token this is. For a client that is not there the answer is the same, in the same
 * time: nobody learns from it which clients there are.
 *
 * @throws OAuthError invalid_token
 * @source RFC 7592 §2, §2.1; OIDC Registration §4.4: never 404
 */
export async function clientOfRegistrationToken(
  { store }: Pick<Context, "store">,
  id: string,
  token: string,
): Promise<Client> {
  const client = await store.clients.find(asClientId(id));
  const isRight = isSameHash(hashPresented("registration-token", token), client?.registrationTokenHash ?? nobody);
  if (client?.registrationTokenHash === undefined || !isRight) throw registrationTokenRefused();
  return client;
}

const nobody = hashPresented("registration-token", "") satisfies Hashed<"registration-token">;

export const registrationTokenRefused = (): OAuthError =>
  new OAuthError("invalid_token", "the registration access token is not valid for this client", {
    challenge: "Bearer",
  });

export interface Replacement {
  readonly metadata: ClientMetadata;
  /** A new one, where the client had none and needs one now. */
  readonly secret: Secret<"client-secret"> | undefined;
  /** Absent: as they were. */
  readonly secrets?: readonly ClientSecret[];
  /** What people agreed to was another client: their codes went somewhere else. */
  readonly forgetConsents: boolean;
  /** What an administrator approved was another client. */
  readonly endApproval: "none" | "waiting" | undefined;
}

/**
 * What an update request makes of the client, not stored yet.
 *
 * @throws OAuthError invalid_client_metadata or invalid_redirect_uri
 * @source RFC 7592 §2.2: "This request MUST include all client metadata fields as returned to the client ... omitted
 * values MUST be treated as null"
 */
export async function readReplacement(
  context: Pick<Context, "store" | "clock" | "random" | "config" | "ownScopes">,
  client: Client,
  sent: JsonValue,
): Promise<Replacement> {
  const json = checkObject(sent);
  checkIdentity(client, json);
  // What it was once vouched for it may keep; the vouching was for this client alone.
  const registrant = client.standingGrantId === undefined ? "anyone" : "token-holder";
  const metadata = { ...readClientMetadata(json, await policyFor(context, registrant)), ...lasting(client.metadata) };
  if (metadata.client_name !== client.metadata.client_name || metadata.localized !== undefined) {
    await checkNames(context, metadata);
  }
  const needsSecret = usesSecret(metadata) && client.secrets.length === 0;
  const secret = needsSecret ? newClientSecret(context, metadata) : undefined;
  return {
    metadata,
    secret,
    ...(secret === undefined ? {} : { secrets: [storedSecret(context, hash(secret))] }),
    ...(usesSecret(metadata) ? {} : { secrets: [] }),
    forgetConsents: !isSameSet(metadata.redirect_uris ?? [], client.metadata.redirect_uris ?? []),
    endApproval: isAsApproved(client.metadata, metadata)
      ? undefined
      : context.config.registration === "approval"
        ? "waiting"
        : "none",
  };
}

/**
 * Whether the client is still what an administrator has looked at: what it calls itself, where it leads people, and what
 * it may have. Its keys, its contacts and its version are its own affair.
 */
const isAsApproved = (before: ClientMetadata, now: ClientMetadata): boolean =>
  approvedMembers.every((member) => Bun.deepEquals(before[member], now[member]));

const approvedMembers = [
  "client_name",
  "client_uri",
  "logo_uri",
  "policy_uri",
  "tos_uri",
  "localized",
  "application_type",
  "redirect_uris",
  "post_logout_redirect_uris",
  "initiate_login_uri",
  "grant_types",
  "scope",
  "token_endpoint_auth_method",
  "software_id",
] as const satisfies readonly (keyof ClientMetadata)[];

/** RFC 7592 §2.2: the members that the server alone sets, and what proves that the client means itself. */
function checkIdentity({ id, secrets }: Client, json: JsonObject): void {
  for (const member of [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
  ]) {
    if (json[member] !== undefined) throw metadataRefused(member, "must not be in an update");
  }
  // "The client_id ... MUST be the same".
  if (json.client_id !== id) throw metadataRefused("client_id", "is not that of this client");
  const { client_secret: secret } = json;
  if (secret === undefined || secret === null || secret === "") return;
  // "the value of client_secret MUST match the currently issued client_secret": a client never chooses its own.
  const presented = typeof secret === "string" ? hashPresented("client-secret", secret) : undefined;
  const isCurrent = presented !== undefined && secrets.some((known) => isSameHash(presented, known.hash));
  if (!isCurrent) throw metadataRefused("client_secret", "is not that of this client");
}

/**
 * What an administrator has set of the client and no update can reach, for the client cannot say it. What loosens a rule
 * for redirects that the administrator has seen (`first_party`, `require_pkce`) goes.
 */
function lasting({
  rotate_refresh_tokens,
  access_token_format,
  require_mfa,
  resource_server,
  accepts,
}: ClientMetadata): Partial<ClientMetadata> {
  const set = { rotate_refresh_tokens, access_token_format, require_mfa, resource_server, accepts };
  return JSON.parse(JSON.stringify(set));
}

/**
 * Two clients that registered themselves may have one name; the name of a client that the operator made is not for
 * others to take, nor one that looks the same.
 *
 * @throws OAuthError invalid_client_metadata
 * @source RFC 7591 §5; OIDC Registration §9.1
 */
async function checkNames(
  { store }: Pick<Context, "store">,
  { client_name, localized = {} }: ClientMetadata,
): Promise<void> {
  const wanted = namesOf({ client_name, localized });
  if (wanted.size === 0) return;
  for (const { metadata } of await store.clients.listOfOperator()) {
    if (namesOf(metadata).isDisjointFrom(wanted)) continue;
    throw metadataRefused("client_name", "is that of a client of the operator");
  }
}

function namesOf({
  client_name: name,
  localized = {},
}: { readonly [Name in "client_name" | "localized"]?: ClientMetadata[Name] | undefined }) {
  const others = Object.entries(localized).flatMap(([member, value]) =>
    member.startsWith("client_name#") ? [value] : [],
  );
  return new Set([...(name === undefined ? [] : [name]), ...others].map(nameSkeleton));
}

function checkObject(sent: JsonValue): JsonObject {
  if (isJsonObject(sent)) return sent;
  throw new OAuthError("invalid_client_metadata", "the body is not a JSON object");
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  new Set(a).symmetricDifference(new Set(b)).size === 0;
