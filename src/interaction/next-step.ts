import { scopesOfClaims } from "../identity/claims.ts";
import { isMultiFactor, type Lack } from "../identity/factors.ts";
import { type Client, isPublicClient, isVerifiedClient } from "../model/client.ts";
import type { Consent } from "../model/grant.ts";
import type { Session } from "../model/user.ts";
import { type Check, type ErrorCode, unmet } from "../oauth-error.ts";
import { asksForLogin, needsFreshLogin } from "../rules/prompt.ts";
import { isRecentEnoughToGive } from "../rules/recent-sign-in.ts";
import { isSubset } from "../rules/scope.ts";
import { between, type Instant, inSeconds } from "../time.ts";
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
  /** What that session lacks by the person's own factors and the policy of the server, whatever the client wants. */
  readonly lacks: Lack | undefined;
  /** What this person has allowed this client before. */
  readonly consent: Pick<Consent, "scope"> | undefined;
  /** What they keep from it: by the form that approves this very request, or by what they said before. */
  readonly declined: readonly string[];
  /** The person has just said yes to this very request. */
  readonly isApproved: boolean;
}

export type NextStep =
  | {
      readonly kind: "refuse";
      readonly code: ErrorCode;
      readonly description: string;
      readonly checks: readonly Check[];
    }
  /** `isAgain`: somebody is signed in, and must show that it is them. */
  | { readonly kind: "sign-in"; readonly isAgain: boolean }
  /** Somebody is signed in by a password alone: they show a factor that they have, or enrol one. */
  | { readonly kind: Lack }
  | { readonly kind: "consent" }
  | { readonly kind: "issue"; readonly scope: readonly string[] };

/**
 * What comes next: refuse, sign in, show or enrol a second factor, ask, or issue a code. The only place that decides it.
 *
 * @source OIDC Core §3.1.2.3 to §3.1.2.6
 */
export function nextStep(situation: Situation): NextStep {
  const { request, session } = situation;
  // Before anybody is bothered for nothing.
  if (!isAcrAmong(acrValues, request)) return acrUnmet(situation, acrValues.join(" "));
  if (session === undefined) return signIn(situation, false);
  if (wantsLogin(situation) && !isFresh(situation)) return signIn(situation, true);
  if (request.requiredSubjects?.includes(session.userId) === false) {
    // OIDC Core §5.5.1: "the Authorization Server MUST … respond with an error" or authenticate the one who is meant.
    return isFresh(situation)
      ? refuse("access_denied", "another user than the required one signed in", wrongPerson(situation, "claims"))
      : signIn(situation, false);
  }
  // OIDC Core §3.1.2.1: "If the End-User identified by the ID Token is not already logged in or is not logged in as a
  // result of the request … the Authorization Server … returns an error, such as login_required".
  if (request.hintedSubject !== undefined && request.hintedSubject !== session.userId) {
    return isFresh(situation)
      ? refuse("login_required", "another user than the hinted one signed in", wrongPerson(situation, "id_token_hint"))
      : signIn(situation, false);
  }
  const lacks = lackOf(situation, session);
  if (lacks !== undefined) return isSilent(situation) ? silentlyLacking(lacks, session) : { kind: lacks };
  if (!isAcrAmong([acrOf(session.amr)], request)) return acrUnmet(situation, acrOf(session.amr));
  const isAsked = wantsConsent(situation) || isAllDeclined(situation);
  if (isAsked && !situation.isApproved && isSilent(situation)) return silentlyWithoutConsent(situation);
  if ((isAsked || situation.isApproved) && !isRecentEnoughToGive(session.authTime, request.scope, situation.now))
    return signIn(situation, true);
  if (isAsked && !situation.isApproved) return { kind: "consent" };
  if (isAllDeclined(situation)) {
    const checks = unmet("the person allows something of what is asked for", { expected: request.scope.join(" ") });
    return refuse("access_denied", "the user allowed nothing of it", checks);
  }
  return { kind: "issue", scope: grantedScope(situation) };
}

/** Everything that a client asks the person about, by a scope or claim by claim. */
export const askedScopes = ({ scope, claims }: Pick<AuthorizationRequest, "scope" | "claims">): readonly string[] => [
  ...new Set([...scope, ...scopesOfClaims(claims)]),
];

function refuse(code: ErrorCode, description: string, checks: readonly Check[]): NextStep {
  return { kind: "refuse", code, description, checks };
}

/** OIDC Core §3.1.2.1: with prompt=none the server "MUST NOT display any authentication or consent user interface pages". */
const isSilent = ({ request }: Situation): boolean => request.prompts.includes("none");

const signIn = (situation: Situation, isAgain: boolean): NextStep =>
  isSilent(situation)
    ? refuse("login_required", "the user must sign in", silentlyWithoutLogin(situation))
    : { kind: "sign-in", isAgain };

