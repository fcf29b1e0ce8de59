import type { ClientId } from "../brand.ts";
import { storedSecret, usesSecret } from "../clients/secrets.ts";
import type { Context } from "../context.ts";
import { hashPresented, isSameHash } from "../crypto/hash.ts";
import type { Client, ClientMetadata, ClientSecret } from "../model/client.ts";
import type { Actor } from "../model/event.ts";
import type { Hashed } from "../model/secret.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../rules/json.ts";
import { checkedClientId, clientEvent, readDescription } from "./clients.ts";
import { declaredSecret, type ReadSecretFile } from "./declared-secret.ts";
import { Refused } from "./refused.ts";

/** Somebody chose it, so its length is all that speaks for it. */
const leastSecretCharacters = 32;

/** A client as the clients file or a declaration describes it. */
export interface DeclaredClient {
  readonly id: ClientId;
  readonly metadata: ClientMetadata;
  readonly secret: Hashed<"client-secret"> | undefined;
}

/** @throws Refused invalid, or OAuthError invalid_client_metadata or invalid_redirect_uri */
export function readDeclaredClient(
  context: Pick<Context, "config">,
  entry: JsonValue,
  readFile: ReadSecretFile,
): DeclaredClient {
  if (!isJsonObject(entry)) throw new Refused("invalid", "it is no JSON object");
  const { client_id: id, client_secret: _, client_secret_file: _file, ...members }: JsonObject = entry;
  if (typeof id !== "string") throw new Refused("invalid", "it has no client_id");
  const { metadata, unknown } = readDescription(context, members);
  for (const name of unknown) throw unknownMember(name);
  return {
    id: checkedClientId(id),
    metadata,
    secret: secretOf(metadata, declaredSecret(entry, "client_secret", readFile)),
  };
}

export const unknownMember = (name: string): Refused =>
  new Refused("invalid", `it has a member that Postern does not know: ${JSON.stringify(name.slice(0, 60))}`);

function secretOf(metadata: ClientMetadata, secret: string | undefined): Hashed<"client-secret"> | undefined {
  if (!usesSecret(metadata)) {
    if (secret === undefined) return undefined;
    throw new Refused("invalid", "it has a client_secret, but does not authenticate with one");
  }
  if (secret === undefined || [...secret].length < leastSecretCharacters) {
    throw new Refused(
      "invalid",
      `it needs a client_secret of at least ${leastSecretCharacters} characters: openssl rand -base64 32 makes one`,
    );
  }
  return hashPresented("client-secret", secret);
}

/** The secrets that the client has as it is declared. */
export const secretsOf = (
  context: Pick<Context, "clock" | "random">,
  { secret }: DeclaredClient,
): readonly ClientSecret[] => (secret === undefined ? [] : [storedSecret(context, secret)]);

export const hasDeclaredSecret = ({ secrets }: Client, { secret }: DeclaredClient): boolean =>
  secret === undefined
    ? secrets.length === 0
    : secrets.length === 1 && secrets.every((known) => isSameHash(known.hash, secret));

/** It was declared and no longer is: it is disabled. What somebody has disabled before is theirs. */
export async function withdrawClient(
  context: Pick<Context, "store" | "clock">,
  actor: Actor,
  { id, disabledAt }: Client,
): Promise<void> {
  const event = clientEvent(context, actor, "client.disabled", id);
  const origin = disabledAt === undefined ? "withdrawn" : "administrator";
  await context.store.clients.setDisabled({ id, at: disabledAt ?? event.at, origin, event });
}

/** Its declaration is back. */
export async function enableDeclaredClient(
  context: Pick<Context, "store" | "clock">,
  actor: Actor,
  { id }: Client,
): Promise<void> {
  const event = clientEvent(context, actor, "client.enabled", id);
  await context.store.clients.setDisabled({ id, at: undefined, origin: "apply", event });
}
