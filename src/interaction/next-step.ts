import { type Client, isPublicClient, isVerifiedClient } from "../model/client.ts";
import type { Consent } from "../model/grant.ts";
import type { Session } from "../model/user.ts";
import type { ErrorCode } from "../oauth-error.ts";
import { asksForLogin, needsFreshLogin } from "../rules/prompt.ts";
import { isSubset } from "../rules/scope.ts";
import type { Instant } from "../time.ts";
import { acrOf, acrValues } from "../tokens/subject.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";

/** All that decides how an authorization goes on. */
export interface Situation {
  readonly request: AuthorizationRequest;
  readonly client: Client;
  /** When the request came. */
  readonly startedAt: Instant;
  readonly now: Instant;
  /** Who is signed in, and how. */
  readonly session: Pick<Session, "userId" | "authTime" | "amr"> | undefined;
  /** What this person has allowed this client before. */
  readonly consent: Pick<Consent, "scope"> | undefined;
  /** The person has just said yes to this very request. */
  readonly isApproved: boolean;
}

export type NextStep =
  | { readonly kind: "refuse"; readonly code: ErrorCode; readonly description: string }
  /** `isAgain`: somebody is signed in, and must show that it is them. */
  | { readonly kind: "sign-in"; readonly isAgain: boolean }
  | { readonly kind: "consent" }
  | { readonly kind: "issue"; readonly scope: readonly string[] };

/**
 * What comes next: refuse, sign in, ask, or issue a code. The only place that decides it.
 *
 * @source OIDC Core §3.1.2.3 to §3.1.2.6
 */
export function nextStep(situation: Situation): NextStep {
  const { request, session } = situation;
  if (!isAcrMet(situation)) {
    return refuse("unmet_authentication_requirements", "the authentication that acr asks for cannot be met");
  }
  if (session === undefined) return signIn(situation, false);
  if (wantsLogin(situation) && !isFresh(situation)) return signIn(situation, true);
  if (request.requiredSubjects?.includes(session.userId) === false) {
    // OIDC Core §5.5.1: "the Authorization Server MUST … respond with an error" or authenticate the one who is meant.
    return isFresh(situation)
      ? refuse("access_denied", "another user than the required one signed in")
      : signIn(situation, false);
  }
  // OIDC Core §3.1.2.1: "If the End-User identified by the ID Token is not already logged in or is not logged in as a
  // result of the request … the Authorization Server … returns an error, such as login_required".
  if (request.hintedSubject !== undefined && request.hintedSubject !== session.userId) {
    return isFresh(situation)
      ? refuse("login_required", "another user than the hinted one signed in")
      : signIn(situation, false);
  }
  if (wantsConsent(situation) && !situation.isApproved) {
    return isSilent(situation) ? refuse("consent_required", "the user has not allowed this yet") : { kind: "consent" };
  }
  return { kind: "issue", scope: grantedScope(situation) };
}

const refuse = (code: ErrorCode, description: string): NextStep => ({ kind: "refuse", code, description });

/** OIDC Core §3.1.2.1: with prompt=none the server "MUST NOT display any authentication or consent user interface pages". */
const isSilent = ({ request }: Situation): boolean => request.prompts.includes("none");

const signIn = (situation: Situation, isAgain: boolean): NextStep =>
  isSilent(situation) ? refuse("login_required", "the user must sign in") : { kind: "sign-in", isAgain };

/** OIDC Core §5.5.1.1: an essential acr that cannot be met is a failed authentication. */
function isAcrMet({ request: { requiredAcr }, session }: Situation): boolean {
  if (requiredAcr === undefined) return true;
  return session === undefined
    ? acrValues.some((acr) => requiredAcr.includes(acr))
    : requiredAcr.includes(acrOf(session.amr));
}

/**
 * The credentials were checked after the request had come: that answers `prompt=login`, `max_age=0` and the wish for
 * another account. A time that has not come yet belongs to a clock that was set back.
 */
const isFresh = ({ session, startedAt, now }: Situation): boolean =>
  session !== undefined && session.authTime >= startedAt && session.authTime <= now;

function wantsLogin({ request, session, now }: Situation): boolean {
  const { prompts, maxAge } = request;
  // There is no list of accounts to choose from: the sign-in page is where another one is named.
  if (asksForLogin(new Set(prompts), maxAge) || prompts.includes("select_account")) return true;
  return session !== undefined && needsFreshLogin({ authTime: session.authTime, maxAge, now });
}

function wantsConsent({ request, client, consent }: Situation): boolean {
  if (request.prompts.includes("consent")) return true;
  if (!isIdentityProven(client, request.target.redirectUri)) return true;
  if (client.metadata.first_party === true) return false;
  return consent === undefined || !isSubset(request.scope, consent.scope);
}

/**
 * Whether an answer can only reach the client that it is meant for. Who cannot be told from an impostor asks every time
 * (RFC 8252 §8.6). A secret that all copies of an app share proves nothing (§8.5).
 *
 * @source RFC 6749 §10.2
 */
function isIdentityProven(client: Client, redirectUri: string): boolean {
  if (!isPublicClient(client) && client.metadata.application_type === "web") return true;
  return redirectUri.startsWith("https:") && isVerifiedClient(client);
}

/**
 * OIDC Core §11: offline access needs the person's consent, which who skips the consent page has not asked for; it is
 * then left out without an error.
 */
function grantedScope({ request, client, isApproved }: Situation): readonly string[] {
  const wasAsked = isApproved || client.metadata.first_party !== true;
  return wasAsked ? request.scope : request.scope.filter((token) => token !== "offline_access");
}
