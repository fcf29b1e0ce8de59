import { type Refusal, Refused } from "../administration/refused.ts";
import type { Context } from "../context.ts";
import { PasswordsBusy } from "../crypto/fair-line.ts";
import { keptText, traceOf } from "../events/traces.ts";
import { originOf, type Peer } from "../http/client-address.ts";
import { allowsCrossOrigin, basePathOf, isApiPath, isPagePath, paths } from "../http/paths.ts";
import { type ProblemCode, problemResponse } from "../http/problem.ts";
import { direct, notStored, type Refuse } from "../http/respond.ts";
import type { OAuthErrorBody } from "../http/schemas.ts";
import { answerRefusal } from "../interaction/answer.ts";
import { AuthorizationRefusal } from "../interaction/refusal.ts";
import { type ErrorCode, OAuthError } from "../oauth-error.ts";
import { StoreUnavailable } from "../store/store.ts";
import { passwordQueue, wants } from "../throttle/limits.ts";

type Answering = Pick<Context, "config" | "log" | "metrics" | "requests" | "clock" | "traces" | "throttle">;

/**
 * The one place where a refusal becomes an answer: a redirect to the client, a page for a person, or JSON (RFC 6749
 * §4.1.2.1, §5.2). Anything that is no refusal is a fault of ours: `server_error`, logged once with the request's id.
 *
 * @param path the path below the issuer's
 */
