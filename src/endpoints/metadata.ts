import { Elysia, t } from "elysia";
import { knownScopes } from "../clients/scopes.ts";
import type { Context, OwnScopes } from "../context.ts";
import { basePathOf, paths } from "../http/paths.ts";
import { refusals } from "../http/schemas.ts";
import { type SharedDocument, sharedDocument, sharedResponse } from "../http/shared-document.ts";
import { personClaims } from "../identity/claims.ts";
import { assertionAlgorithms, clientAuthenticationMethods, grantTypes, signingAlgorithms } from "../model/client.ts";
import { inSeconds } from "../time.ts";
import { acrValues } from "../tokens/subject.ts";

const texts = t.Array(t.String(), { minItems: 1 });
const address = t.String({ format: "uri" });
const wholeSeconds = t.Integer({ minimum: 0 });

const ServerMetadata = t.Object(
  {
    issuer: address,
    authorization_endpoint: address,
    token_endpoint: address,
    device_authorization_endpoint: address,
    introspection_endpoint: address,
    revocation_endpoint: address,
    registration_endpoint: t.Optional(address),
    userinfo_endpoint: address,
    end_session_endpoint: address,
    jwks_uri: address,
    service_documentation: address,
    scopes_supported: texts,
    response_types_supported: texts,
    response_modes_supported: texts,
    grant_types_supported: texts,
    code_challenge_methods_supported: texts,
    token_endpoint_auth_methods_supported: texts,
    token_endpoint_auth_signing_alg_values_supported: texts,
    revocation_endpoint_auth_methods_supported: texts,
    revocation_endpoint_auth_signing_alg_values_supported: texts,
    introspection_endpoint_auth_methods_supported: texts,
    introspection_endpoint_auth_signing_alg_values_supported: texts,
    authorization_response_iss_parameter_supported: t.Literal(true),
    subject_types_supported: texts,
    id_token_signing_alg_values_supported: texts,
    acr_values_supported: texts,
    claims_supported: texts,
    claims_parameter_supported: t.Literal(true),
    display_values_supported: texts,
    prompt_values_supported: texts,
    ui_locales_supported: texts,
    request_parameter_supported: t.Literal(false),
    request_uri_parameter_supported: t.Literal(false),
    require_request_uri_registration: t.Literal(false),
    token_lifetimes: t.Object(
      {
        access_token: wholeSeconds,
        refresh_token: wholeSeconds,
        refresh_token_max: wholeSeconds,
        authorization_code: wholeSeconds,
        id_token: wholeSeconds,
        device_code: wholeSeconds,
      },
      { description: "An extension: seconds by kind." },
    ),
  },
  { description: "RFC 8414 §2; OIDC Discovery §3; RFC 9207 §3" },
);
type ServerMetadata = typeof ServerMetadata.static;

const ResourceMetadata = t.Object(
  {
    resource: address,
    authorization_servers: texts,
    jwks_uri: address,
    scopes_supported: texts,
    bearer_methods_supported: texts,
    resource_documentation: address,
  },
  { description: "RFC 9728 §2" },
);
type ResourceMetadata = typeof ResourceMetadata.static;

/** Claims about the token and the sign-in, beside those about the person. */
const tokenClaims = ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid"];

/**
 * All that both documents say: what works, and nothing that does not. A member whose default would promise something
 * else stands there in so many words.
 */
