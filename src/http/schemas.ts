import { type Static, t } from "elysia";
import { errorCodes } from "../oauth-error.ts";

/** RFC 6749 §5.2. */
export const OAuthErrorBody = t.Object(
  {
    error: t.String({ enum: [...errorCodes] }),
    error_description: t.Optional(t.String({ description: "A fixed phrase for developers; it echoes no input." })),
  },
  { description: "A refusal (RFC 6749 §5.2)." },
);
export type OAuthErrorBody = Static<typeof OAuthErrorBody>;

/** What every endpoint may answer beside its own; 401 and 403 belong to those that authenticate. */
export const refusals = {
  400: OAuthErrorBody,
  405: OAuthErrorBody,
  413: OAuthErrorBody,
  429: OAuthErrorBody,
  500: OAuthErrorBody,
  503: OAuthErrorBody,
} as const;

export const refusalsWithClient = { ...refusals, 401: OAuthErrorBody, 403: OAuthErrorBody } as const;

/** How a client authenticates in the body (RFC 6749 §2.3.1; RFC 7521 §4.2). */
export const clientCredentialFields = {
  client_id: t.Optional(t.String({ maxLength: 2048 })),
  // As long as the body may be: what is too long is as wrong as what is too short, and the same 401.
  client_secret: t.Optional(t.String()),
  client_assertion_type: t.Optional(t.String()),
  client_assertion: t.Optional(t.String()),
};
