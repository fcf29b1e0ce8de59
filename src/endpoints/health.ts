import { Elysia, t } from "elysia";
import type { Context } from "../context.ts";
import { paths } from "../http/paths.ts";
import { OAuthErrorBody } from "../http/schemas.ts";
import { OAuthError } from "../oauth-error.ts";
import { between, type Instant, seconds } from "../time.ts";

const Health = t.Object({ status: t.Literal("ok") });

/** Liveness: the process answers. Readiness: it can also write, and goes on. */
export function healthEndpoints(context: Context) {
  const checkStore = storeCheck(context);
  return new Elysia({ name: "health" })
    .get(
      paths.healthz,
      ({ set }) => {
        set.headers["cache-control"] = "no-store";
        return { status: "ok" as const };
      },
      { response: { 200: Health }, detail: { summary: "Liveness", tags: ["Operation"] } },
    )
    .get(
      paths.readyz,
      async ({ set }) => {
        set.headers["cache-control"] = "no-store";
        if (context.ending.aborted) throw new OAuthError("temporarily_unavailable", "the server is ending");
        await context.keys.jwks();
        await checkStore();
        return { status: "ok" as const };
      },
      {
        response: { 200: Health, 503: OAuthErrorBody },
        detail: {
          summary: "Readiness: keys are there, the store takes writes, and the server is not ending",
          tags: ["Operation"],
        },
      },
    );
}

const checkedEvery = seconds(1);

/** Anybody may ask, and each check is a commit: those who ask within a second share one. A failure is not kept. */
function storeCheck({ store, clock }: Pick<Context, "store" | "clock">): () => Promise<void> {
  let last: { readonly at: Instant; readonly outcome: Promise<void> } | undefined;
  return () => {
    const now = clock.now();
    if (last !== undefined && Math.abs(between(last.at, now)) < checkedEvery) return last.outcome;
    const outcome = store.check().catch((error: unknown) => {
      last = undefined;
      throw error;
    });
    last = { at: now, outcome };
    return outcome;
  };
}
