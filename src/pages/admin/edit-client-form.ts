import { metadataMembers } from "../../administration/clients.ts";
import {
  assertionAlgorithms,
  type ClientMetadata,
  clientAuthenticationMethods,
  grantTypes,
  signingAlgorithms,
} from "../../model/client.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from "../../rules/json.ts";
import type { Parameters } from "../../rules/parameters.ts";
import { formatScope, parseScope } from "../../rules/scope.ts";
import { wordsIn } from "./form-with-lists.ts";
import { scopeBoxNames, tickedScopes } from "./scope-fields.tsx";

// Every member that an administrator may set, by the way in which it stands in the form. A field is called as its member.

const textMembers = [
  "client_name",
  "client_uri",
  "logo_uri",
  "policy_uri",
  "tos_uri",
  "initiate_login_uri",
  "jwks_uri",
  "software_id",
  "software_version",
] as const;
const listMembers = [
  "contacts",
  "redirect_uris",
  "post_logout_redirect_uris",
  "request_uris",
  "default_acr_values",
] as const;
export const choices = {
  application_type: ["web", "native"],
  token_endpoint_auth_method: clientAuthenticationMethods,
  access_token_format: ["opaque", "jwt"],
  id_token_signed_response_alg: ["", ...signingAlgorithms],
  token_endpoint_auth_signing_alg: ["", ...assertionAlgorithms],
} as const;
const boxMembers = [
  "require_pkce",
  "require_mfa",
  "first_party",
  "rotate_refresh_tokens",
  "require_auth_time",
  "resource_server",
] as const;

export type TextMember = (typeof textMembers)[number];
export type ListMember = (typeof listMembers)[number];
export type ChoiceMember = keyof typeof choices;
export type BoxMember = (typeof boxMembers)[number];

const choiceMembers = Object.keys(choices).filter((name): name is ChoiceMember => name in choices);

export const grantBox = (type: string): string => `grant_types:${type}`;

export const editFormNames = (scopes: readonly string[]): ReadonlySet<string> =>
  new Set([
    "csrf",
    "version",
    ...textMembers,
    ...listMembers,
    ...choiceMembers,
    ...boxMembers,
    ...grantTypes.map(grantBox),
    "default_max_age",
    "jwks",
    ...scopeBoxNames("scope", scopes),
    ...scopeBoxNames("accepts", scopes),
  ]);

/** What the form shows. */
export interface EditValues {
  /** In the names of RFC 7591; what is absent or null is empty. */
  readonly members: JsonObject;
  /** The keys as they were typed, which may be no JSON at all. */
  readonly keys: string;
}

export const valuesOf = (metadata: ClientMetadata): EditValues => ({
  members: metadataMembers(metadata),
  keys: metadata.jwks === undefined ? "" : JSON.stringify(metadata.jwks, null, 2),
});

/** What was sent, over what the form does not show (`name#language` and the like). */
export function sentValues(before: ClientMetadata, scopes: readonly string[], sent: Parameters): EditValues {
  const { response_types: _, ...kept } = metadataMembers(before);
  const texts = [...textMembers, ...choiceMembers].map((member) => [member, sent.get(member)?.trim() ?? null] as const);
  const lists = listMembers.map((member) => [member, listSent(listIn(kept, member), sent.get(member))] as const);
  const boxes = boxMembers.map((member) => [member, boxValue(member, sent.get(member) === "on")] as const);
  const age = sent.get("default_max_age")?.trim() ?? "";
  return {
    members: {
      ...kept,
      ...Object.fromEntries<JsonValue>([...texts, ...lists, ...boxes]),
      grant_types: grantTypes.filter((type) => sent.get(grantBox(type)) === "on"),
      scope: formatScope(tickedScopes(sent, "scope", scopes)),
      accepts: formatScope(tickedScopes(sent, "accepts", scopes)),
      // What is no number is for the rule about it to refuse.
      default_max_age: age === "" ? null : /^\d+$/.test(age) ? Number(age) : age,
      jwks: null,
    },
    keys: sent.get("jwks")?.trim() ?? "",
  };
}

/** An entry that the field cannot tell from two (`Ann, ann@app.example`) is kept as long as the field is. */
function listSent(before: readonly string[], text: string | undefined): readonly string[] {
  const typed = wordsIn(text);
  return Bun.deepEquals(typed, wordsIn(before.join(" "))) ? before : typed;
}

/** PKCE is required where nothing is said; everything else is not. */
function boxValue(member: BoxMember, isTicked: boolean): boolean | null {
  if (member === "require_pkce") return isTicked ? null : false;
  return isTicked ? true : null;
}

/** The metadata with their keys; undefined where those are no JSON object. */
export function withKeys({ members, keys }: EditValues): JsonObject | undefined {
  if (keys === "") return members;
  const parsed = parsedKeys(keys);
  return parsed === undefined ? undefined : { ...members, jwks: parsed };
}

function parsedKeys(text: string): JsonObject | undefined {
  try {
    const value = parseStrictJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // Whatever is wrong with it, it is no JSON object.
    return undefined;
  }
}

export function textIn(members: JsonObject, member: string): string {
  const value = members[member];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

export function listIn(members: JsonObject, member: string): readonly string[] {
  const value = members[member];
  return Array.isArray(value) ? value.map(String) : [];
}

export const isTicked = (members: JsonObject, member: BoxMember): boolean =>
  member === "require_pkce" ? members[member] !== false : members[member] === true;

export const scopesIn = (members: JsonObject, member: "scope" | "accepts"): readonly string[] =>
  parseScope(textIn(members, member));
