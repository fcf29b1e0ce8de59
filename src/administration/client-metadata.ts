import {
  assertionAlgorithms,
  type ClientMetadata,
  clientAuthenticationMethods,
  type PublicJwk,
  grantTypes,
  signingAlgorithms,
} from "../model/client.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../rules/json.ts";
import { checkPostLogoutRedirectUris, checkRedirectUris } from "../rules/redirect-uri.ts";
import { parseScope } from "../rules/scope.ts";
import { Refused } from "./refused.ts";

/**
 * What an administrator says of a client, in the names of RFC 7591 §2, checked. Members that are absent, `null` or
 * empty get their defaults; unknown ones are refused, since a misspelled one would do nothing.
 *
 * @throws Refused invalid; OAuthError invalid_redirect_uri, invalid_client_metadata or invalid_scope
 */
export function readAdministratorMetadata(members: JsonObject): ClientMetadata {
  const sent = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== ""));
  for (const name of Object.keys(sent)) {
    if (!known.has(name)) throw invalid(name, `there is no client metadata member ${JSON.stringify(name)}`);
  }
  const method = word(sent, "token_endpoint_auth_method", clientAuthenticationMethods) ?? "client_secret_basic";
  const isPublic = method === "none";
  const named = word(sent, "application_type", ["web", "native"] as const);
  const redirectUris = list(sent, "redirect_uris");
  const postLogoutUris = list(sent, "post_logout_redirect_uris");
  // 7591 §2: a public client that does not say what it is may hold every kind of URI.
  const policy = { applicationType: named ?? (isPublic ? "mixed" : "web") } as const;
  checkRedirectUris(redirectUris ?? [], policy);
  checkPostLogoutRedirectUris(postLogoutUris ?? [], policy);
  const metadata = {
    ...texts(sent),
    ...(redirectUris === undefined ? {} : { redirect_uris: redirectUris }),
    ...(postLogoutUris === undefined ? {} : { post_logout_redirect_uris: postLogoutUris }),
    grant_types: grantsOf(sent),
    response_types: grantsOf(sent).includes("authorization_code") ? (["code"] as const) : [],
    application_type: named ?? (isPublic ? "native" : "web"),
    token_endpoint_auth_method: method,
    ...scopes(sent),
    ...keys(sent),
    ...words(sent),
    ...flags(sent),
  } satisfies ClientMetadata;
  checkTogether(metadata);
  return metadata;
}

function checkTogether(metadata: ClientMetadata): void {
  const isPublic = metadata.token_endpoint_auth_method === "none";
  const uris = metadata.redirect_uris ?? [];
  if (metadata.grant_types.includes("authorization_code") && uris.length === 0) {
    throw invalid("redirect_uris", "a client with the grant authorization_code needs a redirect URI");
  }
  // RFC 6749 §4.4: "The client credentials grant type MUST only be used by confidential clients."
  if (isPublic && metadata.grant_types.includes("client_credentials")) {
    throw invalid("grant_types", "the grant client_credentials is for confidential clients");
  }
  if (isPublic && metadata.resource_server) throw invalid("resource_server", "a resource server is a confidential client");
  if (isPublic && metadata.require_pkce === false) throw invalid("require_pkce", "a public client always uses PKCE");
  if (metadata.first_party && (isPublic || !uris.every((uri) => uri.startsWith("https://")))) {
    throw invalid("first_party", "a first-party client is confidential and has https redirect URIs alone");
  }
  if (metadata.accepts !== undefined && !metadata.resource_server) {
    throw invalid("accepts", "only a resource server accepts scopes");
  }
  const hasKeys = metadata.jwks !== undefined || metadata.jwks_uri !== undefined;
  if (metadata.token_endpoint_auth_method === "private_key_jwt" && !hasKeys) {
    throw invalid("jwks", "a client that authenticates with private_key_jwt needs its public keys");
  }
}

type Sent = Readonly<Record<string, JsonValue>>;

const textMembers = ["client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri"] as const;
const flagMembers = ["require_pkce", "rotate_refresh_tokens", "first_party", "resource_server", "require_auth_time"] as const;

function texts(sent: Sent): Partial<Record<(typeof textMembers)[number], string>> {
  return Object.fromEntries(
    textMembers.flatMap((name) => {
      const value = text(sent, name);
      if (value === undefined) return [];
      if ([...value].length > 300 || /\p{Cc}|\p{Bidi_Control}/u.test(value)) throw invalid(name, `${name} is not a plain text`);
      return [[name, value.trim()]];
    }),
  );
}

