import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { clientSecretsApi } from "./client-secrets.ts";
import { clientsApi } from "./clients.ts";
import { configurationApi } from "./configuration.ts";
import { eventsApi } from "./events.ts";
import { grantsApi } from "./grants.ts";
import { keysApi } from "./keys.ts";
import { meApi } from "./me.ts";
import { registrationTokensApi } from "./registration-tokens.ts";
import { scopesApi } from "./scopes.ts";
import { sessionsApi } from "./sessions.ts";
import { statisticsApi } from "./statistics.ts";
import { tracesApi } from "./traces.ts";
import { userAccessApi } from "./user-access.ts";
import { usersApi } from "./users.ts";

/** The administration as a REST API: the same operations as the admin pages and the command line. */
export const administrationApi = (context: Context) =>
  new Elysia({ name: "administration-api", strictPath: true, normalize: false })
    .use(meApi(context))
    .use(usersApi(context))
    .use(userAccessApi(context))
    .use(clientsApi(context))
    .use(clientSecretsApi(context))
    .use(registrationTokensApi(context))
    .use(grantsApi(context))
    .use(scopesApi(context))
    .use(sessionsApi(context))
    .use(keysApi(context))
    .use(eventsApi(context))
    .use(tracesApi(context))
    .use(statisticsApi(context))
    .use(configurationApi(context));
