import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { dashboardPage } from "./dashboard.tsx";
import { editPersonPage } from "./edit-person.tsx";
import { grantsPage } from "./grants.tsx";
import { newPersonPage } from "./new-person.tsx";
import { peoplePage } from "./people.tsx";
import { personPage } from "./person.tsx";
import { personActionPages } from "./person-action.tsx";
import { sessionsPage } from "./sessions.tsx";

/** The pages on which an administrator looks after the server; one line each. */
export const adminPages = (context: Context) =>
  new Elysia({ name: "admin-pages" })
    .use(dashboardPage(context))
    .use(peoplePage(context))
    .use(newPersonPage(context))
    .use(personPage(context))
    .use(editPersonPage(context))
    .use(personActionPages(context))
    .use(grantsPage(context))
    .use(sessionsPage(context));
