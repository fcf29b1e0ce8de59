import type { ClientAuthenticationMethod, ClientMetadata } from "../model/client.ts";
import type { JsonObject } from "../rules/json.ts";
import { formatScope } from "../rules/scope.ts";
import { metadataRefused, optional, readBoolean, readString, readWord, scopeTokens } from "./members.ts";

type Uris = Pick<ClientMetadata, "application_type" | "redirect_uris">;

export type PosternMembers = Pick<
  ClientMetadata,
  | "require_pkce"
  | "rotate_refresh_tokens"
  | "access_token_format"
  | "first_party"
  | "require_mfa"
  | "resource_server"
  | "accepts"
>;

/** The members that are Postern's own. Only an administrator sets them; from anybody else they are unknown members. */
export function readPosternMembers(
  json: JsonObject,
  method: ClientAuthenticationMethod,
  { application_type: applicationType, redirect_uris: redirectUris = [] }: Uris,
): PosternMembers {
  const requirePkce = readBoolean(json, "require_pkce");
  const firstParty = readBoolean(json, "first_party");
  const resourceServer = readBoolean(json, "resource_server");
  const accepts = readString(json, "accepts", 4096);
  // RFC 9700 §2.1.1: a public client has nothing else that binds a code to it; nor has a native one (RFC 8252 §8.1).
  if (requirePkce === false && (method === "none" || applicationType === "native"))
    throw metadataRefused("require_pkce", "may not be false for a public or native client");
  // RFC 6749 §10.2: consent may be skipped only where nobody else can pass for the client.
  if (firstParty === true && (method === "none" || !redirectUris.every((uri) => uri.startsWith("https:")))) {
    throw metadataRefused("first_party", "needs a confidential client and https redirects");
  }
  if (resourceServer === true && method === "none")
    throw metadataRefused("resource_server", "needs a confidential client");
  if (accepts !== undefined && resourceServer !== true) throw metadataRefused("accepts", "is for resource servers");
  return {
    ...optional("require_pkce", requirePkce),
    ...optional("rotate_refresh_tokens", readBoolean(json, "rotate_refresh_tokens")),
    ...optional("access_token_format", readWord(json, "access_token_format", ["opaque", "jwt"] as const)),
    ...optional("first_party", firstParty),
    ...optional("require_mfa", readBoolean(json, "require_mfa")),
    ...optional("resource_server", resourceServer),
    ...optional("accepts", accepts === undefined ? undefined : formatScope(scopeTokens(accepts))),
  };
}
