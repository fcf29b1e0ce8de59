import { readScopeDescription } from "../clients/scope-description.ts";
import type { Context } from "../context.ts";
import type { DeclaredScope } from "../model/scope.ts";
import { OAuthError } from "../oauth-error.ts";
import { isJsonObject, JsonFault, type JsonObject, type JsonValue, parseStrictJson } from "../rules/json.ts";
import { jsonFaultText } from "./declaration-fault.ts";
import { type DeclaredClient, readDeclaredClient } from "./declared-client.ts";
import type { ReadSecretFile } from "./declared-secret.ts";
import { type DeclaredUser, readDeclaredUser } from "./declared-user.ts";
import { Refused } from "./refused.ts";

/** What a document declares. A kind of things that it does not name at all is not declared by it. */
export interface Declaration {
  readonly scopes: readonly DeclaredScope[] | undefined;
  readonly clients: readonly DeclaredClient[] | undefined;
  readonly users: readonly DeclaredUser[] | undefined;
  /** Everything that is wrong with the document by itself, each naming its entry. */
  readonly faults: readonly string[];
}

/** Reads a document, and the files that it names. A list is one of clients, as in the clients file. */
export function readDeclaration(context: Pick<Context, "config">, text: string, readFile: ReadSecretFile): Declaration {
  const faults: string[] = [];
  const document = documentOf(text, faults);
  for (const name of Object.keys(document)) {
    if (!["clients", "users", "scopes"].includes(name))
      faults.push(`it has a member that Postern does not know: ${JSON.stringify(name.slice(0, 60))}`);
  }
  return {
    scopes: scopesIn(document.scopes, faults),
    clients: entriesIn("clients", document.clients, faults, clientName, (entry, fault) =>
      caught(fault, () => readDeclaredClient(context, entry, readFile)),
    ),
    users: entriesIn("users", document.users, faults, userName, (entry, fault) =>
      readDeclaredUser(entry, readFile, fault),
    ),
    faults,
  };
}

function documentOf(text: string, faults: string[]): JsonObject {
  try {
    const value = parseStrictJson(text);
    if (Array.isArray(value)) return { clients: value };
    if (isJsonObject(value)) return value;
    faults.push("it holds no JSON object");
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    faults.push(jsonFaultText(error));
  }
  return {};
}

function scopesIn(value: JsonValue | undefined, faults: string[]): readonly DeclaredScope[] | undefined {
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) {
    faults.push("scopes: it is no JSON object");
    return undefined;
  }
  return Object.entries(value).flatMap(([name, description]) => {
    const read = readScopeDescription(name, description);
    if (!("remedy" in read)) return [{ name, ...read }];
    faults.push(`scope ${shown(name)}: ${read.remedy}`);
    return [];
  });
}

type Fault = (error: Refused | OAuthError) => void;

function entriesIn<Declared>(
  kind: "clients" | "users",
  value: JsonValue | undefined,
  faults: string[],
  nameOf: (entry: JsonObject) => JsonValue | undefined,
  read: (entry: JsonValue, fault: Fault) => Declared | undefined,
): readonly Declared[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) {
    faults.push(`${kind}: it is no JSON list`);
    return undefined;
  }
  return value.flatMap((entry: JsonValue, index) => {
    const name = isJsonObject(entry) ? nameOf(entry) : undefined;
    const called = typeof name === "string" ? `${kind.slice(0, -1)} ${shown(name)}` : `${kind} entry ${index + 1}`;
    const declared = read(entry, ({ message }) => faults.push(`${called}: ${message}`));
    return declared === undefined ? [] : [declared];
  });
}

const clientName = ({ client_id: id }: JsonObject) => id;
const userName = ({ username }: JsonObject) => username;

/** Names that are fit to be names stand as they are. */
const shown = (name: string): string => (/^[\w.:@/+-]{1,100}$/.test(name) ? name : JSON.stringify(name.slice(0, 100)));

function caught<Value>(fault: Fault, read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refused || error instanceof OAuthError)) throw error;
    fault(error);
    return undefined;
  }
}
