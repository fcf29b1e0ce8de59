import { type TSchema, t } from "elysia";
import { assertionAlgorithms, clientAuthenticationMethods, grantTypes, signingAlgorithms } from "../model/client.ts";

const text = (description: string) => t.Optional(t.String({ description }));
const texts = (description: string) => t.Optional(t.Array(t.String(), { description }));
/** No `format`: Elysia's own is stricter than rules/web-address.ts, and what was let in once must be told for good. */
const address = text("An https address.");
const word = (words: readonly string[], description: string) =>
  t.Optional(
    t.Union(
      words.map((one) => t.Literal(one)),
      { description },
    ),
  );

/** RFC 7591 §2 and OIDC Registration §2: what a client may say of itself. Other members are ignored. */
const clientMetadataFields = {
  redirect_uris: texts("At most 20; needed for authorization_code, compared character by character."),
  grant_types: t.Optional(
    t.Array(t.Union(grantTypes.map((type) => t.Literal(type))), { description: "Default: authorization_code." }),
  ),
  response_types: t.Optional(t.Array(t.Literal("code"), { description: "Follows from grant_types." })),
  token_endpoint_auth_method: word(clientAuthenticationMethods, "Default: client_secret_basic."),
  token_endpoint_auth_signing_alg: word(assertionAlgorithms, "For private_key_jwt; any of them where it is left out."),
  application_type: word(["web", "native"], "Default: native for public clients, web for the others."),
  client_name: text("1 to 100 visible characters. `client_name#de` and the like add languages."),
  client_uri: address,
  logo_uri: address,
  policy_uri: address,
  tos_uri: address,
  contacts: texts("At most 5; never shown."),
  scope: text("Scopes, separated by spaces. Default: all that clients may register for."),
  jwks: t.Optional(
    t.Object(
      { keys: t.Array(t.Object({ kty: t.String() }, { additionalProperties: true })) },
      { description: "1 to 10 public keys (RFC 7517 §5); not together with jwks_uri.", additionalProperties: true },
    ),
  ),
  jwks_uri: address,
  software_id: text("At most 255 characters."),
  software_version: text("At most 255 characters."),
  subject_type: word(["public"], "OIDC Core §8."),
  id_token_signed_response_alg: word(signingAlgorithms, "Default: RS256."),
  default_max_age: t.Optional(t.Integer({ minimum: 0, description: "Seconds (OIDC Registration §2)." })),
  require_auth_time: t.Optional(t.Boolean({ description: "OIDC Registration §2" })),
  default_acr_values: texts("OIDC Registration §2"),
  initiate_login_uri: address,
  request_uris: texts("At most 10; kept and not used."),
  post_logout_redirect_uris: texts("At most 10 (OIDC RP-Initiated Logout §3.1)."),
};

export const ClientMetadataBody = t.Object(clientMetadataFields, {
  description: "Client metadata (RFC 7591 §2). null and an empty text count as left out.",
  additionalProperties: true,
});

export const ClientUpdateBody = t.Object(
  { client_id: t.String(), client_secret: text("The current one, or left out."), ...clientMetadataFields },
  {
    description: "All metadata of the client: what is left out gets its default (RFC 7592 §2.2).",
    additionalProperties: true,
  },
);

export const ClientInformationBody = t.Object(
  {
    client_id: t.String(),
    client_id_issued_at: t.Integer({ description: "Seconds since 1970." }),
    client_secret: text("Told once, when it is made."),
    client_secret_expires_at: t.Optional(t.Integer({ description: "0: never." })),
    registration_client_uri: t.String({ format: "uri", description: "RFC 7592" }),
    registration_access_token: t.String({ description: "For registration_client_uri." }),
    ...clientMetadataFields,
  },
  { description: "A registered client (RFC 7591 §3.2.1, RFC 7592 §3).", additionalProperties: true },
);

/**
 * A JSON body, for the API's documents alone: the members are checked by the rules of registration, which Elysia must
 * not come before. It would answer in its own words, and leave out members like `client_name#de`.
 */
export const jsonRequest = (schema: TSchema) => ({
  required: true,
  content: { "application/json": { schema: JSON.parse(JSON.stringify(schema)) } },
});
