import { asClientId } from "../brand.ts";
import { allowedScopes, grantableScopes } from "../clients/scopes.ts";
import type { Context, OwnScopes } from "../context.ts";
import { type Client, isPublicClient, isVerifiedClient } from "../model/client.ts";
import { OAuthError, type PageWords, type RefusalOptions, unmet } from "../oauth-error.ts";
import { type ClaimRequest, type ClaimsRequest, parseClaimsRequest } from "../rules/claims-request.ts";
import { checkParameters, type ParsedParameters, parseParameters } from "../rules/parameters.ts";
import { checkCodeChallenge } from "../rules/pkce.ts";
import { type Prompt, parseMaxAge, parsePrompt } from "../rules/prompt.ts";
import { isRegisteredRedirectUri } from "../rules/redirect-uri.ts";
import { parseResponseMode } from "../rules/response-mode.ts";
import { parseScope } from "../rules/scope.ts";
import { type Duration, seconds } from "../time.ts";
import { readIdTokenHint } from "../tokens/id-token-hint.ts";
import { type ResponseTarget, toldToClient } from "./refusal.ts";

/**
 * What the endpoint reads, and where it is defined. All others are ignored (RFC 6749 §3.1). `display` and `claims_locales`
 * are wishes that ask for nothing here; but none of them may come twice.
 */
export const authorizationParameters = {
  client_id: "RFC 6749 §4.1.1",
  redirect_uri: "RFC 6749 §4.1.1: as it is registered; any port for a native app's loopback address (RFC 8252 §7.3)",
  response_type: "RFC 6749 §4.1.1: code",
  response_mode: "query (default) or form_post (OAuth 2.0 Form Post Response Mode)",
  scope: "RFC 6749 §3.3",
  state: "RFC 6749 §4.1.1: up to 4096 bytes, returned as it is",
  nonce: "OIDC Core §3.1.2.1: up to 1024 bytes",
  code_challenge: "RFC 7636 §4.3: required, unless an administrator has made it optional for the client",
  code_challenge_method: "RFC 7636 §4.3: S256",
  prompt: "OIDC Core §3.1.2.1: none, or some of login, consent, select_account",
  max_age: "OIDC Core §3.1.2.1: seconds",
  display: "OIDC Core §3.1.2.1: accepted; one page serves all",
  ui_locales: "OIDC Core §3.1.2.1",
  claims_locales: "OIDC Core §5.2: accepted",
  acr_values:
    "OIDC Core §3.1.2.1: with openid a wish; the ID token says what was reached. RFC 9470 §5: without it one of them is required",
  claims: "OIDC Core §5.5",
  id_token_hint: "OIDC Core §3.1.2.1",
  login_hint: "OIDC Core §3.1.2.1",
  request: "OIDC Core §6.1: refused as request_not_supported",
  request_uri: "OIDC Core §6.2: refused as request_uri_not_supported",
  registration: "OIDC Core §7.2.1: refused as registration_not_supported",
} as const;
type Name = keyof typeof authorizationParameters;
const isName = (name: string): name is Name => name in authorizationParameters;
const recognised: ReadonlySet<Name> = new Set(Object.keys(authorizationParameters).filter(isName));
export const authorizationParameterNames: ReadonlySet<string> = recognised;

/** In bytes. */
const maxStateBytes = 4096;
const maxNonceBytes = 1024;
/** In characters. What is longer is passed over: neither may cause an error. */
const maxLoginHintLength = 320;
const maxUiLocalesLength = 200;