function serverMetadata({ config }: Pick<Context, "config">, own: OwnScopes): ServerMetadata {
  const { issuer } = config;
  return {
    issuer,
    authorization_endpoint: issuer + paths.authorize,
    token_endpoint: issuer + paths.token,
    device_authorization_endpoint: issuer + paths.deviceAuthorization,
    introspection_endpoint: issuer + paths.introspection,
    revocation_endpoint: issuer + paths.revocation,
    ...(config.registration === "off" ? {} : { registration_endpoint: issuer + paths.registration }),
    userinfo_endpoint: issuer + paths.userinfo,
    end_session_endpoint: issuer + paths.endSession,
    jwks_uri: issuer + paths.jwks,
    service_documentation: issuer + paths.docs,
    scopes_supported: [...knownScopes(own)],
    response_types_supported: ["code"],
    response_modes_supported: ["query", "form_post"],
    grant_types_supported: [...grantTypes],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: [...clientAuthenticationMethods],
    token_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    revocation_endpoint_auth_methods_supported: [...clientAuthenticationMethods],
    revocation_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    // RFC 8414 §2: "client authentication methods [or] access token types": a caller may also hold a bearer token.
    introspection_endpoint_auth_methods_supported: [
      ...clientAuthenticationMethods.filter((method) => method !== "none"),
      "Bearer",
    ],
    introspection_endpoint_auth_signing_alg_values_supported: [...assertionAlgorithms],
    authorization_response_iss_parameter_supported: true,
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [...signingAlgorithms],
    acr_values_supported: [...acrValues],
    claims_supported: [...tokenClaims, ...personClaims],
    claims_parameter_supported: true,
    display_values_supported: ["page", "popup", "touch", "wap"],
    prompt_values_supported: ["none", "login", "consent", "select_account"],
    // Those of languages/, which only pages may import; a test compares.
    ui_locales_supported: ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "ja", "zh"],
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    require_request_uri_registration: false,
    token_lifetimes: {
      access_token: inSeconds(config.accessTokenLifetime),
      refresh_token: inSeconds(config.refreshTokenLifetime),
      refresh_token_max: inSeconds(config.refreshTokenMaxLifetime),
      authorization_code: inSeconds(config.authorizationCodeLifetime),
      id_token: inSeconds(config.idTokenLifetime),
      device_code: inSeconds(config.deviceCodeLifetime),
    },
  };
}

/** Postern's own protected endpoints: userinfo, introspection by bearer token, the admin API. */
function resourceMetadata({ config }: Pick<Context, "config">): ResourceMetadata {
  const { issuer } = config;
  return {
    resource: issuer,
    authorization_servers: [issuer],
    jwks_uri: issuer + paths.jwks,
    scopes_supported: [
      "openid",
      "profile",
      "email",
      "address",
      "phone",
      "groups",
      "postern:admin",
      "postern:introspect",
    ],
    bearer_methods_supported: ["header", "body"],
    resource_documentation: issuer + paths.docs,
  };
}

/** Made once for the scopes that there are, and again when they are others. */
function serverDocument(context: Pick<Context, "config" | "ownScopes">) {
  let made: { readonly own: OwnScopes; readonly document: SharedDocument } | undefined;
  return async (request: Request) => {
    const own = await context.ownScopes();
    if (made?.own !== own) made = { own, document: sharedDocument(serverMetadata(context, own)) };
    return sharedResponse(request, made.document);
  };
}

/**
 * The well-known documents. `below` an issuer with a path they stand at `{path}/.well-known/{name}` (OIDC Discovery §4),
 * `inserted` at `/.well-known/{name}{path}` (RFC 8414 §3.1), which is outside of all else.
 */
export function metadataEndpoints(context: Pick<Context, "config" | "ownScopes">, place: "below" | "inserted") {
  const server = serverDocument(context);
  const resource = sharedDocument(resourceMetadata(context));
  const suffix = place === "inserted" ? basePathOf(context.config.issuer) : "";
  const documented = (summary: string, description: string) => ({
    summary,
    description,
    tags: ["Metadata"],
    hide: place === "inserted",
  });
  const serverResponse = { 200: ServerMetadata, 304: t.Void(), 405: refusals[405] };
  const resourceResponse = { 200: ResourceMetadata, 304: t.Void(), 405: refusals[405] };
  return new Elysia({ name: `metadata ${place}` })
    .get(paths.authorizationServerMetadata + suffix, ({ request }) => server(request), {
      response: serverResponse,
      detail: documented("Authorization server metadata", "RFC 8414 §3"),
    })
    .get(paths.openidConfiguration + suffix, ({ request }) => server(request), {
      response: serverResponse,
      detail: documented("OpenID provider configuration", "OIDC Discovery §4: the same document"),
    })
    .get(paths.protectedResourceMetadata + suffix, ({ request }) => sharedResponse(request, resource), {
      response: resourceResponse,
      detail: documented("Protected resource metadata", "RFC 9728 §3: of userinfo and the admin API"),
    });
}