export function errorResponse(
  context: Answering,
  request: Request,
  peer: Peer | null,
  path: string,
  thrown: unknown,
): Response | Promise<Response> {
  const requestId = context.requests.id();
  const refusal = asRefusal(thrown);
  observe(context, request, { peer, path, requestId, thrown, refusal });
  if (refusal instanceof AuthorizationRefusal) return redirection(context, request, requestId, refusal);
  const headers = { "x-request-id": requestId, ...headersOf(context, refusal) };
  if (isApiPath(path)) return problemResponse(refusal, requestId, withResourceMetadata(context, headers));
  if (isPagePath(path) || (path.startsWith("/") && isNotFoundByPerson(request, refusal)))
    return import("../pages/error.tsx").then(({ errorPage }) =>
      errorPage(context, request, refusal, requestId, headers),
    );
  const response = new Response(
    JSON.stringify({ error: refusal.code, error_description: refusal.description } satisfies OAuthErrorBody),
    { status: refusal.status, headers: allowsCrossOrigin(path) ? ofDirectEndpoint : ofOthers },
  );
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** For an endpoint that does not throw its refusals. */
export const refusing =
  (context: Answering): Refuse =>
  (request, peer, path, refusal) =>
    errorResponse(context, request, peer, path, refusal);

/** Made once, for devices that wait are refused all the time: copied with the answer they cost a third of what it takes to set them. */
const ofDirectEndpoint = new Headers(direct);
const ofOthers = new Headers({ ...notStored, "content-type": "application/json" });

async function redirection(
  context: Answering,
  request: Request,
  requestId: string,
  refusal: AuthorizationRefusal,
): Promise<Response> {
  const { authorizationAnswer } = await import("../pages/authorization-answer.tsx");
  const answer = await authorizationAnswer(context, request, answerRefusal(context, refusal));
  answer.headers.set("x-request-id", requestId);
  return answer;
}

interface Observed {
  readonly peer: Peer | null;
  readonly path: string;
  readonly requestId: string;
  readonly thrown: unknown;
  readonly refusal: OAuthError;
}

/** Keeps what there is to tell of a refusal: its trace, its count, its line in the log. */
function observe(context: Answering, request: Request, { peer, path, requestId, thrown, refusal }: Observed): void {
  if (isWorthTracing(refusal)) {
    const { address } = originOf(context, request, peer);
    const { method } = request;
    context.traces.add(traceOf(refusal, { requestId, at: context.clock.now(), method, path, address }));
  }
  const { limit } = refusal.options;
  if (limit !== undefined) context.metrics.count("postern_throttled_total", { limit });
  // A limit that was reached is none: a flood of sign-ins is not to be one of lines as well.
  if (refusal.status >= 500 && limit === undefined) {
    context.metrics.count("postern_server_errors_total", { error: refusal.code });
    const tell = isToldAlready(context, refusal) ? context.log.debug : context.log.error;
    tell("a request failed", { method: request.method, path: keptText(path), error: refusal.cause ?? thrown });
  } else if (context.log.tells("debug")) {
    context.log.debug("a request was refused", {
      method: request.method,
      path: keptText(path),
      error: refusal.code,
      description: refusal.description,
    });
  }
}

/** While the disk is full every request fails for it, and the log may be on the same disk: once a minute is told. */
const isToldAlready = ({ throttle }: Answering, { status, options: { cause } }: OAuthError): boolean =>
  status === 503 && cause instanceof Error && throttle.count(wants, cause.message) !== undefined;

/** A device that waits is refused every few seconds, and strangers ask for what is not there: neither is a fault to find. */
const isWorthTracing = ({ code, status }: OAuthError): boolean =>
  code !== "authorization_pending" && code !== "slow_down" && status !== 404 && status !== 405;

const isNotFoundByPerson = (request: Request, refusal: OAuthError) =>
  refusal.status === 404 && request.method === "GET" && (request.headers.get("accept") ?? "").includes("text/html");

function asRefusal(thrown: unknown): OAuthError {
  // Elysia wraps what its parser's hook throws.
  const error = thrown instanceof Error && thrown.cause instanceof OAuthError ? thrown.cause : thrown;
  if (error instanceof OAuthError) return error;
  if (error instanceof Refused) {
    const { status, reason } = refusals[error.refusal];
    return new OAuthError("invalid_request", error.message, { status, reason, member: error.member });
  }
  if (error instanceof StoreUnavailable) {
    return new OAuthError("server_error", "the server cannot write at the moment", {
      status: 503,
      retryAfter: 5,
      page: "cannotWrite",
      cause: error,
    });
  }
  if (error instanceof PasswordsBusy) {
    return new OAuthError("temporarily_unavailable", "more passwords are being checked than the server can", {
      status: 503,
      retryAfter: error.seconds,
      limit: passwordQueue,
      page: "busy",
    });
  }
  return new OAuthError("server_error", "the server failed", { cause: error });
}

/** An operation of an administrator that was refused: pages have their own words for it, the API these. */
const refusals: Readonly<Record<Refusal, { readonly status: number; readonly reason: ProblemCode }>> = {
  invalid: { status: 400, reason: "invalid_value" },
  missing: { status: 404, reason: "not_found" },
  taken: { status: 409, reason: "taken" },
  exists: { status: 409, reason: "exists" },
  "last-administrator": { status: 409, reason: "last_administrator" },
  link: { status: 400, reason: "link_refused" },
  "from-host": { status: 409, reason: "from_host" },
  outdated: { status: 412, reason: "outdated" },
  declared: { status: 409, reason: "declared_in_file" },
};

/** RFC 9728 §5.1: where a client that knows nothing finds out whom to ask for a token. */
function withResourceMetadata(
  { config: { issuer } }: Pick<Context, "config">,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { "www-authenticate": challenge } = headers;
  if (challenge === undefined) return headers;
  const address = new URL(issuer).origin + paths.protectedResourceMetadata + basePathOf(issuer);
  return { ...headers, "www-authenticate": `${challenge}, resource_metadata="${address}"` };
}

function headersOf({ config }: Answering, refusal: OAuthError): Readonly<Record<string, string>> {
  const { allow, closes } = refusal.options;
  const headers: Record<string, string> = {};
  const retryAfter = refusal.options.retryAfter ?? defaultWait(refusal.status);
  if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
  if (allow !== undefined) headers.allow = allow;
  if (closes !== undefined) headers.connection = "close";
  const challenge = challengeOf(config.issuer, refusal);
  if (challenge !== undefined) headers["www-authenticate"] = challenge;
  return headers;
}

/** Whoever is to come back later is always told when (RFC 9110 §10.2.3). */
const defaultWait = (status: number): number | undefined => (status === 429 || status === 503 ? 5 : undefined);

/** RFC 6750 §3, RFC 6749 §5.2: a 401 says how to authenticate. */
function challengeOf(issuer: string, { code, description, status, options }: OAuthError): string | undefined {
  const basic = () => `Basic realm="${issuer}"`;
  const scope = () => (options.scope === undefined ? "" : `, scope="${options.scope}"`);
  const bare = () => `Bearer realm="${issuer}"${scope()}`;
  const withError = () => `Bearer realm="${issuer}", error="${code}", error_description="${description}"${scope()}`;
  switch (options.challenge) {
    case "Basic":
      return basic();
    case "Bearer":
      return withError();
    case "Bearer-bare":
      return bare();
    case "Basic+Bearer":
      return `${basic()}, ${bare()}`;
    case undefined:
      if (status !== 401) return undefined;
      return code === ("invalid_client" satisfies ErrorCode) ? basic() : withError();
  }
}
