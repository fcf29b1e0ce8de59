import { grantableScopes, isOptionalScope } from "../clients/scopes.ts";
import type { Context } from "../context.ts";
import { withoutClaimsOf } from "../identity/claims.ts";
import type { Lack } from "../identity/factors.ts";
import type { SignedIn } from "../identity/sessions.ts";
import type { Client } from "../model/client.ts";
import type { Consent } from "../model/grant.ts";
import type { Role, User } from "../model/user.ts";
import { OAuthError, unmet } from "../oauth-error.ts";
import { isRegisteredRedirectUri } from "../rules/redirect-uri.ts";
import { mayGive } from "../rules/scope.ts";
import { newAuthorizationCode } from "../tokens/authorization-code.ts";
import { type AuthorizationAnswer, answerWithCode } from "./answer.ts";
import { checkAuthorizationRequest, checkMayUseCodes, refusedOnPage } from "./authorization-request.ts";
import { askedScopes, type NextStep, nextStep } from "./next-step.ts";
import { hasEnded, newPending, openOrBindPending, openPending, type Pending, sealPending } from "./pending.ts";
import { AuthorizationRefusal, type ResponseTarget, toldToClient } from "./refusal.ts";

/** The browser that asks, as far as an authorization needs to know it. */
export interface Visitor {
  readonly id: string;
  readonly signedIn: SignedIn | undefined;
  /** Somebody whose session lacks something, and counts for nothing else before that. */
  readonly halfSignedIn: (SignedIn & { readonly lacks: Lack }) | undefined;
  readonly origin: { readonly address: string };
}

/** Where an authorization has come to: a page for the person, or the answer for the client. */
export type Progress =
  | { readonly kind: "sign-in" | Lack | "consent"; readonly handle: string }
  | { readonly kind: "answer"; readonly answer: AuthorizationAnswer };

type Authorizing = Pick<Context, "store" | "config" | "ownScopes" | "keys" | "clock" | "random">;

/** A request that came in the query (RFC 6749 §4.1.1). */
export async function beginAuthorization(context: Authorizing, encoded: string, visitor: Visitor): Promise<Progress> {
  const request = await checkAuthorizationRequest(context, encoded);
  return toldToClient(request, async () => {
    const pending = newPending(context, request, visitor.id);
    return progress(context, pending, await sealPending(context, pending), visitor);
  });
}

/**
 * A request that came as a form. A form from another site brings no cookie with it, and those that are there must not be
 * replaced, so that it is only checked: its handle is bound to the browser that goes on with it by GET.
 *
 * @source OIDC Core §3.1.2.1: the OP "MUST support the use of the HTTP GET and POST methods"
 */
export async function pauseAuthorization(context: Authorizing, encoded: string): Promise<string> {
  const request = await checkAuthorizationRequest(context, encoded);
  return toldToClient(request, () => sealPending(context, newPending(context, request, undefined)));
}

/** After each page, and after a form: what comes next. */
export async function continueAuthorization(
  context: Authorizing,
  handle: string | undefined,
  visitor: Visitor,
): Promise<Progress> {
  const pending = await openOrBindPending(context, handle, visitor.id);
  return toldToClient(pending.request, async () =>
    progress(context, pending, await sealPending(context, pending), visitor),
  );
}

/** A pending authorization with what a page shows of it. */
export interface Waiting {
  readonly pending: Pending;
  readonly client: Client;
  readonly step: NextStep;
  /** What this person has allowed this client before. */
  readonly consent: Consent | undefined;
  /** Everything that the client asks about, and what of it the person keeps back, as far as they may. */
  readonly asked: readonly string[];
  readonly declined: readonly string[];
}

/** For a page that is part of an authorization: what it is about, and whether it is this page's turn. */
export async function lookUpAuthorization(
  context: Authorizing,
  handle: string | undefined,
  visitor: Visitor,
): Promise<Waiting> {
  const pending = await openPending(context, handle, visitor.id);
  return toldToClient(pending.request, () => look(context, pending, visitor, undefined));
}

/**
 * The handle of what a page shows. The yes to it covers these scopes and no others, though the client may have been
 * registered for more again by then.
 */
export const handleOfShown = (context: Authorizing, { pending }: Waiting): Promise<string> =>
  sealPending(context, pending);

/**
 * The person's yes: a code, in the answer to their own form. What came between (a session that ended, a client that
 * changed) is looked at anew.
 *
 * @param declined what they keep back of it; what is not optional cannot be
 */
export async function approveAuthorization(
  context: Authorizing,
  pending: Pending,
  visitor: Visitor,
  declined: readonly string[],
): Promise<Progress> {
  const handle = await sealPending(context, pending);
  return toldToClient(pending.request, () => progress(context, pending, handle, visitor, { declined }));
}

/**
 * The person's no.
 *
 * @throws AuthorizationRefusal access_denied, always (RFC 6749 §4.1.2.1)
 */
export async function denyAuthorization(
  { store, clock }: Pick<Context, "store" | "clock">,
  { id, expiresAt, request: { clientId, target } }: Pending,
  user: User,
  { address }: Visitor["origin"],
): Promise<never> {
  const { id: userId } = user;
  const actor = { kind: "user", userId } as const;
  const event = { at: clock.now(), name: "consent.denied", actor, userId, clientId, address } as const;
  return toldToClient({ clientId, target: involved(target) }, async () => {
    if ((await store.codes.spend({ id, expiresAt, event })) === "spent") throw hasEnded();
    throw new OAuthError("access_denied", "the user denied the request", { about: { clientId, userId } });
  });
}

