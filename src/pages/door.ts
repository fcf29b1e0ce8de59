import { Elysia } from "elysia";
import type { Context } from "../context.ts";
import { accountLinkPage } from "./account-link.tsx";
import { authorizationEndpoint } from "./authorize.ts";
import { consentPage } from "./consent.tsx";
import { deviceCodePage } from "./device.tsx";
import { deviceDecisionPage } from "./device-decision.tsx";
import { enrolmentPage } from "./enrolment.tsx";
import { homePage } from "./home.tsx";
import { passkeySignInPage } from "./passkey-sign-in.tsx";
import { secondFactorPage } from "./second-factor.tsx";
import { setupPage } from "./setup.tsx";
import { signInPage } from "./sign-in.tsx";
import { signOutPage } from "./sign-out.tsx";

/** What a person meets on the way in and out. One line a page. */
export const doorPages = (context: Context) =>
  new Elysia({ name: "door" })
    .use(homePage(context))
    .use(authorizationEndpoint(context))
    .use(signInPage(context))
    .use(secondFactorPage(context))
    .use(passkeySignInPage(context))
    .use(enrolmentPage(context))
    .use(accountLinkPage(context))
    .use(consentPage(context))
    .use(deviceCodePage(context))
    .use(deviceDecisionPage(context))
    .use(signOutPage(context))
    .use(setupPage(context));
