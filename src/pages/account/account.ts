import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { activityPage } from "./activity.tsx";
import { appsPage } from "./apps.tsx";
import { authenticatorPage } from "./authenticator.tsx";
import { emailPage } from "./email.tsx";
import { overviewPage } from "./overview.tsx";
import { passkeyPage } from "./passkey.tsx";
import { passkeysPage } from "./passkeys.tsx";
import { passwordPage } from "./password.tsx";
import { profilePage } from "./profile.tsx";
import { recoveryCodesPage } from "./recovery-codes.tsx";
import { sessionsPage } from "./sessions.tsx";

/** The pages on which a person looks after their own account. */
export const accountPages = (context: Context) =>
  new Elysia({ name: "account-pages" })
    .use(overviewPage(context))
    .use(profilePage(context))
    .use(emailPage(context))
    .use(passwordPage(context))
    .use(passkeysPage(context))
    .use(passkeyPage(context))
    .use(authenticatorPage(context))
    .use(recoveryCodesPage(context))
    .use(sessionsPage(context))
    .use(appsPage(context))
    .use(activityPage(context));
