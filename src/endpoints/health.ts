import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { paths } from "../http/paths.ts";
import { OAuthErrorBody } from "../http/schemas.ts";

const Health = t.Object({ status: t.Literal("ok") });

/** Liveness: the process answers. Readiness: it can also write. */
export const healthEndpoints = (context: Context) =>
  new Elysia({ name: "health" })
    .get(paths.healthz, ({ set }) => {
      set.headers["cache-control"] = "no-store";
      return { status: "ok" as const };
    }, { response: { 200: Health }, detail: { summary: "Liveness", tags: ["Operation"] } })
    .get(
      paths.readyz,
      async ({ set }) => {
        set.headers["cache-control"] = "no-store";
        await context.keys.jwks();
        await context.store.check();
        return { status: "ok" as const };
      },
      { response: { 200: Health, 503: OAuthErrorBody }, detail: { summary: "Readiness: keys are there and the store takes writes", tags: ["Operation"] } },
    );