function silentlyWithoutLogin({ request, session, now }: Situation): readonly Check[] {
  const { maxAge, hintedSubject, requiredSubjects } = request;
  const wanted = requiredSubjects ?? (hintedSubject === undefined ? undefined : [hintedSubject]);
  const isOther = session !== undefined && wanted?.includes(session.userId) === false;
  return unmet("with prompt=none the right person is signed in already (OIDC Core §3.1.2.1)", {
    expected: [
      wanted?.join(" or ") ?? "somebody",
      ...(maxAge === undefined ? [] : [`signed in at most ${inSeconds(maxAge)} seconds ago`]),
    ].join(", "),
    received:
      session === undefined
        ? "nobody is signed in in this browser"
        : isOther
          ? session.userId
          : `signed in ${Math.max(0, inSeconds(between(session.authTime, now)))} seconds ago`,
  });
}

function silentlyWithoutConsent({ request, client, consent }: Situation): NextStep {
  const checks = unmet("with prompt=none the person has allowed all of it before (OIDC Core §3.1.2.1)", {
    expected: askedScopes(request).join(" "),
    received: isIdentityProven(client, request.target.redirectUri)
      ? (consent?.scope.join(" ") ?? "nothing is allowed yet")
      : "a client that cannot prove who it is: people are asked each time (RFC 8252 §8.6)",
  });
  return refuse("consent_required", "the user has not allowed this yet", checks);
}

const wrongPerson = ({ request, session }: Situation, parameter: "claims" | "id_token_hint"): readonly Check[] =>
  unmet(`who signs in is the person that ${parameter} names (OIDC Core §3.1.2.1, §5.5)`, {
    expected: (parameter === "claims" ? request.requiredSubjects?.join(" or ") : request.hintedSubject) ?? "",
    received: session?.userId,
  });

/** OIDC Core §5.5.1.1: an essential acr that cannot be met is a failed authentication; RFC 9470 §5 for access tokens. */
const isAcrAmong = (reached: readonly string[], { requiredAcr }: AuthorizationRequest): boolean =>
  requiredAcr === undefined || reached.some((acr) => requiredAcr.includes(acr));

const acrUnmet = ({ request }: Situation, received: string): NextStep =>
  refuse(
    "unmet_authentication_requirements",
    "the authentication that acr asks for cannot be met",
    unmet("the acr is one of those that the request demands (OIDC Core §5.5.1.1; RFC 9470 §5)", {
      expected: request.requiredAcr?.join(" "),
      received,
    }),
  );

/**
 * What the person has they show, always: a wish for `mfa` (`acr_values`, `default_acr_values`) asks for no more than that,
 * since OIDC Core §5.5.1.1 makes it voluntary. Only a client that demands it has somebody enrol a factor.
 */
const lackOf = ({ lacks, client }: Situation, session: Pick<Session, "amr">): Lack | undefined =>
  lacks ?? (demandsEnrolment(client, session) ? "enrolment" : undefined);

/** For sessions that lack nothing else: who has a factor has shown it in them. */
export const demandsEnrolment = ({ metadata }: Pick<Client, "metadata">, session: Pick<Session, "amr">): boolean =>
  metadata.require_mfa === true && !isMultiFactor(session);

/** OIDC Core §3.1.2.6: to show a factor is to authenticate; to enrol one is interaction of another kind. */
function silentlyLacking(lacks: Lack, { amr }: Pick<Session, "amr">): NextStep {
  const values = { expected: "a second factor", received: amr.join(" ") };
  return lacks === "second-factor"
    ? refuse("login_required", "the user must show a second factor", unmet("the second factor has been shown", values))
    : refuse("interaction_required", "the user must enrol a second factor", unmet("a second factor is there", values));
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

function wantsConsent({ request, client, consent, declined }: Situation): boolean {
  if (request.prompts.includes("consent")) return true;
  if (!isIdentityProven(client, request.target.redirectUri)) return true;
  if (client.metadata.first_party === true) return false;
  return consent === undefined || !isSubset(askedScopes(request), [...consent.scope, ...declined]);
}

/** A token for nothing helps nobody. */
const isAllDeclined = ({ request: { scope }, declined }: Situation): boolean =>
  scope.length > 0 && isSubset(scope, declined);

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

/** Whether people are asked about the client each time, whatever they have allowed it before. */
export const isAskedEachTime = (client: Client): boolean =>
  !(client.metadata.redirect_uris ?? []).some((uri) => isIdentityProven(client, uri));

/**
 * OIDC Core §11: offline access needs the person's consent, which who skips the consent page has not asked for; it is
 * then left out without an error.
 */
function grantedScope({ request, client, declined, isApproved }: Situation): readonly string[] {
  const wasAsked = isApproved || client.metadata.first_party !== true;
  return request.scope.filter((token) => !declined.includes(token) && (wasAsked || token !== "offline_access"));
}
