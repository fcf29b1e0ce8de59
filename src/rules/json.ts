import { type ErrorCode, OAuthError } from "../oauth-error.ts";

export type JsonValue = null | boolean | number | string | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
/** Without a prototype: what it has is what was sent. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

const maxJsonDepth = 8;

/** Why a text is not taken for JSON, and where in it that came to light. */
export class JsonFault extends OAuthError {
  readonly line: number;
  readonly column: number;

  constructor(code: ErrorCode, description: string, before: string) {
    super(code, description);
    this.line = before.split("\n").length;
    this.column = before.length - before.lastIndexOf("\n");
  }
}

/**
 * Parses JSON (RFC 8259) and refuses what parsers understand differently: a member twice in one object, a byte order
 * mark, an unpaired surrogate, arrays and objects more than 8 deep. A member `__proto__` is left out.
 *
 * @param code the error of the endpoint: invalid_client_metadata at registration
 * @throws JsonFault with that code
 * @source RFC 8259 §4, §8; RFC 7493 §2.1, §2.3
 */
export function parseStrictJson(text: string, code: ErrorCode = "invalid_request"): JsonValue {
  let position = 0;

  const fault = (description: string, at = position) => new JsonFault(code, description, text.slice(0, at));
  const malformed = () => fault("the JSON is malformed");

  function skipSpace() {
    for (; position < text.length; position++) {
      const unit = text.charCodeAt(position);
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return;
    }
  }

  function skip(character: string): boolean {
    skipSpace();
    if (text.charAt(position) !== character) return false;
    position++;
    return true;
  }

  function readString(): string {
    const start = position;
    position++;
    for (; text.charAt(position) !== '"'; position++) {
      if (position >= text.length) throw fault("the JSON is malformed", start);
      if (text.charAt(position) === "\\") position++;
    }
    position++;
    const value = readStringToken(text.slice(start, position));
    if (value === undefined) throw malformed();
    if (!value.isWellFormed()) throw fault("the JSON has an unpaired surrogate");
    return value;
  }

  function readNumber(): number {
    numberToken.lastIndex = position;
    const token = numberToken.exec(text)?.[0];
    if (token === undefined) throw malformed();
    position += token.length;
    const value = Number(token);
    if (!Number.isFinite(value)) throw fault("the JSON has a number that is too large");
    return value;
  }

  function readWord<Value extends JsonValue>(word: string, value: Value): Value {
    if (!text.startsWith(word, position)) throw malformed();
    position += word.length;
    return value;
  }

  function readArray(depth: number): JsonArray {
    const items: JsonValue[] = [];
    if (skip("]")) return items;
    do items.push(readValue(depth));
    while (skip(","));
    if (!skip("]")) throw malformed();
    return items;
  }

  function readObject(depth: number): JsonObject {
    const members: Record<string, JsonValue> = Object.create(null);
    const names = new Set<string>();
    if (skip("}")) return members;
    do {
      skipSpace();
      if (text.charAt(position) !== '"') throw malformed();
      const start = position;
      const name = readString();
      if (names.has(name)) throw fault("the JSON has a member twice", start);
      names.add(name);
      if (!skip(":")) throw malformed();
      const value = readValue(depth);
      if (name !== "__proto__") members[name] = value;
    } while (skip(","));
    if (!skip("}")) throw malformed();
    return members;
  }

  function readValue(depth: number): JsonValue {
    skipSpace();
    const first = text.charAt(position);
    if (first === "{" || first === "[") {
      if (depth >= maxJsonDepth) throw fault("the JSON is nested too deeply");
      position++;
      return first === "{" ? readObject(depth + 1) : readArray(depth + 1);
    }
    if (first === '"') return readString();
    if (first === "t") return readWord("true", true);
    if (first === "f") return readWord("false", false);
    if (first === "n") return readWord("null", null);
    return readNumber();
  }

  const value = readValue(0);
  skipSpace();
  if (position < text.length) throw malformed();
  return value;
}

/** Whether it is an object: not null and not an array. */
export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** By the platform's parser, which knows the escapes; `undefined` when it is no JSON string. */
function readStringToken(token: string): string | undefined {
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