/** An authorization request that was found in order. It outlives the HTTP request sealed (pending.ts). */
export interface AuthorizationRequest {
  readonly clientId: Client["id"];
  readonly target: ResponseTarget;
  /** RFC 6749 §4.1.3 asks for it again at the token endpoint only where it was sent. */
  readonly redirectUriSent: boolean;
  readonly scope: readonly string[];
  readonly nonce?: string | undefined;
  readonly codeChallenge?: string | undefined;
  readonly prompts: readonly Prompt[];
  readonly maxAge?: Duration | undefined;
  /** As it came (OIDC Core §5.5). */
  readonly claims?: string | undefined;
  /** Who must sign in: the subject of `id_token_hint`. */
  readonly hintedSubject?: string | undefined;
  /** Who alone will do: `claims.id_token.sub`. */
  readonly requiredSubjects?: readonly string[] | undefined;
  /** The `acr` values of which one is essential (OIDC Core §5.5.1.1; RFC 9470 §5). */
  readonly requiredAcr?: readonly string[] | undefined;
  readonly loginHint?: string | undefined;
  readonly uiLocales?: string | undefined;
}

type Checking = Pick<Context, "store" | "config" | "ownScopes" | "keys">;
type Sent = ParsedParameters<Name>;

/**
 * Checks an authorization request, in the order of RFC 6749 §4.1.2.1: until client and redirect URI are known to belong
 * together, a refusal is a page; from there on the client is told.
 *
 * @param encoded the query without its `?`, or a form
 * @throws OAuthError with words for a page, or AuthorizationRefusal
 */
export async function checkAuthorizationRequest(context: Checking, encoded: string): Promise<AuthorizationRequest> {
  const sent = parseParameters(encoded, recognised);
  checkStateSize(sent);
  const client = await knownClient(context, sent);
  const redirectUri = checkRedirectUri(client, sent);
  const target = responseTarget(client, redirectUri, sent);
  return toldToClient({ clientId: client.id, target }, async () => {
    checkParameters(sent);
    checkResponseMode(sent, redirectUri);
    checkNotOffered(sent);
    checkResponseType(sent);
    checkMayUseCodes(client);
    const scope = grantedScope(await context.ownScopes(), client, sent);
    checkPkce(client, sent);
    checkNonce(sent);
    const { values } = sent;
    const prompts = parsePrompt(values.get("prompt"), { mayCreate: false });
    const isOpenId = scope.includes("openid");
    const claims = values.get("claims");
    const wanted = claims === undefined ? undefined : parseClaimsRequest(claims);
    return {
      clientId: client.id,
      target,
      redirectUriSent: values.has("redirect_uri"),
      scope,
      nonce: values.get("nonce"),
      codeChallenge: values.get("code_challenge"),
      prompts: [...prompts],
      maxAge: parseMaxAge(values.get("max_age")) ?? defaultMaxAge(client),
      ...(isOpenId ? {} : { requiredAcr: wordsIn(values.get("acr_values")) }),
      ...(wanted === undefined || !isOpenId ? {} : { claims, ...stoppingClaims(wanted) }),
      hintedSubject: await hintedSubject(context, client, values.get("id_token_hint")),
      loginHint: atMost(maxLoginHintLength, values.get("login_hint")),
      uiLocales: atMost(maxUiLocalesLength, values.get("ui_locales")),
    };
  });
}

/** What is wrong before anybody can be told but the person. */
export const refusedOnPage = (
  page: PageWords,
  description: string,
  trace: Pick<RefusalOptions, "checks" | "about"> = {},
): OAuthError => new OAuthError("invalid_request", description, { status: 400, page, ...trace });

function checkStateSize({ values }: Sent): void {
  if (Buffer.byteLength(values.get("state") ?? "") > maxStateBytes) {
    throw refusedOnPage("invalidRequest", "state is too long");
  }
}

