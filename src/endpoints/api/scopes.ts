import { t } from "elysia";
import { listScopes, scopeRecord } from "../../administration/scopes.ts";
import type { Context } from "../../context.ts";
import { paths } from "../../http/paths.ts";
import { problems } from "../../http/problem.ts";
import { administered } from "./administrator.ts";
import { documented, noParameters } from "./schemas.ts";

const ScopeBody = t.Object(
  {
    name: t.String(),
    description: t.Optional(t.String({ description: "Absent where pages describe it in their own languages." })),
    optional: t.Boolean({ description: "A person may take it out of what an app asks for." }),
    origin: t.Union([t.Literal("built-in"), t.Literal("environment"), t.Literal("apply")]),
  },
  { description: "A scope that clients may ask for." },
);

export const scopesApi = (context: Context) =>
  administered(context, "scopes").get(
    `${paths.api}/scopes`,
    async () => ({ items: (await listScopes(context)).map(scopeRecord) }),
    {
      query: noParameters,
      response: { 200: t.Object({ items: t.Array(ScopeBody) }), ...problems },
      detail: documented("List scopes", "Those of `POSTERN_SCOPES` and `postern apply` beside the built-in ones."),
    },
  );
