import { Elysia } from "elysia";
import type { Context } from "../../context.ts";
import { csrfToken } from "../../http/browser.ts";
import { mustHaveSecondFactor, usablePasskeys } from "../../identity/factors.ts";
import type { Factors, Passkey } from "../../model/factor.ts";
import { readDisplayName } from "../../rules/display-name.ts";
import { goTo } from "../page-visit.ts";
import type { Problem } from "../problem-summary.tsx";
import { accountPaths } from "./account-navigation.ts";
import {
  type AccountVisit,
  accountPage,
  actorOf,
  atAccountForSure,
  nothingHere,
  sentForm,
} from "./account-page.ts";
import { PasskeyPage } from "./passkey-view.tsx";

const path = `${accountPaths.passkeys}/:id` as const;

/** What the forms are for, in their tokens. */
const renamePurpose = (id: string) => `account rename passkey ${id}`;
const removePurpose = (id: string) => `account remove passkey ${id}`;

const hidden = { parse: "none", detail: { hide: true } } as const;

/** One passkey: another name for it, or its end. */
export const passkeyPage = (context: Context) => {
  const at = (
    { request, server, params }: Parameters<Parameters<typeof handlers>[0]>[0],
    answer: (visit: AccountVisit, found: Found) => Promise<Response>,
  ) => atAccountForSure(context, request, server, accountPaths.passkeys, async (visit) => answer(visit, await ownPasskey(visit, params.id)));
  return new Elysia({ name: "account-passkey" });
};
