import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { grantTypeHandlers } from "../grant-types/grant-types.ts";
import { originOf } from "../http/client-address.ts";
import { formOf } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import { directly, type Refuse } from "../http/respond.ts";
import { clientCredentialFields, refusalsWithClient } from "../http/schemas.ts";
import { OAuthError, unmet } from "../oauth-error.ts";
import { keptUserAgent } from "../rules/user-agent.ts";
import { clientOfRequest } from "./client-of-request.ts";

export const TokenRequestBody = t.Object(
  {
    grant_type: t.Optional(t.String({ maxLength: 256, description: "One of grant_types_supported." })),
    code: t.Optional(t.String({ maxLength: 16384, description: "RFC 6749 §4.1.3" })),
    redirect_uri: t.Optional(t.String({ maxLength: 2048, description: "RFC 6749 §4.1.3" })),
    code_verifier: t.Optional(t.String({ maxLength: 4096, description: "RFC 7636 §4.5" })),
    refresh_token: t.Optional(t.String({ maxLength: 16384, description: "RFC 6749 §6" })),
    device_code: t.Optional(t.String({ maxLength: 16384, description: "RFC 8628 §3.4" })),
    scope: t.Optional(t.String({ maxLength: 4096, description: "RFC 6749 §3.3" })),
    ...clientCredentialFields,
  },
  { description: "A token request as a form (RFC 6749 §3.2)." },
);

export const TokenResponseBody = t.Object(
  {
    access_token: t.String(),
    token_type: t.Literal("Bearer"),
    expires_in: t.Integer({ description: "Seconds." }),
    refresh_token: t.Optional(t.String()),
    scope: t.Optional(t.String()),
    id_token: t.Optional(t.String()),
  },
  { description: "Tokens (RFC 6749 §5.1; OIDC Core §3.1.3.3)." },
);

/**
 * RFC 6749 §3.2. The steps that every grant type shares stand here; a grant type fills in its own.
 *
 * @param refuse answers refusals: devices that wait get one every few seconds, and thrown it would take the framework's way
 * for errors, 3 µs longer
 */
export const tokenEndpoint = (context: Context, refuse: Refuse) =>
  new Elysia({ name: "token" }).post(
    paths.token,
    async ({ body, request, server }) => {
      try {
        const origin = originOf(context, request, server);
        const client = await clientOfRequest(context, request, origin, body);
        if (body.grant_type === undefined) throw new OAuthError("invalid_request", "grant_type is missing");
        const handler = handlerOf(body.grant_type);
        if (handler === undefined) throw new OAuthError("unsupported_grant_type", "the grant type is not supported");
        if (!client.metadata.grant_types.includes(handler.grantType)) {
          throw new OAuthError("unauthorized_client", "the client may not use this grant type", {
            about: { clientId: client.id },
            checks: unmet("the grant type is one that the client registered (RFC 6749 §5.2)", {
              expected: client.metadata.grant_types.join(" ") || "none",
              received: handler.grantType,
            }),
          });
        }
        const { code, redirect_uri, code_verifier, refresh_token, device_code, scope } = body;
        const response = await handler.issue(context, client, {
          code,
          redirect_uri,
          code_verifier,
          refresh_token,
          device_code,
          scope,
          address: origin.address,
          userAgent: keptUserAgent(request.headers.get("user-agent")),
          isLocal: origin.isLocal,
        });
        context.metrics.count("postern_tokens_issued_total", { grant_type: handler.grantType });
        return response;
      } catch (error) {
        if (!(error instanceof OAuthError)) throw error;
        context.metrics.count("postern_token_errors_total", {
          grant_type: handlerOf(body.grant_type)?.grantType ?? "none",
          error: error.code,
        });
        // Elysia's types know a promise of either, not of one of the two.
        return (await refuse(request, server, paths.token, error)) as never;
      }
    },
    {
      parse: formOf(TokenRequestBody),
      mapResponse: directly(context.config),
      body: TokenRequestBody,
      response: { 200: TokenResponseBody, ...refusalsWithClient },
      detail: { summary: "Token endpoint", description: "RFC 6749 §3.2", tags: ["OAuth"] },
    },
  );

const handlerOf = (grantType: string | undefined) =>
  grantTypeHandlers.find((handler) => handler.grantType === grantType);
