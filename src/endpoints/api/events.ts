import { t } from "elysia";
import { eventRecord, exportEvents, isEventName, pageOfEvents } from "../../administration/events.ts";
import { asClientId, asUserId } from "../../brand.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { problems } from "../../http/problem.ts";
import { notStored } from "../../http/respond.ts";
import { eventNames } from "../../model/event.ts";
import { OAuthError } from "../../oauth-error.ts";
import type { EventFilter } from "../../store/records.ts";
import { fromIsoTime, type Instant } from "../../time.ts";
import { administered } from "./administrator.ts";
import { limitParameter, nextPart, partOf, usualLimit } from "./paging.ts";
import { documented, Time } from "./schemas.ts";

const EventBody = t.Object(
  {
    id: t.Integer({ description: "Grows with time." }),
    time: Time,
    name: t.String({ enum: [...eventNames] }),
    actor: t.Object({
      kind: t.String({ enum: ["system", "cli", "anonymous", "user", "client"] }),
      id: t.Optional(t.String()),
      name: t.Optional(t.String()),
    }),
    user_id: t.Optional(t.String()),
    username: t.Optional(t.String()),
    client_id: t.Optional(t.String()),
    client_name: t.Optional(t.String()),
    grant_id: t.Optional(t.String()),
    address: t.Optional(t.String()),
    detail: t.Optional(t.Object({}, { additionalProperties: true, description: "Plain facts, never a secret." })),
  },
  { description: "Who did what. Names are as they are now, and absent where the person or client is gone." },
);

const filterParameters = {
  name: t.Optional(t.String({ maxLength: 64, description: "A whole name, or the part before the dot: `user`." })),
  user_id: t.Optional(t.String({ description: "Whom it is about." })),
  client_id: t.Optional(t.String({ description: "Which client it is about." })),
  from: t.Optional(t.String({ description: "A time or a day (RFC 3339): nothing before it." })),
  to: t.Optional(t.String({ description: "A time or a day: nothing from it on." })),
};

type Filter = Readonly<Partial<Record<keyof typeof filterParameters, string>>>;

const path = `${paths.api}/events` as const;

/** The audit log. */
export const eventsApi = (context: Context) =>
  administered(context, "events")
    .get(
      path,
      async ({ query: { limit = usualLimit, before, ...filter }, request, set }) => {
        const { items, next } = await pageOfEvents(context, { ...filterOf(filter), before, limit });
        const place = next === undefined ? undefined : { before: next };
        return { items: items.map(eventRecord), next: nextPart(context, { request, set }, place) };
      },
      {
        query: t.Object(
          {
            limit: limitParameter,
            before: t.Optional(
              t.Integer({ title: "before", minimum: 1, description: "Only events before the one of this id." }),
            ),
            ...filterParameters,
          },
          { additionalProperties: false },
        ),
        response: { 200: partOf(EventBody), ...problems },
        detail: documented("Read the audit log", "The newest first."),
      },
    )
    .get(
      `${path}/export`,
      ({ query: { format, ...filter } }) => {
        const { mediaType, fileName, body } = exportEvents(context, filterOf(filter), format);
        return new Response(body, {
          headers: {
            ...notStored,
            "content-type": mediaType,
            "content-disposition": `attachment; filename="${fileName}"`,
          },
        });
      },
      {
        query: t.Object(
          { format: t.Union([t.Literal("csv"), t.Literal("jsonl")]), ...filterParameters },
          { additionalProperties: false },
        ),
        response: { 200: t.String({ description: "CSV (RFC 4180) or one JSON object a line." }), ...problems },
        detail: documented(
          "Export the audit log",
          "In CSV, for spreadsheets, a cell that would begin a formula begins with an apostrophe instead.",
        ),
      },
    );

function filterOf({ name, user_id, client_id, from, to }: Filter): EventFilter {
  if (name !== undefined && !isEventName(name)) throw malformed("name");
  return {
    name,
    userId: user_id === undefined ? undefined : asUserId(user_id),
    clientId: client_id === undefined ? undefined : asClientId(client_id),
    from: timeIn("from", from),
    to: timeIn("to", to),
  };
}

function timeIn(member: string, text: string | undefined): Instant | undefined {
  if (text === undefined) return undefined;
  const at = fromIsoTime(text);
  if (at === undefined) throw malformed(member);
  return at;
}

const malformed = (member: string): OAuthError =>
  new OAuthError("invalid_request", `a parameter is malformed: ${member}`, { member });
