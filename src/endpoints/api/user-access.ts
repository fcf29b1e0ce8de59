import { t } from "elysia";
import { revokeGrantsOf } from "../../administration/grants.ts";
import { makeAccountLink } from "../../administration/links.ts";
import { endUserSessions, resetFactors } from "../../administration/users.ts";
import { asClientId, asUserId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { ProblemBody, problems } from "../../http/problem.ts";
import { isoTime, seconds } from "../../time.ts";
import { administered, jsonOfAdministrator } from "./administrator.ts";
import { userOf } from "./people.ts";
import { Done, documented, expiresIn, idIn, noParameters, Time } from "./schemas.ts";

const path = `${paths.api}/users/:id` as const;
const params = idIn("The person's id.");
const refused = { ...problems, 404: ProblemBody } as const;

const Ended = t.Object({ ended: t.Integer({ description: "How many." }) });
const Kind = t.Union([t.Literal("invite"), t.Literal("reset")], {
  description: "`invite`: the person chooses a first password. `reset`: one in the place of a lost one.",
});
const NewLinkBody = t.Object(
  { kind: Kind, expires_in: expiresIn(60, 30 * 24 * 3600, "7 days for an invite, 24 hours for a reset") },
  { additionalProperties: false },
);
const LinkBody = t.Object(
  { kind: Kind, url: t.String({ description: "Told once: whoever has it can use it." }), expires_at: Time },
  { description: "A link that is good once." },
);

/** What a person signs in with, and what they are signed in to. */
export const userAccessApi = (context: Context) =>
  administered(context, "user access")
    .delete(
      `${path}/factors`,
      async ({ administrator: { actor }, params: { id }, status }) => {
        await resetFactors(context, actor, asUserId(id));
        return status(204, undefined);
      },
      {
        params,
        query: noParameters,
        response: { 204: Done, ...refused },
        detail: documented(
          "Take away a person's second factors",
          "Passkeys, authenticator app and recovery codes; ends all sessions.",
        ),
      },
    )
    .delete(
      `${path}/sessions`,
      async ({ administrator: { actor }, params: { id } }) => ({
        ended: await endUserSessions(context, actor, asUserId(id)),
      }),
      {
        params,
        query: noParameters,
        response: { 200: Ended, ...refused },
        detail: documented("Sign a person out everywhere", "With the grants that are bound to the sessions."),
      },
    )
    .delete(
      `${path}/grants`,
      async ({ administrator: { actor }, params: { id }, query: { client_id: client } }) => {
        const { id: userId } = await userOf(context, id);
        const clientId = client === undefined ? undefined : asClientId(client);
        return { ended: await revokeGrantsOf(context, actor, { userId, clientId }) };
      },
      {
        params,
        query: t.Object(
          { client_id: t.Optional(t.String({ description: "Only this client's." })) },
          { additionalProperties: false },
        ),
        response: { 200: Ended, ...refused },
        detail: documented("End a person's grants", "With all their tokens."),
      },
    )
    .post(
      `${path}/links`,
      async ({ administrator: { actor }, params: { id }, body: { kind, expires_in }, status }) => {
        const lifetime = expires_in === undefined ? {} : { lifetime: seconds(expires_in) };
        const link = await makeAccountLink(context, actor, { kind, userId: asUserId(id), ...lifetime });
        return status(201, { kind, url: link.url, expires_at: isoTime(link.expiresAt) });
      },
      {
        parse: jsonOfAdministrator(context),
        params,
        query: noParameters,
        body: NewLinkBody,
        response: { 201: LinkBody, ...refused, 409: ProblemBody, 413: ProblemBody },
        detail: documented("Make a link for a person", "Good once; an earlier one of its kind no longer works."),
      },
    );
