import { t } from "elysia";
import type { ErrorCode, OAuthError } from "../oauth-error.ts";
import { notStored } from "./respond.ts";

/** What a refusal of the API says, beside the codes of the protocol. Stable: scripts read them. */
const ownCodes = [
  "not_found",
  "method_not_allowed",
  "too_large",
  "too_many_requests",
  "unknown_member",
  "invalid_value",
  "taken",
  "exists",
  "last_administrator",
  "link_refused",
  "declared_in_file",
  "from_host",
  "outdated",
] as const;
export type ProblemCode = (typeof ownCodes)[number];

/** Those of the protocol's codes that the API answers with. */
const sharedCodes = [
  "invalid_request",
  "invalid_token",
  "insufficient_scope",
  "invalid_client_metadata",
  "invalid_redirect_uri",
  "server_error",
  "temporarily_unavailable",
] as const satisfies readonly ErrorCode[];

/** RFC 9457 §3. `about:blank` says that the status is all there is to the type: what is beyond it is in `code`. */
export const ProblemBody = t.Object(
  {
    type: t.Literal("about:blank"),
    title: t.String({ description: "The status in words." }),
    status: t.Integer(),
    detail: t.String({ description: "A fixed phrase for developers; it echoes no input." }),
    code: t.String({ enum: [...sharedCodes, ...ownCodes] }),
    member: t.Optional(t.String({ description: "The member or parameter that is wrong, where one is." })),
    request_id: t.String({
      description: "As in the header X-Request-Id; GET /api/v1/traces/{id} tells what was checked.",
    }),
  },
  { description: "A refusal (RFC 9457)." },
);

/** What every operation may answer beside its own. */
export const problems = {
  400: ProblemBody,
  401: ProblemBody,
  403: ProblemBody,
  405: ProblemBody,
  500: ProblemBody,
  503: ProblemBody,
} as const;

export const problemType = "application/problem+json";

/** A refusal as RFC 9457 writes it. */
export function problemResponse(
  refusal: OAuthError,
  requestId: string,
  headers: Readonly<Record<string, string>>,
): Response {
  const { status, description: detail, options } = refusal;
  const problem: typeof ProblemBody.static = {
    type: "about:blank",
    title: titles[status] ?? "Error",
    status,
    detail,
    code: options.reason ?? codeOfStatus(status) ?? refusal.code,
    ...(options.member === undefined ? {} : { member: options.member }),
    request_id: requestId,
  };
  return Response.json(problem, { status, headers: { ...notStored, ...headers, "content-type": problemType } });
}

function codeOfStatus(status: number): ProblemCode | undefined {
  switch (status) {
    case 404:
      return "not_found";
    case 405:
      return "method_not_allowed";
    case 413:
      return "too_large";
    case 429:
      return "too_many_requests";
    default:
      return undefined;
  }
}

/** RFC 9110 §15. */
const titles: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Content Too Large",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};
