import type { Config } from "../config/load.ts";
import type { OwnScopes } from "../context.ts";
import {
  type ClientAuthenticationMethod,
  type ClientMetadata,
  clientAuthenticationMethods,
  deviceCodeGrantType,
  type GrantType,
  grantTypes,
  signingAlgorithms,
} from "../model/client.ts";
import { OAuthError } from "../oauth-error.ts";
import type { JsonObject } from "../rules/json.ts";
import { checkPostLogoutRedirectUris, checkRedirectUris, maxRedirectUris } from "../rules/redirect-uri.ts";
import { formatScope, intersect } from "../rules/scope.ts";
import { isHttpsAddress } from "../rules/web-address.ts";
import { readDisplayMembers } from "./display-members.ts";
import { readKeyMembers } from "./key-members.ts";
import {
  memberValue,
  metadataRefused,
  optional,
  readBoolean,
  readHttpsAddress,
  readString,
  readStrings,
  readWholeNumber,
  readWord,
  readWords,
  scopeTokens,
} from "./members.ts";
import { readPosternMembers } from "./postern-members.ts";
import { knownScopes } from "./scopes.ts";

/** Who wants the client to be, and so how much it may be. */
export type MetadataPolicy = { readonly config: Pick<Config, "outboundAllow"> } & (
  | { readonly registrant: "administrator" }
  | { readonly registrant: "anyone" | "token-holder"; readonly ownScopes: OwnScopes }
);

/**
 * Reads client metadata in the names of RFC 7591: every member is checked, those that Postern does not know are left
 * out, and defaults are filled in. Nothing is repaired but `scope`, which is cut down to what the registrant may have.
 *
 * @throws OAuthError invalid_client_metadata or invalid_redirect_uri
 * @source RFC 7591 §2, §3.2.2; OIDC Registration §2
 */
export function readClientMetadata(json: JsonObject, policy: MetadataPolicy): ClientMetadata {
  refuseUnsupported(json);
  const flows = readFlows(json, policy);
  const method = readWord(json, "token_endpoint_auth_method", clientAuthenticationMethods) ?? "client_secret_basic";
  checkSelfReliance(flows.grant_types, method, policy);
  const uris = readUris(json, flows.grant_types, method);
  return {
    ...readDisplayMembers(json),
    ...uris,
    ...flows,
    ...optional("scope", readScope(json, policy)),
    token_endpoint_auth_method: method,
    ...readKeyMembers(json, method, policy.config),
    ...optional("software_id", readString(json, "software_id")),
    ...optional("software_version", readString(json, "software_version")),
    ...readOpenIdMembers(json, flows.grant_types),
    ...(policy.registrant === "administrator" ? readPosternMembers(json, method, uris) : {}),
  };
}

/** What a client asks for here it would rely on: to leave it out in silence would be to break a promise. */
function refuseUnsupported(json: JsonObject): void {
  const isEncryption = (member: string) =>
    /_encrypted_response_(?:alg|enc)$/.test(member) || member.startsWith("request_object_encryption_");
  const isSigning = (member: string) =>
    member === "userinfo_signed_response_alg" || member === "request_object_signing_alg";
  for (const member of Object.keys(json)) {
    if (memberValue(json, member) === undefined) continue;
    if (isEncryption(member)) throw new OAuthError("invalid_client_metadata", "encryption is not supported");
    if (isSigning(member)) throw metadataRefused(member, "is not supported");
  }
}

type Flows = Pick<ClientMetadata, "grant_types" | "response_types">;

/** RFC 7591 §2.1: `authorization_code` and `code` stand for one flow: one without the other is a contradiction. */
function readFlows(json: JsonObject, { registrant }: MetadataPolicy): Flows {
  const types: readonly GrantType[] = readWords(json, "grant_types", grantTypes) ?? ["authorization_code"];
  // A resource server needs no grant type; who registers alone does so to get tokens.
  if (types.length === 0 && registrant !== "administrator") throw metadataRefused("grant_types", "is empty");
  const hasCodeFlow = types.includes("authorization_code");
  const responses = readWords(json, "response_types", ["code"] as const) ?? (hasCodeFlow ? (["code"] as const) : []);
  if (hasCodeFlow !== responses.includes("code")) {
    throw metadataRefused("response_types", "does not agree with grant_types");
  }
  return { grant_types: types, response_types: responses };
}