async function progress(
  context: Authorizing,
  pending: Pending,
  handle: string,
  visitor: Visitor,
  approval?: Approval,
): Promise<Progress> {
  const { step, asked, declined } = await look(context, pending, visitor, approval);
  switch (step.kind) {
    case "refuse":
      throw new AuthorizationRefusal(step.code, step.description, refusalTarget(pending, visitor), {
        checks: step.checks,
        about: {
          clientId: pending.request.clientId,
          userId: (visitor.signedIn ?? visitor.halfSignedIn)?.user.id,
        },
      });
    case "sign-in":
    case "second-factor":
    case "enrolment":
    case "consent":
      return { kind: step.kind, handle };
    case "issue":
      return {
        kind: "answer",
        answer: await issueCode(context, pending, visitor, {
          scope: step.scope,
          declined,
          isApproved: approval !== undefined,
          allowed: asked.filter((token) => !declined.includes(token)),
        }),
      };
  }
}

/** The person's yes to a request, and what they keep back of it. */
interface Approval {
  readonly declined: readonly string[];
}

/** Reads everything anew: minutes may lie between two pages. */
async function look(
  context: Authorizing,
  pending: Pending,
  { signedIn, halfSignedIn }: Visitor,
  approval: Approval | undefined,
): Promise<Waiting> {
  const { store, clock } = context;
  const client = await store.clients.find(pending.request.clientId);
  if (client === undefined || client.disabledAt !== undefined)
    throw refusedOnPage("unknownClient", "the client is not known any more");
  const { redirectUri } = pending.request.target;
  if (!isRegisteredRedirectUri(redirectUri, client.metadata.redirect_uris ?? [], client.metadata.application_type)) {
    throw refusedOnPage("redirectMismatch", "redirect_uri is not registered any more");
  }
  checkMayUseCodes(client);
  const own = await context.ownScopes();
  const scope = grantableScopes(own, client, pending.request.scope);
  if (scope === undefined) throw new OAuthError("invalid_scope", "none of the requested scopes can be granted");
  const request = { ...pending.request, scope };
  const consent = signedIn && (await store.consents.find(signedIn.user.id, client.id));
  const { startedAt } = pending;
  const asked = askedScopes(request);
  // What has become indispensable since is asked for again.
  const declined = asked.filter(
    (token) => isOptionalScope(own, token) && (approval ?? consent)?.declined.includes(token) === true,
  );
  const step = nextStep({
    request,
    client,
    startedAt,
    now: clock.now(),
    session: (signedIn ?? halfSignedIn)?.session,
    lacks: halfSignedIn?.lacks,
    consent,
    declined,
    isApproved: approval !== undefined,
  });
  const ofPerson = ofAdministrator(step, scope, signedIn?.user);
  return { pending: { ...pending, request }, client, step: ofPerson, consent, asked, declined };
}

/** Who is signed in otherwise as they should be, and still cannot give what is asked for. */
const ofAdministrator = (step: NextStep, scope: readonly string[], user: User | undefined): NextStep =>
  user === undefined || mayGive(user, scope) || (step.kind !== "consent" && step.kind !== "issue")
    ? step
    : {
        kind: "refuse",
        code: "access_denied",
        description: "only an administrator can allow this",
        checks: unmet("who allows what administrates this server is an administrator", {
          expected: "admin" satisfies Role,
          received: user.role,
        }),
      };

interface Issued {
  readonly scope: readonly string[];
  readonly declined: readonly string[];
  /** What is remembered where the person has just allowed it. */
  readonly allowed: readonly string[];
  readonly isApproved: boolean;
}

async function issueCode(
  context: Authorizing,
  pending: Pending,
  { signedIn, origin }: Visitor,
  { scope, declined, allowed, isApproved }: Issued,
): Promise<AuthorizationAnswer> {
  if (signedIn === undefined) throw new Error("a code is issued to nobody");
  const { session, user } = signedIn;
  const { clientId, target, redirectUriSent, codeChallenge, nonce, claims } = pending.request;
  const { code, record } = newAuthorizationCode(context, {
    clientId,
    userId: user.id,
    sessionId: session.id,
    redirectUri: target.redirectUri,
    redirectUriSent,
    codeChallenge,
    scope,
    nonce,
    claims: withoutClaimsOf(declined, claims),
    authTime: session.authTime,
    amr: session.amr,
  });
  const at = context.clock.now();
  const given = {
    consent: { userId: user.id, clientId, scope: allowed, declined, grantedAt: at },
    event: {
      at,
      name: "consent.given",
      actor: { kind: "user", userId: user.id },
      userId: user.id,
      clientId,
      address: origin.address,
      detail: { scope: scope.join(" ") },
    },
  } as const;
  const saved = await context.store.codes.save({
    code: record,
    spend: { id: pending.id, expiresAt: pending.expiresAt },
    ...(isApproved ? given : {}),
  });
  if (saved === "spent") throw hasEnded();
  return answerWithCode(context, target, code.reveal());
}

/**
 * RFC 9700 §4.11.2: nobody is sent on to an unverified client by an error alone; who has just signed in for it has been
 * asked, and prompt=none has no page to show.
 */
function refusalTarget({ request, startedAt }: Pending, { signedIn, halfSignedIn }: Visitor): ResponseTarget {
  const person = signedIn ?? halfSignedIn;
  const hasSignedIn = person !== undefined && person.session.authTime >= startedAt;
  return hasSignedIn || request.prompts.includes("none") ? involved(request.target) : request.target;
}

const involved = (target: ResponseTarget): ResponseTarget => ({ ...target, isVerified: true });
