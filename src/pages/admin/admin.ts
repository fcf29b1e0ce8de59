import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { auditLogPage } from "./audit-log.tsx";
import { clientPage } from "./client.tsx";
import { clientActionPages } from "./client-action.tsx";
import { clientRecipePage } from "./client-recipe.tsx";
import { clientsPage } from "./clients.tsx";
import { configurationPage } from "./configuration.tsx";
import { dashboardPage } from "./dashboard.tsx";
import { editClientPage } from "./edit-client.tsx";
import { editPersonPage } from "./edit-person.tsx";
import { grantsPage } from "./grants.tsx";
import { keysPage } from "./keys.tsx";
import { newClientPage } from "./new-client.tsx";
import { newPersonPage } from "./new-person.tsx";
import { peoplePage } from "./people.tsx";
import { personPage } from "./person.tsx";
import { personActionPages } from "./person-action.tsx";
import { refusedRequestsPage } from "./refused-requests.tsx";
import { registrationsPage } from "./registrations.tsx";
import { scopesPage } from "./scopes.tsx";
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
    .use(clientsPage(context))
    .use(newClientPage(context))
    .use(clientPage(context))
    .use(editClientPage(context))
    .use(clientRecipePage(context))
    .use(clientActionPages(context))
    .use(registrationsPage(context))
    .use(scopesPage(context))
    .use(keysPage(context))
    .use(auditLogPage(context))
    .use(refusedRequestsPage(context))
    .use(configurationPage(context))
    .use(grantsPage(context))
    .use(sessionsPage(context));
