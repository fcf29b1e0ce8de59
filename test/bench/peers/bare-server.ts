import { Elysia, t } from "elysia";
import {
  DeviceAuthorizationRequestBody,
  DeviceAuthorizationResponseBody,
} from "../../../src/endpoints/device-authorization.ts";
import { IntrospectionRequestBody, IntrospectionResponseBody } from "../../../src/endpoints/introspection.ts";
import { TokenRequestBody, TokenResponseBody } from "../../../src/endpoints/token.ts";
import { OAuthErrorBody } from "../../../src/http/schemas.ts";
import { deviceCodeGrantType } from "../../../src/model/client.ts";

// What the framework costs and nothing else: the schemas of the endpoints, and answers that are always the same. It checks
// nobody, keeps nothing, and signs nothing.

const address = process.env.BARE_ADDRESS ?? "http://127.0.0.1:8080";
const text = (length: number) => "x".repeat(length);
const scope = "tasks:read tasks:write";

const tokens = {
  access_token: `pst_at_${text(107)}`,
  token_type: "Bearer" as const,
  expires_in: 3600,
  scope,
};
const refreshed = { ...tokens, refresh_token: `pst_rt_${text(96)}` };
const redeemed = { ...refreshed, id_token: `eyJ${text(800)}` };
const pending = { error: "authorization_pending", error_description: "the person has not decided yet" };
const active = {
  active: true,
  scope,
  client_id: text(22),
  token_type: "Bearer" as const,
  exp: 2_000_000_000,
  iat: 2_000_000_000 - 3600,
  sub: text(22),
  aud: address,
  iss: address,
  jti: text(22),
};
const device = {
  device_code: `pst_dc_${text(43)}`,
  user_code: "BCDF-GHJK",
  verification_uri: `${address}/device`,
  verification_uri_complete: `${address}/device?user_code=BCDF-GHJK`,
  expires_in: 1800,
  interval: 5,
};
const Metadata = t.Object({ issuer: t.String(), more: t.String() });
const Claims = t.Object({ sub: t.String(), name: t.String(), email: t.String() });

new Elysia()
  .get("/healthz", () => "ok")
  .get("/.well-known/openid-configuration", () => ({ issuer: address, more: text(2500) }), {
    response: { 200: Metadata },
  })
  .get("/auth/userinfo", () => ({ sub: text(22), name: "Ada Lovelace", email: "ada@example.org" }), {
    response: { 200: Claims },
  })
  .get("/auth/authorize", ({ redirect }) => redirect(`https://app.example/cb?code=${text(50)}&state=s`, 303))
  .post(
    "/auth/token",
    ({ body, status }) => {
      switch (body.grant_type) {
        case deviceCodeGrantType:
          return status(400, pending);
        case "refresh_token":
          return refreshed;
        case "authorization_code":
          return redeemed;
        default:
          return tokens;
      }
    },
    { parse: "urlencoded", body: TokenRequestBody, response: { 200: TokenResponseBody, 400: OAuthErrorBody } },
  )
  .post("/auth/introspect", ({ body }) => (body.token?.endsWith("A".repeat(10)) ? { active: false } : active), {
    parse: "urlencoded",
    body: IntrospectionRequestBody,
    response: { 200: IntrospectionResponseBody },
  })
  .post("/auth/device", () => device, {
    parse: "urlencoded",
    body: DeviceAuthorizationRequestBody,
    response: { 200: DeviceAuthorizationResponseBody },
  })
  .listen({ port: Number(new URL(address).port), hostname: "127.0.0.1" });