/** RFC 6749 §4.4: client credentials are for confidential clients, and here for those that somebody vouched for. */
function checkSelfReliance(
  types: readonly GrantType[],
  method: ClientAuthenticationMethod,
  { registrant }: MetadataPolicy,
): void {
  if (!types.includes("client_credentials")) return;
  if (method === "none")
    throw metadataRefused("grant_types", "has client_credentials, which a public client cannot use");
  if (registrant === "anyone") {
    throw metadataRefused("grant_types", "has client_credentials, which needs an initial access token");
  }
}

type Uris = Pick<
  ClientMetadata,
  "application_type" | "redirect_uris" | "post_logout_redirect_uris" | "request_uris" | "initiate_login_uri"
>;

function readUris(json: JsonObject, types: readonly GrantType[], method: ClientAuthenticationMethod): Uris {
  const named = readWord(json, "application_type", ["web", "native"] as const);
  // RFC 8252 §8.4: a public client that does not say what it is runs on its user's machine.
  const policy = { applicationType: named ?? (method === "none" ? "mixed" : "web") } as const;
  const redirectUris = readStrings(json, "redirect_uris", {
    most: maxRedirectUris,
    refused: (member, fault) =>
      new OAuthError("invalid_redirect_uri", `${member} ${fault}`, { member: "redirect_uris" }),
  });
  if (redirectUris === undefined && types.includes("authorization_code")) {
    throw new OAuthError("invalid_redirect_uri", "redirect_uris is missing", { member: "redirect_uris" });
  }
  checkRedirectUris(redirectUris ?? [], policy);
  const postLogoutUris = readStrings(json, "post_logout_redirect_uris", { most: 10 });
  checkPostLogoutRedirectUris(postLogoutUris ?? [], policy);
  const requestUris = readStrings(json, "request_uris", { most: 10 });
  if (requestUris?.every(isHttpsAddress) === false)
    throw metadataRefused("request_uris", "has an entry that is not https");
  return {
    application_type: named ?? (method === "none" ? "native" : "web"),
    ...optional("redirect_uris", redirectUris),
    ...optional("post_logout_redirect_uris", postLogoutUris),
    ...optional("request_uris", requestUris),
    ...optional("initiate_login_uri", readHttpsAddress(json, "initiate_login_uri")),
  };
}

/** An administrator gives what scopes there are to give; who registers gets what is known and not over Postern itself. */
function readScope(json: JsonObject, policy: MetadataPolicy): string | undefined {
  const sent = readString(json, "scope", 4096);
  // Named by nobody, the scope stays open: the client may ask for any that is known, and gets none that it does not ask
  // for (RFC 9700 §2.3).
  if (sent === undefined) return undefined;
  const wanted = scopeTokens(sent);
  if (policy.registrant === "administrator") return formatScope(wanted);
  const allowed = intersect(wanted, knownScopes(policy.ownScopes));
  if (allowed.length === 0) throw metadataRefused("scope", "has nothing that a client may register for");
  return formatScope(allowed);
}

type OpenIdMembers = Pick<
  ClientMetadata,
  "subject_type" | "id_token_signed_response_alg" | "default_max_age" | "require_auth_time" | "default_acr_values"
>;

/** OIDC Registration §2. */
function readOpenIdMembers(json: JsonObject, types: readonly GrantType[]): OpenIdMembers {
  const hasPerson = types.includes("authorization_code") || types.includes(deviceCodeGrantType);
  const algorithm = readWord(json, "id_token_signed_response_alg", signingAlgorithms);
  return {
    ...optional("subject_type", readWord(json, "subject_type", ["public"] as const)),
    // "The default, if omitted, is RS256."
    ...optional("id_token_signed_response_alg", algorithm ?? (hasPerson ? ("RS256" as const) : undefined)),
    ...optional("default_max_age", readWholeNumber(json, "default_max_age")),
    ...optional("require_auth_time", readBoolean(json, "require_auth_time")),
    ...optional("default_acr_values", readStrings(json, "default_acr_values", { most: 10, maxCharacters: 255 })),
  };
}
