import { t } from "elysia";
import { present } from "../../administration/records.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { problems } from "../../http/problem.ts";
import { formatScope } from "../../rules/scope.ts";
import { isoTime } from "../../time.ts";
import { administered } from "./administrator.ts";
import { documented, noParameters, Time } from "./schemas.ts";

const Me = t.Object(
  {
    kind: t.Union([t.Literal("user"), t.Literal("client")]),
    user_id: t.Optional(t.String()),
    username: t.Optional(t.String()),
    client_id: t.String(),
    client_name: t.Optional(t.String()),
    scope: t.String(),
    expires_at: Time,
  },
  { description: "Whose token it is: a person's, or a client's own." },
);

export const meApi = (context: Context) =>
  administered(context, "me").get(
    `${paths.api}/me`,
    ({ administrator: { client, token } }) =>
      present({
        kind: token.grant.userId === undefined ? ("client" as const) : ("user" as const),
        user_id: token.grant.userId,
        username: token.username,
        client_id: client.id,
        client_name: client.metadata.client_name,
        scope: formatScope(token.scope),
        expires_at: isoTime(token.expiresAt),
      }),
    { query: noParameters, response: { 200: Me, ...problems }, detail: documented("Whose token this is") },
  );
