import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { bearerToken, noBearer } from "../http/bearer.ts";
import { formOf } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import { directly } from "../http/respond.ts";
import { OAuthErrorBody, refusals } from "../http/schemas.ts";
import { userinfoClaims } from "../identity/claims.ts";
import { OAuthError } from "../oauth-error.ts";
import { readAccessToken } from "../tokens/read.ts";

const TokenInBody = t.Object(
  {
    access_token: t.Optional(
      t.String({ maxLength: 16384, description: "RFC 6750 §2.2; else the Authorization header holds it." }),
    ),
  },
  { description: "The access token, where it is not in the header." },
);

const UserClaims = t.Object(
  {
    sub: t.String({ description: "The same as in the ID token." }),
    name: t.Optional(t.String()),
    preferred_username: t.Optional(t.String()),
    email: t.Optional(t.String()),
    email_verified: t.Optional(t.Boolean()),
    updated_at: t.Optional(t.Integer()),
  },
  { additionalProperties: true, description: "The claims of the granted scopes (OIDC Core §5.4)." },
);

const documented = { description: "OIDC Core §5.3", tags: ["OpenID"], security: [{ bearer: [] }] };
const response = { 200: UserClaims, ...refusals, 401: OAuthErrorBody, 403: OAuthErrorBody };

/** OIDC Core §5.3. */
export const userinfoEndpoint = (context: Context) => {
  const mapResponse = directly(context.config);
  return new Elysia({ name: "userinfo" })
    .get(paths.userinfo, ({ request }) => claimsFor(context, request, undefined), {
      response,
      mapResponse,
      detail: { ...documented, summary: "Claims about the user" },
    })
    .post(paths.userinfo, ({ request, body }) => claimsFor(context, request, body.access_token), {
      parse: tokenOfForm,
      body: TokenInBody,
      response,
      mapResponse,
      detail: { ...documented, summary: "Claims about the user, by POST" },
    });
};

const readForm = formOf(TokenInBody);

/** RFC 6750 §2.2: the body counts only as a form; with the token in the header there need not be one. */
function tokenOfForm(context: { readonly request: Request }) {
  const type = context.request.headers.get("content-type") ?? "";
  return type.toLowerCase().startsWith("application/x-www-form-urlencoded") ? readForm(context) : {};
}

async function claimsFor(
  context: Context,
  request: Request,
  inBody: string | undefined,
): Promise<typeof UserClaims.static> {
  const inHeader = bearerToken(request);
  if (inHeader !== undefined && inBody !== undefined) {
    // RFC 6750 §2: "Clients MUST NOT use more than one method to transmit the token in each request."
    throw new OAuthError("invalid_request", "the access token is sent in more than one way", { challenge: "Bearer" });
  }
  const sent = inHeader ?? inBody;
  if (sent === undefined) throw noBearer("openid");
  const token = await readAccessToken(context, sent);
  const userId = token?.grant.userId;
  // A client's own token names nobody (RFC 9700 §4.15).
  const user = userId && (await context.store.users.find(userId));
  if (token === undefined || user === undefined)
    throw new OAuthError("invalid_token", "the access token is not valid here", { challenge: "Bearer" });
  if (!token.scope.includes("openid")) {
    throw new OAuthError("insufficient_scope", "the access token lacks a scope", {
      challenge: "Bearer",
      scope: "openid",
    });
  }
  context.lastUsed.tokenOf(token.grant, context.clock.now());
  return userinfoClaims(user, token.scope, token.grant.claims);
}
