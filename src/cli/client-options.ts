import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { metadataMembers } from "../administration/clients.ts";
import {
  type ClientMetadata,
  clientAuthenticationMethods,
  deviceCodeGrantType,
  grantTypes,
  signingAlgorithms,
} from "../model/client.ts";
import { OAuthError } from "../oauth-error.ts";
import { isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from "../rules/json.ts";
import { isLoopbackRedirectUri } from "../rules/redirect-uri.ts";
import { collect } from "./option-values.ts";
import { Failed, WrongUsage } from "./outcome.ts";

/** What the options of `client create` and `client update` say. */
export interface ClientOptions {
  readonly name?: string;
  readonly type?: "public" | "confidential";
  readonly applicationType?: "web" | "native";
  readonly redirectUri?: readonly string[];
  readonly grant?: readonly string[];
  readonly scope?: string;
  readonly authMethod?: ClientMetadata["token_endpoint_auth_method"];
  readonly pkce?: "required" | "optional";
  readonly rotateRefreshTokens?: boolean;
  readonly accessTokenFormat?: "opaque" | "jwt";
  readonly idTokenAlg?: string;
  readonly jwksFile?: string;
  readonly jwksUri?: string;
  readonly postLogoutRedirectUri?: readonly string[];
  readonly firstParty?: boolean;
  readonly requireMfa?: boolean;
  readonly resourceServer?: boolean;
  readonly accepts?: string;
}

export function clientOptions(command: Command, verb: "create" | "update"): Command {
  const name = new Option("--name <name>", "what people read on the consent page");
  command
    .addOption(verb === "create" ? name.makeOptionMandatory() : name)
    .addOption(new Option("--type <type>", "public clients cannot keep a secret").choices(["public", "confidential"]))
    .addOption(new Option("--application-type <type>", "native runs on its user's machine").choices(["web", "native"]))
    .option("--redirect-uri <uri>", "where it is answered; may be given several times", collect)
    .option("--grant <grant>", `${Object.keys(grantNames).join(", ")}; may be given several times`, collectGrants)
    .option("--scope <scopes>", 'what it may ask for, such as "openid profile" (default: every known scope)')
    .addOption(new Option("--auth-method <method>", "how it authenticates").choices(clientAuthenticationMethods))
    .addOption(
      new Option("--pkce <mode>", "optional is for old confidential clients").choices(["required", "optional"]),
    )
    .option("--rotate-refresh-tokens", "a new refresh token at each use, as public clients always have")
    .addOption(new Option("--access-token-format <format>", "what its access tokens are").choices(["opaque", "jwt"]))
    .addOption(
      new Option("--id-token-alg <algorithm>", "what its ID tokens are signed with").choices(signingAlgorithms),
    )
    .option("--jwks-file <file>", "its public keys (RFC 7517), for private_key_jwt")
    .option("--jwks-uri <uri>", "where its public keys are")
    .option(
      "--post-logout-redirect-uri <uri>",
      "where people may go after signing out; may be given several times",
      collect,
    )
    .option("--first-party", "asks nobody for consent; for confidential clients with https redirects")
    .option("--require-mfa", "people sign in to it with a second factor")
    .option("--resource-server", "may introspect the tokens of other clients")
    .option("--accepts <scopes>", "the scopes that concern this resource server (default: all)");
  if (verb === "create") return command;
  return command
    .option("--no-rotate-refresh-tokens", "keep a refresh token over its uses")
    .option("--no-first-party", "ask people for consent")
    .option("--no-require-mfa", "a password is enough, where the server's policy says so")
    .option("--no-resource-server", "introspect its own tokens alone");
}

/** The metadata of a new client, in the names of RFC 7591. */
export function newMembers(options: ClientOptions): JsonObject {
  const { redirectUri = [], grant, resourceServer } = options;
  if (redirectUri.length === 0 && grant === undefined && resourceServer !== true) {
    throw new WrongUsage("say what the client is for: --redirect-uri, --grant or --resource-server");
  }
  const grants = grant ?? (redirectUri.length > 0 ? ["authorization_code", "refresh_token"] : []);
  const method = methodOf(options) ?? (runsWithItsUser(redirectUri, grants) ? "none" : "client_secret_basic");
  return { ...given(options), grant_types: grants, token_endpoint_auth_method: method };
}

/** The metadata of a client with what the options change. */
export function changedMembers(before: ClientMetadata, options: ClientOptions): JsonObject {
  const { response_types: _, ...kept } = metadataMembers(before);
  const method = methodOf(options, before.token_endpoint_auth_method);
  const changed: JsonObject = {
    ...kept,
    ...given(options),
    ...(method === undefined ? {} : { token_endpoint_auth_method: method }),
  };
  const { jwks, jwks_uri: jwksUri, application_type: type, accepts, ...rest } = changed;
  return {
    ...rest,
    // The one that is given replaces the other.
    ...(options.jwksUri || jwks === undefined ? {} : { jwks }),
    ...(options.jwksFile || jwksUri === undefined ? {} : { jwks_uri: jwksUri }),
    // What kind of program it is follows from its way to authenticate, unless somebody says so.
    ...((method === undefined || options.applicationType !== undefined) && type !== undefined
      ? { application_type: type }
      : {}),
    ...(options.resourceServer === false || accepts === undefined ? {} : { accepts }),
  };
}

/** `public` and the method `none` are one thing said twice (RFC 6749 §2.1). */
function methodOf(
  { type, authMethod }: ClientOptions,
  before?: ClientMetadata["token_endpoint_auth_method"],
): ClientOptions["authMethod"] {
  if (type !== undefined && authMethod !== undefined && (type === "public") !== (authMethod === "none")) {
    throw new WrongUsage("--type public goes with --auth-method none, and with no other");
  }
  if (authMethod !== undefined || type === undefined) return authMethod;
  if (type === "public") return "none";
  return before === undefined || before === "none" ? "client_secret_basic" : before;
}

/** RFC 8628 §5.6, RFC 8252 §8.4: a secret in a program that others hold in their hands is none. */
const runsWithItsUser = (uris: readonly string[], grants: readonly string[]): boolean =>
  (grants.includes(deviceCodeGrantType) && !grants.includes("client_credentials")) ||
  uris.some((uri) => isLoopbackRedirectUri(uri) || !/^https?:/i.test(uri));

function given(options: ClientOptions): JsonObject {
  const members: Readonly<Record<string, JsonValue | undefined>> = {
    client_name: options.name,
    application_type: options.applicationType,
    redirect_uris: options.redirectUri,
    grant_types: options.grant,
    scope: options.scope,
    require_pkce: options.pkce === undefined ? undefined : options.pkce === "required",
    rotate_refresh_tokens: options.rotateRefreshTokens,
    access_token_format: options.accessTokenFormat,
    id_token_signed_response_alg: options.idTokenAlg,
    jwks: options.jwksFile === undefined || options.jwksFile === "" ? options.jwksFile : keysIn(options.jwksFile),
    jwks_uri: options.jwksUri,
    post_logout_redirect_uris: options.postLogoutRedirectUri,
    first_party: options.firstParty,
    require_mfa: options.requireMfa,
    resource_server: options.resourceServer,
    accepts: options.accepts,
  };
  return JSON.parse(JSON.stringify(members));
}

function keysIn(path: string): JsonObject {
  try {
    const keys = parseStrictJson(readFileSync(path, "utf8"));
    if (isJsonObject(keys)) return keys;
  } catch (error) {
    if (!(error instanceof OAuthError)) throw new Failed(`the file ${path} cannot be read`, { cause: error });
  }
  throw new Failed(`the file ${path} holds no JSON object {"keys": […]} (RFC 7517 §5)`);
}

/** What `--grant` takes: the names of RFC 6749, and the device flow's in short. */
const grantNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(grantTypes.filter((type) => type !== deviceCodeGrantType).map((type) => [type, type])),
  device_code: deviceCodeGrantType,
};

function collectGrants(value: string, before: readonly string[] | undefined): readonly string[] {
  if (value === "") return before ?? [];
  const type = value === deviceCodeGrantType ? value : Object.hasOwn(grantNames, value) ? grantNames[value] : undefined;
  if (type === undefined) throw new InvalidArgumentError(`The grants are ${Object.keys(grantNames).join(", ")}.`);
  return before?.includes(type) ? before : [...(before ?? []), type];
}