// RFC 6749 §4.1.2.1: "If the request fails due to a missing, invalid, or mismatching redirection URI, or if the client
// identifier is missing or invalid, the authorization server SHOULD inform the resource owner of the error and MUST NOT
// automatically redirect the user-agent to the invalid redirection URI."
async function knownClient({ store }: Checking, { values }: Sent): Promise<Client> {
  const id = values.get("client_id");
  const client = id === undefined ? undefined : await store.clients.find(asClientId(id));
  if (client === undefined || client.disabledAt !== undefined) {
    throw refusedOnPage(
      "unknownClient",
      id === undefined ? "client_id is missing, repeated or malformed" : "the client is not known",
      {
        about: { clientId: id },
        checks: unmet("client_id names a client that is there and enabled (RFC 6749 §4.1.1)", {
          expected:
            client === undefined
              ? "the id of a client"
              : client.approval === "waiting"
                ? "a client that an administrator has approved"
                : "a client that is enabled",
          received: id ?? "nothing",
        }),
      },
    );
  }
  return client;
}

function checkRedirectUri({ id, metadata }: Client, { values, duplicated, malformed }: Sent): string {
  const registered = metadata.redirect_uris ?? [];
  const sent = values.get("redirect_uri");
  if (sent !== undefined) {
    if (isRegisteredRedirectUri(sent, registered, metadata.application_type)) return sent;
    throw refusedOnPage("redirectMismatch", "redirect_uri is not registered for this client", {
      about: { clientId: id },
      checks: unmet("redirect_uri is one of those that the client registered, character by character (RFC 9700 §2.1)", {
        expected: registered.join(" ") || "none is registered",
        received: sent,
      }),
    });
  }
  if (duplicated.has("redirect_uri") || malformed.has("redirect_uri")) {
    throw refusedOnPage("redirectMismatch", "redirect_uri is repeated or malformed", { about: { clientId: id } });
  }
  const [only, ...others] = registered;
  // RFC 6749 §3.1.2.3 lets a client with one registered URI leave it out; OIDC Core §3.1.2.1 does not. A repeated scope
  // may hold openid.
  const mayBeOpenId =
    duplicated.has("scope") || (values.get("scope") ?? metadata.scope ?? "").split(" ").includes("openid");
  if (only === undefined || others.length > 0 || mayBeOpenId) {
    throw refusedOnPage("redirectMismatch", "redirect_uri is missing", { about: { clientId: id } });
  }
  return only;
}

/** Errors too come by form_post where that was asked for properly; otherwise by query. */
function responseTarget(client: Client, redirectUri: string, { values }: Sent): ResponseTarget {
  const isFormPost = values.get("response_mode") === "form_post" && /^https?:\/\//.test(redirectUri);
  return {
    redirectUri,
    state: values.get("state"),
    responseMode: isFormPost ? "form_post" : "query",
    isVerified: isVerifiedClient(client),
  };
}

function checkResponseMode({ values }: Sent, redirectUri: string): void {
  parseResponseMode(values.get("response_mode"), redirectUri);
}

/** OIDC Core §3.1.2.6, §6, §7.2.1: what is not offered is refused, since to ignore it would change what was asked for. */
function checkNotOffered({ values }: Sent): void {
  if (values.has("request")) throw new OAuthError("request_not_supported", "request objects are not supported");
  if (values.has("request_uri")) throw new OAuthError("request_uri_not_supported", "request_uri is not supported");
  if (values.has("registration"))
    throw new OAuthError("registration_not_supported", "the registration parameter is not supported");
}

// RFC 9700 §2.1.2: no response type that puts a token into a URL.
function checkResponseType({ values }: Sent): void {
  const responseType = values.get("response_type");
  if (responseType === undefined) throw new OAuthError("invalid_request", "response_type is missing");
  if (responseType !== "code")
    throw new OAuthError("unsupported_response_type", "only response_type code is supported", {
      checks: unmet("response_type is code (RFC 9700 §2.1.2)", { expected: "code", received: responseType }),
    });
}

export function checkMayUseCodes({ metadata }: Client): void {
  if (metadata.grant_types.includes("authorization_code") && metadata.response_types.includes("code")) return;
  throw new OAuthError("unauthorized_client", "the client may not use authorization codes", {
    checks: unmet("the client has the grant type authorization_code (RFC 6749 §4.1.2.1)", {
      expected: "authorization_code",
      received: metadata.grant_types.join(" ") || "none",
    }),
  });
}

