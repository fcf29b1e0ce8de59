import type { ClientId, GrantId } from "../brand.ts";
import type { Instant } from "../time.ts";
import type { Hashed } from "./secret.ts";

export const deviceCodeGrantType = "urn:ietf:params:oauth:grant-type:device_code";

/** The grant types that Postern offers, as `grant_types_supported` lists them. */
export const grantTypes = ["authorization_code", "refresh_token", "client_credentials", deviceCodeGrantType] as const;
export type GrantType = (typeof grantTypes)[number];

/** `token_endpoint_auth_method` values (RFC 7591 §2; OIDC Core §9). */
export const clientAuthenticationMethods = [
  "client_secret_basic",
  "client_secret_post",
  "private_key_jwt",
  "none",
] as const;
export type ClientAuthenticationMethod = (typeof clientAuthenticationMethods)[number];

/** What Postern signs with. */
export const signingAlgorithms = ["RS256", "ES256", "EdDSA"] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** What a client may sign its assertions with (RFC 7523); never `none`, never symmetric. */
export const assertionAlgorithms = ["EdDSA", "ES256", "PS256", "RS256"] as const;
export type AssertionAlgorithm = (typeof assertionAlgorithms)[number];

/** A public key as RFC 7517 §4 writes it. */
export type PublicJwk = Readonly<Record<string, unknown>> & { readonly kty: string; readonly kid?: string };

/**
 * What a client is, in the names of RFC 7591 §2 and OIDC Registration §2, stored as it is sent. Members in the second
 * half are Postern's own; only an administrator sets them.
 */
export interface ClientMetadata {
  readonly client_name?: string;
  readonly client_uri?: string;
  readonly logo_uri?: string;
  readonly policy_uri?: string;
  readonly tos_uri?: string;
  readonly contacts?: readonly string[];
  /** `name#tag` members (RFC 7591 §2.2), by their full name. */
  readonly localized?: Readonly<Record<string, string>>;
  readonly redirect_uris?: readonly string[];
  readonly post_logout_redirect_uris?: readonly string[];
  readonly request_uris?: readonly string[];
  readonly initiate_login_uri?: string;
  readonly grant_types: readonly GrantType[];
  readonly response_types: readonly "code"[];
  readonly scope?: string;
  readonly application_type: "web" | "native";
  readonly token_endpoint_auth_method: ClientAuthenticationMethod;
  readonly token_endpoint_auth_signing_alg?: AssertionAlgorithm;
  readonly jwks?: { readonly keys: readonly PublicJwk[] };
  readonly jwks_uri?: string;
  readonly software_id?: string;
  readonly software_version?: string;
  readonly subject_type?: "public";
  readonly id_token_signed_response_alg?: SigningAlgorithm;
  readonly default_max_age?: number;
  readonly require_auth_time?: boolean;
  readonly default_acr_values?: readonly string[];

  /** False lets a confidential client do without PKCE. Absent means required. */
  readonly require_pkce?: boolean;
  /** True makes a confidential client's refresh tokens rotate as a public one's always do. */
  readonly rotate_refresh_tokens?: boolean;
  readonly access_token_format?: "opaque" | "jwt";
  /** Consent is skipped: the administrator vouches for the client. */
  readonly first_party?: boolean;
  /** People sign in to it with a second factor, whatever `POSTERN_MFA` says. */
  readonly require_mfa?: boolean;
  /** May introspect tokens of other clients. */
  readonly resource_server?: boolean;
  /** The scopes that concern this resource server; absent means all (RFC 7662 §2.2). */
  readonly accepts?: string;
}

/** Where a client comes from. `withdrawn`: it was declared with `postern apply`, and no longer is. */
export type ClientOrigin = "administrator" | "registration" | "file" | "apply" | "withdrawn";

/** A secret that a client may present: known by its hash alone. */
export interface ClientSecret {
  /** Names it to people; no part of the secret. */
  readonly id: string;
  readonly hash: Hashed<"client-secret">;
  readonly createdAt: Instant;
  /** Written at most once a minute. */
  readonly lastUsedAt?: Instant | undefined;
}

/** So many live at once: the one in use, and the one that replaces it without downtime. */
export const mostClientSecrets = 2;

/** What an administrator has said of a client that registered itself. A waiting one is disabled until then. */
export type ClientApproval = "none" | "waiting" | "approved";

export interface Client {
  readonly id: ClientId;
  readonly metadata: ClientMetadata;
  readonly origin: ClientOrigin;
  readonly createdAt: Instant;
  readonly disabledAt?: Instant | undefined;
  /** The newest first, at most `mostClientSecrets`. */
  readonly secrets: readonly ClientSecret[];
  readonly approval: ClientApproval;
  readonly registrationTokenHash?: Hashed<"registration-token"> | undefined;
  /** The grant that stands behind its client_credentials tokens. */
  readonly standingGrantId?: GrantId | undefined;
  /** Milliseconds since 1970; written at most once a minute. */
  readonly lastUsedAt?: Instant | undefined;
}

/** RFC 6749 §2.1: the type is what was registered, never what a request looks like. */
export const isPublicClient = (client: Client) => client.metadata.token_endpoint_auth_method === "none";

/** Who registered itself is unverified on every page until an administrator has looked at it (RFC 7591 §5). */
export const isVerifiedClient = (client: Client) => client.origin !== "registration" || client.approval === "approved";

/** A declared client is changed where it is declared. */
export const isDeclaredClient = ({ origin }: Client) => origin === "file" || origin === "apply";
