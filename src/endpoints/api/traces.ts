import { t } from "elysia";
import { traceRecord } from "../../administration/records.ts";
import { Refused } from "../../administration/refused.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { ProblemBody, problems } from "../../http/problem.ts";
import { administered } from "./administrator.ts";
import { nextPart, pageParameters, partOf, usualLimit } from "./paging.ts";
import { documented, idIn, noParameters, Time } from "./schemas.ts";

const TraceBody = t.Object(
  {
    request_id: t.String(),
    time: Time,
    method: t.String(),
    path: t.String({ description: "Below the issuer's, without the query." }),
    address: t.Optional(t.String()),
    client_id: t.Optional(t.String()),
    user_id: t.Optional(t.String()),
    error: t.String(),
    description: t.String(),
    checks: t.Array(
      t.Object({
        rule: t.String(),
        met: t.Boolean(),
        expected: t.Optional(t.String()),
        received: t.Optional(t.String()),
      }),
    ),
  },
  { description: "Why a request was refused: what was checked, what was expected and what came. Never a secret." },
);

const path = `${paths.api}/traces` as const;

/** Why did this fail? */
export const tracesApi = (context: Context) =>
  administered(context, "traces")
    .get(
      path,
      async ({ query: { limit = usualLimit, offset = 0 }, request, set }) => {
        const found = await context.traces.list(offset + limit + 1);
        const items = found.slice(offset, offset + limit).map(traceRecord);
        const place = found.length > offset + limit ? { offset: offset + limit } : undefined;
        return { items, next: nextPart(context, { request, set }, place) };
      },
      {
        query: t.Object(pageParameters, { additionalProperties: false }),
        response: { 200: partOf(TraceBody), ...problems },
        detail: documented("List refused requests", "The newest first; the oldest are forgotten."),
      },
    )
    .get(
      `${path}/:id`,
      async ({ params: { id } }) => {
        const trace = await context.traces.find(id);
        if (trace === undefined) throw new Refused("missing", "there is no trace of such a request, or not any more");
        return traceRecord(trace);
      },
      {
        params: idIn("The request id: of the error page, the header X-Request-Id or `request_id`."),
        query: noParameters,
        response: { 200: TraceBody, ...problems, 404: ProblemBody },
        detail: documented("Read why a request was refused"),
      },
    );
