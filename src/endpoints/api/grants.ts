import { t } from "elysia";
import { pageOfGrants, revokeGrant } from "../../administration/grants.ts";
import { grantRecord } from "../../administration/records.ts";
import { Refused } from "../../administration/refused.ts";
import { asClientId, asGrantId, asUserId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { ProblemBody, problems } from "../../http/problem.ts";
import type { Grant } from "../../model/grant.ts";
import { administered } from "./administrator.ts";
import { answeredPage, pageOf, pageParameters, usualLimit } from "./paging.ts";
import { usernamesOf } from "./people.ts";
import { Done, documented, idIn, noParameters, Time } from "./schemas.ts";

const GrantBody = t.Object(
  {
    id: t.String(),
    client_id: t.String(),
    user_id: t.Optional(t.String({ description: "Absent for a client's own grant." })),
    username: t.Optional(t.String()),
    name: t.Optional(t.String({ description: "What the person calls it." })),
    scope: t.String(),
    amr: t.Array(t.String()),
    auth_time: t.Optional(Time),
    created_at: Time,
    last_used_at: t.Optional(Time),
    address: t.Optional(t.String()),
    user_agent: t.Optional(t.String()),
    refresh_expires_at: t.Optional(Time),
    ended_at: t.Optional(Time),
    ended_because: t.Optional(t.String()),
  },
  { description: "What somebody allowed a client; it owns every token that comes of it." },
);

const path = `${paths.api}/grants` as const;
const params = idIn("The grant's id.");
const ofOne = { ...problems, 404: ProblemBody } as const;

/** What people have allowed clients. */
export const grantsApi = (context: Context) =>
  administered(context, "grants")
    .get(
      path,
      async ({ query, request, set }) => {
        const { limit = usualLimit, offset = 0, user_id, client_id, ended } = query;
        const page = await pageOfGrants(context, {
          limit,
          offset,
          ended,
          userId: user_id === undefined ? undefined : asUserId(user_id),
          clientId: client_id === undefined ? undefined : asClientId(client_id),
        });
        const names = await usernamesOf(context, page.items);
        const items = page.items.map((grant) => grantRecord(grant, names.get(grant.userId ?? "")));
        return answeredPage(context, { offset, request, set }, page, items);
      },
      {
        query: t.Object(
          {
            ...pageParameters,
            user_id: t.Optional(t.String()),
            client_id: t.Optional(t.String()),
            ended: t.Optional(t.Boolean({ description: "Ended ones too, as long as they are kept." })),
          },
          { additionalProperties: false },
        ),
        response: { 200: pageOf(GrantBody), ...problems },
        detail: documented("List grants", "The newest first."),
      },
    )
    .get(
      `${path}/:id`,
      async ({ params: { id } }) => {
        const grant = await grantOf(context, id);
        const names = await usernamesOf(context, [grant]);
        return grantRecord(grant, names.get(grant.userId ?? ""));
      },
      {
        params,
        query: noParameters,
        response: { 200: GrantBody, ...ofOne },
        detail: documented("Read a grant"),
      },
    )
    .delete(
      `${path}/:id`,
      async ({ administrator: { actor }, params: { id }, status }) => {
        if (!(await revokeGrant(context, actor, asGrantId(id)))) throw new Refused("missing", "the grant has ended");
        return status(204, undefined);
      },
      {
        params,
        query: noParameters,
        response: { 204: Done, ...ofOne },
        detail: documented("End a grant", "With all its tokens. A client's own grant goes on with new tokens."),
      },
    );

async function grantOf({ store }: Pick<Context, "store">, id: string): Promise<Grant> {
  const grant = await store.grants.find(asGrantId(id));
  if (grant === undefined) throw new Refused("missing", "there is no such grant");
  return grant;
}
