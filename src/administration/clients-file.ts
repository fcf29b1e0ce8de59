import { dirname, resolve } from "node:path";
import type { ClientId } from "../brand.ts";
import type { Context } from "../context.ts";
import type { Client } from "../model/client.ts";
import type { Actor } from "../model/event.ts";
import { OAuthError } from "../oauth-error.ts";
import { isJsonObject, JsonFault, type JsonValue, parseStrictJson } from "../rules/json.ts";
import { addClient, clientEvent, replaceMetadata } from "./clients.ts";
import { DeclarationFault, faultsOf, jsonFaultText } from "./declaration-fault.ts";
import { type DeclaredClient, hasDeclaredSecret, readDeclaredClient, secretsOf } from "./declared-client.ts";
import { Refused } from "./refused.ts";

const actor: Actor = { kind: "system" };

/** How many clients became different. */
export interface Reconciliation {
  readonly created: number;
  readonly updated: number;
  readonly disabled: number;
}

/**
 * Makes the clients of the file what it says: new entries are created, changed ones updated, and clients whose entry is
 * gone disabled. Nothing is changed where anything is wrong.
 *
 * @throws DeclarationFault
 */
export async function reconcileClientsFile(
  context: Pick<Context, "store" | "clock" | "random" | "config" | "ownScopes">,
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
  context: Pick<Context, "store" | "clock" | "random" | "config" | "ownScopes">,
  before: Client,
  wanted: DeclaredClient,
): Promise<boolean> {
  const hasSecret = hasDeclaredSecret(before, wanted);
  const isSame = Bun.deepEquals(before.metadata, wanted.metadata) && hasSecret;
  const secrets = hasSecret ? undefined : secretsOf(context, wanted);
  if (!isSame) await replaceMetadata(context, actor, before, wanted.metadata, secrets);
  if (before.disabledAt === undefined) return !isSame;
  // Its entry had been removed and is back.
  const event = clientEvent(context, actor, "client.enabled", before.id);
  await context.store.clients.setDisabled({ id: before.id, at: undefined, event });
  return true;
}

function readClientsFile(
  context: Pick<Context, "config">,
  path: string,
  readFile: (path: string) => string,
  known: ReadonlyMap<ClientId, Client>,
): readonly DeclaredClient[] {
  const entries = parsedList(path, readFile);
  const faults: string[] = [];
  const declared: DeclaredClient[] = [];
  for (const [index, entry] of entries.entries()) {
    try {
      const client = readDeclaredClient(context, entry, (file) => readFile(resolve(dirname(path), file)));
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
  if (faults.length > 0) throw new DeclarationFault(faultsOf(path, faults));
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
    if (error instanceof JsonFault)
      throw new DeclarationFault(faultsOf(path, [jsonFaultText(error)]), { cause: error });
    const code = error instanceof Error && "code" in error ? ` (${error.code})` : "";
    throw new DeclarationFault(faultsOf(path, [`it cannot be read${code}`]), { cause: error });
  }
  throw new DeclarationFault(faultsOf(path, ["it holds no JSON list of clients"]));
}
