import { t } from "elysia";
import {
  approveClient,
  type ClientWithSecret,
  clientRecord,
  createClient,
  deleteClient,
  findClient,
  readDescription,
  setClientDisabled,
  updateClient,
  withLatestUses,
} from "../../administration/clients.ts";
import { clientVersion } from "../../administration/versions.ts";
import { asClientId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { jsonRequest } from "../../http/client-schemas.ts";
import { paths } from "../../http/paths.ts";
import { ProblemBody, problems } from "../../http/problem.ts";
import type { ClientMetadata } from "../../model/client.ts";
import { OAuthError } from "../../oauth-error.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../rules/json.ts";
import { administered, jsonOfAdministrator } from "./administrator.ts";
import { ClientBody, NewClientBody } from "./client-body.ts";
import { answeredPage, pageOf, pageParameters, usualLimit } from "./paging.ts";
import { checkPrecondition, entityTag } from "./precondition.ts";
import { Disabled, Done, documented, IfMatch, idIn, noParameters } from "./schemas.ts";

const path = `${paths.api}/clients` as const;
const params = idIn("The client_id.");
const ofOne = { ...problems, 404: ProblemBody } as const;
const changed = { ...ofOne, 409: ProblemBody, 413: ProblemBody } as const;

const word = <Word extends string>(words: readonly Word[]) => t.Optional(t.Union(words.map((one) => t.Literal(one))));
/** The members are checked by the rules of registration; `requestBody` tells of them. */
const AnyJson = t.Unsafe<JsonValue>(t.Any());
const Approved = t.Object(
  { approved: t.Literal(true, { description: "An approval is not taken back: disable the client." }) },
  { additionalProperties: false },
);

/** The applications that get tokens. */
export function clientsApi(context: Context) {
  const parse = jsonOfAdministrator(context);
  return administered(context, "clients")
    .get(
      path,
      async ({ query, request, set }) => {
        const { limit = usualLimit, offset = 0, text, origin, approval } = query;
        const page = await context.store.clients.page({ limit, offset, text: text || undefined, origin, approval });
        const items = page.items.map((client) => clientRecord(client));
        return answeredPage(context, { offset, request, set }, page, items);
      },
      {
        query: t.Object(
          {
            ...pageParameters,
            text: t.Optional(t.String({ maxLength: 200, description: "In client_id or client_name." })),
            origin: word(["administrator", "registration", "file", "apply", "withdrawn"] as const),
            approval: word(["none", "waiting", "approved"] as const),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageOf(ClientBody), ...problems },
        detail: documented("List clients", "The newest first."),
      },
    )
    .post(
      path,
      async ({ administrator: { actor }, body, set, status }) => {
        const { id, metadata } = described(context, body);
        const made = await createClient(context, actor, { id, metadata });
        set.headers.location = `${context.config.issuer}${path}/${made.client.id}`;
        return status(201, recordOf(made));
      },
      {
        parse,
        query: noParameters,
        body: AnyJson,
        response: { 201: ClientBody, ...problems, 409: ProblemBody, 413: ProblemBody },
        detail: {
          ...documented("Create a client", "The secret, where it has one, is in this answer and nowhere else."),
          requestBody: jsonRequest(NewClientBody),
        },
      },
    )
    .get(
      `${path}/:id`,
      async ({ params: { id }, set }) => {
        const client = await findClient(context, id);
        set.headers.etag = entityTag(clientVersion(client));
        return clientRecord(withLatestUses(context, client));
      },
      {
        params,
        query: noParameters,
        response: { 200: ClientBody, ...ofOne },
        detail: documented("Read a client"),
      },
    )
    .put(
      `${path}/:id`,
      async ({ administrator: { actor }, params: { id }, body, request, set, status }) => {
        const { id: named = id, metadata } = described(context, body);
        if (named !== id) throw invalid("client_id", "client_id is not the one in the address");
        const before = await context.store.clients.find(asClientId(id));
        const isSeen = checkPrecondition(request, before && clientVersion(before));
        const made =
          before === undefined
            ? await createClient(context, actor, { id, metadata })
            : await updateClient(context, actor, before.id, metadata, isSeen ? before.metadata : undefined);
        set.headers.etag = entityTag(clientVersion(made.client));
        return status(before === undefined ? 201 : 200, recordOf(made));
      },
      {
        parse,
        params,
        query: noParameters,
        body: AnyJson,
        headers: IfMatch,
        response: {
          200: ClientBody,
          201: ClientBody,
          ...problems,
          409: ProblemBody,
          412: ProblemBody,
          413: ProblemBody,
        },
        detail: {
          ...documented(
            "Create or replace a client",
            "All metadata: what is left out gets its default. Secrets stay, where the client goes on to use one.",
          ),
          requestBody: jsonRequest(NewClientBody),
        },
      },
    )
    .delete(
      `${path}/:id`,
      async ({ administrator: { actor }, params: { id }, status }) => {
        await deleteClient(context, actor, asClientId(id));
        return status(204, undefined);
      },
      {
        params,
        query: noParameters,
        response: { 204: Done, ...ofOne, 409: ProblemBody },
        detail: documented("Delete a client", "With all grants, codes and consents."),
      },
    )
    .put(
      `${path}/:id/disabled`,
      async ({ administrator: { actor }, params: { id }, body }) => {
        await setClientDisabled(context, actor, asClientId(id), body.disabled);
        return clientRecord(await findClient(context, id));
      },
      {
        parse,
        params,
        query: noParameters,
        body: Disabled,
        response: { 200: ClientBody, ...changed },
        detail: documented("Disable or enable a client", "While it is disabled its tokens are dead."),
      },
    )
    .put(
      `${path}/:id/approved`,
      async ({ administrator: { actor }, params: { id } }) => {
        await approveClient(context, actor, asClientId(id));
        return clientRecord(await findClient(context, id));
      },
      {
        parse,
        params,
        query: noParameters,
        body: Approved,
        response: { 200: ClientBody, ...changed },
        detail: documented(
          "Approve a client that registered itself",
          "It is enabled, and pages call it verified from now on.",
        ),
      },
    );
}

const recordOf = ({ client, secret }: ClientWithSecret): JsonObject => clientRecord(client, secret);

const invalid = (member: string | undefined, description: string): OAuthError =>
  new OAuthError("invalid_client_metadata", description, { member });

/** The metadata that were sent, and the id, where one was chosen. A member that means nothing here is refused. */
function described(
  context: Pick<Context, "config">,
  body: JsonValue,
): { readonly id: string | undefined; readonly metadata: ClientMetadata } {
  if (!isJsonObject(body)) throw invalid(undefined, "the body is no JSON object");
  const { client_id: id, ...members } = body;
  if (id !== undefined && typeof id !== "string") throw invalid("client_id", "client_id is not a string");
  const { metadata, unknown } = readDescription(context, members);
  if (unknown.length > 0) {
    throw new OAuthError("invalid_request", "there is a member that is not known, or means nothing for this client", {
      reason: "unknown_member",
    });
  }
  return { id, metadata };
}