function grantedScope(own: OwnScopes, client: Client, { values }: Sent): readonly string[] {
  const sent = values.get("scope");
  const requested = sent === undefined ? [] : parseScope(sent);
  // Nothing but spaces names no scope.
  const scope = grantableScopes(own, client, requested.length === 0 ? undefined : requested);
  if (scope === undefined) {
    throw new OAuthError("invalid_scope", "none of the requested scopes can be granted", {
      checks: unmet("one of the scopes is known and allowed to the client (RFC 6749 §3.3)", {
        expected: allowedScopes(own, client.metadata).join(" "),
        received: sent ?? "none",
      }),
    });
  }
  return scope;
}

// RFC 9700 §2.1.1: public clients MUST use PKCE; others too unless an administrator says that one cannot. A native app's
// secret proves nothing (RFC 8252 §8.1, §8.5).
function checkPkce(client: Client, { values }: Sent): void {
  checkCodeChallenge(values.get("code_challenge"), values.get("code_challenge_method"));
  const { application_type: type, require_pkce: isRequired = true } = client.metadata;
  if (!values.has("code_challenge") && (isRequired || type === "native" || isPublicClient(client))) {
    throw new OAuthError("invalid_request", "code_challenge is missing: PKCE with S256 is required", {
      checks: unmet("the request has a code_challenge with S256 (RFC 7636 §4.3; RFC 9700 §2.1.1)", {
        expected: "code_challenge and code_challenge_method=S256",
        received: "no code_challenge",
      }),
    });
  }
}

/** Never cut: the client compares it (OIDC Core §3.1.3.7). */
function checkNonce({ values }: Sent): void {
  if (Buffer.byteLength(values.get("nonce") ?? "") > maxNonceBytes)
    throw new OAuthError("invalid_request", "nonce is too long");
}

/** OIDC Registration §2: `default_max_age` holds where the request names none. */
const defaultMaxAge = ({ metadata }: Client): Duration | undefined =>
  metadata.default_max_age === undefined ? undefined : seconds(metadata.default_max_age);

// OIDC Core §3.1.2.2: the OP "MUST validate that it was the issuer of the ID Token" in id_token_hint. Another client's ID
// token is not this one's to show.
async function hintedSubject(context: Checking, client: Client, hint: string | undefined): Promise<string | undefined> {
  if (hint === undefined) return undefined;
  const read = await readIdTokenHint(context, hint);
  if (read === undefined || read.audience !== client.id) {
    throw new OAuthError("invalid_request", "id_token_hint is not an ID token of this server for this client");
  }
  return read.subject;
}

/** The two claims that can stop a request; every other one is answered as well as can be (OIDC Core §5.5.1). */
function stoppingClaims({ idToken }: ClaimsRequest): Pick<AuthorizationRequest, "requiredSubjects" | "requiredAcr"> {
  const acr = idToken.get("acr");
  return {
    requiredSubjects: wantedValues(idToken.get("sub")),
    requiredAcr: acr?.essential === true ? wantedValues(acr) : undefined,
  };
}

function wantedValues(claim: ClaimRequest | null | undefined): readonly string[] | undefined {
  if (claim?.value === undefined && claim?.values === undefined) return undefined;
  const values: readonly unknown[] = claim.value === undefined ? (claim.values ?? []) : [claim.value];
  return values.filter((value) => typeof value === "string");
}

/**
 * RFC 9470 §5: a token with a lower acr than the resource wants is of no use to the client. Where an ID token says what
 * was reached, OIDC Core §5.5.1.1 has it that `acr_values` is voluntary, as are a client's `default_acr_values`.
 */
function wordsIn(text: string | undefined): readonly string[] | undefined {
  const words = (text ?? "").split(" ").filter((word) => word !== "");
  return words.length === 0 ? undefined : words;
}

const atMost = (length: number, text: string | undefined): string | undefined =>
  text === undefined || text.length > length ? undefined : text;
