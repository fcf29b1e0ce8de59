import { Elysia, t } from "elysia";
import { grantableScopes } from "../clients/scopes.ts";
import type { Context } from "../context.ts";
import { hash, hashUserCode } from "../crypto/hash.ts";
import { newSecret } from "../crypto/secret.ts";
import { type Origin, originOf } from "../http/client-address.ts";
import { formOf } from "../http/form.ts";
import { paths } from "../http/paths.ts";
import { directly } from "../http/respond.ts";
import { clientCredentialFields, refusalsWithClient } from "../http/schemas.ts";
import { type Client, deviceCodeGrantType, isPublicClient } from "../model/client.ts";
import { OAuthError } from "../oauth-error.ts";
import { parseScope } from "../rules/scope.ts";
import { keptUserAgent } from "../rules/user-agent.ts";
import { formatUserCode, newUserCode } from "../rules/user-code.ts";
import type { Wait } from "../throttle/throttle.ts";
import { tooMany } from "../throttle/too-many.ts";
import { after, inSeconds } from "../time.ts";
import { clientOfRequest } from "./client-of-request.ts";

export const DeviceAuthorizationRequestBody = t.Object(
  {
    scope: t.Optional(t.String({ maxLength: 4096, description: "RFC 6749 §3.3" })),
    ...clientCredentialFields,
  },
  { description: "A device authorization request as a form (RFC 8628 §3.1)." },
);

export const DeviceAuthorizationResponseBody = t.Object(
  {
    device_code: t.String(),
    user_code: t.String({ description: "For the person to type, with one dash." }),
    verification_uri: t.String(),
    verification_uri_complete: t.String({ description: "The same with the user code, for a QR code." }),
    expires_in: t.Integer({ minimum: 1, description: "Seconds." }),
    interval: t.Integer({ minimum: 1, description: "Seconds between two polls." }),
  },
  { description: "RFC 8628 §3.2" },
);
type DeviceAuthorizationResponse = typeof DeviceAuthorizationResponseBody.static;

/** Codes that wait for a person, of one client in all and, where anybody can claim to be the client, from one address. */
const mostOfClient = 1000;
const mostOfAddress = 50;
/** How soon to ask again when there are so many: some will have been decided or will have expired. */
const fullOfCodes: Wait = { limit: "device-code waiting", seconds: 60 };
/** 20^8 codes: with a thousand of them taken, the second try is one in 25 million. */
const mostTries = 5;

/** RFC 8628 §3.1: a device begins. */
export const deviceAuthorizationEndpoint = (context: Context) =>
  new Elysia({ name: "device-authorization" }).post(
    paths.deviceAuthorization,
    async ({ body, request, server }) => {
      const origin = originOf(context, request, server);
      const client = await clientOfRequest(context, request, origin, body);
      if (!client.metadata.grant_types.includes(deviceCodeGrantType)) {
        throw new OAuthError("unauthorized_client", "the client may not use this grant type");
      }
      const requested = body.scope === undefined ? undefined : parseScope(body.scope);
      const scope = grantableScopes(await context.ownScopes(), client, requested);
      if (scope === undefined) throw new OAuthError("invalid_scope", "the client may not have any of these scopes");
      return authorizeDevice(context, client, scope, origin, request.headers.get("user-agent"));
    },
    {
      parse: formOf(DeviceAuthorizationRequestBody),
      mapResponse: directly(context.config),
      body: DeviceAuthorizationRequestBody,
      response: { 200: DeviceAuthorizationResponseBody, ...refusalsWithClient },
      detail: { summary: "Device authorization endpoint", description: "RFC 8628 §3.1", tags: ["OAuth"] },
    },
  );

async function authorizeDevice(
  { config, clock, random, keys, store }: Context,
  client: Client,
  scope: readonly string[],
  origin: Origin,
  userAgent: string | null,
): Promise<DeviceAuthorizationResponse> {
  const deviceCode = newSecret(random, "device-code");
  const now = clock.now();
  const interval = inSeconds(config.devicePollInterval);
  for (let tried = 0; tried < mostTries; tried++) {
    const userCode = newUserCode(random.bytes);
    const outcome = await store.deviceCodes.save({
      deviceCode: {
        hash: hash(deviceCode),
        userCodeHash: hashUserCode(keys.userCodeKey, userCode),
        clientId: client.id,
        scope,
        state: "pending",
        createdAt: now,
        expiresAt: after(now, config.deviceCodeLifetime),
        interval,
        address: origin.address,
        userAgent: keptUserAgent(userAgent),
        amr: [],
      },
      mostOfClient,
      mostOfAddress: isPublicClient(client) && !origin.isLocal ? mostOfAddress : undefined,
    });
    if (outcome === "too-many") {
      throw tooMany("too many device codes wait for approval", fullOfCodes);
    }
    if (outcome === "saved") {
      const shown = formatUserCode(userCode);
      const verificationUri = `${config.issuer}${paths.device}`;
      return {
        device_code: deviceCode.reveal(),
        user_code: shown,
        verification_uri: verificationUri,
        verification_uri_complete: `${verificationUri}?user_code=${shown}`,
        expires_in: inSeconds(config.deviceCodeLifetime),
        interval,
      };
    }
  }
  throw new OAuthError("temporarily_unavailable", "no user code is free", { retryAfter: 1 });
}
