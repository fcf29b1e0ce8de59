import type { ClientId } from "../brand.ts";
import { storedSecret, usesSecret } from "../clients/secrets.ts";
import type { Context } from "../context.ts";
import { hashPresented, isSameHash } from "../crypto/hash.ts";
import type { Client, ClientMetadata, ClientSecret } from "../model/client.ts";
import type { Actor } from "../model/event.ts";
import type { Hashed } from "../model/secret.ts";
import { OAuthError } from "../oauth-error.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from "../rules/json.ts";
import { addClient, checkedClientId, clientEvent, readDescription, replaceMetadata } from "./clients.ts";
import { Refused } from "./refused.ts";

const actor: Actor = { kind: "system" };
/** Somebody chose it, so its length is all that speaks for it. */
const leastSecretCharacters = 32;

/** Everything that is wrong with the clients file, in one message. */
export class ClientsFileFault extends Error {
  override readonly name = "ClientsFileFault";
}

const sentence = (path: string, faults: readonly string[]): string =>
  faults.length === 1
    ? `${path}: ${faults[0]}`
    : [`${path} has ${faults.length} faults:`, ...faults.map((fault) => `  ${fault}`)].join("\n");

/** How many clients became different. */
export interface Reconciliation {
  readonly created: number;
  readonly updated: number;
  readonly disabled: number;
}

interface Declared {
  readonly id: ClientId;
  readonly metadata: ClientMetadata;
  readonly secret: Hashed<"client-secret"> | undefined;
}

/**
 * Makes the clients of the file what it says: new entries are created, changed ones updated, and clients whose entry is
 * gone disabled. Nothing is changed where anything is wrong.
 *
 * @throws ClientsFileFault
 */
export async function reconcileClientsFile(
  context: Pick<Context, "store" | "clock" | "random" | "config">,
  path: string,
  readFile: (path: string) => string,
): Promise<Reconciliation> {
  const known = new Map((await context.store.clients.list()).map((client) => [client.id, client]));
  const declared = readClientsFile(context, path, readFile, known);
  let [created, updated, disabled] = [0, 0, 0];
  for (const wanted of declared) {
    const before = known.get(wanted.id);
    if (before === undefined) {
      await addClient(context, actor, {
        id: wanted.id,
        metadata: wanted.metadata,
        origin: "file",
        secrets: secretsOf(context, wanted),
      });
      created += 1;
    } else if (await update(context, before, wanted)) {
      updated += 1;
    }
  }
  const ids = new Set(declared.map(({ id }) => id));
  for (const client of known.values()) {
    if (client.origin !== "file" || client.disabledAt !== undefined || ids.has(client.id)) continue;
    const event = clientEvent(context, actor, "client.disabled", client.id);
    await context.store.clients.setDisabled({ id: client.id, at: event.at, event });
    disabled += 1;
  }
  return { created, updated, disabled };
}

/** Answers whether anything was different. */
async function update(
  context: Pick<Context, "store" | "clock" | "random" | "config">,
  before: Client,
  wanted: Declared,
): Promise<boolean> {
  const hasSecret = isSecretOf(before, wanted);
  const isSame = Bun.deepEquals(before.metadata, wanted.metadata) && hasSecret;
  const secrets = hasSecret ? undefined : secretsOf(context, wanted);
  if (!isSame) await replaceMetadata(context, actor, before, wanted.metadata, secrets);
  if (before.disabledAt === undefined) return !isSame;
  // Its entry had been removed and is back.
  const event = clientEvent(context, actor, "client.enabled", before.id);
  await context.store.clients.setDisabled({ id: before.id, at: undefined, event });
  return true;
}

const secretsOf = (context: Pick<Context, "clock" | "random">, { secret }: Declared): readonly ClientSecret[] =>
  secret === undefined ? [] : [storedSecret(context, secret)];

const isSecretOf = ({ secrets }: Client, { secret }: Declared): boolean =>
  secret === undefined
    ? secrets.length === 0
    : secrets.length === 1 && secrets.every((known) => isSameHash(known.hash, secret));

function readClientsFile(
  context: Pick<Context, "config">,
  path: string,
  readFile: (path: string) => string,
  known: ReadonlyMap<ClientId, Client>,
): readonly Declared[] {
  const entries = parsedList(path, readFile);
  const faults: string[] = [];
  const declared: Declared[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      const client = readEntry(context, entry);
      if (declared.some(({ id }) => id === client.id)) throw new Refused("invalid", "its client_id stands there twice");
      const origin = known.get(client.id)?.origin ?? "file";
      if (origin !== "file")
        throw new Refused("taken", "there is a client of that id already that was not made by a file");
      declared.push(client);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof OAuthError)) throw error;
      faults.push(`${nameOf(entry, index)}: ${error.message}`);
    }
  }
  if (faults.length > 0) throw new ClientsFileFault(sentence(path, faults));
  return declared;
}

const nameOf = (entry: JsonValue, index: number): string => {
  const id = isJsonObject(entry) ? entry.client_id : undefined;
  return typeof id === "string" && /^[\w.-]{1,64}$/.test(id) ? id : `entry ${index + 1}`;
};

function parsedList(path: string, readFile: (path: string) => string): readonly JsonValue[] {
  try {
    const value = parseStrictJson(readFile(path));
    if (Array.isArray(value)) return value;
  } catch (error) {
    if (error instanceof OAuthError) throw new ClientsFileFault(sentence(path, [error.description]), { cause: error });
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new ClientsFileFault(sentence(path, [`it cannot be read${code}`]), { cause: error });
  }
  throw new ClientsFileFault(sentence(path, ["it holds no JSON list of clients"]));
}

function readEntry(context: Pick<Context, "config">, entry: JsonValue): Declared {
  if (!isJsonObject(entry)) throw new Refused("invalid", "it is no JSON object");
  const { client_id: id, client_secret: secret, ...members }: JsonObject = entry;
  if (typeof id !== "string") throw new Refused("invalid", "it has no client_id");
  const { metadata, unknown } = readDescription(context, members);
  for (const name of unknown)
    throw new Refused("invalid", `it has a member that Postern does not know: ${JSON.stringify(name.slice(0, 60))}`);
  return { id: checkedClientId(id), metadata, secret: declaredSecret(metadata, secret) };
}

function declaredSecret(metadata: ClientMetadata, secret: JsonValue | undefined): Hashed<"client-secret"> | undefined {
  if (!usesSecret(metadata)) {
    if (secret === undefined) return undefined;
    throw new Refused("invalid", "it has a client_secret, but does not authenticate with one");
  }
  if (typeof secret !== "string" || [...secret].length < leastSecretCharacters) {
    throw new Refused(
      "invalid",
      `it needs a client_secret of at least ${leastSecretCharacters} characters: openssl rand -base64 32 makes one`,
    );
  }
  return hashPresented("client-secret", secret);
}
