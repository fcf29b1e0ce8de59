import { t } from "elysia";
import { sessionRecord } from "../../administration/records.ts";
import { endSession, pageOfSessions } from "../../administration/sessions.ts";
import { asSessionId, asUserId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { ProblemBody, problems } from "../../http/problem.ts";
import { administered } from "./administrator.ts";
import { answeredPage, pageOf, pageParameters, usualLimit } from "./paging.ts";
import { usernamesOf } from "./people.ts";
import { Done, documented, idIn, noParameters, Time } from "./schemas.ts";

const SessionBody = t.Object(
  {
    id: t.String({ description: "`sid`; not the cookie's value." }),
    user_id: t.String(),
    username: t.Optional(t.String()),
    amr: t.Array(t.String()),
    auth_time: Time,
    created_at: Time,
    last_seen_at: Time,
    address: t.Optional(t.String()),
    user_agent: t.Optional(t.String()),
  },
  { description: "A browser in which a person is signed in." },
);

const path = `${paths.api}/sessions` as const;

/** The browsers in which people are signed in. */
export const sessionsApi = (context: Context) =>
  administered(context, "sessions")
    .get(
      path,
      async ({ query, request, set }) => {
        const { limit = usualLimit, offset = 0, user_id } = query;
        const userId = user_id === undefined ? undefined : asUserId(user_id);
        const page = await pageOfSessions(context, { limit, offset, userId });
        const names = await usernamesOf(context, page.items);
        const items = page.items.map((session) => sessionRecord(session, names.get(session.userId)));
        return answeredPage(context, { offset, request, set }, page, items);
      },
      {
        query: t.Object({ ...pageParameters, user_id: t.Optional(t.String()) }, { additionalProperties: false }),
        response: { 200: pageOf(SessionBody), ...problems },
        detail: documented("List sessions", "Those that live, the one seen last first."),
      },
    )
    .delete(
      `${path}/:id`,
      async ({ administrator: { actor }, params: { id }, status }) => {
        await endSession(context, actor, asSessionId(id));
        return status(204, undefined);
      },
      {
        params: idIn("The session's id."),
        query: noParameters,
        response: { 204: Done, ...problems, 404: ProblemBody },
        detail: documented("End a session", "With the grants that are bound to it."),
      },
    );
