import { type ClientMetadata, deviceCodeGrantType } from "../model/client.ts";
import type { JsonObject } from "../rules/json.ts";
import { builtInScopes, formatScope } from "../rules/scope.ts";

/** What an application is to the person who adds it; the members of RFC 7591 follow from it. */
export const clientKinds = ["web", "single-page", "native", "device", "service", "resource-server"] as const;
export type ClientKind = (typeof clientKinds)[number];

/** What is asked about an application of some kind, beside its name. */
export type KindField =
  | "redirectUris"
  | "postLogoutRedirectUris"
  | "scope"
  | "accepts"
  | "isFirstParty"
  | "needsSecondFactor"
  | "isWithoutPkce";

const ofPeople = ["redirectUris", "scope", "postLogoutRedirectUris", "needsSecondFactor"] as const;

/** Each kind's questions, in the order in which they are asked. */
export const fieldsOfKind: Readonly<Record<ClientKind, readonly KindField[]>> = {
  // Consent and PKCE are for confidential clients alone to do without (clients/postern-members.ts).
  web: [...ofPeople, "isFirstParty", "isWithoutPkce"],
  "single-page": ofPeople,
  native: ofPeople,
  device: ["scope", "needsSecondFactor"],
  service: ["scope"],
  "resource-server": ["accepts"],
};

/** The answers. What its kind does not ask for is left out of the metadata, whatever stands here. */
export interface KindAnswers {
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly postLogoutRedirectUris: readonly string[];
  /** None: it may ask for every scope that is known. */
  readonly scope: readonly string[];
  /** The scopes that concern a resource server; none: all. */
  readonly accepts: readonly string[];
  readonly isFirstParty: boolean;
  readonly needsSecondFactor: boolean;
  readonly isWithoutPkce: boolean;
}

export const noAnswers: KindAnswers = {
  name: "",
  redirectUris: [],
  postLogoutRedirectUris: [],
  scope: [],
  accepts: [],
  isFirstParty: false,
  needsSecondFactor: false,
  isWithoutPkce: false,
};

/** RFC 6749 §2.1, RFC 8252 §8.4: what runs on its user's machine or in its browser keeps no secret. */
const shapeOfKind: Readonly<Record<ClientKind, JsonObject>> = {
  web: {
    application_type: "web",
    token_endpoint_auth_method: "client_secret_basic",
    grant_types: ["authorization_code", "refresh_token"],
  },
  "single-page": {
    application_type: "web",
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
  },
  native: {
    application_type: "native",
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
  },
  device: {
    application_type: "native",
    token_endpoint_auth_method: "none",
    grant_types: [deviceCodeGrantType, "refresh_token"],
  },
  service: {
    application_type: "web",
    token_endpoint_auth_method: "client_secret_basic",
    grant_types: ["client_credentials"],
  },
  "resource-server": {
    application_type: "web",
    token_endpoint_auth_method: "client_secret_basic",
    grant_types: [],
    resource_server: true,
  },
};

/** The metadata of an application of this kind, in the names of RFC 7591, not checked yet. */
export function metadataOfKind(kind: ClientKind, answers: KindAnswers): JsonObject {
  const asked = new Set(fieldsOfKind[kind]);
  const list = (field: KindField, values: readonly string[]) => (asked.has(field) ? values : []);
  const scope = list("scope", answers.scope);
  const accepts = list("accepts", answers.accepts);
  const postLogout = list("postLogoutRedirectUris", answers.postLogoutRedirectUris);
  return {
    ...shapeOfKind[kind],
    client_name: answers.name,
    ...(asked.has("redirectUris") ? { redirect_uris: answers.redirectUris } : {}),
    ...(postLogout.length === 0 ? {} : { post_logout_redirect_uris: postLogout }),
    ...(scope.length === 0 ? {} : { scope: formatScope(scope) }),
    ...(accepts.length === 0 ? {} : { accepts: formatScope(accepts) }),
    ...(asked.has("isFirstParty") && answers.isFirstParty ? { first_party: true } : {}),
    ...(asked.has("needsSecondFactor") && answers.needsSecondFactor ? { require_mfa: true } : {}),
    ...(asked.has("isWithoutPkce") && answers.isWithoutPkce ? { require_pkce: false } : {}),
  };
}

/** The kind that a client comes nearest to, however it was made. */
export function kindOf({
  grant_types: grants,
  application_type: applicationType,
  token_endpoint_auth_method: method,
  resource_server: isResourceServer,
}: ClientMetadata): ClientKind {
  if (grants.includes("authorization_code")) {
    if (method !== "none") return "web";
    return applicationType === "native" ? "native" : "single-page";
  }
  if (grants.includes(deviceCodeGrantType)) return "device";
  return isResourceServer === true || !grants.includes("client_credentials") ? "resource-server" : "service";
}

/** What an application that people sign in to wants to know of them, unless somebody unticks it. */
export const usualScopes: readonly string[] = builtInScopes.filter((scope) =>
  ["openid", "profile", "email"].includes(scope),
);
