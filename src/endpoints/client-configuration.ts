import { Elysia, t } from "elysia";
import {
  clientOfRegistrationToken,
  readReplacement,
  registrationAnswer,
  registrationTokenRefused,
} from "../clients/registration.ts";
import { standingScopes } from "../clients/scopes.ts";
import type { Context } from "../context.ts";
import { bearerToken, noBearer } from "../http/bearer.ts";
import { type Origin, originOf } from "../http/client-address.ts";
import { ClientInformationBody, ClientUpdateBody, jsonRequest } from "../http/client-schemas.ts";
import { readJsonBody } from "../http/json.ts";
import { paths } from "../http/paths.ts";
import { crossOrigin, direct, notStored } from "../http/respond.ts";
import { OAuthErrorBody, refusals } from "../http/schemas.ts";
import type { Client } from "../model/client.ts";
import type { AuditEvent } from "../model/event.ts";
import { OAuthError } from "../oauth-error.ts";
import type { JsonObject, JsonValue } from "../rules/json.ts";
import { newStandingGrant } from "../tokens/new-grant.ts";

const params = t.Object({ client_id: t.String() });
const headers = t.Object(
  { authorization: t.Optional(t.String({ description: "Bearer, with the registration access token." })) },
  { additionalProperties: true },
);
const refused = { ...refusals, 401: OAuthErrorBody, 403: OAuthErrorBody } as const;
const response = { 200: ClientInformationBody, ...refused } as const;
const path = `${paths.registration}/:client_id` as const;
const uriOf = ({ id }: Client) => `${paths.registration}/${id}`;

/**
 * RFC 7592 §2: what a client that registered itself reads, replaces and deletes of itself. It stays when registration is
 * turned off: those who are registered can still go.
 */
export const clientConfigurationEndpoint = (context: Context) =>
  new Elysia({ name: "client configuration" })
    .get(
      path,
      async ({ params: { client_id }, request }) => {
        const { client, token } = await callerOf(context, client_id, request);
        const answer = registrationAnswer(context, client, uriOf(client), { registrationToken: token });
        return Response.json(answer, { headers: direct });
      },
      { params, headers, response, detail: detailOf("Read a client", "RFC 7592 §2.1") },
    )
    .put(
      path,
      async ({ params: { client_id }, request, server }) => {
        // Who may not change the client learns nothing of what would be wrong with the metadata.
        checkNotLocked((await callerOf(context, client_id, request)).client);
        const sent = await readJsonBody(request, "invalid_client_metadata");
        // Whoever held the body back may have been stopped meanwhile.
        const { client, token } = await callerOf(context, client_id, request);
        checkNotLocked(client);
        return Response.json(await replace(context, client, token, originOf(context, request, server), sent), {
          headers: direct,
        });
      },
      {
        params,
        headers,
        parse: "none",
        response,
        detail: {
          ...detailOf("Replace a client's metadata", "RFC 7592 §2.2"),
          requestBody: jsonRequest(ClientUpdateBody),
        },
      },
    )
    .delete(
      path,
      async ({ params: { client_id }, request, server }) => {
        const { client } = await callerOf(context, client_id, request);
        checkNotLocked(client);
        const event = eventOf(context, client, "client.deleted", originOf(context, request, server));
        const outcome = await context.store.clients.delete({ id: client.id, event });
        if (outcome === "missing") throw registrationTokenRefused();
        return new Response(null, { status: 204, headers: { ...notStored, ...crossOrigin } });
      },
      {
        params,
        headers,
        response: { ...refused, 204: t.Void({ description: "The client is gone, with all that it held." }) },
        detail: detailOf("Delete a client", "RFC 7592 §2.3"),
      },
    );

function detailOf(summary: string, description: string) {
  return { summary, description, tags: ["Registration"] };
}

/** @throws OAuthError invalid_token; never a word on whether there is such a client */
async function callerOf(
  context: Context,
  clientId: string,
  request: Request,
): Promise<{ readonly client: Client; readonly token: string }> {
  const token = bearerToken(request);
  if (token === undefined) throw noBearer();
  return { client: await clientOfRegistrationToken(context, clientId, token), token };
}

/** RFC 7592 §2.2, §2.3: 403 where the client "is not allowed to update its records": the operator has stopped it. */
function checkNotLocked({ disabledAt }: Client): void {
  if (disabledAt !== undefined)
    throw new OAuthError("access_denied", "the client is locked by the operator", { status: 403 });
}

async function replace(
  context: Context,
  client: Client,
  token: string,
  origin: Origin,
  sent: JsonValue,
): Promise<JsonObject> {
  const { metadata, secret, secrets, forgetConsents, endApproval } = await readReplacement(context, client, sent);
  const outcome = await context.store.clients.update({
    id: client.id,
    metadata,
    ...(secrets === undefined ? {} : { secrets }),
    standingGrant: metadata.grant_types.includes("client_credentials")
      ? newStandingGrant(context, client, standingScopes(await context.ownScopes(), metadata))
      : undefined,
    forgetConsents,
    endApproval,
    event: eventOf(context, client, "client.updated", origin),
  });
  if (outcome === "missing") throw registrationTokenRefused();
  const updated = {
    ...client,
    metadata,
    secrets: secrets ?? client.secrets,
  };
  return registrationAnswer(context, updated, uriOf(client), { registrationToken: token, secret });
}

function eventOf({ clock }: Context, { id }: Client, name: AuditEvent["name"], { address }: Origin): AuditEvent {
  return { at: clock.now(), name, actor: { kind: "client", clientId: id }, clientId: id, address };
}
