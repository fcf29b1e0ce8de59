import { asClientId } from "../brand.ts";
import type { Context } from "../context.ts";
import { openState, sealState } from "../crypto/sealed-state.ts";
import type { SignedIn } from "../identity/sessions.ts";
import type { Client } from "../model/client.ts";
import type { Parameters } from "../rules/parameters.ts";
import { appendToRedirectUri } from "../rules/redirect-uri.ts";
import { type IdTokenHint, readIdTokenHint } from "../tokens/id-token-hint.ts";

/** What the endpoint reads (OIDC RP-Initiated Logout §2). */
export const signOutParameters = {
  id_token_hint: "An ID token of the session that is to end; up to 8 KiB in a URL.",
  logout_hint: "Accepted.",
  client_id: "The audience of the hint. Alone, it only names the client to the person.",
  post_logout_redirect_uri: "As it is registered; followed only with id_token_hint.",
  state: "Returned with post_logout_redirect_uri.",
  ui_locales: "OIDC Core §3.1.2.1",
} as const;
export type SignOutName = keyof typeof signOutParameters;
const isName = (name: string): name is SignOutName => name in signOutParameters;
export const signOutNames: ReadonlySet<SignOutName> = new Set(Object.keys(signOutParameters).filter(isName));

/** A request to sign out, checked. It outlives the HTTP request sealed. */
export interface SignOutRequest {
  /** Whose ID token it was. Without one, nobody has proved to be anything. */
  readonly hint?: IdTokenHint | undefined;
  /** For the page: who sent the person here, or says so. */
  readonly clientId?: string | undefined;
  /** Where to go after: registered by the client whose ID token was brought. */
  readonly redirectUri?: string | undefined;
  /** Goes with it. */
  readonly state?: string | undefined;
  readonly uiLocales?: string | undefined;
}

/** Why a request is not carried out; the person may sign out all the same. */
export type SignOutFault =
  | "the hint is not an ID token of this server for this client"
  | "the redirect URI is not registered";

type Checking = Pick<Context, "store" | "keys" | "config">;

/**
 * Checks a request to sign out. A fault is an answer, not a refusal: the page still offers to sign out.
 *
 * @source OIDC RP-Initiated Logout §2, §3, §4
 */
export async function checkSignOutRequest(
  context: Checking,
  values: Pick<Parameters<SignOutName>, "get">,
): Promise<SignOutRequest | SignOutFault> {
  const sentHint = values.get("id_token_hint");
  const clientId = values.get("client_id");
  const hint = sentHint === undefined ? undefined : await readIdTokenHint(context, sentHint);
  const badHint = "the hint is not an ID token of this server for this client";
  if (sentHint !== undefined && hint === undefined) return badHint;
  // §2: "the OP MUST verify that the Client Identifier matches the one used when issuing the ID Token".
  if (hint !== undefined && clientId !== undefined && hint.audience !== clientId) return badHint;

  const client = await context.store.clients.find(asClientId(hint?.audience ?? clientId ?? ""));
  const redirectUri = values.get("post_logout_redirect_uri");
  const uiLocales = values.get("ui_locales");
  if (redirectUri === undefined || client === undefined) return { hint, clientId: client?.id, uiLocales };
  // §3.1: compared as a string, the port of a loopback address too.
  if (!isRegistered(client, redirectUri)) return "the redirect URI is not registered";
  // §3: without a hint there is no telling who asks: "the OP MUST NOT perform post-logout redirection" then.
  const answer = hint === undefined ? {} : { redirectUri, state: values.get("state") };
  return { hint, clientId: client.id, ...answer, uiLocales };
}

/** Where the person goes on to (OIDC RP-Initiated Logout §3); undefined where they stay here. */
export const returnAddress = ({ redirectUri, state }: SignOutRequest): string | undefined =>
  redirectUri === undefined ? undefined : appendToRedirectUri(redirectUri, { state });

const isRegistered = ({ metadata, disabledAt }: Client, redirectUri: string): boolean =>
  disabledAt === undefined && metadata.post_logout_redirect_uris?.includes(redirectUri) === true;

/** Whether the hint is of this very session: then the client speaks for it, and nobody needs to be asked. */
export const isHintOfSession = ({ hint }: SignOutRequest, { session }: SignedIn): boolean =>
  hint !== undefined &&
  hint.subject === session.userId &&
  (hint.sessionId === undefined || hint.sessionId === session.id);

/** Ends the session and what is bound to it (OIDC RP-Initiated Logout §2; Back-Channel Logout §2.7). */
export async function signOut(
  { store, clock }: Pick<Context, "store" | "clock">,
  { session }: SignedIn,
  address: string,
): Promise<void> {
  const { id, userId } = session;
  await store.sessions.end({
    id,
    event: { at: clock.now(), name: "session.ended", actor: { kind: "user", userId }, userId, address },
  });
}

const use = "sign-out";

export const sealSignOutRequest = (
  { keys, random }: Pick<Context, "keys" | "random">,
  request: SignOutRequest,
): Promise<string> => sealState(keys, random, use, request);

/** Undefined for what was not sealed here. The client may have lost its redirect URI since: then it leads nowhere. */
export async function openSignOutRequest(
  { keys, store }: Pick<Context, "keys" | "store">,
  sealed: string,
): Promise<SignOutRequest | undefined> {
  const request = await openState(keys, use, sealed);
  if (!isSignOutRequest(request)) return undefined;
  if (request.redirectUri === undefined) return request;
  const client = await store.clients.find(asClientId(request.hint?.audience ?? ""));
  const mayReturn = client !== undefined && isRegistered(client, request.redirectUri);
  return mayReturn ? request : { ...request, redirectUri: undefined };
}

const isSignOutRequest = (state: unknown): state is SignOutRequest => typeof state === "object" && state !== null;
