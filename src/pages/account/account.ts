import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { activityPage } from "./activity.tsx";
import { overviewPage } from "./overview.tsx";
import { sessionsPage } from "./sessions.tsx";

/** The pages on which a person looks after their own account. */
export const accountPages = (context: Context) =>
  new Elysia({ name: "account-pages" })
    .use(overviewPage(context))
    .use(sessionsPage(context))
    .use(activityPage(context));
