import { Elysia, t } from "elysia";
import { newRegistration, registrationAnswer } from "../clients/registration.ts";
import { standingScopes } from "../clients/scopes.ts";
import type { Context } from "../context.ts";
import { hashPresented } from "../crypto/hash.ts";
import { bearerToken, noBearer } from "../http/bearer.ts";
import { type Origin, originOf } from "../http/client-address.ts";
import { ClientInformationBody, ClientMetadataBody, jsonRequest } from "../http/client-schemas.ts";
import { readJsonBody } from "../http/json.ts";
import { paths } from "../http/paths.ts";
import { direct } from "../http/respond.ts";
import { OAuthErrorBody, refusals } from "../http/schemas.ts";
import type { Hashed } from "../model/secret.ts";
import { OAuthError } from "../oauth-error.ts";
import { networkOf } from "../rules/client-address.ts";
import type { JsonObject, JsonValue } from "../rules/json.ts";
import { registrationsInAll, registrationsOfAddress } from "../throttle/limits.ts";
import { tooMany } from "../throttle/too-many.ts";
import { newStandingGrant } from "../tokens/new-grant.ts";
import { readAccessToken } from "../tokens/read.ts";

/** RFC 7591 §3. With `POSTERN_REGISTRATION=off` there is no such endpoint. */
export const registrationEndpoint = (context: Context) => {
  const plugin = new Elysia({ name: "registration" });
  if (context.config.registration === "off") return plugin;
  return plugin.post(
    paths.registration,
    async ({ request, server }) => {
      try {
        // Who may not register learns nothing of what would be wrong with the metadata.
        const registrant = await registrantOf(context, request);
        const sent = await readJsonBody(request, "invalid_client_metadata");
        const answer = await register(context, registrant, originOf(context, request, server), sent);
        context.metrics.count("postern_registrations_total", { result: "registered" });
        return Response.json(answer, { status: 201, headers: direct });
      } catch (error) {
        if (error instanceof OAuthError) context.metrics.count("postern_registrations_total", { result: "refused" });
        throw error;
      }
    },
    {
      parse: "none",
      headers: t.Object(
        { authorization: t.Optional(t.String({ description: "Bearer, with an initial access token." })) },
        { additionalProperties: true },
      ),
      response: { 201: ClientInformationBody, ...refusals, 401: OAuthErrorBody, 403: OAuthErrorBody },
      detail: {
        summary: "Client registration",
        description: "RFC 7591 §3, OIDC Registration §3",
        tags: ["Registration"],
        requestBody: jsonRequest(ClientMetadataBody),
      },
    },
  );
};

interface Registrant {
  readonly kind: "anyone" | "token-holder";
  readonly initialAccessToken?: Hashed<"initial-access-token">;
}

/**
 * Who asks: somebody with an initial access token, or anybody where that is allowed.
 *
 * @throws OAuthError invalid_token or insufficient_scope
 * @source RFC 7591 §3, §3.1; RFC 6750 §3
 */
async function registrantOf(context: Context, request: Request): Promise<Registrant> {
  const token = bearerToken(request);
  if (token === undefined) {
    if (context.config.registration === "open" || context.config.registration === "approval") return { kind: "anyone" };
    throw noBearer();
  }
  const initialAccessToken = hashPresented("initial-access-token", token);
  if (await context.store.registrationTokens.isValid(initialAccessToken, context.clock.now())) {
    return { kind: "token-holder", initialAccessToken };
  }
  if ((await readAccessToken(context, token)) !== undefined) {
    throw new OAuthError("insufficient_scope", "an access token does not allow a registration", {
      challenge: "Bearer",
    });
  }
  throw initialAccessTokenRefused();
}

const initialAccessTokenRefused = () =>
  new OAuthError("invalid_token", "the initial access token is not valid", { challenge: "Bearer" });

async function register(
  context: Context,
  registrant: Registrant,
  origin: Origin,
  sent: JsonValue,
): Promise<JsonObject> {
  const { store, clock } = context;
  // Asked first, so that nobody has more looked at than may be stored.
  if (registrant.kind === "anyone") checkRate(context, origin);
  const registration = await newRegistration(context, sent, registrant.kind);
  const { client } = registration;
  if (registrant.kind === "anyone") countRegistration(context, origin);
  const outcome = await store.clients.register({
    client,
    // RFC 6749 §4.4: what stands behind the tokens that the client gets for itself.
    standingGrant: client.metadata.grant_types.includes("client_credentials")
      ? newStandingGrant(context, client, standingScopes(await context.ownScopes(), client.metadata))
      : undefined,
    initialAccessToken: registrant.initialAccessToken,
    event: {
      at: clock.now(),
      name: "client.registered",
      actor: { kind: "anonymous" },
      clientId: client.id,
      address: origin.address,
    },
  });
  switch (outcome) {
    case "created":
      return registrationAnswer(context, client, `${paths.registration}/${client.id}`, {
        registrationToken: registration.registrationToken.reveal(),
        secret: registration.secret,
      });
    case "token-refused":
      // Its last use went to somebody else since it was looked at.
      throw initialAccessTokenRefused();
    case "taken":
      throw new Error("a random client id was taken");
  }
}

/** RFC 7591 §5: where anybody may register, nobody fills the disk. */
function checkRate({ throttle }: Pick<Context, "throttle">, { address, isLocal }: Origin): void {
  const wait =
    (isLocal ? undefined : throttle.waitFor(registrationsOfAddress, networkOf(address))) ??
    throttle.waitFor(registrationsInAll, "");
  if (wait !== undefined) throw tooMany("too many registrations", wait);
}

/** Counted is what would be stored. Others may have come since the rate was checked. */
function countRegistration(context: Pick<Context, "throttle">, origin: Origin): void {
  checkRate(context, origin);
  const { throttle } = context;
  throttle.count(registrationsInAll, "");
  if (!origin.isLocal) throttle.count(registrationsOfAddress, networkOf(origin.address));
}