function flags(sent: Sent): Partial<Record<(typeof flagMembers)[number], boolean>> {
  return Object.fromEntries(
    flagMembers.flatMap((name) => {
      const value = sent[name];
      if (value === undefined) return [];
      if (typeof value !== "boolean") throw invalid(name, `${name} is true or false`);
      return [[name, value]];
    }),
  );
}

function words(sent: Sent) {
  const format = word(sent, "access_token_format", ["opaque", "jwt"] as const);
  const signing = word(sent, "id_token_signed_response_alg", signingAlgorithms);
  const assertion = word(sent, "token_endpoint_auth_signing_alg", assertionAlgorithms);
  return {
    ...(format === undefined ? {} : { access_token_format: format }),
    ...(signing === undefined ? {} : { id_token_signed_response_alg: signing }),
    ...(assertion === undefined ? {} : { token_endpoint_auth_signing_alg: assertion }),
  };
}

function scopes(sent: Sent) {
  const scope = text(sent, "scope");
  const accepts = text(sent, "accepts");
  return {
    ...(scope === undefined ? {} : { scope: parseScope(scope).join(" ") }),
    ...(accepts === undefined ? {} : { accepts: parseScope(accepts).join(" ") }),
  };
}

const privateMembers = ["d", "p", "q", "dp", "dq", "qi", "k"];

function keys(sent: Sent): { readonly jwks?: { readonly keys: readonly PublicJwk[] }; readonly jwks_uri?: string } {
  const uri = text(sent, "jwks_uri");
  const { jwks } = sent;
  if (uri !== undefined && jwks !== undefined) throw invalid("jwks", "a client has jwks or jwks_uri, not both");
  if (uri !== undefined) {
    if (!uri.startsWith("https://") || !URL.canParse(uri)) throw invalid("jwks_uri", "jwks_uri is an https address");
    return { jwks_uri: uri };
  }
  if (jwks === undefined) return {};
  const given = isJsonObject(jwks) ? jwks["keys"] : undefined;
  if (!Array.isArray(given) || given.length === 0 || given.length > 10) {
    throw invalid("jwks", 'jwks is an object {"keys": […]} with 1 to 10 public keys (RFC 7517 §5)');
  }
  return { jwks: { keys: given.map(publicKey) } };
}

function publicKey(value: JsonValue): PublicJwk {
  if (!isJsonObject(value)) throw invalid("jwks", "a key of jwks is an object");
  const { kty, kid, ...rest } = value;
  if (typeof kty !== "string" || kty === "oct") throw invalid("jwks", "a key of jwks has no kty of a public key");
  if (privateMembers.some((name) => name in value)) throw invalid("jwks", "jwks holds a private key: give public keys alone");
  return { ...rest, kty, ...(typeof kid === "string" ? { kid } : {}) };
}

function grantsOf(sent: Sent): ClientMetadata["grant_types"] {
  const wanted = list(sent, "grant_types") ?? ["authorization_code"];
  for (const grant of wanted) {
    if (!grantTypes.some((known) => known === grant)) {
      throw invalid("grant_types", `a grant is one of ${grantTypes.join(", ")}`);
    }
  }
  return grantTypes.filter((known) => wanted.includes(known));
}

function word<Word extends string>(sent: Sent, name: string, choices: readonly Word[]): Word | undefined {
  const value = text(sent, name);
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalid(name, `${name} is one of ${choices.join(", ")}`);
  return found;
}

function text(sent: Sent, name: string): string | undefined {
  const value = sent[name];
  if (value === undefined || typeof value === "string") return value;
  throw invalid(name, `${name} is a text`);
}

function list(sent: Sent, name: string): readonly string[] | undefined {
  const value = sent[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw invalid(name, `${name} is a list`);
  return value.map((entry) => {
    if (typeof entry !== "string") throw invalid(name, `${name} is a list of texts`);
    return entry;
  });
}

const invalid = (member: string, sentence: string) => new Refused("invalid", sentence, member);

const known: ReadonlySet<string> = new Set([
  ...textMembers,
  ...flagMembers,
  "redirect_uris",
  "post_logout_redirect_uris",
  "grant_types",
  "response_types",
  "application_type",
  "token_endpoint_auth_method",
  "token_endpoint_auth_signing_alg",
  "access_token_format",
  "id_token_signed_response_alg",
  "scope",
  "accepts",
  "jwks",
  "jwks_uri",
]);
