import { OAuthError } from "../oauth-error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../rules/json.ts";
import { parseScope } from "../rules/scope.ts";
import { isHttpsAddress } from "../rules/web-address.ts";

/** RFC 7591 §3.2.2. The description names the member, which is one of ours, and nothing of what was sent. */
export const metadataRefused = (member: string, fault: string): OAuthError =>
  new OAuthError("invalid_client_metadata", `${member} ${fault}`, { member: member.replace(/\[.*$/, "") });

/** The member's value; `undefined` where it is absent, null or empty, which all mean the same (RFC 7592 §2.2). */
export function memberValue(json: JsonObject, member: string): JsonValue | undefined {
  const value = json[member];
  return value === null || value === "" ? undefined : value;
}

/** An object with the member, or without it where there is no value: stored metadata never hold `undefined`. */
export function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value };
export function optional(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}

export function readString(json: JsonObject, member: string, maxCharacters = 255): string | undefined {
  const value = memberValue(json, member);
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw metadataRefused(member, "is not a string");
  if (value.length > maxCharacters) throw metadataRefused(member, "is too long");
  if (/\p{Cc}/u.test(value)) throw metadataRefused(member, "has a control character");
  return value;
}

export function readBoolean(json: JsonObject, member: string): boolean | undefined {
  const value = memberValue(json, member);
  if (value === undefined || typeof value === "boolean") return value;
  throw metadataRefused(member, "is not a boolean");
}

export function readWholeNumber(json: JsonObject, member: string): number | undefined {
  const value = memberValue(json, member);
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw metadataRefused(member, "is not a whole number of seconds");
}

export function readObject(json: JsonObject, member: string): JsonObject | undefined {
  const value = memberValue(json, member);
  if (value === undefined || isJsonObject(value)) return value;
  throw metadataRefused(member, "is not an object");
}

/** One of the words. What is not supported is refused, never replaced. */
export function readWord<Word extends string>(
  json: JsonObject,
  member: string,
  words: readonly Word[],
): Word | undefined {
  const value = memberValue(json, member);
  if (value === undefined) return undefined;
  const word = words.find((known) => known === value);
  if (word === undefined) throw metadataRefused(member, "is not supported");
  return word;
}

/** A list of words, each once; `undefined` where the member is absent, `[]` where it is there and empty. */
export function readWords<Word extends string>(
  json: JsonObject,
  member: string,
  words: readonly Word[],
): readonly Word[] | undefined {
  const values = readStrings(json, member, { most: 20, keepEmpty: true });
  return (
    values &&
    [...new Set(values)].map((value) => {
      const word = words.find((known) => known === value);
      if (word === undefined) throw metadataRefused(member, "has an entry that is not supported");
      return word;
    })
  );
}

interface ListLimits {
  readonly most: number;
  readonly maxCharacters?: number;
  /** Whether an empty list is told from none. */
  readonly keepEmpty?: boolean;
  readonly refused?: (member: string, fault: string) => OAuthError;
}

export function readStrings(
  json: JsonObject,
  member: string,
  { most, maxCharacters = Number.POSITIVE_INFINITY, keepEmpty = false, refused = metadataRefused }: ListLimits,
): readonly string[] | undefined {
  const value = memberValue(json, member);
  if (value === undefined) return undefined;
  if (!isArray(value)) throw refused(member, "is not a list");
  if (value.length > most) throw refused(member, `has more than ${most} entries`);
  const strings = value.map((entry, index) => {
    if (typeof entry !== "string" || entry === "") throw refused(`${member}[${index}]`, "is not a string");
    if (entry.length > maxCharacters) throw refused(`${member}[${index}]`, "is too long");
    if (/\p{Cc}/u.test(entry)) throw refused(`${member}[${index}]`, "has a control character");
    return entry;
  });
  return strings.length > 0 || keepEmpty ? strings : undefined;
}

export function readHttpsAddress(json: JsonObject, member: string): string | undefined {
  const value = readString(json, member, 2048);
  if (value !== undefined && !isHttpsAddress(value)) throw metadataRefused(member, "is not an https address");
  return value;
}

/** RFC 7591 §3.2.2: at registration a malformed scope is a fault of the metadata. */
export function scopeTokens(text: string): readonly string[] {
  try {
    return parseScope(text);
  } catch {
    // Said below in this endpoint's words.
  }
  throw metadataRefused("scope", "is malformed");
}

const isArray = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
