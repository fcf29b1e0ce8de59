import { coreAuthorization } from "./requirements/core-authorization.ts";
import { coreBearer } from "./requirements/core-bearer.ts";
import { coreBestPractice } from "./requirements/core-best-practice.ts";
import { coreClients } from "./requirements/core-clients.ts";
import { coreDevice } from "./requirements/core-device.ts";
import { coreHttp } from "./requirements/core-http.ts";
import { coreIntrospection } from "./requirements/core-introspection.ts";
import { coreIssuer } from "./requirements/core-issuer.ts";
import { coreMetadata } from "./requirements/core-metadata.ts";
import { coreNativeApps } from "./requirements/core-native-apps.ts";
import { coreOauth21 } from "./requirements/core-oauth21.ts";
import { corePkce } from "./requirements/core-pkce.ts";
import { coreRegistration } from "./requirements/core-registration.ts";
import { coreRevocation } from "./requirements/core-revocation.ts";
import { coreSessions } from "./requirements/core-sessions.ts";
import { coreStepUp } from "./requirements/core-step-up.ts";
import { coreToken } from "./requirements/core-token.ts";
import { openidDiscovery } from "./requirements/openid-discovery.ts";
import { openidFormPost } from "./requirements/openid-form-post.ts";
import { openidLogout } from "./requirements/openid-logout.ts";
import { openidRegistration } from "./requirements/openid-registration.ts";
import { openidRequest } from "./requirements/openid-request.ts";
import { openidSubjectsAndKeys } from "./requirements/openid-subjects-and-keys.ts";
import { openidTokens } from "./requirements/openid-tokens.ts";
import { openidUserinfo } from "./requirements/openid-userinfo.ts";
import type { Requirement } from "./requirements/requirement.ts";

/** A part of the protocol, and what is asked of it. */
export interface Area {
  readonly title: string;
  /** `core` is OAuth: its MUSTs are held by a test. `openid` is OpenID Connect. */
  readonly family: "core" | "openid";
  readonly requirements: readonly Requirement[];
}

export const areas: readonly Area[] = [
  { title: "Rules of HTTP for every endpoint", family: "core", requirements: coreHttp },
  { title: "Clients and their authentication (RFC 6749)", family: "core", requirements: coreClients },
  { title: "Authorization endpoint (RFC 6749)", family: "core", requirements: coreAuthorization },
  { title: "Token endpoint (RFC 6749)", family: "core", requirements: coreToken },
  { title: "PKCE (RFC 7636)", family: "core", requirements: corePkce },
  { title: "Bearer tokens (RFC 6750)", family: "core", requirements: coreBearer },
  { title: "Metadata (RFC 8414)", family: "core", requirements: coreMetadata },
  { title: "Device authorization grant (RFC 8628)", family: "core", requirements: coreDevice },
  { title: "Client registration and its management (RFC 7591, 7592)", family: "core", requirements: coreRegistration },
  { title: "Introspection (RFC 7662, 9701)", family: "core", requirements: coreIntrospection },
  { title: "Revocation (RFC 7009)", family: "core", requirements: coreRevocation },
  { title: "Issuer identification (RFC 9207)", family: "core", requirements: coreIssuer },
  { title: "Native apps (RFC 8252)", family: "core", requirements: coreNativeApps },
  { title: "Security best practice (RFC 9700)", family: "core", requirements: coreBestPractice },
  { title: "OAuth 2.1", family: "core", requirements: coreOauth21 },
  { title: "Sessions and sign-in", family: "core", requirements: coreSessions },
  { title: "Step-up authentication (RFC 9470)", family: "core", requirements: coreStepUp },
  { title: "OpenID Connect: authentication request", family: "openid", requirements: openidRequest },
  { title: "OpenID Connect: form post response mode", family: "openid", requirements: openidFormPost },
  { title: "OpenID Connect: token response and ID token", family: "openid", requirements: openidTokens },
  { title: "OpenID Connect: userinfo", family: "openid", requirements: openidUserinfo },
  {
    title: "OpenID Connect: offline access, subjects, keys",
    family: "openid",
    requirements: openidSubjectsAndKeys,
  },
  { title: "OpenID Connect: discovery", family: "openid", requirements: openidDiscovery },
  { title: "OpenID Connect: client registration", family: "openid", requirements: openidRegistration },
  { title: "OpenID Connect: logout", family: "openid", requirements: openidLogout },
];

export const requirements: readonly Requirement[] = areas.flatMap((area) => area.requirements);
