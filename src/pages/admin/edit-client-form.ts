import { metadataMembers } from "../../administration/clients.ts";
import type { ClientMetadata } from "../../model/client.ts";
import {
  assertionAlgorithms,
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

export const textMembers = ["client_name", "software_id", "software_version"] as const;
export const addressMembers = [
  "client_uri",
  "logo_uri",
  "policy_uri",
  "tos_uri",
  "initiate_login_uri",
  "jwks_uri",
] as const;
export const listMembers = [
  "contacts",
  "redirect_uris",
  "post_logout_redirect_uris",
  "request_uris",
  "default_acr_values",
] as const;
export const choiceMembers = {
  application_type: ["web", "native"],
  token_endpoint_auth_method: clientAuthenticationMethods,
  access_token_format: ["opaque", "jwt"],
  id_token_signed_response_alg: signingAlgorithms,
  token_endpoint_auth_signing_alg: ["", ...assertionAlgorithms],
} as const;
/** `require_pkce` is true where nothing is said, the others are false. */
export const boxMembers = [
  "require_pkce",
  "require_mfa",
  "first_party",
  "rotate_refresh_tokens",
  "require_auth_time",
  "resource_server",
] as const;

export type TextMember = (typeof textMembers)[number] | (typeof addressMembers)[number];
export type ListMember = (typeof listMembers)[number];
export type ChoiceMember = keyof typeof choiceMembers;
export type BoxMember = (typeof boxMembers)[number];

/** What the form shows. */
export interface EditValues {
  readonly texts: Readonly<Record<TextMember | "default_max_age" | "jwks", string>>;
  readonly lists: Readonly<Record<ListMember, readonly string[]>>;
  readonly choices: Readonly<Record<ChoiceMember, string>>;
  readonly boxes: Readonly<Record<BoxMember, boolean>>;
  readonly grants: readonly string[];
  readonly scope: readonly string[];
  readonly accepts: readonly string[];
}

const grantBox = (type: string): string => `grant_types:${type}`;
export { grantBox };

export const editFormNames = (scopes: readonly string[]): ReadonlySet<string> =>
  new Set([
    "csrf",
    ...textMembers,
    ...addressMembers,
    ...listMembers,
    ...Object.keys(choiceMembers),
    ...boxMembers,
    ...grantTypes.map(grantBox),
    "default_max_age",
    "jwks",
    ...scopeBoxNames("scope", scopes),
    ...scopeBoxNames("accepts", scopes),
  ]);
