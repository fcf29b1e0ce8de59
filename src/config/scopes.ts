import { quoted, SettingFault } from "./fault.ts";

/** The scopes that the operator adds. */
export interface OwnScopes {
  /** From scope to the sentence of the consent page. */
  readonly sentences: ReadonlyMap<string, string>;
  /** Those that a person may take out of what an app asks for. */
  readonly optional: ReadonlySet<string>;
}

/**
 * Reads the extra scopes: a JSON object from scope to the sentence that the consent page shows, or to an object of
 * `description` and `optional`.
 *
 * @source RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
 */
export function parseScopes(text: string): OwnScopes {
  const sentences = new Map<string, string>();
  const optional = new Set<string>();
  for (const [scope, value] of Object.entries(parseObject(text))) {
    const { sentence, isOptional } = readOwnScope(scope, value);
    sentences.set(scope, sentence);
    if (isOptional) optional.add(scope);
  }
  return { sentences, optional };
}

export interface OwnScope {
  readonly sentence: string;
  readonly isOptional: boolean;
}

/** @throws SettingFault */
export function readOwnScope(scope: string, value: unknown): OwnScope {
  if (!/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(scope)) {
    const characters = "use printable ASCII without spaces, quotation marks or backslashes (RFC 6749 §3.3)";
    throw new SettingFault(`names the scope ${quoted(scope)}`, characters);
  }
  // Scopes postern:* open Postern's own endpoints and are never for the operator to define.
  if (scope.startsWith("postern:")) {
    throw new SettingFault(`names the scope ${quoted(scope)}`, "scopes with the prefix postern: are Postern's own");
  }
  const read = readScope(scope, value);
  // It is part of the name of a box in a form (rules/parameters.ts).
  if (read.isOptional && scope.length > 100) {
    throw new SettingFault(`makes the scope ${quoted(scope)} optional`, "use at most 100 characters for such a scope");
  }
  return read;
}

function readScope(scope: string, value: unknown): OwnScope {
  const { description, optional, ...unknown }: Readonly<Record<string, unknown>> = isObject(value)
    ? { optional: false, ...value }
    : { description: value, optional: false };
  if (typeof description !== "string" || description.trim() === "" || /\p{Cc}/u.test(description)) {
    throw new SettingFault(`has no sentence for the scope ${quoted(scope)}`, "give it one line of text in quotes");
  }
  if (typeof optional !== "boolean" || Object.keys(unknown).length > 0) {
    const shape = `write {"description":"…","optional":true}`;
    throw new SettingFault(`describes the scope ${quoted(scope)} in a way that is not known`, shape);
  }
  return { sentence: description.trim(), isOptional: optional };
}

function parseObject(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined; // JSON's own message would not say what is right.
  }
  if (isObject(value)) return value;
  const example = `write one such as {"mail.read":"Read your mail"}`;
  throw new SettingFault(`is ${quoted(text)}, not a JSON object`, example);
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
